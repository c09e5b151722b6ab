"""Registers a person together with the password they will sign in with."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cloudsirt.auth.passwords import hash_password
from cloudsirt.work import Work
from membership import register
from membership.person import Person, Role


@dataclass(frozen=True, slots=True)
class PasswordSet:
    """Somebody's password was set; never which."""

    tag: ClassVar[str] = "account:password:set"
    about: str


def enrol(
    work: Work,
    *,
    id_: str,
    organisation: str,
    name: str,
    email: str,
    roles: Iterable[Role],
    acknowledged: bool,
    password: str | None,
) -> Person:
    """Register a person; without a password they cannot sign in to the portal."""
    person, events = register.register_person(
        work.membership,
        id_=id_,
        organisation=organisation,
        name=name,
        email=email,
        roles=roles,
        acknowledged=acknowledged,
        at=work.at,
    )
    work.record(*events)
    if password is not None:
        work.accounts.set_password(person.id, hash_password(password), work.at)
        work.record(PasswordSet(person.id))
    return person
