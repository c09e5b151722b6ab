"""API tokens: shown once, stored hashed, scoped, revocable; good or not at each request."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from cloudsirt.accounts import AccountStore, Token
from cloudsirt.auth.permissions import Scope
from cloudsirt.auth.principal import Facts, Principal, facts_of
from cloudsirt.errors import NotPermitted
from cloudsirt.events import TokenIssued, TokenRevoked
from cloudsirt.work import Work
from feeds.taxii.profiles import STANDARD, profile_named

PREFIX = "cst_"
"""Begins every token, so that scanners for leaked secrets can know one."""

LABEL_LIMIT = 100


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
    client: str = STANDARD.name,
) -> str:
    """Issue a token for a person; the text to hand over, which is kept nowhere.

    UnknownProfile where `client` names no client profile.
    """
    profile = profile_named(client)
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
        client=profile.name,
    )
    work.accounts.add_token(token, hash_of(text))
    expires = None if token.expires is None else token.expires.isoformat()
    scopes_given = tuple(sorted(token.scopes))
    work.record(TokenIssued(id_, holder.id, scopes_given, expires, profile.name))
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
    token = AccountStore(db).token_by_hash(hash_of(text))
    return None if token is None else token.id


@dataclass(frozen=True, slots=True)
class Holding:
    """A token, good or not, and what the register says of its holder."""

    token: Token
    facts: Facts

    def bearer(self, name: str | None, at: datetime) -> Bearer | None:
        """Who presents it at an instant; `name` must be the holder's address where one is given.

        None for a token that is expired, revoked, somebody else's, or whose holder is gone.
        """
        principal = self.facts.principal(at) if self.token.is_good(at) else None
        if principal is None:
            return None
        if name is not None and name.strip().casefold() != principal.person.email:
            return None
        return Bearer(principal, self.token)


def holding_of(db: Connection, hash_: bytes) -> Holding | None:
    """The token with this hash and its holder; None for one that is unknown."""
    token = AccountStore(db).token_by_hash(hash_)
    return None if token is None else Holding(token, facts_of(db, token.person))


def hash_of(text: str) -> bytes:
    """As what a token is kept; its text is kept nowhere."""
    return hashlib.sha256(text.encode()).digest()
