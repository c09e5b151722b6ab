"""The outbox: letters to be sent, kept in the transaction of what they tell of.

A letter is due until it is sent or ended. Sending is claimed for a while first, so that of
several workers one sends it; a worker that is killed in between leaves it due, and it goes out
again under the same Message-ID: at least once, and once as far as mail can be.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from cloudsirt import clock
from cloudsirt import tables as t
from cloudsirt.audit.entry import Event
from cloudsirt.database import Database
from cloudsirt.links import make_link
from cloudsirt.mail.occasion import Addressee, Occasion
from cloudsirt.mail.occasions import occasions_of
from cloudsirt.work import HousekeepingLedger
from membership.person import Role

LEASE = timedelta(minutes=10)
"""How long a claim keeps other workers off; no attempt takes as long."""

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
)
"""What is waited after each failure; the last for all that follow."""

GIVEN_UP = timedelta(days=3)
"""How long after it was queued a letter is still tried (RFC 5321 §4.5.4.1: some days)."""

KEPT = timedelta(days=90)
"""How long the outbox remembers what was sent or ended."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as kept: whom it is for and what happened, never its text or its secret link."""

    id: str
    tag: str
    letter: str
    to: Addressee
    event: Mapping[str, Any]
    link: str | None
    queued: datetime
    due: datetime | None
    tries: int
    sent: datetime | None
    ended: datetime | None
    why: str | None

    @property
    def state(self) -> str:
        """Where it stands: waiting, sent, or ended without having been sent."""
        if self.sent is not None:
            return "sent"
        return "waiting" if self.ended is None else "ended"


def queue_letters(db: Connection, events: Sequence[Event], at: datetime) -> None:
    """Queue what these events are occasions for, in the transaction that they happen in."""
    for event in events:
        for occasion in occasions_of(type(event)):
            for addressee in dict.fromkeys(occasion.audience(event, db)):
                _queue(db, event, occasion, addressee, at)


def _queue(
    db: Connection, event: Event, occasion: Occasion, addressee: Addressee, at: datetime
) -> None:
    link = None
    if occasion.link is not None:
        link = make_link(db, id_=clock.new_id(), purpose=occasion.link, subject=addressee.id, at=at)
    facts: Any = event
    db.execute(
        insert(t.letter).values(
            id=clock.new_id(),
            tag=event.tag,
            letter=occasion.letter,
            kind=addressee.kind,
            addressee=addressee.id,
            role=addressee.role.value if addressee.role is not None else None,
            event=orjson.dumps(asdict(facts)).decode(),
            link=link.id if link is not None else None,
            queued=at,
            due=at,
        )
    )


def due_letters(db: Connection, at: datetime, limit: int) -> list[Letter]:
    """Letters that are to be sent now, those that wait longest first."""
    due = t.letter.c.due
    return _letters(db, select(t.letter).where(due <= at).order_by(due, t.letter.c.id).limit(limit))


def latest_letters(db: Connection, limit: int) -> list[Letter]:
    """What stands in the outbox, newest first."""
    order = t.letter.c.queued.desc(), t.letter.c.id
    return _letters(db, select(t.letter).order_by(*order).limit(limit))


class Outbox:
    """Marks of sending, in a transaction of housekeeping."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def claim(self, letter: Letter, at: datetime) -> bool:
        """Keep a letter for oneself for a while; False when another worker was faster."""
        columns = t.letter.c
        matches = (columns.id == letter.id) & (columns.due == letter.due)
        claimed = self._db.execute(
            update(t.letter).where(matches).values(due=at + LEASE, tries=letter.tries + 1)
        )
        return claimed.rowcount == 1

    def mark_sent(self, letter: Letter, at: datetime) -> None:
        """It was handed over: nothing is due any more."""
        self._mark(letter, sent=at, due=None, why=None)

    def mark_failed(self, letter: Letter, why: str, at: datetime) -> None:
        """It could not be handed over: later again, or never after some days."""
        pause = PAUSES[min(letter.tries, len(PAUSES) - 1)]  # `tries` is from before this one
        if at + pause - letter.queued > GIVEN_UP:
            self.end(letter, f"Given up: {why}", at)
        else:
            self._mark(letter, due=at + pause, why=why)

    def end(self, letter: Letter, why: str, at: datetime) -> None:
        """It is not to be sent any more."""
        self._mark(letter, ended=at, due=None, why=why)

    def forget(self, before: datetime) -> None:
        """Forget letters that were sent, or ended, before that instant."""
        columns = t.letter.c
        self._db.execute(delete(t.letter).where((columns.sent < before) | (columns.ended < before)))

    def _mark(self, letter: Letter, **values: object) -> None:
        self._db.execute(update(t.letter).where(t.letter.c.id == letter.id).values(**values))


@contextmanager
def marking(database: Database) -> Iterator[Outbox]:
    """A short transaction for marks of sending; none is open while a letter is sent."""
    with database.writing(HousekeepingLedger()) as db:
        yield Outbox(db)


def _letters(db: Connection, query: Any) -> list[Letter]:
    return [_letter(row) for row in db.execute(query).mappings()]


def _letter(row: RowMapping) -> Letter:
    role = Role(row["role"]) if row["role"] is not None else None
    return Letter(
        id=row["id"],
        tag=row["tag"],
        letter=row["letter"],
        to=Addressee(row["kind"], row["addressee"], role),
        event=orjson.loads(row["event"]),
        link=row["link"],
        queued=row["queued"],
        due=row["due"],
        tries=row["tries"],
        sent=row["sent"],
        ended=row["ended"],
        why=row["why"],
    )
