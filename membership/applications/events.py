"""What happened to applications; `about` is the application.

Ids and decisions only: nothing of what an application, a judgement or a note says.
"""

from dataclasses import dataclass
from typing import ClassVar

from membership.events import MembershipEvent


@dataclass(frozen=True, slots=True)
class ApplicationStarted(MembershipEvent):
    """Somebody began an application, and is sent a link to it."""

    tag: ClassVar[str] = "membership:application:started"


@dataclass(frozen=True, slots=True)
class ApplicationLinkAsked(MembershipEvent):
    """Somebody asked for another link to it, which is sent to its address."""

    tag: ClassVar[str] = "membership:application:link-asked"


@dataclass(frozen=True, slots=True)
class AddressConfirmed(MembershipEvent):
    """The link was opened, so the address is the applicant's."""

    tag: ClassVar[str] = "membership:application:address-confirmed"


@dataclass(frozen=True, slots=True)
class ApplicationSaved(MembershipEvent):
    """The applicant changed what it says; `parts` names what."""

    tag: ClassVar[str] = "membership:application:saved"
    revision: int
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EvidenceAttached(MembershipEvent):
    """A file was attached; `digest` is SHA-256 in hexadecimal."""

    tag: ClassVar[str] = "membership:application:evidence-attached"
    file: str
    criterion: str
    digest: str


@dataclass(frozen=True, slots=True)
class EvidenceDetached(MembershipEvent):
    """A file was taken away, and is gone."""

    tag: ClassVar[str] = "membership:application:evidence-detached"
    file: str


@dataclass(frozen=True, slots=True)
class ApplicationSubmitted(MembershipEvent):
    """The applicant submitted it."""

    tag: ClassVar[str] = "membership:application:submitted"


@dataclass(frozen=True, slots=True)
class ApplicationTakenUp(MembershipEvent):
    """The secretariat took it up."""

    tag: ClassVar[str] = "membership:application:taken-up"


@dataclass(frozen=True, slots=True)
class MoreAsked(MembershipEvent):
    """The secretariat asked for more."""

    tag: ClassVar[str] = "membership:application:more-asked"


@dataclass(frozen=True, slots=True)
class ApplicationAnswered(MembershipEvent):
    """The applicant answered."""

    tag: ClassVar[str] = "membership:application:answered"


@dataclass(frozen=True, slots=True)
class CriterionJudged(MembershipEvent):
    """A reviewer judged one criterion."""

    tag: ClassVar[str] = "membership:application:judged"
    criterion: str
    finding: str


@dataclass(frozen=True, slots=True)
class NoteLeft(MembershipEvent):
    """Somebody of the secretariat left a note."""

    tag: ClassVar[str] = "membership:application:note-left"


@dataclass(frozen=True, slots=True)
class ApplicationChecked(MembershipEvent):
    """Facts were looked up; how many with which outcome."""

    tag: ClassVar[str] = "membership:application:checked"
    good: int
    bad: int
    unknown: int


@dataclass(frozen=True, slots=True)
class FoundEligible(MembershipEvent):
    """The reviewers found it eligible."""

    tag: ClassVar[str] = "membership:application:found-eligible"


@dataclass(frozen=True, slots=True)
class FoundNotEligible(MembershipEvent):
    """The reviewers found it not eligible."""

    tag: ClassVar[str] = "membership:application:found-not-eligible"


@dataclass(frozen=True, slots=True)
class PutToBallot(MembershipEvent):
    """The Board is asked; `way` is the kind of motion."""

    tag: ClassVar[str] = "membership:application:put-to-ballot"
    ballot: str
    way: str


@dataclass(frozen=True, slots=True)
class BallotCarried(MembershipEvent):
    """The Board admitted the organisation."""

    tag: ClassVar[str] = "membership:application:ballot-carried"
    ballot: str


@dataclass(frozen=True, slots=True)
class BallotLost(MembershipEvent):
    """The Board did not admit the organisation."""

    tag: ClassVar[str] = "membership:application:ballot-lost"
    ballot: str


@dataclass(frozen=True, slots=True)
class BallotReturned(MembershipEvent):
    """The ballot decided nothing, so the secretariat has it again."""

    tag: ClassVar[str] = "membership:application:ballot-returned"
    ballot: str


@dataclass(frozen=True, slots=True)
class ApplicationDeclined(MembershipEvent):
    """The secretariat declined it."""

    tag: ClassVar[str] = "membership:application:declined"


@dataclass(frozen=True, slots=True)
class ApplicationRegistered(MembershipEvent):
    """The organisation is on the register now, and must sign the NDA."""

    tag: ClassVar[str] = "membership:application:registered"
    organisation: str


@dataclass(frozen=True, slots=True)
class ApplicationBound(MembershipEvent):
    """The NDA is in force: the organisation is a member."""

    tag: ClassVar[str] = "membership:application:bound"
    organisation: str


@dataclass(frozen=True, slots=True)
class ApplicationWithdrawn(MembershipEvent):
    """The applicant withdrew it; `state` is where it stood."""

    tag: ClassVar[str] = "membership:application:withdrawn"
    state: str


@dataclass(frozen=True, slots=True)
class ApplicationLapsed(MembershipEvent):
    """Nothing happened for the bylaws' term; `state` is where it stood."""

    tag: ClassVar[str] = "membership:application:lapsed"
    state: str


@dataclass(frozen=True, slots=True)
class SponsorAsked(MembershipEvent):
    """A member was asked to support it."""

    tag: ClassVar[str] = "membership:application:sponsor-asked"
    organisation: str


@dataclass(frozen=True, slots=True)
class SponsorAnswered(MembershipEvent):
    """A member said whether it supports it."""

    tag: ClassVar[str] = "membership:application:sponsor-answered"
    organisation: str
    stance: str
