"""Pages of shared objects for a TAXII client: stored bytes, copied and never parsed.

Everything goes through a `View`, so it is limited to what the reader may read. Pages follow the
time of entry; `more` says whether anything follows.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from sqlalchemy import Connection

from feeds.view import Versions, View, Window, occupied
from tlp import Reader

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items in order of entry; `first` and `last` are their times, None when empty."""

    items: tuple[T, ...]
    first: int | None
    last: int | None
    more: bool


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a manifest: times in microseconds, the version as its producer wrote it."""

    added: int
    stix_id: str
    version: str


class Recall(Protocol):
    """Gives what `read` gives, or gave to the same question about the same state."""

    def __call__(self, question: Hashable, read: Callable[[], T]) -> T:
        """The answer to the question."""


def _read(question: Hashable, read: Callable[[], T]) -> T:
    del question  # nothing is remembered
    return read()


class Shelf:
    """What one reader may take from the shelves of the consortium."""

    def __init__(self, db: Connection, reader: Reader, recall: Recall = _read) -> None:
        self._view = View(db, reader, recall(reader, lambda: occupied(db, reader)))

    def contents(self, window: Window) -> Page[bytes]:
        """The objects of a window as they were received."""
        rows = self._view.rows(_one_more(window), (), ("content",))
        return _page([(row.added, row.content) for row in rows], window.limit)

    def records(self, window: Window) -> Page[Record]:
        """The manifest of a window: one record for each version (TAXII 2.1 §5.3.1)."""
        rows = self._view.rows(_one_more(window), ("stix_id",), ("version",))
        found = [(row.added, Record(row.added, row.stix_id, row.version)) for row in rows]
        return _page(found, window.limit)

    def holds(self, window: Window, stix_id: str) -> bool:
        """Whether any version of this id is there for this reader."""
        any_version = replace(
            window, ids=(stix_id,), versions=Versions(all=True), limit=1, after=None, types=()
        )
        return bool(self._view.rows(any_version, ()))


def _one_more(window: Window) -> Window:
    return replace(window, limit=window.limit + 1)


def _page(rows: list[tuple[int, T]], limit: int) -> Page[T]:
    kept = rows[:limit]
    return Page(
        items=tuple(item for _, item in kept),
        first=kept[0][0] if kept else None,
        last=kept[-1][0] if kept else None,
        more=len(rows) > limit,
    )
