"""Sizes: a file is read in one sitting, a function in one look."""

import ast
from collections.abc import Iterable, Iterator

from tests.architecture.sources import PACKAGES, Function, Source, sources

FILE_LINES = 300
FUNCTION_LINES = 60


def too_long(files: Iterable[Source]) -> Iterator[str]:
    """Name each file and function beyond its budget."""
    for source in files:
        if source.lines > FILE_LINES:
            yield f"{source.path}: {source.lines} lines"
        for node in ast.walk(source.tree):
            if not isinstance(node, Function):
                continue
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{source.path}:{node.lineno} {node.name}: {lines} lines"


def test_every_file_and_function_keeps_its_budget() -> None:
    """No file is longer than 300 lines and no function longer than 60, without exception."""
    assert list(too_long(sources(*PACKAGES))) == []


def test_a_file_and_a_function_beyond_the_budget_are_named() -> None:
    """The measure itself: one line more than allowed is found, the allowed length is not."""
    longest_file = Source("file.py", "pass\n" * FILE_LINES)
    longer_file = Source("file.py", "pass\n" * (FILE_LINES + 1))
    longest_function = Source("function.py", "def f():\n" + "    pass\n" * (FUNCTION_LINES - 1))
    longer_function = Source("function.py", "def f():\n" + "    pass\n" * FUNCTION_LINES)

    assert list(too_long([longest_file, longest_function])) == []
    assert list(too_long([longer_file, longer_function])) == [
        "file.py: 301 lines",
        "function.py:1 f: 61 lines",
    ]
