"""`cloudsirt ballot …`: what the Board decides. Whoever votes gives their password here as well."""

import sys
from collections.abc import Sequence

import click

from cloudsirt import balloting
from cloudsirt.cli.printing import house, json_option, show, table
from cloudsirt.errors import ChecksFailed
from cloudsirt.house import OPERATOR
from cloudsirt.work import Work
from membership.ballots import motions
from membership.ballots.ballot import Ballot, Choice, Motion, MotionKind, Seat, closing_text
from membership.ballots.papers import paper_of
from membership.ballots.store import BallotStore
from membership.ballots.tally import shown_tally
from membership.store import MembershipStore

_KINDS = click.Choice(
    [kind.value for kind in (MotionKind.BYLAWS, MotionKind.EXPULSION, MotionKind.NDA_TEXT)]
)
_CHOICES = click.Choice([choice.value for choice in Choice])
_person = click.option("--person", "email", required=True, metavar="EMAIL")
_code = click.option("--code", default="", help="Of one's paper in a secret ballot.")
_password = click.option(
    "--password-stdin", is_flag=True, required=True, help="Read the password from standard input."
)


@click.group()
def ballot() -> None:
    """Ballots of the Board: open, vote, recuse, close, verify."""


@ballot.command("open")
@click.option("--kind", required=True, type=_KINDS, help="An admission opens from its application.")
@click.option("--name", help="The number of the bylaws to change.")
@click.option("--value", help="What it is to be.")
@click.option("--org", "organisation", metavar="ID", help="The member to expel.")
@click.option("--text", help="The title of the text of the NDA to adopt.")
@json_option
def open_(
    kind: str,
    name: str | None,
    value: str | None,
    organisation: str | None,
    text: str | None,
    as_json: bool,
) -> None:
    """Put a motion to the vote of those who sit on the Board now."""

    def moved(work: Work) -> Motion:
        if kind == MotionKind.BYLAWS.value:
            bylaws = work.membership.bylaws(work.at)
            return motions.to_amend(bylaws, _given("--name", name), _given("--value", value))
        if kind == MotionKind.EXPULSION.value:
            found = work.membership.organisation(_given("--org", organisation))
            return motions.to_expel(found, work.at)
        return balloting.to_adopt(work, _given("--text", text))

    made = balloting.open_motion(house(), OPERATOR, moved)
    text_ = f"{made.motion.title}: {made.id}, open until {made.closes.isoformat()}"
    show(as_json, {"id": made.id, "closes": made.closes.isoformat()}, text_)


@ballot.command("list")
@click.option("--closed", "closed", is_flag=True, help="Those that are closed, the newest 100.")
@json_option
def list_(closed: bool, as_json: bool) -> None:
    """List ballots, newest first: those that are open, unless told otherwise."""
    with house().reading() as db:
        store = BallotStore(db)
        found = store.closed(limit=100) if closed else store.open_ballots()
    rows = [
        {
            "id": item.id,
            "kind": item.motion.kind.value,
            "title": item.motion.title,
            "state": item.state.value,
            "closes": item.closes.isoformat(),
            "missing": len(item.missing),
        }
        for item in found
    ]
    show(as_json, rows, table(rows))


@ballot.command("show")
@click.argument("id_", metavar="ID")
@json_option
def show_(id_: str, as_json: bool) -> None:
    """Show a ballot: the motion, the tally that explains itself, the seats."""
    with house().reading() as db:
        found = BallotStore(db).ballot(id_)
        people = MembershipStore(db).people_by_id(seat.person for seat in found.seats)
    seats = [{"person": people[seat.person].email, "vote": _vote(seat)} for seat in found.seats]
    sentences = shown_tally(found).sentences
    lines = [found.motion.title, closing_text(found), *sentences, "", table(seats)]
    show(as_json, _document(found, sentences, seats), "\n".join(lines))


