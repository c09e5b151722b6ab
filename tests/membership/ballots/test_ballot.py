"""Ballots as they open and close: seats, frozen numbers, every state with every action."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from itertools import product

import pytest

from membership.ballots import motions
from membership.ballots.ballot import (
    OWN_ORGANISATION,
    Action,
    Motion,
    MotionKind,
    State,
    closing_text,
    majority_of,
    next_state,
    opened_ballot,
    require_voting,
    secrecy_of,
    voting_seat,
)
from membership.bylaws import AMENDABLE, BYLAWS, Majority, Secrecy
from membership.errors import IllegalTransition, NotAcceptable, NotAllowed
from membership.organisation import Category, Organisation
from membership.person import Person, Role
from tests.membership.ballots.boards import MOTION, OPENED, board

CLOSED = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
EXPULSION = Motion(MotionKind.EXPULSION, "beta", "Expulsion of Beta", "beta")


def member(name: str, organisation: str) -> Person:
    """Somebody with a seat."""
    roles = frozenset({Role.BOARD})
    return Person(name, organisation, name, f"{name}@example.org", roles, OPENED)


@pytest.mark.parametrize(("state", "action"), list(product(State, Action)))
def test_every_state_knows_every_action(state: State, action: Action) -> None:
    """An open ballot takes votes and recusals and ends in one of three ways; a closed one stays."""
    closed = None if state is State.OPEN else CLOSED
    ballot = replace(board("F."), state=state, closed=closed, cancellation="withdrawn.")
    expected = {
        Action.CAST: State.OPEN,
        Action.RECUSE: State.OPEN,
        Action.CARRY: State.CARRIED,
        Action.FAIL: State.NOT_CARRIED,
        Action.CANCEL: State.CANCELLED,
    }
    if state is State.OPEN:
        assert next_state(ballot, action) is expected[action]
    else:
        with pytest.raises(IllegalTransition, match=r"closed on 2026-03-09 08:30 UTC"):
            next_state(ballot, action)


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (State.CARRIED, "This ballot was closed on 2026-03-09 08:30 UTC: carried."),
        (State.NOT_CARRIED, "This ballot was closed on 2026-03-09 08:30 UTC: not carried."),
        (State.CANCELLED, "This ballot was closed on 2026-03-09 08:30 UTC: cancelled: Gone."),
    ],
)
def test_a_closed_ballot_says_when_and_how(state: State, text: str) -> None:
    """Whoever comes too late is told what happened."""
    assert (
        closing_text(replace(board("F"), state=state, closed=CLOSED, cancellation="Gone.")) == text
    )


def test_the_seats_and_numbers_are_those_of_the_opening() -> None:
    """Later bylaws change nothing about a ballot that is open."""
    bylaws = replace(BYLAWS, quorum=Fraction(1, 3), ballot_term=timedelta(days=3))
    ballot = opened_ballot("id", MOTION, [member("ann", "alpha")], bylaws, OPENED)
    assert ballot.quorum == Fraction(1, 3)
    assert ballot.closes == OPENED + timedelta(days=3)
    assert [seat.person for seat in ballot.seats] == ["ann"]


def test_a_seat_of_the_organisation_concerned_is_recused_by_itself() -> None:
    """All seats of it, and no others; they still count among all seats."""
    people = [member("ann", "alpha"), member("bob", "beta"), member("bea", "beta")]
    ballot = opened_ballot("id", EXPULSION, people, BYLAWS, OPENED)
    assert [seat.recused for seat in ballot.seats] == [None, OWN_ORGANISATION, OWN_ORGANISATION]
    assert len(ballot.seats) == 3
    with pytest.raises(NotAllowed, match="about the seat’s own organisation"):
        voting_seat(ballot, "bob")


@pytest.mark.parametrize("people", [[], [member("bob", "beta")]])
def test_a_ballot_needs_a_seat_that_may_vote(people: list[Person]) -> None:
    """Nobody at all, or only the organisation concerned: there is nothing to open."""
    with pytest.raises(NotAcceptable, match="No seat"):
        opened_ballot("id", EXPULSION, people, BYLAWS, OPENED)


def test_only_a_frozen_seat_votes() -> None:
    """Whoever joined the Board later has no seat in it."""
    with pytest.raises(NotAllowed, match="had no seat"):
        voting_seat(board("F."), "newcomer")


@pytest.mark.parametrize("kind", MotionKind)
def test_each_kind_has_its_majority_and_its_secrecy(kind: MotionKind) -> None:
    """As the bylaws say, kind by kind."""
    two_thirds = {MotionKind.ADMISSION_OF_OTHER, MotionKind.EXPULSION, MotionKind.BYLAWS}
    assert (majority_of(kind, BYLAWS) is Majority.TWO_THIRDS) == (kind in two_thirds)
    assert (secrecy_of(kind, BYLAWS) is Secrecy.SECRET) == (kind is MotionKind.EXPULSION)
    assert kind.text


# the instant of the deadline


@pytest.mark.parametrize(
    ("opened", "closes"),
    [
        (datetime(2028, 2, 15, 12, tzinfo=UTC), datetime(2028, 2, 29, 12, tzinfo=UTC)),
        (datetime(2028, 2, 16, 12, tzinfo=UTC), datetime(2028, 3, 1, 12, tzinfo=UTC)),
        (datetime(2027, 2, 15, 12, tzinfo=UTC), datetime(2027, 3, 1, 12, tzinfo=UTC)),
        (
            datetime(2026, 3, 20, 1, tzinfo=timezone(timedelta(hours=14))),
            datetime(2026, 4, 2, 11, tzinfo=UTC),
        ),
    ],
)
def test_a_ballot_lasts_days_of_24_hours(opened: datetime, closes: datetime) -> None:
    """Over a leap day, over the end of a month, over clocks that change; from any time zone."""
    assert opened_ballot("id", MOTION, [member("ann", "alpha")], BYLAWS, opened).closes == closes


@pytest.mark.parametrize("zone", [-12, 0, 14])
def test_the_deadline_is_one_instant_everywhere(zone: int) -> None:
    """A microsecond before it counts, the instant itself does not, in every time zone."""
    ballot = board("F.")
    there = ballot.closes.astimezone(timezone(timedelta(hours=zone)))
    require_voting(ballot, Action.CAST, there - timedelta(microseconds=1))
    assert not ballot.is_due(there - timedelta(microseconds=1))
    assert ballot.is_due(there)
    with pytest.raises(IllegalTransition, match=r"ended on 2026-03-15 12:00 UTC"):
        require_voting(ballot, Action.CAST, there)


# motions


@pytest.mark.parametrize("name", AMENDABLE)
def test_every_number_of_the_bylaws_can_be_moved(name: str) -> None:
    """The motion says what it is and what it was, and gives the number back."""
    value = "2028-01-01" if name == "charter_date" else "3"
    motion = motions.to_amend(BYLAWS, name, value)
    assert motions.number_of(motion) == (name, value)
    assert motion.title.startswith(AMENDABLE[name])
    assert (
        motion.matter
        == motions.to_amend(BYLAWS, name, value.replace("3", "4").replace("2028", "2029")).matter
    )


def test_motions_that_change_nothing_or_make_no_sense_are_refused() -> None:
    """The present number, an impossible one, an unknown name."""
    for name, value in (("ballot_term", "14"), ("ballot_term", "0"), ("quorum", "1")):
        with pytest.raises(NotAcceptable):
            motions.to_amend(BYLAWS, name, value)


def test_only_a_member_is_expelled() -> None:
    """Its own seats are recused; who is no member, or has left, cannot be expelled."""
    beta = Organisation("beta", "Beta", Category.CSIRT, OPENED, admitted=OPENED)
    assert motions.to_expel(beta, OPENED) == EXPULSION
    for other in (replace(beta, admitted=None), replace(beta, category=Category.PARTNER)):
        with pytest.raises(NotAcceptable):
            motions.to_expel(other, OPENED)
    with pytest.raises(IllegalTransition):
        motions.to_expel(replace(beta, ended=OPENED), OPENED)


def test_a_text_is_moved_by_its_title() -> None:
    """Without a title there is nothing to vote on."""
    assert motions.to_adopt(" NDA 2027 ").subject == "NDA 2027"
    for title in ("", " ", "two\nlines"):
        with pytest.raises(NotAcceptable):
            motions.to_adopt(title)


def test_charter_day_is_moved_as_a_date() -> None:
    """The number that is a date stays one."""
    assert date.fromisoformat(
        motions.number_of(motions.to_amend(BYLAWS, "charter_date", "2028-02-29"))[1]
    )
