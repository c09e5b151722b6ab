"""Words: a name says what a thing is for, and what is public says what it does."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from tests.architecture.sources import PACKAGES, Function, Source, sources

SAY_NOTHING = {"utils", "util", "helpers", "helper", "manager", "managers", "common"}
DOCUMENTED = ("tlp", "membership", "feeds")


def empty_names(files: Iterable[Source]) -> Iterator[str]:
    """Name each file whose path holds a word that says nothing."""
    for source in files:
        words = {
            word
            for part in PurePosixPath(source.path).with_suffix("").parts
            for word in part.split("_")
        }
        if words & SAY_NOTHING:
            yield source.path


def public_definitions(body: list[ast.stmt]) -> Iterator[Function | ast.ClassDef]:
    """Give the functions, classes and methods that are met from outside the module."""
    for node in body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public_definitions(node.body)


def undocumented(files: Iterable[Source]) -> Iterator[str]:
    """Name each module and each public definition without a docstring."""
    for source in files:
        tree = source.tree
        if not ast.get_docstring(tree):
            yield source.path
        for node in public_definitions(tree.body):
            if not ast.get_docstring(node):
                yield f"{source.path}:{node.lineno} {node.name}"


def test_no_module_is_named_after_nothing() -> None:
    """No file or folder is called utils, helpers, manager or common."""
    assert list(empty_names(sources(*PACKAGES))) == []


def test_every_module_and_public_definition_has_a_docstring() -> None:
    """Whoever meets a module, a public class, function or method is told what it is for."""
    assert list(undocumented(sources(*DOCUMENTED))) == []


def test_what_says_nothing_is_named() -> None:
    """The measure itself: an empty name and a missing docstring are found, others are not."""
    planted = [
        Source("feeds/utils/dates.py", '"""Dates."""\ndef f(): pass\ndef _g(): pass\n'),
        Source("feeds/commonwealth.py", "class C:\n    '''A C.'''\n    def m(self): pass\n"),
    ]
    assert list(empty_names(planted)) == ["feeds/utils/dates.py"]
    assert list(undocumented(planted)) == [
        "feeds/utils/dates.py:2 f",
        "feeds/commonwealth.py",
        "feeds/commonwealth.py:3 m",
    ]
