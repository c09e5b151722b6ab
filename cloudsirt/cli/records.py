"""`cloudsirt org record …` and `cloudsirt directory`."""

import sys
from typing import Any

import click
import orjson

from cloudsirt import clock
from cloudsirt.cli.printing import house, json_option, show, table
from cloudsirt.house import OPERATOR
from cloudsirt.listing import listed
from cloudsirt.organising import books
from membership.directory import Onlooker
from membership.errors import NotAcceptable
from membership.record import Record, from_document, problems, to_document
from membership.records import changing, confirming
from membership.records.store import RecordStore
from membership.store import MembershipStore


@click.group()
def record() -> None:
    """What an organisation says of itself: show, set, confirm."""


@record.command("show")
@click.argument("id_", metavar="ID")
@json_option
def show_record(id_: str, as_json: bool) -> None:
    """Show a record, when it is to be confirmed, and what waits."""
    at = clock.now()
    with house().reading() as db:
        store, register = RecordStore(db), MembershipStore(db)
        organisation, kept = register.organisation(id_), store.kept(id_)
        due = confirming.due(register.bylaws(at), organisation, kept.confirmed)
        pending = store.open_request(id_)
    document = {
        "record": to_document(kept.record),
        "saved": kept.saved.isoformat() if kept.saved is not None else None,
        "confirmed": kept.confirmed.isoformat() if kept.confirmed is not None else None,
        "due": due.isoformat() if due is not None else None,
        "request": {"id": pending.id, "fields": pending.fields} if pending is not None else None,
    }
    text = orjson.dumps(document["record"], option=orjson.OPT_INDENT_2).decode()
    show(as_json, document, text)


@record.command("set")
@click.argument("id_", metavar="ID")
@json_option
def set_(id_: str, as_json: bool) -> None:
    """Set a record, without review, from a JSON document on standard input.

    The document is like the one that `record show` prints; a field that is missing stays.
    """
    given = _read()
    with house().working(OPERATOR) as work:
        now = to_document(RecordStore(work.db).record(id_))
        events = changing.set_record(books(work), id_, _record({**now, **given}), at=work.at)
        work.record(*events)
    show(as_json, {"id": id_}, "set")


@record.command("confirm")
@click.argument("id_", metavar="ID")
@json_option
def confirm(id_: str, as_json: bool) -> None:
    """Record that the organisation has confirmed its record outside the platform."""
    with house().working(OPERATOR) as work:
        store = RecordStore(work.db)
        work.record(*confirming.confirm(store, id_, person=OPERATOR, at=work.at))
    show(as_json, {"id": id_}, "confirmed")


@click.command("directory")
@click.option("--public", is_flag=True, help="What everybody sees, not what members see.")
@json_option
def directory_(public: bool, as_json: bool) -> None:
    """List the organisations as the directory shows them."""
    at, onlooker = clock.now(), Onlooker.ANYBODY if public else Onlooker.MEMBER
    with house().reading() as db:
        found = listed(db, onlooker, at)
    rows = [
        {
            "id": one.id,
            "name": one.name,
            "category": one.category.value,
            "country": one.country,
            "charter": one.is_charter,
        }
        for one in found
    ]
    show(as_json, rows, table(rows))


def _read() -> dict[str, Any]:
    try:
        given = orjson.loads(sys.stdin.buffer.read())
    except orjson.JSONDecodeError as error:
        raise NotAcceptable("Standard input is no JSON document.") from error
    if not isinstance(given, dict):
        raise NotAcceptable("A record is a JSON object.")
    return given


def _record(document: dict[str, Any]) -> Record:
    """The record of a document that a person wrote; NotAcceptable for another shape."""
    try:
        record_ = from_document(document)
        problems(record_)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotAcceptable("A field of the document is not as `record show` prints it.") from error
    return record_


COMMANDS = (directory_,)
