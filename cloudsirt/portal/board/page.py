"""The Board's room: what needs one's vote, what is open, what became of the rest.

Members of the Board and the secretariat see it. Whoever votes or recuses their seat gives the
password again, in the same form.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cloudsirt import balloting
from cloudsirt.auth import gate
from cloudsirt.auth.duties import may_run_secretariat, may_sit_on_board
from cloudsirt.auth.permissions import Permission
from cloudsirt.auth.principal import Principal
from cloudsirt.errors import NotPermitted, NotSignedIn, TooManyAttempts
from cloudsirt.portal.board.lines import own_vote, shown_ballot, shown_lines, waits_for
from membership.ballots.ballot import Choice
from membership.ballots.balloting import REASON_LIMIT
from membership.ballots.papers import commitment
from membership.ballots.store import BallotStore
from membership.errors import (
    IllegalTransition,
    NotAcceptable,
    NotAllowed,
    NotComplete,
)

pages = Blueprint("board", __name__, url_prefix="/board")

CLOSED_LIMIT = 25

_STATUS_OF: dict[type[Exception], int] = {
    NotSignedIn: 401,
    TooManyAttempts: 429,
    NotAllowed: 403,
    IllegalTransition: 409,
    NotComplete: 400,
    NotAcceptable: 400,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a form was refused, which of the two it is, and what it was filled in with."""

    form: str
    text: str
    choice: str
    reason: str


@pages.get("")
@gate.needs(Permission.BALLOT_READ)
def index() -> ResponseReturnValue:
    """What needs the person's vote, then what is open, then what is closed; newest first."""
    person, at = _viewer().person.id, gate.house().now()
    before = _moment(request.args.get("before", ""))
    with gate.house().reading() as db:
        store = BallotStore(db)
        is_open = store.open_ballots()
        closed = store.closed(before=before, limit=CLOSED_LIMIT + 1)
    awaited = [ballot for ballot in is_open if waits_for(ballot, person, at)]
    others = [ballot for ballot in is_open if ballot not in awaited]
    shown = closed[:CLOSED_LIMIT]
    last = shown[-1].closed if len(closed) > CLOSED_LIMIT else None
    here = "portal.board.index"
    return render_template(
        "board.html",
        awaited=shown_lines(awaited, person, at),
        others=shown_lines(others, person, at),
        closed=shown_lines(shown, person, at),
        sits=bool(may_sit_on_board(gate.someone())),
        runs_secretariat=bool(may_run_secretariat(gate.someone())),
        newest_url=url_for(here) if before is not None else None,
        older_url=url_for(here, before=last.isoformat()) if last is not None else None,
    )


@pages.get("/ballots/<id_>")
@gate.needs(Permission.BALLOT_READ)
def show(id_: str) -> ResponseReturnValue:
    """One ballot, with everything that a vote needs."""
    return _page(id_, None)


@pages.post("/ballots/<id_>/vote")
@gate.needs(Permission.BALLOT_VOTE)
def vote(id_: str) -> ResponseReturnValue:
    """Vote, or vote differently; the code of a new secret paper is shown in the answer, once."""
    principal, form = _viewer(), request.form
    chosen = next((item for item in Choice if item.value == form.get("choice")), None)
    try:
        if chosen is None:
            raise NotComplete("Choose what you vote.")
        voted = balloting.vote(
            gate.house(),
            principal,
            id_,
            chosen,
            password=form.get("password", ""),
            code=form.get("code", ""),
        )
    except tuple(_STATUS_OF) as error:
        return _refused(id_, "vote", error)
    if voted.code is None:
        return redirect(url_for("portal.board.show", id_=id_), 303)
    return render_template(
        "paper.html",
        title=voted.ballot.motion.title,
        voted=own_vote(chosen),
        code=voted.code,
        commitment=commitment(id_, voted.code),
        is_open=voted.ballot.is_open,
        url=url_for("portal.board.show", id_=id_),
    )


@pages.post("/ballots/<id_>/recuse")
@gate.needs(Permission.BALLOT_VOTE)
def recuse(id_: str) -> ResponseReturnValue:
    """Take one's own seat out of a ballot."""
    principal, form = _viewer(), request.form
    try:
        balloting.recuse(
            gate.house(),
            principal,
            id_,
            form.get("reason", ""),
            password=form.get("password", ""),
            code=form.get("code", ""),
        )
    except tuple(_STATUS_OF) as error:
        return _refused(id_, "recuse", error)
    return redirect(url_for("portal.board.show", id_=id_), 303)


def _viewer() -> Principal:
    """Who looks; NotPermitted for everybody but the Board and the secretariat."""
    principal = gate.someone()
    verdict = balloting.may_see_ballots(principal)
    if not verdict:
        raise NotPermitted(verdict.reason)
    return principal


def _refused(id_: str, form: str, error: Exception) -> ResponseReturnValue:
    """The page of the ballot again, as it is now, with what was wrong."""
    given = request.form
    problem = Problem(form, str(error), given.get("choice", ""), given.get("reason", ""))
    return _page(id_, problem), _STATUS_OF.get(type(error), 400)


def _page(id_: str, problem: Problem | None) -> str:
    person, at = _viewer().person.id, gate.house().now()
    with gate.house().reading() as db:
        shown = shown_ballot(db, BallotStore(db).ballot(id_), person, at)
    return render_template(
        "ballot.html",
        ballot=shown,
        problem=problem,
        choices=[(item.value, _CHOICES[item]) for item in Choice],
        reason_limit=REASON_LIMIT,
    )


_CHOICES = {Choice.FOR: "For", Choice.AGAINST: "Against", Choice.ABSTAIN: "Abstain"}


def _moment(text: str) -> datetime | None:
    """Where a list goes on; anything that is no moment starts it at the newest."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
