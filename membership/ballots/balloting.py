"""The commands around ballots: load, decide, save, and return what happened.

Each returns the ballot as it is now and the events. A vote or a recusal that leaves nothing to be
changed closes the ballot at once: then a `BallotClosed` is the last of the events, and whoever
calls does what follows from it, in the same transaction. Who sits on the Board at all at that
instant, and is present, the caller has made sure of.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from membership.ballots.ballot import (
    Action,
    Ballot,
    Choice,
    Motion,
    Recusal,
    Seat,
    next_state,
    opened_ballot,
    require_voting,
    voting_seat,
    with_seat,
)
from membership.ballots.events import (
    BallotCancelled,
    BallotClosed,
    BallotOpened,
    SeatRecused,
    VoteCast,
)
from membership.ballots.papers import as_document, with_choice, with_paper, without_paper
from membership.ballots.store import BallotStore
from membership.ballots.tally import best_case, outcome, settled, tally
from membership.bylaws import Bylaws
from membership.errors import IllegalTransition, NotAcceptable, NotComplete
from membership.events import MembershipEvent
from membership.person import Person

REASON_LIMIT = 1_000

Outcome = tuple[Ballot, tuple[MembershipEvent, ...]]


def open_ballot(
    store: BallotStore,
    *,
    id_: str,
    motion: Motion,
    seats: Sequence[Person],
    bylaws: Bylaws,
    at: datetime,
) -> Outcome:
    """Put a motion to the vote of these seats; refused while there is a ballot on the matter.

    NotAcceptable also says so of a motion that could not be carried by all who may vote.
    """
    for other in store.open_ballots():
        if other.motion.matter == motion.matter:
            raise IllegalTransition(f"There is an open ballot on this already: {other.id}.")
    ballot = opened_ballot(id_, motion, seats, bylaws, at)
    best = best_case(ballot)
    if not best:
        raise NotAcceptable(f"Even if all who may vote voted for it: {best.reason}")
    store.add(ballot)
    return ballot, (_opened(ballot),)


def cast(
    store: BallotStore,
    ballot_id: str,
    person: str,
    choice: Choice,
    *,
    code: str | None = None,
    new_code: str | None = None,
    at: datetime,
) -> Outcome:
    """Vote, or vote differently.

    In a secret ballot the first vote takes `new_code`, which the voter is shown, and every change
    of it takes that as `code`; NotComplete without it.
    """
    ballot = store.ballot(ballot_id)
    require_voting(ballot, Action.CAST, at)
    seat = voting_seat(ballot, person)
    if ballot.is_secret:
        voted = _with_secret_vote(ballot, seat, choice, code, new_code)
    else:
        voted = with_seat(ballot, replace(seat, has_voted=True, choice=choice))
    shown = None if ballot.is_secret else choice.value
    return _settle(store, voted, VoteCast(ballot_id, person, shown, seat.has_voted), at)


def recuse(
    store: BallotStore,
    ballot_id: str,
    person: str,
    *,
    reason: str,
    code: str | None = None,
    at: datetime,
) -> Outcome:
    """Take one's own seat out, and the vote that it has cast (in a secret ballot, by its code)."""
    ballot = store.ballot(ballot_id)
    require_voting(ballot, Action.RECUSE, at)
    seat = voting_seat(ballot, person)
    text = _reason(reason)
    if ballot.is_secret and seat.has_voted:
        ballot = replace(ballot, papers=without_paper(ballot, _needed_code(code)))
    out = replace(seat, recused=Recusal(text), has_voted=False, choice=None)
    event = SeatRecused(ballot_id, person, text, seat.has_voted)
    return _settle(store, with_seat(ballot, out), event, at)


def close(store: BallotStore, ballot_id: str, *, at: datetime) -> Outcome:
    """Count a ballot whose time is over."""
    ballot = store.ballot(ballot_id)
    next_state(ballot, Action.CARRY)
    if not ballot.is_due(at):
        raise IllegalTransition("The time to vote is not over, and votes could change the result.")
    closed, event = _counted(ballot, at)
    store.save(closed)
    return closed, (event,)


def cancel(store: BallotStore, ballot_id: str, *, reason: str, at: datetime) -> Outcome:
    """End a ballot that nobody has counted, because what it was about is gone."""
    ballot = store.ballot(ballot_id)
    state = next_state(ballot, Action.CANCEL)
    text = _reason(reason)
    cancelled = replace(ballot, state=state, closed=at, cancellation=text, papers=())
    store.save(cancelled)
    event = BallotCancelled(ballot_id, ballot.motion.kind.value, ballot.motion.subject, text)
    return cancelled, (event,)


def _settle(store: BallotStore, ballot: Ballot, event: MembershipEvent, at: datetime) -> Outcome:
    """Save a ballot after one of its seats acted, and close it when nothing can change it."""
    if settled(ballot) is None:
        store.save(ballot)
        return ballot, (event,)
    closed, counted = _counted(ballot, at)
    store.save(closed)
    return closed, (event, counted)


def _counted(ballot: Ballot, at: datetime) -> tuple[Ballot, BallotClosed]:
    is_carried = bool(outcome(ballot))
    state = next_state(ballot, Action.CARRY if is_carried else Action.FAIL)
    closed = replace(ballot, state=state, closed=at)
    counted = tally(closed, closed.votes)
    return closed, BallotClosed(
        about=ballot.id,
        kind=ballot.motion.kind.value,
        subject=ballot.motion.subject,
        organisation=ballot.motion.organisation,
        outcome=state.value,
        in_favour=counted.in_favour or 0,
        against=counted.against or 0,
        abstained=counted.abstained or 0,
        missing=counted.missing,
        is_early=at < ballot.closes,
        papers=as_document(closed.papers) if closed.is_secret else None,
    )


def _opened(ballot: Ballot) -> BallotOpened:
    return BallotOpened(
        about=ballot.id,
        kind=ballot.motion.kind.value,
        subject=ballot.motion.subject,
        title=ballot.motion.title,
        closes=ballot.closes.isoformat(),
        majority=ballot.majority.value,
        quorum=str(ballot.quorum),
        secrecy=ballot.secrecy.value,
        voters=tuple(seat.person for seat in ballot.eligible),
        recused=tuple(seat.person for seat in ballot.seats if seat.recused is not None),
    )


def _with_secret_vote(
    ballot: Ballot, seat: Seat, choice: Choice, code: str | None, new_code: str | None
) -> Ballot:
    if seat.has_voted:
        return replace(ballot, papers=with_choice(ballot, _needed_code(code), choice))
    if not new_code:
        raise ValueError("a first secret vote needs a new code")
    papers = with_paper(ballot, new_code, choice)
    return with_seat(replace(ballot, papers=papers), replace(seat, has_voted=True))


def _needed_code(code: str | None) -> str:
    if not code or not code.strip():
        raise NotComplete("You have voted: what you voted changes only with your paper's code.")
    return code


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        raise NotComplete("A reason is needed.")
    if len(reason) > REASON_LIMIT or "\x00" in reason:
        raise NotAcceptable(f"A reason has at most {REASON_LIMIT} characters.")
    return reason
