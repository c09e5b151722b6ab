"""What happened to the membership: frozen facts that commands return and the audit trail keeps.

Each has a tag, `membership:<subject>:<what happened>`, and carries ids and decisions, never a
secret. `about` is the id of the organisation or person it concerns.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class MembershipEvent:
    """Root of the events of this package."""

    tag: ClassVar[str] = ""
    about: str


@dataclass(frozen=True, slots=True)
class OrganisationRegistered(MembershipEvent):
    """An organisation was put on the register."""

    tag: ClassVar[str] = "membership:organisation:registered"
    name: str
    category: str


@dataclass(frozen=True, slots=True)
class OrganisationAdmitted(MembershipEvent):
    """An organisation was admitted; `ground` says by what decision."""

    tag: ClassVar[str] = "membership:organisation:admitted"
    ground: str


@dataclass(frozen=True, slots=True)
class OrganisationSuspended(MembershipEvent):
    """An organisation was suspended; `reason` as the secretariat stated it."""

    tag: ClassVar[str] = "membership:organisation:suspended"
    reason: str


@dataclass(frozen=True, slots=True)
class OrganisationReinstated(MembershipEvent):
    """A suspension was ended."""

    tag: ClassVar[str] = "membership:organisation:reinstated"


@dataclass(frozen=True, slots=True)
class OrganisationEnded(MembershipEvent):
    """A membership ended; `ending` says how, `reason` as those who ended it stated it."""

    tag: ClassVar[str] = "membership:organisation:ended"
    ending: str
    reason: str


@dataclass(frozen=True, slots=True)
class BylawsAmended(MembershipEvent):
    """The Board changed a number of the bylaws; `about` is the ballot."""

    tag: ClassVar[str] = "membership:bylaws:amended"
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class NdaSigned(MembershipEvent):
    """A signature was recorded; times are RFC 3339 in UTC, `ground` says how it was made."""

    tag: ClassVar[str] = "membership:nda:signed"
    nda: str
    text: str
    since: str
    until: str
    ground: str


@dataclass(frozen=True, slots=True)
class NdaEnded(MembershipEvent):
    """A signature was ended before its term."""

    tag: ClassVar[str] = "membership:nda:ended"
    nda: str
    until: str


@dataclass(frozen=True, slots=True)
class PersonRegistered(MembershipEvent):
    """A person or a service account was registered with an organisation."""

    tag: ClassVar[str] = "membership:person:registered"
    organisation: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NdaAcknowledged(MembershipEvent):
    """A person acknowledged the NDA."""

    tag: ClassVar[str] = "membership:nda:acknowledged"


@dataclass(frozen=True, slots=True)
class PersonRemoved(MembershipEvent):
    """An account was ended."""

    tag: ClassVar[str] = "membership:person:removed"
