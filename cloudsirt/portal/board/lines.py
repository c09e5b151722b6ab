"""Ballots as the Board's pages show them: lines of the room, and one ballot with its seats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import Connection

from cloudsirt.portal.board.motions import Subject, subject_of
from membership.ballots.ballot import Ballot, Choice, Seat, State, closing_text
from membership.ballots.tally import Tally, shown_tally
from membership.bylaws import BYLAWS, Majority
from membership.store import MembershipStore

_STEPS = (
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
)


@dataclass(frozen=True, slots=True)
class BallotLine:
    """One ballot in a list; `left` is empty and `closed` is set once it is closed."""

    title: str
    kind: str
    url: str
    state: str
    closes: datetime
    closed: datetime | None
    left: str
    own: str
    result: str


@dataclass(frozen=True, slots=True)
class ShownSeat:
    """One seat, and what may be known of its vote."""

    name: str
    organisation: str
    vote: str


@dataclass(frozen=True, slots=True)
class ShownBallot:
    """One ballot, as far as whoever looks may know it; `own` says what their seat has done."""

    line: BallotLine
    id: str
    opened: datetime
    majority: str
    needed: str
    is_secret: bool
    is_open: bool
    is_counted: bool
    cancellation: str
    tally: Tally
    subject: Subject
    seats: tuple[ShownSeat, ...]
    papers: tuple[tuple[str, str], ...]
    may_vote: bool
    has_voted: bool
    choice: Choice | None


def waits_for(ballot: Ballot, person: str, at: datetime) -> bool:
    """Whether the vote of this person is awaited."""
    return not ballot.is_due(at) and ballot.is_open and person in _missing(ballot)


def shown_line(ballot: Ballot, person: str, at: datetime) -> BallotLine:
    """One ballot in a list, as this person sees it."""
    return BallotLine(
        title=ballot.motion.title,
        kind=ballot.motion.kind.text,
        url=url_for("portal.board.show", id_=ballot.id),
        state=ballot.state.text,
        closes=ballot.closes,
        closed=ballot.closed,
        left=_left(ballot, at),
        own=_own(ballot, ballot.seat_of(person)),
        result=_result(ballot),
    )


def shown_ballot(db: Connection, ballot: Ballot, person: str, at: datetime) -> ShownBallot:
    """One ballot, as this person sees it."""
    own = ballot.seat_of(person)
    is_counted = ballot.state in (State.CARRIED, State.NOT_CARRIED)
    return ShownBallot(
        line=shown_line(ballot, person, at),
        id=ballot.id,
        opened=ballot.opened,
        majority=BYLAWS.majority_word(ballot.majority),
        needed=_needed(ballot),
        is_secret=ballot.is_secret,
        is_open=ballot.is_open,
        is_counted=is_counted,
        cancellation=closing_text(ballot) if ballot.state is State.CANCELLED else "",
        tally=shown_tally(ballot),
        subject=subject_of(db, ballot.motion),
        seats=_seats(db, ballot),
        papers=_papers(ballot) if is_counted else (),
        may_vote=_may_vote(ballot, own, at),
        has_voted=own is not None and own.has_voted,
        choice=own.choice if own is not None else None,
    )


def own_vote(choice: Choice) -> str:
    """What somebody voted, as it is said to them."""
    return "You abstained." if choice is Choice.ABSTAIN else f"You voted {choice.value}."


def time_left(closes: datetime, at: datetime) -> str:
    """How long there is to vote, in the largest unit that fits."""
    for unit, name in _STEPS:
        count = (closes - at) // unit
        if count > 0:
            return f"{count} {name} left" if count == 1 else f"{count} {name}s left"
    return "less than a minute left"


def _left(ballot: Ballot, at: datetime) -> str:
    if not ballot.is_open:
        return ""
    return "the time to vote is over" if ballot.is_due(at) else time_left(ballot.closes, at)


def _needed(ballot: Ballot) -> str:
    """How many must vote for; where that depends on what others vote, it is as it stands."""
    needed = shown_tally(ballot).needed
    moves = ballot.is_open and ballot.majority is Majority.SIMPLE
    return "more than against" if needed is None else f"{needed}{', as it stands' * moves}"


def _missing(ballot: Ballot) -> frozenset[str]:
    return frozenset(seat.person for seat in ballot.missing)


def _may_vote(ballot: Ballot, seat: Seat | None, at: datetime) -> bool:
    is_possible = ballot.is_open and not ballot.is_due(at)
    return is_possible and seat is not None and seat.recused is None


def _own(ballot: Ballot, seat: Seat | None) -> str:
    """What the seat of whoever looks has done, as a sentence; empty without one."""
    if seat is None:
        return ""
    if seat.recused is not None:
        return f"Your seat is recused: {seat.recused.reason}"
    if seat.choice is not None:
        return own_vote(seat.choice)
    if seat.has_voted:
        return "You have voted."
    if ballot.state is State.CANCELLED:
        return ""
    return "Your vote is awaited." if ballot.is_open else "You did not vote."


def _result(ballot: Ballot) -> str:
    if ballot.state not in (State.CARRIED, State.NOT_CARRIED):
        return ballot.cancellation
    found = shown_tally(ballot)
    return f"{found.in_favour} for, {found.against} against, {found.abstained} abstained"


def _seats(db: Connection, ballot: Ballot) -> tuple[ShownSeat, ...]:
    store = MembershipStore(db)
    people = store.people_by_id(seat.person for seat in ballot.seats)
    organisations = store.organisations_by_id({seat.organisation for seat in ballot.seats})
    return tuple(
        ShownSeat(
            name=people[seat.person].name,
            organisation=organisations[seat.organisation].name,
            vote=_vote(ballot, seat),
        )
        for seat in ballot.seats
    )


def _vote(ballot: Ballot, seat: Seat) -> str:
    if seat.recused is not None:
        return f"Recused: {seat.recused.reason}"
    if seat.choice is not None:
        return seat.choice.text
    if seat.has_voted:
        return "Voted"
    return "Not yet" if ballot.is_open else "Did not vote"


def _papers(ballot: Ballot) -> tuple[tuple[str, str], ...]:
    return tuple((paper.commitment, paper.choice.text) for paper in ballot.papers)


def shown_lines(ballots: Sequence[Ballot], person: str, at: datetime) -> list[BallotLine]:
    """Ballots of a list, in their order."""
    return [shown_line(ballot, person, at) for ballot in ballots]
