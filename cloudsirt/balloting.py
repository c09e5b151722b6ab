"""Ballots as people use them, each action as one unit of work.

Whoever votes or recuses their seat is present (the password again, before the unit of work), sits
on the Board in good standing at that very instant, and holds a seat that was frozen at the opening:
the first two are seen to here, the third by the commands.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from cloudsirt import clock
from cloudsirt.audit.history import last_about
from cloudsirt.auth.duties import may_run_secretariat, may_sit_on_board
from cloudsirt.auth.presence import prove_presence
from cloudsirt.auth.principal import Principal, principal_of
from cloudsirt.errors import NotPermitted
from cloudsirt.house import WORKER, House
from cloudsirt.stewarding import acting
from cloudsirt.work import Work
from membership.ballots import balloting, motions
from membership.ballots.ballot import Ballot, Choice, Motion
from membership.ballots.events import BallotClosed, VoteCast
from membership.ballots.papers import verify
from membership.ballots.store import BallotStore
from membership.errors import IllegalTransition
from membership.person import Person, Role
from membership.store import MembershipStore
from tlp import Deny, Permit, Verdict

log = logging.getLogger("cloudsirt.balloting")

Moved = Callable[[Work], Motion]
"""Makes a motion from what holds at the instant of the opening."""


@dataclass(frozen=True, slots=True)
class Voted:
    """A ballot after a vote; `code` belongs to a new secret paper and is shown once."""

    ballot: Ballot
    code: str | None


def may_see_ballots(principal: Principal) -> Verdict:
    """Whether somebody may see what the Board votes on: its members, and the secretariat."""
    if not principal.standing.verdict:
        return Deny(principal.standing.verdict.reason)
    sees = may_sit_on_board(principal) or may_run_secretariat(principal)
    return sees if sees else Deny("The Board and the secretariat see ballots.")


def seats_at(db: Connection, at: datetime) -> tuple[Person, ...]:
    """Who sits on the Board at this instant: its seats are frozen into a ballot.

    A seat whose holder may not vote today, for want of an NDA say, is one of all seats all the
    same: two thirds are of all, and it may vote once that has been mended.
    """
    store = MembershipStore(db)
    people = store.people_with(Role.BOARD)
    homes = store.organisations_by_id(person.organisation for person in people)
    return tuple(
        person
        for person in people
        if (ended := homes[person.organisation].ended) is None or ended > at
    )


def put_to_vote(work: Work, motion: Motion) -> Ballot:
    """Open a ballot within a unit of work, on the seats and bylaws of its instant."""
    ballot, events = balloting.open_ballot(
        BallotStore(work.db),
        id_=clock.new_id(),
        motion=motion,
        seats=seats_at(work.db, work.at),
        bylaws=work.membership.bylaws(work.at),
        at=work.at,
    )
    work.record(*events)
    return ballot


def open_motion(house: House, actor: str, moved: Moved) -> Ballot:
    """Open a ballot on a motion, in a unit of work of its own."""
    with house.working(actor) as work:
        return put_to_vote(work, moved(work))


def move(house: House, principal: Principal, moved: Moved) -> Ballot:
    """Open a ballot on a motion that somebody of the secretariat makes."""
    with acting(house, principal, may_run_secretariat) as (work, _):
        return put_to_vote(work, moved(work))


def vote(
    house: House,
    principal: Principal,
    ballot_id: str,
    choice: Choice,
    *,
    password: str,
    code: str = "",
) -> Voted:
    """Vote with one's seat, or vote differently; a secret vote changes only with its code."""
    prove_presence(house, principal.person.id, password)
    new_code = clock.new_secret()
    with acting(house, principal, may_sit_on_board) as (work, current):
        ballot, events = balloting.cast(
            BallotStore(work.db),
            ballot_id,
            current.person.id,
            choice,
            code=code,
            new_code=new_code,
            at=work.at,
        )
        work.record(*events)
    is_first = any(isinstance(event, VoteCast) and not event.is_change for event in events)
    return Voted(ballot, new_code if ballot.is_secret and is_first else None)


def recuse(
    house: House,
    principal: Principal,
    ballot_id: str,
    reason: str,
    *,
    password: str,
    code: str = "",
) -> Ballot:
    """Take one's own seat out of a ballot, with the vote that it may have cast."""
    prove_presence(house, principal.person.id, password)
    with acting(house, principal, may_sit_on_board) as (work, current):
        store = BallotStore(work.db)
        person = current.person.id
        ballot, events = balloting.recuse(
            store, ballot_id, person, reason=reason, code=code, at=work.at
        )
        work.record(*events)
    return ballot


def cancel(house: House, actor: str, ballot_id: str, reason: str) -> Ballot:
    """End a ballot without counting, because what it was about is gone."""
    with house.working(actor) as work:
        ballot, events = balloting.cancel(
            BallotStore(work.db), ballot_id, reason=reason, at=work.at
        )
        work.record(*events)
    return ballot


def close_due_ballots(house: House) -> int:
    """Count the ballots whose time is over, each in a unit of work of its own; how many.

    One whose consequence fails stays as it is and is logged; it does not keep up the others.
    """
    with house.reading() as db:
        due = [ballot.id for ballot in BallotStore(db).due(house.now())]
    closed = 0
    for id_ in due:
        try:
            closed += _close(house, id_)
        except Exception as error:
            log.error("ballot %s cannot be closed: %s", id_, type(error).__name__)
    return closed


def to_adopt(work: Work, title: str) -> Motion:
    """A motion to adopt a draft of the NDA's text; UnknownText, or adopted already."""
    text = work.membership.ndas.text(title.strip())
    if text.adopted is not None:
        raise IllegalTransition(f"“{text.title}” was adopted already.")
    return motions.to_adopt(text.title)


def verify_papers(db: Connection, ballot: Ballot) -> Verdict:
    """Whether the papers of a secret ballot are those of the close, as the audit trail has it."""
    if not ballot.is_secret:
        return Deny("The votes of this ballot are open: it has no papers.")
    if ballot.is_open:
        return Deny("This ballot is open: its papers are published at the close.")
    closed = last_about(db, BallotClosed.tag, ballot.id)
    if closed is not None:
        return verify(ballot, closed["papers"])
    return Permit("It was cancelled before anything was counted: there are no papers.")


def _close(house: House, ballot_id: str) -> bool:
    """Count one ballot, unless another worker was faster."""
    with house.working(WORKER) as work:
        store = BallotStore(work.db)
        if not store.ballot(ballot_id).is_due(work.at):
            return False
        _, events = balloting.close(store, ballot_id, at=work.at)
        work.record(*events)
    return True


def person_at_console(house: House, email: str) -> Principal:
    """Who votes from the command line; NotPermitted when the account has ended."""
    with house.reading() as db:
        found = MembershipStore(db).person_by_email(email)
        principal = principal_of(db, found.id, house.now())
    if principal is None:
        raise NotPermitted("This account has ended.")
    return principal
