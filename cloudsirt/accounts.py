"""Loads and saves sign-in data: passwords, tokens, sessions, attempts, wishes. Decides nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from cloudsirt import tables as t
from cloudsirt.polls import PollStore


@dataclass(frozen=True, slots=True)
class Token:
    """An API token as kept: never the secret; times are UTC, `used` is the last use noted.

    `client` names the profile by which TAXII answers it.
    """

    id: str
    person: str
    label: str
    scopes: frozenset[str]
    created: datetime
    expires: datetime | None
    revoked: datetime | None
    used: datetime | None
    client: str = "standard"

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


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish for a new password, for an address that may be known here or not."""

    id: str
    email: str
    asked: datetime


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

    @property
    def polls(self) -> PollStore:
        """What tokens asked last."""
        return PollStore(self._db)

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
                client=token.client,
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
                client=row["client"],
            )
            for row in self._db.execute(query).mappings()
        ]

    def touch_tokens(self, used: Mapping[str, datetime]) -> None:
        """Note when these tokens, by id, were used last."""
        if not used:
            return
        rows = [{"token": id_, "last": at} for id_, at in used.items()]
        token = t.token_use.c.token
        self._db.execute(delete(t.token_use).where(token == bindparam("token")), rows)
        self._db.execute(insert(t.token_use), rows)

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

    # marks of use, as an organisation sees them of its people

    def note_sign_in(self, person: str, at: datetime) -> None:
        """Note that somebody signed in."""
        columns = t.sign_in.c
        query = update(t.sign_in).where(columns.person == person).values(last=at)
        if not self._db.execute(query).rowcount:
            self._db.execute(insert(t.sign_in).values(person=person, last=at))

    def last_sign_ins(self, people: Iterable[str]) -> dict[str, datetime]:
        """When these people signed in last: those who ever did."""
        query = select(t.sign_in).where(t.sign_in.c.person.in_(list(people)))
        return {row.person: row.last for row in self._db.execute(query)}

    def with_password(self, people: Iterable[str]) -> set[str]:
        """Those of these people who have a password: the others have not arrived yet."""
        query = select(t.password.c.person).where(t.password.c.person.in_(list(people)))
        return set(self._db.execute(query).scalars())

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

    # forgotten passwords

    def add_wish(self, wish: Wish) -> None:
        """Note that a new password was asked for an address."""
        self._db.execute(insert(t.forgotten).values(id=wish.id, email=wish.email, asked=wish.asked))

    def wishes_since(self, email: str, since: datetime) -> int:
        """How often a new password was asked for an address after that instant."""
        columns = t.forgotten.c
        query = select(func.count()).where(columns.email == email, columns.asked > since)
        return self._db.execute(query).scalar_one()

    def open_wishes(self, limit: int) -> list[Wish]:
        """Those that were not answered yet, oldest first."""
        columns = t.forgotten.c
        query = select(columns.id, columns.email, columns.asked).where(columns.answered.is_(None))
        rows = self._db.execute(query.order_by(columns.asked).limit(limit))
        return [Wish(**row) for row in rows.mappings()]

    def answer_wishes(self, wishes: Iterable[Wish], at: datetime) -> None:
        """Note that these were answered, with a letter or without."""
        ids = [wish.id for wish in wishes]
        self._db.execute(update(t.forgotten).where(t.forgotten.c.id.in_(ids)).values(answered=at))

    def forget_wishes(self, before: datetime) -> None:
        """Forget those that are older than that."""
        self._db.execute(delete(t.forgotten).where(t.forgotten.c.asked <= before))
