"""What tokens asked last over TAXII: for their holders, who often see nothing of it elsewhere.

A line says what was asked in words, how it was answered and how much was in it: nothing that the
caller was not told, and no content (R11). Marks of use; they decide nothing.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from cloudsirt import tables as t

KEPT = 50
"""So many are kept for each token, the newest."""

ROOM = 2_000
"""Of so many tokens at once a process remembers what they asked."""


@dataclass(frozen=True, slots=True)
class Poll:
    """One request of a token; `objects` and `problem` are None where there is nothing to say."""

    id: str
    token: str
    at: datetime
    method: str
    asked: str
    objects: int | None
    status: int
    problem: str | None


class Notebook:
    """What tokens asked and is not written yet, in the memory of one process.

    It has room for so many tokens, and of each for what is kept of it at most; more is lost.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: dict[str, deque[Poll]] = {}

    def note(self, poll: Poll) -> None:
        """Let this be written with the next ones."""
        with self._lock:
            found = self._waiting.get(poll.token)
            if found is None:
                if len(self._waiting) >= ROOM:
                    return
                found = self._waiting[poll.token] = deque(maxlen=KEPT)
            found.append(poll)

    def waiting(self, tokens: Iterable[str]) -> list[Poll]:
        """What these tokens asked and is not written yet."""
        with self._lock:
            return [poll for token in tokens for poll in self._waiting.get(token, ())]

    def take(self) -> list[Poll]:
        """Everything that waits; it waits here no longer."""
        with self._lock:
            taken, self._waiting = self._waiting, {}
        return [poll for found in taken.values() for poll in found]


class PollStore:
    """Polls as kept in the database."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def add(self, polls: Sequence[Poll]) -> None:
        """Keep these; of each of their tokens the newest stay."""
        if not polls:
            return
        self._db.execute(insert(t.poll), [asdict(poll) for poll in polls])
        self._db.execute(_SURPLUS, {"tokens": sorted({poll.token for poll in polls})})

    def of(self, tokens: Iterable[str]) -> list[Poll]:
        """What these tokens asked last, the newest first."""
        columns = t.poll.c
        query = select(t.poll).where(columns.token.in_(list(tokens)))
        rows = self._db.execute(query.order_by(columns.at.desc(), columns.id)).mappings()
        return [Poll(**row) for row in rows]


_PLACE = func.row_number().over(
    partition_by=t.poll.c.token, order_by=(t.poll.c.at.desc(), t.poll.c.id)
)
_OF_THESE = t.poll.c.token.in_(bindparam("tokens", expanding=True))
_PLACED = select(t.poll.c.id, _PLACE.label("place")).where(_OF_THESE).subquery()
_SURPLUS = delete(t.poll).where(
    t.poll.c.id.in_(select(_PLACED.c.id).where(_PLACED.c.place > KEPT).scalar_subquery())
)
