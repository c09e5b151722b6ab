"""An occasion: which letter follows an event, to whom, and what must still be so when it leaves.

Whom it concerns is asked when the event happens; whether they may still be told, and what there
is to tell, when the letter is sent. An event may be the occasion of several letters.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

from sqlalchemy import Connection

from cloudsirt.links import Purpose
from membership.person import Person, Role
from membership.store import MembershipStore


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a letter is for: a person, who must still hold `role` if one is given, or an applicant.

    A person is written to at the address of their account, an application at its own.
    """

    kind: Literal["person", "application"]
    id: str
    role: Role | None = None


class Requires(Enum):
    """What must still be so of a person when the letter leaves, or it does not leave."""

    ACTIVE = "an organisation that is neither suspended nor ended"
    ACCOUNT = "an account that has not ended; the letter is about the organisation's state, or none"
    NOTHING = "nothing: the letter says that the account has ended"


Audience = Callable[[Any, Connection], Iterable[Addressee]]
"""From the event and the database of its transaction to whom the letter is for."""

Facts = Callable[[Mapping[str, Any], Connection], Mapping[str, object]]
"""From the event's own fields and the database to what the letter says; nothing above CLEAR."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """A letter that an event is followed by.

    `letter` names its template, `letters/<letter>.txt`, whose first line is its subject. `facts`
    are looked up when it is sent. With `link`, each addressee gets a secret link of that purpose;
    its subject is the addressee's id.
    """

    letter: str
    audience: Audience
    facts: Facts | None = None
    link: Purpose | None = None
    requires: Requires = Requires.ACTIVE


Occasions = Mapping[type[Any], Occasion | tuple[Occasion, ...]]
"""What a module of `occasions` offers: for each class of event, one letter or several."""


# audiences, ready-made


def secretariat(event: object, db: Connection) -> tuple[Addressee, ...]:
    """Everybody who does the work of the secretariat."""
    return _holders(MembershipStore(db).people_with(Role.SECRETARIAT), Role.SECRETARIAT)


def representatives_of(organisation: str, db: Connection) -> tuple[Addressee, ...]:
    """The representatives of an organisation."""
    return people_of(organisation, Role.REPRESENTATIVE, db)


def signatories_of(organisation: str, db: Connection) -> tuple[Addressee, ...]:
    """Those who may bind an organisation."""
    return people_of(organisation, Role.SIGNATORY, db)


def people_of(organisation: str, role: Role, db: Connection) -> tuple[Addressee, ...]:
    """Those of an organisation who hold a role."""
    return _holders(MembershipStore(db).people_of(organisation), role)


def person(id_: str) -> tuple[Addressee, ...]:
    """One person, whatever their roles."""
    return (Addressee("person", id_),)


def application(id_: str) -> tuple[Addressee, ...]:
    """Whoever applied, at the address that the application names."""
    return (Addressee("application", id_),)


def _holders(people: Iterable[Person], role: Role) -> tuple[Addressee, ...]:
    return tuple(
        Addressee("person", found.id, role)
        for found in people
        if found.removed is None and role in found.roles
    )
