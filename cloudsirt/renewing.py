"""Passwords: forgotten, chosen anew, changed; and the time zone that letters tell times in.

Whether an address is known here is told to nobody (OWASP ASVS 6.3.8): a wish for a new password
is written down in the same way for every address, and the worker finds out later whose it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from cloudsirt import clock
from cloudsirt.accounts import AccountStore, Wish
from cloudsirt.auth.passwords import check_password, hash_password
from cloudsirt.auth.presence import prove_presence
from cloudsirt.auth.principal import Principal, principal_of
from cloudsirt.auth.sessions import attempt_key, end_other_sessions
from cloudsirt.errors import NotPermitted
from cloudsirt.events import PasswordChanged, PasswordReset, PasswordResetAsked, ZoneChosen
from cloudsirt.house import WORKER, House
from cloudsirt.links import Link, Purpose, end_links, good_link, refuse_link, use_link
from cloudsirt.work import Work
from cloudsirt.zones import zone_named
from membership.errors import UnknownPerson
from membership.person import Person, Role
from membership.store import MembershipStore

HOURLY, WINDOW = 3, timedelta(hours=1)
"""How many letters one address gets for the asking, and in which time."""

_LONGEST = 320  # characters of an address
_BATCH = 500  # wishes in one round


def ask_for_reset(house: House, email: str) -> None:
    """Write down that somebody forgot the password of this address, known here or not."""
    address = email.strip().casefold()
    if not address or len(address) > _LONGEST or not address.isprintable():
        return
    with house.housekeeping() as accounts:
        at = house.now()
        if accounts.wishes_since(address, at - WINDOW) < HOURLY:
            accounts.add_wish(Wish(clock.new_id(), address, asked=at))


def answer_forgotten(house: House) -> None:
    """Let those who are known here have their letter; the others' wishes lead to nothing."""
    with house.reading() as db:
        wishes = AccountStore(db).open_wishes(_BATCH)
        known = {wish: person for wish in wishes if (person := _known(db, wish.email)) is not None}
    if known:
        with house.working(WORKER) as work:
            # Another worker may have been faster.
            still = [wish for wish in work.accounts.open_wishes(_BATCH) if wish in known]
            if still:
                work.accounts.answer_wishes(still, work.at)
                work.record(*map(PasswordResetAsked, sorted({known[wish] for wish in still})))
    with house.housekeeping() as accounts:
        at = house.now()
        accounts.answer_wishes((wish for wish in wishes if wish not in known), at)
        accounts.forget_wishes(at - WINDOW)


def reset_subject(house: House, text: str) -> Person:
    """Whose password the link is for; LinkRefused when there is no good one."""
    with house.reading() as db:
        return _subject(db, house, text)[1]


def reset_password(house: House, text: str, password: str) -> None:
    """Set a new password behind a link, and end every session of the account.

    LinkRefused, PasswordNotAcceptable.
    """
    with house.reading() as db:
        link, person = _subject(db, house, text)
    hash_ = hash_password(password)  # slow, and therefore before the unit of work
    with house.working(f"person:{person.id}") as work:
        use_link(work, link)
        if principal_of(work.db, person.id, work.at) is None:
            refuse_link()
        _set(work, person, hash_)
        work.accounts.end_sessions_of(person.id)
        work.record(PasswordReset(person.id))


def change_password(house: House, principal: Principal, old: str, new: str, secret: str) -> None:
    """Change one's own password; every session ends but the one with this secret.

    NotSignedIn for a wrong old password, TooManyAttempts, PasswordNotAcceptable.
    """
    check_password(new)
    prove_presence(house, principal.person.id, old)
    hash_ = hash_password(new)
    with _own_account(house, principal) as (work, person):
        _set(work, person, hash_)
        end_other_sessions(work, person.id, secret)
        work.record(PasswordChanged(person.id))


def choose_zone(house: House, principal: Principal, zone: str) -> None:
    """Choose the time zone that letters tell times in; NotAcceptable for an unknown one."""
    chosen = zone_named(zone)
    with _own_account(house, principal) as (work, person):
        if chosen != person.zone:
            work.membership.save_person(replace(person, zone=chosen))
            work.record(ZoneChosen(person.id, chosen))


@contextmanager
def _own_account(house: House, principal: Principal) -> Iterator[tuple[Work, Person]]:
    """A unit of work on one's own account, unless it has ended in between."""
    with house.working(principal.actor) as work:
        current = principal_of(work.db, principal.person.id, work.at)
        if current is None:
            raise NotPermitted("This account has ended.")
        yield work, current.person


def _set(work: Work, person: Person, hash_: str) -> None:
    """Set a password; what could have set another is no good any more."""
    work.accounts.set_password(person.id, hash_, work.at)
    work.accounts.set_failures(attempt_key(person.email), 0, work.at)
    for purpose in (Purpose.PASSWORD, Purpose.INVITATION):
        end_links(work.db, purpose, person.id, work.at)


def _subject(db: Connection, house: House, text: str) -> tuple[Link, Person]:
    at = house.now()
    link = good_link(db, house.keys, text, Purpose.PASSWORD, at)
    principal = principal_of(db, link.subject, at)
    return (link, principal.person) if principal is not None else refuse_link()


def _known(db: Connection, email: str) -> str | None:
    """The person with this address, if there is one who signs in with a password."""
    try:
        found = MembershipStore(db).person_by_email(email)
    except UnknownPerson:
        return None
    return found.id if found.removed is None and Role.SERVICE not in found.roles else None
