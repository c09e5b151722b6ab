"""Time, ids and chance come from one file, so that everything else takes them as arguments."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import PACKAGES, Source, sources

CLOCK = "cloudsirt/clock.py"

# `hmac.compare_digest` is the way to compare in constant time; it needs no door.
ONLY_THERE = re.compile(
    r"datetime\.datetime\.(now|utcnow|today)"
    r"|datetime\.date\.today"
    r"|time\.(time|time_ns|localtime|gmtime)"
    r"|uuid\.uuid[14]"
    r"|os\.(urandom|getrandom)"
    r"|(secrets|random)\.(\w+|\*)"
)


def imported_names(tree: ast.Module) -> dict[str, str]:
    """Map each name that the file's imports bind to what it stands for, in full."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                whole = alias.name if alias.asname else alias.name.partition(".")[0]
                names[alias.asname or whole] = whole
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def full_name(node: ast.AST, names: dict[str, str]) -> str | None:
    """Spell out a dotted expression by way of the imports; None where it is something else."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = full_name(node.value, names)
        return f"{owner}.{node.attr}" if owner else None
    return None


def readings(source: Source) -> Iterator[str]:
    """Name each import and use, called or only passed on, of what belongs in the clock file."""
    tree = source.tree
    names = imported_names(tree)
    found: set[tuple[int, str]] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found |= {(node.lineno, f"{node.module}.{alias.name}") for alias in node.names}
        elif isinstance(node, ast.Name | ast.Attribute):
            found.add((node.lineno, full_name(node, names) or ""))
    for line, name in sorted(found):
        if ONLY_THERE.fullmatch(name):
            yield f"{source.path}:{line} {name}"


def test_only_the_clock_file_reads_time_and_chance() -> None:
    """The time, new ids and random values are read in one file and handed down from there."""
    found = [
        reading
        for source in sources(*PACKAGES)
        if source.path != CLOCK
        for reading in readings(source)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("import datetime\ndatetime.datetime.now()", "datetime.datetime.now"),
        ("from datetime import datetime as D, UTC\nD.now(UTC)", "datetime.datetime.now"),
        ("import datetime as dt\ndt.date.today()", "datetime.date.today"),
        ("from time import time\ntime()", "time.time"),
        ("from uuid import uuid4\nfield(default_factory=uuid4)", "uuid.uuid4"),
        ("import os.path\nos.urandom(8)", "os.urandom"),
        ("import secrets\nsecrets.token_hex()", "secrets.token_hex"),
        ("def f():\n    from random import *\n", "random.*"),
        ("from secrets import token_bytes as t\nt(8)", "secrets.token_bytes"),
    ],
)
def test_a_reading_is_found_however_it_is_imported(text: str, name: str) -> None:
    """Aliases, local imports and uses without a call hide nothing."""
    assert name in {found.split()[1] for found in readings(Source("planted.py", text))}


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import datetime\ndatetime.fromisoformat('2026-01-01')",
        "import time\ntime.monotonic()",
        "from uuid import UUID, uuid5\nuuid5(UUID(int=0), 'x')",
        "from cloudsirt import clock\nclock.now()",
        "def f(random):\n    return random.choice",
    ],
)
def test_what_only_looks_like_a_reading_is_left_alone(text: str) -> None:
    """Types, durations, derived ids and arguments are free everywhere."""
    assert list(readings(Source("planted.py", text))) == []
