"""The source files of the packages, parsed."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("tlp", "membership", "feeds", "cloudsirt", "migrations")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    """One file: where it stands below the repository, and what it says."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """The file as a syntax tree."""
        return ast.parse(self.text, self.path)

    @property
    def lines(self) -> int:
        """How many lines the file has."""
        return len(self.text.splitlines())


def sources(*packages: str) -> Iterator[Source]:
    """Read every Python file of the packages; a package without any is an error."""
    for package in packages:
        paths = sorted((ROOT / package).rglob("*.py"))
        if not paths:
            raise FileNotFoundError(package)
        for path in paths:
            yield Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
