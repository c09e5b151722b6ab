"""What happened to ballots: ids and decisions, and of a secret vote never what it was.

`about` is the id of the ballot, except where something else is said. Times are RFC 3339 in UTC.
"""

from dataclasses import dataclass
from typing import ClassVar

from membership.events import MembershipEvent


@dataclass(frozen=True, slots=True)
class BallotOpened(MembershipEvent):
    """A motion was put to the vote; `voters` are the people whose seats may vote."""

    tag: ClassVar[str] = "membership:ballot:opened"
    kind: str
    subject: str
    title: str
    closes: str
    majority: str
    quorum: str
    secrecy: str
    voters: tuple[str, ...]
    recused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VoteCast(MembershipEvent):
    """A seat voted, or changed its vote; `choice` is None in a secret ballot."""

    tag: ClassVar[str] = "membership:ballot:vote-cast"
    person: str
    choice: str | None
    is_change: bool


@dataclass(frozen=True, slots=True)
class SeatRecused(MembershipEvent):
    """A seat recused itself; a vote that it had cast was taken out."""

    tag: ClassVar[str] = "membership:ballot:seat-recused"
    person: str
    reason: str
    vote_removed: bool


@dataclass(frozen=True, slots=True)
class BallotClosed(MembershipEvent):
    """A ballot was counted; `papers` is the document of a secret one, None for an open one."""

    tag: ClassVar[str] = "membership:ballot:closed"
    kind: str
    subject: str
    organisation: str | None
    outcome: str
    in_favour: int
    against: int
    abstained: int
    missing: int
    is_early: bool
    papers: str | None

    @property
    def is_carried(self) -> bool:
        """Whether the motion was carried."""
        return self.outcome == "carried"


@dataclass(frozen=True, slots=True)
class BallotCancelled(MembershipEvent):
    """A ballot was ended without counting."""

    tag: ClassVar[str] = "membership:ballot:cancelled"
    kind: str
    subject: str
    reason: str
