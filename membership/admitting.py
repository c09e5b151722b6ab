"""From an application that the Board carried to an organisation on the register.

The organisation gets the category that it was found to be of, or `OTHER` by the two-thirds way;
its record is what the applicant submitted. Its contacts become people of it, and are invited by
the roof. A contact whose address is registered already stays where they are: the secretariat is
told, and nobody else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from membership import register
from membership.applications.application import Application
from membership.ballots.ballot import MotionKind
from membership.errors import AlreadyRegistered, NotAcceptable
from membership.events import MembershipEvent
from membership.organisation import Category
from membership.record import Contact
from membership.records.store import RecordStore
from membership.store import MembershipStore


@dataclass(frozen=True, slots=True)
class ContactNotRegistered(MembershipEvent):
    """A contact of an application did not become a person; `position` counts from 1."""

    tag: ClassVar[str] = "membership:application:contact-not-registered"
    position: int
    reason: str


@dataclass(frozen=True, slots=True)
class Admission:
    """What came of it: the organisation's id, the people to be invited, and what happened."""

    organisation: str
    people: tuple[str, ...]
    events: tuple[MembershipEvent, ...]


def admit_applicant(
    store: MembershipStore,
    records: RecordStore,
    application: Application,
    way: MotionKind,
    *,
    ballot: str,
    new_id: Callable[[], str],
    at: datetime,
) -> Admission:
    """Put the applicant on the register, admitted, with its record and its people."""
    id_ = new_id()
    _, registered = register.register_organisation(
        store,
        id_=id_,
        name=_free_name(store, application),
        category=_category(application, way),
        at=at,
    )
    admitted = register.admit(store, id_, ground=f"ballot {ballot}", at=at)
    records.save_record(id_, application.record, at)
    people: list[str] = []
    events: list[MembershipEvent] = [*registered, *admitted]
    for position, contact in enumerate(application.record.contacts, 1):
        try:
            person, events_of_one = _register(store, contact, id_, new_id(), at)
        except (AlreadyRegistered, NotAcceptable) as error:
            events.append(ContactNotRegistered(application.id, position, type(error).__name__))
        else:
            people.append(person)
            events.extend(events_of_one)
    return Admission(id_, tuple(people), tuple(events))


def _register(
    store: MembershipStore, contact: Contact, organisation: str, id_: str, at: datetime
) -> tuple[str, tuple[MembershipEvent, ...]]:
    person, events = register.register_person(
        store,
        id_=id_,
        organisation=organisation,
        name=contact.name,
        email=contact.email,
        roles=contact.roles,
        acknowledged=False,
        at=at,
    )
    return person.id, events


def _category(application: Application, way: MotionKind) -> Category:
    if way is MotionKind.ADMISSION_OF_OTHER or application.category is None:
        return Category.OTHER
    return application.category


def _free_name(store: MembershipStore, application: Application) -> str:
    """The name of the record; told apart where somebody took it while the Board was voting."""
    name, apart = application.record.name, f" ({application.id[:8]})"
    return name[: register.NAME_LIMIT - len(apart)] + apart if store.is_name_taken(name) else name
