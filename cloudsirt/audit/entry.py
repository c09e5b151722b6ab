"""One entry of the audit trail, and the chain (pure).

Each hash covers the entry and the hash before it, so an edit, a deletion, an insertion or a
changed order breaks the chain at that place; the signed head shows a cut-off end.
"""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

import orjson

START = bytes(32)
"""What stands before the first entry."""


class Event(Protocol):
    """What commands return: a frozen dataclass with a tag."""

    @property
    def tag(self) -> str:
        """`subject:thing:what-happened`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is remembered: number from 1, UTC time, who, what, and the facts as JSON."""

    number: int
    at: datetime
    actor: str
    tag: str
    data: str

    def hash_after(self, before: bytes) -> bytes:
        """The hash of this entry behind the one before it."""
        fields = [self.number, self.at.isoformat(), self.actor, self.tag, self.data]
        return hashlib.sha256(before + orjson.dumps(fields)).digest()


def entry_of(event: Event, number: int, at: datetime, actor: str) -> Entry:
    """The entry that an event becomes."""
    facts: Any = event
    data = orjson.dumps(asdict(facts), option=orjson.OPT_SORT_KEYS).decode()
    return Entry(number, at, actor, event.tag, data)


def head_message(number: int, hash_: bytes) -> bytes:
    """What the signature of the head covers."""
    return b"CloudSIRT audit head\n" + str(number).encode() + b"\n" + hash_
