"""Invitations: a person is registered without a password, and chooses one behind a secret link.

Whoever opens the link has read the mail of that address. The letter goes out because the
invitation is an event; inviting again makes a new link and ends the one before.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from cloudsirt.auth.passwords import hash_password
from cloudsirt.auth.principal import principal_of
from cloudsirt.auth.sessions import attempt_key, start_session
from cloudsirt.enrolling import enrol
from cloudsirt.errors import NotPermitted
from cloudsirt.events import InvitationAccepted, PersonInvited
from cloudsirt.house import House
from cloudsirt.links import Link, Purpose, end_links, good_link, refuse_link, use_link
from cloudsirt.work import Work
from cloudsirt.zones import zone_named
from membership.organisation import Organisation
from membership.person import Person, Role


@dataclass(frozen=True, slots=True)
class Invitation:
    """A good invitation: its link, who is invited, and by which organisation."""

    link: Link
    person: Person
    organisation: Organisation


def invite(
    work: Work,
    *,
    id_: str,
    organisation: str,
    name: str,
    email: str,
    roles: Iterable[Role],
    by: str,
) -> Person:
    """Register a person without a password and invite them; `by` is the actor who does."""
    person = enrol(
        work,
        id_=id_,
        organisation=organisation,
        name=name,
        email=email,
        roles=roles,
        acknowledged=False,
        password=None,
    )
    work.record(PersonInvited(person.id, by))
    return person


def invite_again(work: Work, person: str, *, by: str) -> Person:
    """Invite somebody who is registered and has no password yet; NotPermitted otherwise."""
    found = work.membership.person(person)
    if found.removed is not None:
        raise NotPermitted("This account has ended.")
    if Role.SERVICE in found.roles:
        raise NotPermitted("A service account has tokens, and nobody to choose a password.")
    if work.accounts.password_hash(person) is not None:
        raise NotPermitted("They have a password already, and can ask for a new one themselves.")
    work.record(PersonInvited(found.id, by))
    return found


def invitation(house: House, text: str) -> Invitation:
    """The invitation behind a link; LinkRefused when there is no good one."""
    with house.reading() as db:
        return _invitation(db, house, text)


def accept_invitation(house: House, text: str, password: str, zone: str, secret: str) -> Person:
    """Set the first password and the time zone, and start a session under a fresh secret.

    LinkRefused, PasswordNotAcceptable, NotAcceptable.
    """
    chosen = zone_named(zone)
    found = invitation(house, text)
    hash_ = hash_password(password)  # slow, and therefore before the unit of work
    with house.working(f"person:{found.person.id}") as work:
        use_link(work, found.link)
        if principal_of(work.db, found.person.id, work.at) is None:
            refuse_link()
        person = replace(work.membership.person(found.person.id), zone=chosen)
        work.membership.save_person(person)
        work.accounts.set_password(person.id, hash_, work.at)
        work.accounts.set_failures(attempt_key(person.email), 0, work.at)
        end_links(work.db, Purpose.PASSWORD, person.id, work.at)
        work.record(InvitationAccepted(person.id))
        start_session(work, person.id, secret)
    return person


def _invitation(db: Connection, house: House, text: str) -> Invitation:
    at = house.now()
    link = good_link(db, house.keys, text, Purpose.INVITATION, at)
    principal = principal_of(db, link.subject, at)
    if principal is None:
        refuse_link()
    return Invitation(link, principal.person, principal.organisation)
