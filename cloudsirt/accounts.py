"""Loads and saves sign-in data: passwords, tokens, sessions, failed attempts. Decides nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from cloudsirt import tables as t


@dataclass(frozen=True, slots=True)
class Token:
    """An API token as kept: never the secret; times are UTC, `used` is the last use noted."""

    id: str
    person: str
    label: str
    scopes: frozenset[str]
    created: datetime
    expires: datetime | None
    revoked: datetime | None
    used: datetime | None

    def is_good(self, at: datetime) -> bool:
        """Whether it may be used at that instant."""
        is_expired = self.expires is not None and self.expires <= at
        return self.revoked is None and not is_expired


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser as kept: never the secret."""

    hash: bytes
    person: str
    started: datetime
    seen: datetime


class AccountStore:
    """Sign-in data as kept in the database."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    # passwords

    def password_hash(self, person: str) -> str | None:
        """The stored hash of somebody's password."""
        query = select(t.password.c.hash).where(t.password.c.person == person)
        return self._db.execute(query).scalar_one_or_none()

    def set_password(self, person: str, hash_: str, at: datetime) -> None:
        """Store a new hash in place of the old one."""
        self._db.execute(delete(t.password).where(t.password.c.person == person))
        self._db.execute(insert(t.password).values(person=person, hash=hash_, changed=at))

    # tokens

    def add_token(self, token: Token, hash_: bytes) -> None:
        """Keep a new token by its hash."""
        self._db.execute(
            insert(t.token).values(
                id=token.id,
                hash=hash_,
                person=token.person,
                label=token.label,
                scopes=" ".join(sorted(token.scopes)),
                created=token.created,
                expires=token.expires,
            )
        )

    def token_by_hash(self, hash_: bytes) -> Token | None:
        """The token with this hash, good or not."""
        found = self._tokens(t.token.c.hash == hash_)
        return found[0] if found else None

    def token(self, id_: str) -> Token | None:
        """The token with this id, good or not."""
        found = self._tokens(t.token.c.id == id_)
        return found[0] if found else None

    def tokens_of(self, person: str) -> list[Token]:
        """All tokens of a person, newest first."""
        return self._tokens(t.token.c.person == person)

    def _tokens(self, condition: object) -> list[Token]:
        query = (
            select(t.token, t.token_use.c.last)
            .outerjoin(t.token_use, t.token_use.c.token == t.token.c.id)
            .where(condition)  # type: ignore[arg-type]
            .order_by(t.token.c.created.desc())
        )
        return [
            Token(
                id=row["id"],
                person=row["person"],
                label=row["label"],
                scopes=frozenset(row["scopes"].split()),
                created=row["created"],
                expires=row["expires"],
                revoked=row["revoked"],
                used=row["last"],
            )
            for row in self._db.execute(query).mappings()
        ]

    def touch_token(self, id_: str, at: datetime) -> None:
        """Note that a token was used."""
        self._db.execute(delete(t.token_use).where(t.token_use.c.token == id_))
        self._db.execute(insert(t.token_use).values(token=id_, last=at))

    def revoke_token(self, id_: str, at: datetime) -> None:
        """Mark a token as revoked."""
        self._db.execute(update(t.token).where(t.token.c.id == id_).values(revoked=at))

    # sessions

    def add_session(self, session: Session) -> None:
        """Keep a new session."""
        self._db.execute(
            insert(t.session).values(
                hash=session.hash,
                person=session.person,
                started=session.started,
                seen=session.seen,
            )
        )

    def session(self, hash_: bytes) -> Session | None:
        """The session with this hash."""
        query = select(t.session).where(t.session.c.hash == hash_)
        row = self._db.execute(query).mappings().one_or_none()
        return None if row is None else Session(**row)

    def sessions_of(self, person: str) -> list[Session]:
        """All sessions of a person, newest first."""
        query = select(t.session).where(t.session.c.person == person)
        rows = self._db.execute(query.order_by(t.session.c.started.desc())).mappings()
        return [Session(**row) for row in rows]

    def touch_session(self, hash_: bytes, at: datetime) -> None:
        """Note that a session was used."""
        self._db.execute(update(t.session).where(t.session.c.hash == hash_).values(seen=at))

    def end_session(self, hash_: bytes) -> None:
        """Forget a session."""
        self._db.execute(delete(t.session).where(t.session.c.hash == hash_))

    def end_sessions_of(self, person: str) -> None:
        """Forget all sessions of a person."""
        self._db.execute(delete(t.session).where(t.session.c.person == person))

    def end_sessions_before(self, started: datetime, seen: datetime) -> None:
        """Forget sessions that started, or were last used, before these instants."""
        columns = t.session.c
        self._db.execute(
            delete(t.session).where((columns.started < started) | (columns.seen < seen))
        )

    # failed attempts

    def failures(self, key: bytes, since: datetime) -> int:
        """How often sign-in failed under this key, in a window that began after `since`."""
        columns = t.attempt.c
        query = select(columns.failures).where(columns.key == key, columns.since > since)
        return self._db.execute(query).scalar_one_or_none() or 0

    def set_failures(self, key: bytes, failures: int, at: datetime) -> None:
        """Note how often sign-in failed under this key; the first one opens the window."""
        columns = t.attempt.c
        if failures > 1:
            query = update(t.attempt).where(columns.key == key).values(failures=failures)
            self._db.execute(query)
            return
        self._db.execute(delete(t.attempt).where(columns.key == key))
        if failures:
            self._db.execute(insert(t.attempt).values(key=key, failures=failures, since=at))
