"""API tokens: shown once, stored hashed, scoped, revocable; good or not at each request."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import Connection

from cloudsirt.accounts import AccountStore, Token
from cloudsirt.auth.permissions import Scope
from cloudsirt.auth.principal import Principal, principal_of
from cloudsirt.errors import NotPermitted
from cloudsirt.work import Work

PREFIX = "cst_"
"""Begins every token, so that scanners for leaked secrets can know one."""

LABEL_LIMIT = 100
TOUCH = timedelta(minutes=1)
"""How stale the note of last use may get, so that a poll seldom writes."""


@dataclass(frozen=True, slots=True)
class TokenIssued:
    """A token was issued; `about` is its id, never the secret."""

    tag: ClassVar[str] = "account:token:issued"
    about: str
    person: str
    scopes: tuple[str, ...]
    expires: str | None


@dataclass(frozen=True, slots=True)
class TokenRevoked:
    """A token was revoked; it is refused from this instant."""

    tag: ClassVar[str] = "account:token:revoked"
    about: str
    person: str


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who presented a good token, and what it may be used for."""

    principal: Principal
    token: Token

    def has(self, scope: Scope) -> bool:
        """Whether the token has the scope."""
        return scope.value in self.token.scopes


def issue_token(
    work: Work,
    person: str,
    *,
    id_: str,
    secret: str,
    scopes: Iterable[Scope],
    days: int | None,
    label: str,
) -> str:
    """Issue a token for a person; the text to hand over, which is kept nowhere."""
    holder = work.membership.person(person)
    text = PREFIX + secret
    token = Token(
        id=id_,
        person=holder.id,
        label=" ".join(label.split())[:LABEL_LIMIT],
        scopes=frozenset(scope.value for scope in scopes),
        created=work.at,
        expires=None if days is None else work.at + timedelta(days=days),
        revoked=None,
        used=None,
    )
    work.accounts.add_token(token, _hash(text))
    expires = None if token.expires is None else token.expires.isoformat()
    work.record(TokenIssued(id_, holder.id, tuple(sorted(token.scopes)), expires))
    return text


def revoke_token(work: Work, id_: str) -> None:
    """Revoke a token by its id."""
    token = work.accounts.token(id_)
    if token is None or token.revoked is not None:
        raise NotPermitted("There is no token in use with this id.")
    work.accounts.revoke_token(id_, work.at)
    work.record(TokenRevoked(id_, token.person))


def token_id(db: Connection, text: str) -> str | None:
    """The id of the token with this text."""
    token = AccountStore(db).token_by_hash(_hash(text))
    return None if token is None else token.id


def bearer_of(db: Connection, text: str, name: str | None, at: datetime) -> Bearer | None:
    """Who presents this token; `name` must be the holder's address where one is given.

    None for a token that is unknown, expired, revoked, somebody else's, or whose holder is gone.
    """
    token = AccountStore(db).token_by_hash(_hash(text))
    if token is None or not token.is_good(at):
        return None
    principal = principal_of(db, token.person, at)
    if principal is None:
        return None
    if name is not None and name.strip().casefold() != principal.person.email:
        return None
    return Bearer(principal, token)


def needs_touch(token: Token, at: datetime) -> bool:
    """Whether the note of last use is stale enough to be written again."""
    return token.used is None or at - token.used >= TOUCH


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
