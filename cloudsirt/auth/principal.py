"""Who sends a request, with the standing computed for this very request."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from membership.ndas.signature import Nda
from membership.organisation import Organisation
from membership.person import Person
from membership.standing import Standing, standing
from membership.store import MembershipStore
from tlp import Reader


@dataclass(frozen=True, slots=True)
class Principal:
    """A known person or service account at one instant."""

    person: Person
    organisation: Organisation
    standing: Standing

    @property
    def reader(self) -> Reader:
        """As whom they read."""
        return self.standing.reader

    @property
    def actor(self) -> str:
        """How the audit trail names them."""
        return f"person:{self.person.id}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the register says of a person: the standing follows from it, and from the time."""

    person: Person
    organisation: Organisation
    signatures: tuple[Nda, ...]

    def principal(self, at: datetime) -> Principal | None:
        """The principal at an instant; None when the account has ended."""
        if self.person.removed is not None and self.person.removed <= at:
            return None
        found = standing(self.organisation, self.signatures, self.person, at)
        return Principal(self.person, self.organisation, found)


def facts_of(db: Connection, person: str) -> Facts:
    """What the register says of the person with this id."""
    store = MembershipStore(db)
    found = store.person(person)
    organisation = store.organisation(found.organisation)
    return Facts(found, organisation, store.signatures(found.organisation))


def principal_of(db: Connection, person: str, at: datetime) -> Principal | None:
    """The principal for a person's id; None when the account has ended."""
    return facts_of(db, person).principal(at)
