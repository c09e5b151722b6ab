"""The table of results in docs/policy/taxii.md, made from the marks of the tests.

`python -m tests.conformance.table` writes it; `test_table.py` compares.
"""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.items import UNTESTED, expected

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[1] / "docs" / "policy" / "taxii.md"
BEGIN = "<!-- conformance: begin -->"
END = "<!-- conformance: end -->"
_COLUMNS = "| item | section | demand | result | test |\n|---|---|---|---|---|\n"


@dataclass(frozen=True, slots=True)
class Row:
    """One item of the table."""

    number: str
    section: str
    demand: str
    result: str
    test: str

    def line(self) -> str:
        """As a line of Markdown."""
        cells = (self.number, self.section, self.demand, self.result, self.test)
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def rows() -> list[Row]:
    """Every item once, in the order of the checklist; ValueError for gaps and repetitions."""
    found = [*_tested(), *_untested()]
    numbers = [row.number for row in found]
    twice = {number for number in numbers if numbers.count(number) > 1}
    astray = set(numbers) ^ set(expected())
    if twice or astray:
        raise ValueError(f"twice: {sorted(twice)}; unknown or missing: {sorted(astray)}")
    return sorted(found, key=lambda row: expected().index(row.number))


def table() -> str:
    """The whole table, with a sentence that counts."""
    found = rows()
    tested = sum(bool(row.test) for row in found)
    head = f"{len(found)} items: {tested} tested, {len(found) - tested} not, with the reason.\n\n"
    return head + _COLUMNS + "".join(row.line() for row in found)


def documented(text: str) -> str:
    """What stands between the two marks of the document."""
    return text.partition(BEGIN)[2].partition(END)[0].strip("\n") + "\n"


def write() -> None:
    """Put the table into the document, between its two marks."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, mark, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (mark and end):
        raise ValueError(f"{DOCUMENT} has no place for the table: {BEGIN} … {END}")
    DOCUMENT.write_text(f"{before}{BEGIN}\n\n{table()}\n{END}{after}", encoding="utf-8")


def _tested() -> Iterator[Row]:
    for path in sorted(HERE.glob("test_*.py")):
        module = importlib.import_module(f"{__package__}.{path.stem}")
        for name, function in vars(module).items():
            for mark in getattr(function, "pytestmark", ()):
                if mark.name == "item" and name.startswith("test_"):
                    number, section, demand, result = mark.args
                    yield Row(number, section, demand, result, f"`{path.stem}.{name}`")


def _untested() -> Iterator[Row]:
    for gap in UNTESTED:
        yield Row(gap.number, gap.section, gap.demand, f"{gap.result}: {gap.reason}", "")


if __name__ == "__main__":
    write()
