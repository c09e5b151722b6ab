"""What was read from the database, kept for as long as nothing new is recorded there.

No change commits without an entry in the audit trail, in its own transaction (`work`), and the
head of the trail is a hash over all entries. So what was read under one head is what the same
question would find under that head: asking again is only slower. The head is read at each request,
by one statement, and again in the transaction that reads what is not remembered; with another head
everything is forgotten.

Submissions change nothing in the register of organisations, people, tokens and signatures, and
they are most of what is recorded. So what is read there is kept for as long as nothing else than
submissions is recorded: under the hash after the last other entry (`Marks.register`). Where an
earlier release has appended since that was noted, the hash over everything stands for it.

Kept is what is read and what follows from that alone, never what depends on the time as well:
standing is computed at each request. Marks of use, which the trail does not hold, are not to be
relied on here. One memory in each process; the room is in octets.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Connection

from cloudsirt.audit.trail import HEAD, Head, head_in, head_of
from cloudsirt.database import Database

T = TypeVar("T")

ROOM = 64 * 1024 * 1024
_LITTLE = 2_048  # octets that a value is taken for which does not say


@dataclass(frozen=True, slots=True)
class Kept:
    """What was read, and how much room it takes, in octets."""

    value: Any
    weight: int


class Memory:
    """The answers to questions under one head; the least recently asked go first."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._lock = Lock()
        self._head = b""
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._weight = 0

    def find(self, head: bytes, question: Hashable) -> Kept | None:
        """What was read for the same question under the same head; None where that is not known."""
        with self._lock:
            self._turn_to(head)
            found = self._kept.get(question)
            if found is not None:
                self._kept.move_to_end(question)
            return found

    def recall(self, head: bytes, question: Hashable, read: Callable[[], T]) -> T:
        """What `read` gives, or gave to the same question under the same head."""
        found = self.find(head, question)
        if found is not None:
            value: T = found.value
            return value
        value = read()
        with self._lock:
            if head and head == self._head:
                self._keep(question, value)
        return value

    def _turn_to(self, head: bytes) -> None:
        if head != self._head:
            self._head, self._weight = head, 0
            self._kept.clear()

    def _keep(self, question: Hashable, value: object) -> None:
        weight = len(value) if isinstance(value, bytes) else getattr(value, "weight", _LITTLE)
        before = self._kept.pop(question, None)
        self._kept[question] = Kept(value, weight)
        self._weight += weight - (before.weight if before is not None else 0)
        while self._weight > self._room:
            _, least = self._kept.popitem(last=False)
            self._weight -= least.weight


@dataclass(frozen=True, slots=True)
class Marks:
    """By what a state is known: hashes over everything recorded so far, and over everything up to
    the last entry that is not of a submission; empty where there is nothing yet."""

    head: bytes
    register: bytes


@dataclass(frozen=True, slots=True)
class State:
    """One state of the database, and what is remembered of it."""

    memory: Memory
    marks: Marks

    def recall(self, question: Hashable, read: Callable[[], T]) -> T:
        """What `read` gives, or gave to the same question about this state."""
        return self.memory.recall(self.marks.head, question, read)


def marks_of(db: Connection) -> Marks:
    """By what the state is known that this transaction sees."""
    return _marks(head_of(db))


def glancing(database: Database) -> Callable[[], Marks]:
    """A way to see by what the present state is known, without a transaction."""
    ask = database.asking(HEAD)
    return lambda: _marks(head_in(ask()))


def _marks(head: Head | None) -> Marks:
    return Marks(head.hash, head.register) if head is not None else Marks(b"", b"")
