"""`cloudsirt mail …`: what stands in the outbox. Never the text of a letter, nor its link."""

import click

from cloudsirt.cli.printing import house, json_option, show, table
from cloudsirt.mail.outbox import Letter, latest_letters
from cloudsirt.mailing import send_due_letters

SHOWN = 200


@click.group()
def mail() -> None:
    """Letters: list what was sent and what waits, send what is due."""


@mail.command("list")
@click.option("--limit", default=SHOWN, show_default=True, type=click.IntRange(1, 10_000))
@json_option
def list_(limit: int, as_json: bool) -> None:
    """List letters, newest first: to whom, about what, and how they fared."""
    with house().reading() as db:
        found = latest_letters(db, limit)
    rows = [_row(letter) for letter in found]
    show(as_json, rows, table(rows))


@mail.command("send")
@json_option
def send(as_json: bool) -> None:
    """Send what is due now, as the worker does in each round."""
    sent = send_due_letters(house())
    show(as_json, {"sent": sent}, f"{sent} sent")


def _row(letter: Letter) -> dict[str, object]:
    return {
        "queued": letter.queued.isoformat(timespec="seconds"),
        "letter": letter.letter,
        "to": f"{letter.to.kind}:{letter.to.id}",
        "state": letter.state,
        "tries": letter.tries,
        "due": letter.due.isoformat(timespec="seconds") if letter.due is not None else "",
        "why": letter.why or "",
        "id": letter.id,
    }


COMMANDS = (mail,)
