"""A ballot: who may vote on what, until when, and what became of it (Board clause).

The seats and the numbers of the bylaws are frozen at the opening. A seat of the organisation that
the motion is about is recused by itself; any other may recuse itself, with a reason. What the
votes come to is said in `tally`; who holds a seat of the Board at all, above.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from fractions import Fraction

from membership.bylaws import Bylaws, Majority, Secrecy
from membership.errors import IllegalTransition, NotAcceptable, NotAllowed
from membership.person import Person


class MotionKind(Enum):
    """What the Board decides by ballot."""

    ADMISSION = "admission"
    ADMISSION_OF_OTHER = "admission-of-other"
    EXPULSION = "expulsion"
    BYLAWS = "bylaws"
    NDA_TEXT = "nda-text"

    @property
    def text(self) -> str:
        """As people read it; it names nobody."""
        return _KINDS[self]


_KINDS = {
    MotionKind.ADMISSION: "Admission of an organisation",
    MotionKind.ADMISSION_OF_OTHER: "Admission of an organisation that fits no category",
    MotionKind.EXPULSION: "Expulsion of a member",
    MotionKind.BYLAWS: "Change of the bylaws",
    MotionKind.NDA_TEXT: "New text of the NDA",
}


@dataclass(frozen=True, slots=True)
class Motion:
    """What is put to the vote; `organisation` is the one whose own seats are recused.

    `subject` is the application, the organisation, the title of a text, or `name=number`.
    """

    kind: MotionKind
    subject: str
    title: str
    organisation: str | None = None

    @property
    def matter(self) -> tuple[MotionKind, str]:
        """What only one open ballot at a time can be about: of the bylaws, one number."""
        is_number = self.kind is MotionKind.BYLAWS
        return self.kind, self.subject.partition("=")[0] if is_number else self.subject


class Choice(Enum):
    """What a seat votes."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"

    @property
    def text(self) -> str:
        """As people read it."""
        return _CHOICES[self]


_CHOICES = {Choice.FOR: "For", Choice.AGAINST: "Against", Choice.ABSTAIN: "Abstained"}


@dataclass(frozen=True, slots=True)
class Recusal:
    """Why a seat does not vote."""

    reason: str


OWN_ORGANISATION = Recusal("The motion is about the seat’s own organisation.")


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat; `choice` stays None in a secret ballot, where only `has_voted` is known."""

    person: str
    organisation: str
    recused: Recusal | None = None
    has_voted: bool = False
    choice: Choice | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """One secret vote, under the commitment to a code that only its voter was shown."""

    commitment: str
    choice: Choice


class State(Enum):
    """Where a ballot stands."""

    OPEN = "open"
    CARRIED = "carried"
    NOT_CARRIED = "not-carried"
    CANCELLED = "cancelled"

    @property
    def text(self) -> str:
        """As people read it."""
        return self.value.replace("-", " ").capitalize()


class Action(Enum):
    """What can be done to a ballot."""

    CAST = "cast"
    RECUSE = "recuse"
    CARRY = "carry"
    FAIL = "fail"
    CANCEL = "cancel"


TRANSITIONS: Mapping[tuple[State, Action], State] = {
    (State.OPEN, Action.CAST): State.OPEN,
    (State.OPEN, Action.RECUSE): State.OPEN,
    (State.OPEN, Action.CARRY): State.CARRIED,
    (State.OPEN, Action.FAIL): State.NOT_CARRIED,
    (State.OPEN, Action.CANCEL): State.CANCELLED,
}
"""All that is possible; a closed ballot stays as it was closed."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """One ballot; times are UTC, votes count until just before `closes`.

    `cancellation` is the reason of one that was cancelled; `papers` are the votes of a secret
    one, sorted by commitment.
    """

    id: str
    motion: Motion
    opened: datetime
    closes: datetime
    seats: tuple[Seat, ...]
    majority: Majority
    quorum: Fraction
    secrecy: Secrecy
    state: State = State.OPEN
    closed: datetime | None = None
    cancellation: str = ""
    papers: tuple[Paper, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it has no outcome yet."""
        return self.state is State.OPEN

    @property
    def is_secret(self) -> bool:
        """Whether nobody learns what a seat voted."""
        return self.secrecy is Secrecy.SECRET

    @property
    def eligible(self) -> tuple[Seat, ...]:
        """The seats that may vote."""
        return tuple(seat for seat in self.seats if seat.recused is None)

    @property
    def missing(self) -> tuple[Seat, ...]:
        """The seats that may vote and have not."""
        return tuple(seat for seat in self.eligible if not seat.has_voted)

    @property
    def votes(self) -> tuple[Choice, ...]:
        """What was voted so far, in no order that says whose it is."""
        if self.is_secret:
            return tuple(paper.choice for paper in self.papers)
        return tuple(seat.choice for seat in self.seats if seat.choice is not None)

    def seat_of(self, person: str) -> Seat | None:
        """The seat that was frozen for a person."""
        return next((seat for seat in self.seats if seat.person == person), None)

    def is_due(self, at: datetime) -> bool:
        """Whether the time to vote is over while nothing has been counted."""
        return self.is_open and at >= self.closes


