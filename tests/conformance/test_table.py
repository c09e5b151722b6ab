"""The documented results are those of the tests."""

from tests.conformance.table import DOCUMENT, documented, table


def test_the_documented_results_are_the_marks_of_the_tests() -> None:
    """Every item stands there once; `python -m tests.conformance.table` writes the table anew."""
    text = DOCUMENT.read_text(encoding="utf-8")
    assert documented(text) == table(), "run: python -m tests.conformance.table"
