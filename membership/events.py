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
class PersonRegistered(MembershipEvent):
    """A person or a service account was registered with an organisation."""

    tag: ClassVar[str] = "membership:person:registered"
    organisation: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonRemoved(MembershipEvent):
    """An account was ended."""

    tag: ClassVar[str] = "membership:person:removed"


@dataclass(frozen=True, slots=True)
class RolesChanged(MembershipEvent):
    """A person was given roles, or some were taken."""

    tag: ClassVar[str] = "membership:person:roles-changed"
    organisation: str
    given: tuple[str, ...]
    taken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonRenamed(MembershipEvent):
    """A person or a service account is called otherwise from now on."""

    tag: ClassVar[str] = "membership:person:renamed"


@dataclass(frozen=True, slots=True)
class OrganisationRenamed(MembershipEvent):
    """An organisation is called otherwise from now on."""

    tag: ClassVar[str] = "membership:organisation:renamed"
    before: str
    name: str


@dataclass(frozen=True, slots=True)
class DefaultsSet(MembershipEvent):
    """An organisation chose what its unmarked objects are treated as, and how it is named."""

    tag: ClassVar[str] = "membership:organisation:defaults-set"
    label: str
    attribution: str


@dataclass(frozen=True, slots=True)
class ListingSet(MembershipEvent):
    """An organisation chose what the directories show of it."""

    tag: ClassVar[str] = "membership:organisation:listing-set"
    listing: str
    public_listing: str