def opened_ballot(
    id_: str, motion: Motion, people: Sequence[Person], bylaws: Bylaws, at: datetime
) -> Ballot:
    """A ballot as it begins, with the numbers of these bylaws; NotAcceptable without a voter."""
    ballot = Ballot(
        id=id_,
        motion=motion,
        opened=at,
        closes=at + bylaws.ballot_term,
        seats=tuple(_seat(person, motion) for person in people),
        majority=majority_of(motion.kind, bylaws),
        quorum=bylaws.quorum,
        secrecy=secrecy_of(motion.kind, bylaws),
    )
    if not ballot.eligible:
        raise NotAcceptable("No seat of the Board may vote on this, so there is no ballot on it.")
    return ballot


def majority_of(kind: MotionKind, bylaws: Bylaws) -> Majority:
    """What carries a motion of this kind."""
    return {
        MotionKind.ADMISSION: bylaws.admission,
        MotionKind.ADMISSION_OF_OTHER: bylaws.admission_of_other,
        MotionKind.EXPULSION: bylaws.expulsion,
        MotionKind.BYLAWS: bylaws.amendment,
        MotionKind.NDA_TEXT: bylaws.nda_adoption,
    }[kind]


def secrecy_of(kind: MotionKind, bylaws: Bylaws) -> Secrecy:
    """Whether votes on a motion of this kind become known."""
    is_expulsion = kind is MotionKind.EXPULSION
    return bylaws.secrecy_of_expulsion if is_expulsion else bylaws.secrecy_of_others


def next_state(ballot: Ballot, action: Action) -> State:
    """Where an action leads; IllegalTransition says when and how the ballot was closed."""
    found = TRANSITIONS.get((ballot.state, action))
    if found is None:
        raise IllegalTransition(closing_text(ballot))
    return found


def require_voting(ballot: Ballot, action: Action, at: datetime) -> None:
    """Refuse what only those may do who are in time, to the microsecond."""
    next_state(ballot, action)
    if ballot.is_due(at):
        raise IllegalTransition(f"The time to vote ended on {_moment(ballot.closes)}.")


def voting_seat(ballot: Ballot, person: str) -> Seat:
    """The seat that this person votes with; NotAllowed says why there is none."""
    seat = ballot.seat_of(person)
    if seat is None:
        raise NotAllowed("You had no seat on the Board when this ballot was opened.")
    if seat.recused is not None:
        raise NotAllowed(f"Your seat is recused from this ballot: {seat.recused.reason}")
    return seat


def with_seat(ballot: Ballot, seat: Seat) -> Ballot:
    """The same ballot with one seat as it is now."""
    seats = tuple(seat if item.person == seat.person else item for item in ballot.seats)
    return replace(ballot, seats=seats)


def closing_text(ballot: Ballot) -> str:
    """When and how a ballot was closed, as a sentence."""
    if ballot.closed is None:
        return f"This ballot is open until {_moment(ballot.closes)}."
    end = f": {ballot.cancellation}" if ballot.state is State.CANCELLED else "."
    return f"This ballot was closed on {_moment(ballot.closed)}: {ballot.state.text.lower()}{end}"


def _seat(person: Person, motion: Motion) -> Seat:
    is_own = motion.organisation is not None and motion.organisation == person.organisation
    return Seat(person.id, person.organisation, OWN_ORGANISATION if is_own else None)


def _moment(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
