"""Who sends a request, with the standing computed for this very request."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

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


def principal_of(db: Connection, person: str, at: datetime) -> Principal | None:
    """The principal for a person's id; None when the account has ended."""
    store = MembershipStore(db)
    found = store.person(person)
    if found.removed is not None and found.removed <= at:
        return None
    organisation = store.organisation(found.organisation)
    signatures = store.signatures(found.organisation)
    return Principal(found, organisation, standing(organisation, signatures, found, at))
