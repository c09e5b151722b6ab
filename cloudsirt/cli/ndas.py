"""`cloudsirt nda …`: texts, signatures, documents that wait, the roster, and receipts."""

from datetime import UTC, datetime
from pathlib import Path

import click

from cloudsirt import clock
from cloudsirt.cli.printing import house, json_option, show, table
from cloudsirt.errors import ChecksFailed
from cloudsirt.house import OPERATOR
from cloudsirt.keys import verifies_with
from cloudsirt.rosters import csv_text, documents, instant_of
from cloudsirt.uploads.accepting import accept as look_at
from cloudsirt.uploads.kinds import PDF, TEXT
from membership.ndas import adopting, signing, uploading
from membership.ndas.binding import bound
from membership.ndas.receipt import is_receipt
from membership.ndas.text import PLAIN
from membership.ndas.upload import State
from membership.store import MembershipStore

_OUTSIDE = "recorded by the operator as done outside the platform"
_DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"])
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def nda() -> None:
    """The multi-party NDA: texts, signatures, documents that wait, roster, receipts."""


@nda.command("sign")
@click.option("--org", "organisation", required=True, metavar="ID")
@click.option("--since", type=_DAY, help="UTC; now unless given.")
@click.option("--until", type=_DAY, help="UTC; the bylaws' term unless given.")
@click.option("--text", metavar="TITLE", help="The newest text unless given.")
@json_option
def sign(
    organisation: str,
    since: datetime | None,
    until: datetime | None,
    text: str | None,
    as_json: bool,
) -> None:
    """Record a signature that was made outside the platform."""
    with house().working(OPERATOR) as work:
        signed, events = signing.record_signature(
            work.membership,
            organisation,
            id_=clock.new_id(),
            since=_utc(since) or work.at,
            until=_utc(until),
            ground=_OUTSIDE,
            text=text,
        )
        work.record(*events)
    document = {
        "id": signed.id,
        "since": signed.since.isoformat(),
        "until": signed.until.isoformat(),
    }
    show(as_json, document, f"in force until {signed.end.date()}")


@nda.command("end")
@click.option("--org", "organisation", required=True, metavar="ID")
@click.option("--reason", default="ended by the operator", show_default=True)
@json_option
def end(organisation: str, reason: str, as_json: bool) -> None:
    """End the signature in force, from now on."""
    with house().working(OPERATOR) as work:
        work.record(*signing.end_nda(work.membership, organisation, reason=reason, at=work.at))
    show(as_json, {"organisation": organisation}, "ended")


@nda.command("list")
@click.option("--org", "organisation", required=True, metavar="ID")
@json_option
def list_(organisation: str, as_json: bool) -> None:
    """List the signatures of an organisation."""
    opened = house()
    at = opened.now()
    with opened.reading() as db:
        store = MembershipStore(db)
        found = store.signatures(store.organisation(organisation).id)
    rows = [
        {
            "id": item.id,
            "text": item.text,
            "since": item.since.isoformat(),
            "until": item.end.isoformat(),
            "in_force": item.in_force(at),
            "method": item.method.value,
        }
        for item in found
    ]
    show(as_json, rows, table(rows))


@nda.group()
def text() -> None:
    """The texts of the NDA: list, propose, show."""


@text.command("list")
@json_option
def texts(as_json: bool) -> None:
    """List the texts: drafts, then the newest, then those before it."""
    with house().reading() as db:
        found = MembershipStore(db).ndas.texts()
    rows = [
        {
            "title": item.title,
            "sha256": item.digest,
            "media_type": item.media_type,
            "adopted": item.adopted.isoformat() if item.adopted is not None else None,
            "superseded": item.superseded.isoformat() if item.superseded is not None else None,
        }
        for item in found
    ]
    show(as_json, rows, table(rows))


@text.command("propose")
@click.option("--title", required=True)
@click.argument("file", type=_FILE)
@json_option
def propose(title: str, file: Path, as_json: bool) -> None:
    """Put a text (PDF or plain text) before the Board, as a draft."""
    opened = house()
    found = look_at(opened, file.name, file.read_bytes(), allowed=frozenset({PDF, TEXT}))
    with opened.working(OPERATOR) as work:
        made, events = adopting.propose_text(
            work.membership, title, found.content, found.media_type, at=work.at
        )
        work.record(*events)
    show(as_json, {"title": made.title, "sha256": made.digest}, f"proposed, SHA-256 {made.digest}")


