"""Presence: a signed-in person gives the password again before a vote or a signature counts.

A browser left open, or a stolen cookie, is not a hand that votes. The same limit applies as for
sign-in, and each failure is in the audit trail.
"""

from cloudsirt.accounts import AccountStore
from cloudsirt.auth.passwords import is_password
from cloudsirt.auth.principal import principal_of
from cloudsirt.auth.sessions import ATTEMPTS, WINDOW, attempt_key
from cloudsirt.errors import NotSignedIn, TooManyAttempts
from cloudsirt.events import PresenceRefused
from cloudsirt.house import House


def prove_presence(house: House, person: str, password: str) -> None:
    """Pass only with the person's password; call it before the unit of work, for it takes long.

    NotSignedIn for a wrong password or an account that has ended; TooManyAttempts after ten
    failures in a quarter of an hour, counted together with those of sign-in.
    """
    at = house.now()
    with house.reading() as db:
        principal = principal_of(db, person, at)
        accounts = AccountStore(db)
        key = attempt_key(principal.person.email if principal is not None else person)
        failures = accounts.failures(key, at - WINDOW)
        hash_ = accounts.password_hash(person) if principal is not None else None
    is_right = is_password(password, hash_)  # the same work whatever the answer will be
    if failures >= ATTEMPTS:
        raise TooManyAttempts("The password was tried too often; wait a quarter of an hour.")
    if is_right:
        return
    with house.working(f"person:{person}") as work:
        work.accounts.set_failures(key, failures + 1, work.at)
        work.record(PresenceRefused(person))
    raise NotSignedIn("The password is not right.")
