"""The commands of the register: load, decide, save, and return what happened.

Time, ids and the ground of a decision are arguments; the caller records the events in the same
transaction.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from membership.bylaws import BYLAWS, Benefit, is_charter_member
from membership.errors import (
    AlreadyRegistered,
    IllegalTransition,
    NotAcceptable,
    NotAllowed,
    UnknownPerson,
)
from membership.events import (
    MembershipEvent,
    OrganisationAdmitted,
    OrganisationEnded,
    OrganisationRegistered,
    OrganisationReinstated,
    OrganisationSuspended,
    PersonRegistered,
    PersonRemoved,
)
from membership.ndas.acknowledging import text_to_acknowledge
from membership.ndas.events import NdaAcknowledged
from membership.organisation import Category, Ending, Organisation
from membership.person import Person, Role
from membership.store import MembershipStore

_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,255}")
NAME_LIMIT = 200


def register_organisation(
    store: MembershipStore, *, id_: str, name: str, category: Category, at: datetime
) -> tuple[Organisation, tuple[MembershipEvent, ...]]:
    """Put an organisation on the register; it is not admitted by that."""
    title = proper_name(name)
    if store.is_name_taken(title):
        raise AlreadyRegistered(f"An organisation named “{title}” is registered already.")
    organisation = Organisation(id=id_, name=title, category=category, registered=at)
    store.add_organisation(organisation)
    return organisation, (OrganisationRegistered(id_, title, category.value),)


def admit(
    store: MembershipStore, organisation: str, *, ground: str, at: datetime
) -> tuple[MembershipEvent, ...]:
    """Admit an organisation; `ground` names the decision that did."""
    found = store.organisation(organisation)
    if found.admitted is not None:
        raise IllegalTransition(f"{found.name} was admitted already.")
    is_charter = found.category.is_member_category and is_charter_member(store.bylaws(at), at)
    store.save_organisation(replace(found, admitted=at, charter=is_charter))
    return (OrganisationAdmitted(organisation, ground),)


def suspend(
    store: MembershipStore, organisation: str, *, reason: str, at: datetime
) -> tuple[MembershipEvent, ...]:
    """Suspend an organisation, from this instant."""
    found = store.organisation(organisation)
    if found.suspended is not None:
        raise IllegalTransition(f"{found.name} is suspended already.")
    store.save_organisation(replace(found, suspended=at))
    return (OrganisationSuspended(organisation, reason),)


def reinstate(store: MembershipStore, organisation: str) -> tuple[MembershipEvent, ...]:
    """End a suspension."""
    found = store.organisation(organisation)
    if found.suspended is None:
        raise IllegalTransition(f"{found.name} is not suspended.")
    store.save_organisation(replace(found, suspended=None))
    return (OrganisationReinstated(organisation),)


def end_membership(
    store: MembershipStore, organisation: str, *, ending: Ending, reason: str, at: datetime
) -> tuple[MembershipEvent, ...]:
    """End a membership, from this instant; what was contributed stays as its labels say."""
    found = store.organisation(organisation)
    if found.ended is not None:
        raise IllegalTransition(f"The membership of {found.name} has ended already.")
    store.save_organisation(replace(found, ended=at, ending=ending))
    return (OrganisationEnded(organisation, ending.value, reason),)


def leave_register(
    store: MembershipStore, organisation: str, *, ending: Ending, reason: str, at: datetime
) -> tuple[MembershipEvent, ...]:
    """End a membership that has not ended in another way before; then it stays as it ended."""
    if store.organisation(organisation).ended is not None:
        return ()
    return end_membership(store, organisation, ending=ending, reason=reason, at=at)


def register_person(
    store: MembershipStore,
    *,
    id_: str,
    organisation: str,
    name: str,
    email: str,
    roles: Iterable[Role],
    acknowledged: bool,
    at: datetime,
) -> tuple[Person, tuple[MembershipEvent, ...]]:
    """Register a person or service account; `acknowledged` is the text that binds them now.

    An account of the same address in an organisation that has ended is ended by this.
    """
    held = frozenset(roles)
    check_charter(store.organisation(organisation), held)
    address, freed = _free_address(store, email, at)
    text = text_to_acknowledge(store, organisation, at).title if acknowledged else None
    person = Person(
        id=id_,
        organisation=organisation,
        name=proper_name(name),
        email=address,
        roles=held,
        registered=at,
        acknowledged=at if acknowledged else None,
        acknowledged_text=text,
    )
    store.add_person(person)
    registered = PersonRegistered(
        id_, organisation, tuple(sorted(role.value for role in person.roles))
    )
    if text is None:
        return person, (*freed, registered)
    store.ndas.add_acknowledgement(id_, text, at)
    return person, (*freed, registered, NdaAcknowledged(id_, text))


def remove_person(
    store: MembershipStore, person: str, *, at: datetime
) -> tuple[MembershipEvent, ...]:
    """End an account, from this instant."""
    found = store.person(person)
    if found.removed is not None:
        raise IllegalTransition("This account has ended already.")
    store.save_person(replace(found, removed=at))
    return (PersonRemoved(person),)


def check_charter(organisation: Organisation, roles: Iterable[Role]) -> None:
    """NotAllowed for a role that the bylaws keep for the people of Charter Members (charter)."""
    is_kept = Benefit.STAND_FOR_THE_BOARD in BYLAWS.charter_benefits
    if is_kept and Role.BOARD in roles and not organisation.charter:
        raise NotAllowed("Only people of Charter Members stand for the Board.")


def proper_name(text: str) -> str:
    """A name as the register keeps it; NotAcceptable for what can be none."""
    name = " ".join(text.split())
    if not name or len(name) > NAME_LIMIT or not name.isprintable():
        raise NotAcceptable(f"A name has 1 to {NAME_LIMIT} printable characters.")
    return name


def _free_address(
    store: MembershipStore, email: str, at: datetime
) -> tuple[str, tuple[MembershipEvent, ...]]:
    """The address, with what was done so that it is free; AlreadyRegistered when it is not."""
    address = email.strip().casefold()
    if not _EMAIL.fullmatch(address) or not address.isprintable():
        raise NotAcceptable(f"“{email}” is not an e-mail address.")
    try:
        holder = store.person_by_email(address)
    except UnknownPerson:
        return address, ()
    ended = store.organisation(holder.organisation).ended
    if ended is None or ended > at:
        raise AlreadyRegistered(f"{address} is registered already.")
    return address, remove_person(store, holder.id, at=at)
