"""The roster as files, and which instant a date means."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from cloudsirt.rosters import COLUMNS, csv_text, documents, instant_of
from membership.errors import NotAcceptable
from membership.ndas.binding import Acknowledgement, Bound
from membership.ndas.signature import Method

NOW = datetime(2028, 3, 1, 12, 30, tzinfo=UTC)
SINCE = datetime(2026, 3, 1, tzinfo=UTC)
LINE = Bound(
    *("org-1", "Alpha, Inc.", "nda-1", "text", "ab" * 32, SINCE, NOW, NOW),
    method=Method.PLATFORM,
    people=(Acknowledgement("person-1", "Ann", SINCE),),
)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2028-02-29", datetime(2028, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC)),
        (" 2027-12-31 ", datetime(2027, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
        ("2028-03-01", NOW),
        ("2028-03-02", datetime(2028, 3, 2, 23, 59, 59, 999_999, tzinfo=UTC)),
        ("2028-02-29T23:59:59Z", datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC)),
        ("2028-03-01T08:59:59+09:00", datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC)),
        ("2028-02-29T19:00:00-05:00", datetime(2028, 3, 1, tzinfo=UTC)),
    ],
)
def test_a_day_means_its_end_and_a_moment_itself(text: str, instant: datetime) -> None:
    """In UTC; of today, what has passed of it."""
    assert instant_of(text, NOW) == instant


@pytest.mark.parametrize("text", ["", "2027-02-29", "yesterday", "2028-02-29T12:00:00", "1.3.2028"])
def test_what_names_no_instant_is_refused(text: str) -> None:
    """A day that never was, and a moment without an offset, among others."""
    with pytest.raises(NotAcceptable):
        instant_of(text, NOW)


def test_a_roster_is_read_back_as_it_was() -> None:
    """Commas, quotation marks and lines in names stay inside their cells."""
    (row,) = csv.DictReader(io.StringIO(csv_text([LINE])))
    (document,) = documents([LINE])
    assert tuple(row) == COLUMNS
    assert row["organisation"] == document["organisation"] == "Alpha, Inc."
    assert row["since"] == document["since"] == "2026-03-01T00:00:00.000000Z"
    assert row["acknowledged_by"] == "Ann (2026-03-01T00:00:00.000000Z)"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula(name: str) -> None:
    """A name that a spreadsheet would compute is text."""
    line = Bound(
        *("org-1", name, "nda-1", "text", "", SINCE, NOW, NOW + timedelta(days=1)),
        method=Method.OUTSIDE,
        people=(),
    )
    (row,) = csv.DictReader(io.StringIO(csv_text([line])))
    assert row["organisation"] == f"'{name}"
