"""`cloudsirt release …`: ids and times only; content is for those who may read it."""

from datetime import datetime

import click

from cloudsirt.cli.printing import house, json_option, show, table
from cloudsirt.house import OPERATOR, House
from feeds import timestamps
from feeds.errors import BadTimestamp
from feeds.rescheduling import reschedule_for
from feeds.timetable import NEVER, STOPPED
from feeds.waiting import calendar
from tlp import Perimeter

_PERIMETERS = click.Choice([perimeter.value for perimeter in Perimeter])
_NOW = "now"


@click.group()
def release() -> None:
    """Releases that are still to come: list, move, stop."""


@release.command("list")
@click.option("--org", "organisation", metavar="ID", help="Of one organisation only.")
@json_option
def list_(organisation: str | None, as_json: bool) -> None:
    """List what is due to enter a wider perimeter, and what is stopped."""
    opened = house()
    with opened.reading() as db:
        found = calendar(db, None, organisation, timestamps.from_datetime(opened.now()))
    rows = [
        {
            "id": line.contribution.stix_id,
            "version": line.contribution.version,
            "organisation": line.contribution.contributor,
            "perimeter": perimeter.value,
            "due": STOPPED if due == NEVER else timestamps.show(due),
        }
        for line in found
        for perimeter, due in line.due.items()
    ]
    show(as_json, rows, table(rows))


@release.command("move")
@click.argument("id_", metavar="ID")
@click.option("--org", "organisation", required=True, metavar="ID", help="Its contributor.")
@click.option("--perimeter", required=True, type=_PERIMETERS)
@click.option(
    "--to", "to", required=True, metavar="TIME", help="Like 2026-12-01T00:00:00Z, or now."
)
@json_option
def move(id_: str, organisation: str, perimeter: str, to: str, as_json: bool) -> None:
    """Set a release to another time, in the name of its contributor."""
    opened = house()
    _set(opened, id_, organisation, perimeter, opened.now() if to == _NOW else _time(to), as_json)


@release.command("stop")
@click.argument("id_", metavar="ID")
@click.option("--org", "organisation", required=True, metavar="ID", help="Its contributor.")
@click.option("--perimeter", required=True, type=_PERIMETERS)
@json_option
def stop(id_: str, organisation: str, perimeter: str, as_json: bool) -> None:
    """Stop a release until it gets a time again, in the name of its contributor."""
    _set(house(), id_, organisation, perimeter, None, as_json)


def _set(
    opened: House,
    id_: str,
    organisation: str,
    perimeter: str,
    when: datetime | None,
    as_json: bool,
) -> None:
    with opened.working(OPERATOR) as work:
        events = reschedule_for(
            work.feeds,
            id_,
            organisation,
            Perimeter(perimeter),
            when,
            at=work.at,
            workshop=opened.workshop,
        )
        work.record(*events)
    due = STOPPED if when is None else timestamps.show(timestamps.from_datetime(when))
    show(as_json, {"id": id_, "perimeter": perimeter, "due": due}, f"{perimeter}: {due}")


def _time(text: str) -> datetime:
    try:
        return timestamps.to_datetime(timestamps.lenient(text))
    except BadTimestamp as error:
        raise click.UsageError(str(error)) from error


COMMANDS = (release,)