@ballot.command("vote")
@click.argument("id_", metavar="ID")
@_person
@click.option("--choice", required=True, type=_CHOICES)
@_password
@_code
@json_option
def vote(id_: str, email: str, choice: str, password_stdin: bool, code: str, as_json: bool) -> None:
    """Vote with one's seat, or vote differently; a new secret paper's code is printed once."""
    opened, password = house(), _read_password()
    voter = balloting.person_at_console(opened, email)
    voted = balloting.vote(opened, voter, id_, Choice(choice), password=password, code=code)
    document = {"id": id_, "state": voted.ballot.state.value, "code": voted.code}
    kept = f"\nThe code of your paper, shown this once: {voted.code}" if voted.code else ""
    show(as_json, document, f"voted; {closing_text(voted.ballot)}{kept}")


@ballot.command("recuse")
@click.argument("id_", metavar="ID")
@_person
@click.option("--reason", required=True)
@_password
@_code
@json_option
def recuse(
    id_: str, email: str, reason: str, password_stdin: bool, code: str, as_json: bool
) -> None:
    """Take one's own seat out of a ballot, with the vote that it may have cast."""
    opened, password = house(), _read_password()
    member = balloting.person_at_console(opened, email)
    found = balloting.recuse(opened, member, id_, reason, password=password, code=code)
    show(as_json, {"id": id_, "state": found.state.value}, f"recused; {closing_text(found)}")


@ballot.command("close")
@json_option
def close(as_json: bool) -> None:
    """Count the ballots whose time is over, as the worker does."""
    closed = balloting.close_due_ballots(house())
    show(as_json, {"closed": closed}, f"{closed} closed")


@ballot.command("cancel")
@click.argument("id_", metavar="ID")
@click.option("--reason", required=True)
@json_option
def cancel(id_: str, reason: str, as_json: bool) -> None:
    """End a ballot without counting, because what it was about is gone."""
    found = balloting.cancel(house(), OPERATOR, id_, reason)
    show(as_json, {"id": id_, "state": found.state.value}, closing_text(found))


@ballot.command("verify")
@click.argument("id_", metavar="ID")
@click.option("--code", help="Find the paper that this code belongs to as well.")
@json_option
def verify(id_: str, code: str | None, as_json: bool) -> None:
    """Count the papers of a closed secret ballot again, as they were published at its close."""
    with house().reading() as db:
        found = BallotStore(db).ballot(id_)
        verdict = balloting.verify_papers(db, found)
    if not verdict:
        raise ChecksFailed(verdict.reason)
    own = paper_of(found, code) if code is not None else None
    document = {
        "id": id_,
        "verdict": verdict.reason,
        "papers": [[paper.commitment, paper.choice.value] for paper in found.papers],
        "own": [own.commitment, own.choice.value] if own is not None else None,
    }
    rows = [{"paper": paper.commitment, "vote": paper.choice.value} for paper in found.papers]
    mine = f"\nYours: {own.commitment}, {own.choice.value}" if own is not None else ""
    show(as_json, document, f"{table(rows)}\n{verdict.reason}{mine}")


def _document(
    found: Ballot, sentences: Sequence[str], seats: list[dict[str, str]]
) -> dict[str, object]:
    return {
        "id": found.id,
        "kind": found.motion.kind.value,
        "subject": found.motion.subject,
        "title": found.motion.title,
        "state": found.state.value,
        "opened": found.opened.isoformat(),
        "closes": found.closes.isoformat(),
        "closed": found.closed.isoformat() if found.closed is not None else None,
        "secrecy": found.secrecy.value,
        "majority": found.majority.value,
        "tally": sentences,
        "seats": seats,
    }


def _vote(seat: Seat) -> str:
    if seat.recused is not None:
        return f"recused: {seat.recused.reason}"
    if seat.choice is not None:
        return seat.choice.value
    return "voted" if seat.has_voted else "missing"


def _given(option: str, value: str | None) -> str:
    if value is None:
        raise click.UsageError(f"This kind of ballot needs {option}.")
    return value


def _read_password() -> str:
    return sys.stdin.readline().rstrip("\r\n")


COMMANDS = (ballot,)
