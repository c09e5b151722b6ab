"""The roster of the NDA as rows: who was bound by what, for pages, files and the command line."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime, time

from membership.errors import NotAcceptable
from membership.ndas.binding import Bound
from membership.ndas.receipt import stamp

COLUMNS = (
    *("organisation", "organisation_id", "nda", "text", "sha256"),
    *("since", "until", "ends", "method", "acknowledged_by"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def instant_of(text: str, now: datetime) -> datetime:
    """The instant that somebody asks about; NotAcceptable for what is none.

    A moment of RFC 3339 with its offset is meant exactly. A day, like 2026-03-01, means its last
    microsecond in UTC, so that what was signed in the course of it counts; today means now.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise NotAcceptable(
            "A date is written like 2026-03-01, a moment like 2026-03-01T12:00:00Z."
        ) from error
    if len(text.strip()) == len("2026-03-01"):
        ends = datetime.combine(moment.date(), time.max, UTC)
        return now if ends.date() == now.date() else ends
    if moment.tzinfo is None:
        raise NotAcceptable("A moment needs its offset from UTC, such as Z or +09:00.")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise NotAcceptable("In UTC, this moment is in no year that there is.") from error


def documents(roster: Iterable[Bound]) -> list[dict[str, object]]:
    """The roster as JSON documents; times are RFC 3339 in UTC."""
    return [
        {
            "organisation": line.name,
            "organisation_id": line.organisation,
            "nda": line.nda,
            "text": line.text,
            "sha256": line.digest,
            "since": stamp(line.since),
            "until": stamp(line.until),
            "ends": stamp(line.end),
            "method": line.method.value,
            "acknowledged_by": [
                {"person": one.person, "name": one.name, "at": stamp(one.at)} for one in line.people
            ],
        }
        for line in roster
    ]


def csv_text(roster: Iterable[Bound]) -> str:
    """The roster as CSV (RFC 4180); a cell that a spreadsheet would run is quoted with '."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for document, line in zip(documents(lines := tuple(roster)), lines, strict=True):
        people = "; ".join(f"{one.name} ({stamp(one.at)})" for one in line.people)
        row = document | {"acknowledged_by": people}
        writer.writerow([_cell(str(row[name])) for name in COLUMNS])
    return file.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
