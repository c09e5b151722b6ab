"""Browser sessions: kept on the server, known by a random secret, ended at once (ASVS 7).

The cookie holds the secret, the database its hash. A session ends after twelve hours, after one
hour without use, on sign-out, and when its person's account ends. Standing is not part of it.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import Connection

from cloudsirt.accounts import AccountStore, Session
from cloudsirt.auth.passwords import is_password
from cloudsirt.auth.principal import Principal, principal_of
from cloudsirt.errors import NotSignedIn, TooManyAttempts
from cloudsirt.house import House
from cloudsirt.work import Work
from membership.errors import UnknownPerson
from membership.person import Person
from membership.store import MembershipStore

LONGEST = timedelta(hours=12)
IDLE = timedelta(hours=1)
TOUCH = timedelta(minutes=1)
"""How stale the note of last use may get, so that reading a page seldom writes."""

ATTEMPTS, WINDOW = 10, timedelta(minutes=15)
_REFUSED = "The address or the password is not right."


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody signed in with a password."""

    tag: ClassVar[str] = "account:session:started"
    about: str


@dataclass(frozen=True, slots=True)
class SignedOut:
    """Somebody signed out, of this session or of all."""

    tag: ClassVar[str] = "account:session:ended"
    about: str
    everywhere: bool


@dataclass(frozen=True, slots=True)
class SignInFailed:
    """A sign-in with a known address failed; unknown addresses are only counted."""

    tag: ClassVar[str] = "account:session:refused"
    about: str


def sign_in(house: House, email: str, password: str, secret: str) -> str:
    """Start a session for the right password; the person's id.

    NotSignedIn says the same for an unknown address, a wrong password and an ended account;
    TooManyAttempts follows ten failures in a quarter of an hour for one address.
    """
    key = attempt_key(email)
    at = house.now()
    with house.reading() as db:
        failures = AccountStore(db).failures(key, at - WINDOW)
        person = _person_with_password(db, email, password, at)
    if failures >= ATTEMPTS:
        raise TooManyAttempts("Sign-in was tried too often; wait a quarter of an hour.")
    if person is None:
        _note_failure(house, email, key, failures + 1)
        raise NotSignedIn(_REFUSED)
    with house.working(f"person:{person}") as work:
        work.accounts.set_failures(key, 0, work.at)
        start_session(work, person, secret)
    return person


def start_session(work: Work, person: str, secret: str) -> None:
    """Start a session, under a fresh secret, for somebody who has proved who they are."""
    session = Session(_hash(secret), person, started=work.at, seen=work.at)
    work.accounts.add_session(session)
    work.accounts.note_sign_in(person, work.at)
    work.record(SignedIn(person))


def end_other_sessions(work: Work, person: str, secret: str) -> None:
    """End every session of a person but the one with this secret."""
    for session in work.accounts.sessions_of(person):
        if not is_current(session, secret):
            work.accounts.end_session(session.hash)


def sign_out(house: House, secret: str, person: str, *, everywhere: bool) -> None:
    """End this session, or all sessions of the person."""
    with house.working(f"person:{person}") as work:
        if everywhere:
            work.accounts.end_sessions_of(person)
        else:
            work.accounts.end_session(_hash(secret))
        work.record(SignedOut(person, everywhere))


def signed_in(house: House, secret: str) -> Principal | None:
    """Who the session with this secret belongs to, at this instant; None when it has ended."""
    at = house.now()
    with house.reading() as db:
        session = AccountStore(db).session(_hash(secret))
        if session is None or at - session.started >= LONGEST or at - session.seen >= IDLE:
            return None
        principal = principal_of(db, session.person, at)
    if principal is not None and at - session.seen >= TOUCH:
        with house.housekeeping() as accounts:
            accounts.touch_session(session.hash, at)
    return principal


def attempt_key(email: str) -> bytes:
    """Under which failed attempts on one account are counted."""
    return hashlib.sha256(b"attempt\n" + email.strip().casefold().encode()).digest()


def is_current(session: Session, secret: str) -> bool:
    """Whether this is the session of that secret."""
    return session.hash == _hash(secret)


def end_stale_sessions(house: House) -> None:
    """Forget sessions that can never be used again."""
    at = house.now()
    with house.housekeeping() as accounts:
        accounts.end_sessions_before(started=at - LONGEST, seen=at - IDLE)


def _person_with_password(db: Connection, email: str, password: str, at: datetime) -> str | None:
    """The person whose password this is; takes as long for somebody who does not exist."""
    person = _known(db, email)
    hash_ = AccountStore(db).password_hash(person.id) if person is not None else None
    is_right = is_password(password, hash_)
    if person is None or not is_right:
        return None
    return person.id if principal_of(db, person.id, at) is not None else None


def _note_failure(house: House, email: str, key: bytes, failures: int) -> None:
    with house.reading() as db:
        person = _known(db, email)
    if person is None:
        with house.housekeeping() as accounts:
            accounts.set_failures(key, failures, house.now())
        return
    with house.working("sign-in") as work:
        work.accounts.set_failures(key, failures, work.at)
        work.record(SignInFailed(person.id))


def _known(db: Connection, email: str) -> Person | None:
    try:
        return MembershipStore(db).person_by_email(email) if email.isprintable() else None
    except UnknownPerson:
        return None


def _hash(secret: str) -> bytes:
    return hashlib.sha256(b"session\n" + secret.encode()).digest()