@text.command("show")
@click.argument("title")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it there.")
@json_option
def show_text(title: str, output: Path | None, as_json: bool) -> None:
    """Show a text, or write its exact bytes to a file."""
    with house().reading() as db:
        store = MembershipStore(db).ndas
        found, content = store.text(title), store.content(title)
    if output is not None:
        output.write_bytes(content)
    is_plain = found.media_type == PLAIN
    if output is None and not is_plain and not as_json:
        raise click.UsageError("This text is a PDF: name a file with --output.")
    document = {
        "title": found.title,
        "sha256": found.digest,
        "media_type": found.media_type,
        "text": content.decode() if is_plain else None,
    }
    text_ = document["text"] or "" if output is None else f"written to {output}"
    show(as_json, document, text_)


@nda.command("uploads")
@json_option
def uploads(as_json: bool) -> None:
    """List the signed documents that wait."""
    with house().reading() as db:
        found = MembershipStore(db).ndas.uploads_in(State.WAITING)
    rows = [
        {
            "id": item.id,
            "organisation": item.organisation,
            "text": item.text,
            "name": item.name,
            "sha256": item.digest,
            "uploaded": item.uploaded.isoformat(),
        }
        for item in found
    ]
    show(as_json, rows, table(rows))


@nda.command("accept")
@click.argument("upload", metavar="ID")
@click.option("--since", type=_DAY, help="UTC; now unless given.")
@click.option("--until", type=_DAY, help="UTC; the bylaws' term unless given.")
@json_option
def accept(upload: str, since: datetime | None, until: datetime | None, as_json: bool) -> None:
    """Record the signature that a document proves."""
    with house().working(OPERATOR) as work:
        signed, events = uploading.accept(
            work.membership,
            upload,
            nda=clock.new_id(),
            since=_utc(since),
            until=_utc(until),
            by=OPERATOR,
            at=work.at,
        )
        work.record(*events)
    show(as_json, {"id": signed.id}, f"in force until {signed.end.date()}")


@nda.command("refuse")
@click.argument("upload", metavar="ID")
@click.option("--reason", required=True)
@json_option
def refuse(upload: str, reason: str, as_json: bool) -> None:
    """Send a signed document back, with what is wrong with it."""
    with house().working(OPERATOR) as work:
        store = work.membership
        work.record(*uploading.refuse(store, upload, reason=reason, by=OPERATOR, at=work.at))
    show(as_json, {"id": upload}, "refused")


@nda.command("roster")
@click.option("--at", "when", metavar="DATE", help="A day (its end, UTC) or a moment; now.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@json_option
def roster(when: str | None, as_csv: bool, as_json: bool) -> None:
    """Who was bound by what, at any instant until now."""
    if as_csv and as_json:
        raise click.UsageError("Print it as CSV or as JSON: choose one.")
    opened = house()
    now = opened.now()
    at = now if when is None else instant_of(when, now)
    with opened.reading() as db:
        found = bound(MembershipStore(db), at, now=now)
    if as_csv:
        click.echo(csv_text(found), nl=False)
        return
    rows = documents(found)
    columns = ("organisation", "text", "since", "ends", "method")
    show(as_json, rows, table([{name: row[name] for name in columns} for row in rows]))


@nda.command("verify")
@click.option("--receipt", required=True, type=_FILE)
@click.option("--signature", required=True, type=_FILE)
@click.option("--key", required=True, type=_FILE, help="audit.pub of the installation.")
@json_option
def verify(receipt: Path, signature: Path, key: Path, as_json: bool) -> None:
    """Verify a receipt, anywhere: needs neither database nor home folder."""
    content = receipt.read_bytes()
    if not is_receipt(content):
        raise ChecksFailed("This is no receipt for a signature on the NDA.")
    if not verifies_with(key.read_bytes(), signature.read_bytes(), content):
        raise ChecksFailed("The receipt does not verify: it, the signature or the key is another.")
    lines = [line.split(": ", 1) for line in content.decode().splitlines()[1:]]
    show(as_json, {"verified": True, **dict(lines)}, f"verified\n{content.decode()}".rstrip())


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None else None


COMMANDS = (nda,)
