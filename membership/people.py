"""The people of an organisation: which roles it gives and takes itself, and who must stay.

Bylaws, membership clause: members run themselves. A representative gives and takes the roles in
`OWN_ROLES`; a working group of the CSA also names its researchers. A seat on the Board and the
work of the secretariat are given and taken by the consortium alone, but whoever leaves their
organisation leaves those too. An organisation never loses its last representative by its own
hand: nobody could speak for it any more.

A service account holds that one role and no other, and nobody becomes one: tools read, post, and
decide nothing.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from membership.errors import IllegalTransition, NotAcceptable, NotAllowed, UnknownPerson
from membership.events import MembershipEvent, PersonRenamed, RolesChanged
from membership.organisation import Category, Organisation
from membership.person import Person, Role
from membership.register import check_charter, proper_name, remove_person
from membership.store import MembershipStore

OWN_ROLES = (Role.ANALYST, Role.REPRESENTATIVE, Role.INCIDENT_CONTACT, Role.SIGNATORY)
"""What an organisation makes its people, in the order of the forms."""

OF_THE_CONSORTIUM = frozenset({Role.BOARD, Role.SECRETARIAT})
"""What the consortium makes somebody: no organisation gives or takes it."""


def roles_to_give(organisation: Organisation) -> tuple[Role, ...]:
    """The roles that an organisation gives and takes itself."""
    if organisation.category is Category.RESEARCH:
        return (Role.RESEARCHER, *OWN_ROLES)
    return OWN_ROLES


def check_invited(organisation: Organisation, roles: Iterable[Role]) -> frozenset[Role]:
    """The roles of somebody whom an organisation invites; NotAllowed for what is not its to give.

    NotAcceptable without any: somebody without a role would be there for nothing.
    """
    wanted = frozenset(roles)
    for role in sorted(wanted - set(roles_to_give(organisation)), key=lambda role: role.value):
        raise NotAllowed(_not_to_give(role))
    if not wanted:
        raise NotAcceptable("Give at least one role.")
    return wanted


def set_roles(
    store: MembershipStore, organisation: str, person: str, roles: Iterable[Role]
) -> tuple[MembershipEvent, ...]:
    """Let a person of one's organisation hold exactly these of the roles that it gives.

    What the consortium made them they stay. UnknownPerson for anybody else's people.
    """
    found, home = colleague(store, organisation, person), store.organisation(organisation)
    if Role.SERVICE in found.roles:
        raise NotAllowed("A service account holds no other role: tools decide nothing.")
    wanted = frozenset(roles)
    for role in sorted(wanted - set(roles_to_give(home)), key=lambda role: role.value):
        raise NotAllowed(_not_to_give(role))
    held = wanted | (found.roles & OF_THE_CONSORTIUM)
    if not held:
        raise NotAcceptable("Give at least one role, or remove the person.")
    if Role.REPRESENTATIVE not in held:
        _keep_a_representative(store, found)
    return _saved(store, found, held)


def remove(
    store: MembershipStore, organisation: str, person: str, *, at: datetime
) -> tuple[MembershipEvent, ...]:
    """End the account of a person of one's organisation, whatever else they are."""
    found = colleague(store, organisation, person)
    _keep_a_representative(store, found)
    return remove_person(store, found.id, at=at)


def rename(
    store: MembershipStore, organisation: str, person: str, name: str
) -> tuple[MembershipEvent, ...]:
    """Call a person or service account of one's organisation otherwise."""
    found = colleague(store, organisation, person)
    title = proper_name(name)
    if title == found.name:
        return ()
    store.save_person(replace(found, name=title))
    return (PersonRenamed(found.id),)


def appoint(store: MembershipStore, person: str, role: Role) -> tuple[MembershipEvent, ...]:
    """Give somebody any role but that of a service account: the operator's, for the Board."""
    found = _present(store, person)
    if Role.SERVICE in (role, *found.roles):
        raise NotAcceptable("A service account holds that one role, and nobody becomes one.")
    if role in found.roles:
        raise IllegalTransition(f"{found.name} holds this role already.")
    check_charter(store.organisation(found.organisation), [role])
    return _saved(store, found, found.roles | {role})


def dismiss(store: MembershipStore, person: str, role: Role) -> tuple[MembershipEvent, ...]:
    """Take any role from somebody, the last one of a representative included: the operator's."""
    found = _present(store, person)
    if role not in found.roles:
        raise IllegalTransition(f"{found.name} does not hold this role.")
    if role is Role.SERVICE:
        raise NotAcceptable("A service account is removed, and never becomes a person.")
    return _saved(store, found, found.roles - {role})


def is_last_representative(person: Person, colleagues: Iterable[Person]) -> bool:
    """Whether somebody is the only representative of their organisation who is still there."""
    representatives = {
        other.id
        for other in colleagues
        if other.removed is None and Role.REPRESENTATIVE in other.roles
    }
    return representatives == {person.id}


def _keep_a_representative(store: MembershipStore, person: Person) -> None:
    if is_last_representative(person, store.people_of(person.organisation)):
        raise NotAllowed(
            f"{person.name} is the only representative. Make somebody else a representative "
            f"first: otherwise nobody could speak for your organisation."
        )


def colleague(store: MembershipStore, organisation: str, person: str) -> Person:
    """A person of that organisation who is still there; the same answer for all others."""
    try:
        found = store.person(person)
    except UnknownPerson:
        found = None
    if found is None or found.organisation != organisation or found.removed is not None:
        raise UnknownPerson("Your organisation has nobody with this id.")
    return found


def _present(store: MembershipStore, person: str) -> Person:
    found = store.person(person)
    if found.removed is not None:
        raise IllegalTransition("This account has ended.")
    return found


def _saved(
    store: MembershipStore, person: Person, roles: frozenset[Role]
) -> tuple[MembershipEvent, ...]:
    """Save the roles; no event where nothing changed."""
    given, taken = roles - person.roles, person.roles - roles
    if not given and not taken:
        return ()
    store.save_person(replace(person, roles=roles))
    return (RolesChanged(person.id, person.organisation, _values(given), _values(taken)),)


def _values(roles: frozenset[Role]) -> tuple[str, ...]:
    return tuple(sorted(role.value for role in roles))


def _not_to_give(role: Role) -> str:
    if role in OF_THE_CONSORTIUM:
        return f"{role.text}: the consortium gives and takes this role, no organisation does."
    if role is Role.SERVICE:
        return "A service account is made on its own page, and nobody becomes one."
    return f"{role.text}: only working groups of the CSA have this role."
