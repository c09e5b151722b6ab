"""Browsing for a person: lines of a feed, one object with what it names and what names it.

Everything goes through a `View`, so nothing is counted, listed or named that the reader may not
read. Who contributed is shown as the contributor chose (R6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Row, select

from feeds import tables as t
from feeds.references import references_of
from feeds.topics import Topic
from feeds.view import LATEST, Versions, View, Window
from tlp import Label, Perimeter, Reader

RELATED_LIMIT = 200
"""Related objects shown on one page; the page says when there are more."""

_PLACED = ("stix_id", "type", "topic", "version_at")
_STORED = ("title", "label", "version", "contributor", "attribution", "revoked", "content")


@dataclass(frozen=True, slots=True)
class Line:
    """One object as a line of a feed; times in microseconds.

    `contributor` is the id of the organisation, or None where it is not to be named.
    """

    stix_id: str
    type: str
    topic: Topic
    title: str
    label: Label
    added: int
    version: str
    version_at: int
    contributor: str | None
    is_revoked: bool
    content: bytes

    @property
    def value(self) -> Mapping[str, Any]:
        """The object, parsed."""
        parsed: dict[str, Any] = orjson.loads(self.content)
        return parsed


@dataclass(frozen=True, slots=True)
class Search:
    """What a person asked for; `before` is the time of entry to continue from."""

    topic: Topic | None = None
    type: str | None = None
    label: Label | None = None
    text: str = ""
    before: int | None = None
    limit: int = 50


class Catalogue:
    """What one reader may browse."""

    def __init__(self, db: Connection, reader: Reader) -> None:
        self._view = View(db, reader)
        self._reader = reader

    def search(self, search: Search) -> tuple[list[Line], bool]:
        """Lines newest first, and whether there are older ones."""
        window = Window(
            topic=search.topic,
            limit=search.limit + 1,
            before=search.before,
            types=(search.type,) if search.type else (),
            newest_first=True,
        )
        rows = self._view.rows(window, _PLACED, _STORED, _conditions(search))
        return [self._line(row) for row in rows[: search.limit]], len(rows) > search.limit

    def find(self, stix_id: str, version_at: int | None = None) -> Line | None:
        """One object in its latest version, or in the one named; None when there is none here."""
        versions = LATEST if version_at is None else Versions(at=frozenset({version_at}))
        rows = self._by_ids((stix_id,), versions)
        return rows[0] if rows else None

    def versions(self, stix_id: str) -> list[Line]:
        """All versions of one object that are here, newest first."""
        found = self._by_ids((stix_id,), Versions(all=True))
        return sorted(found, key=lambda line: line.version_at, reverse=True)

    def topics(self, stix_id: str) -> tuple[Topic, ...]:
        """The topics under which an object stands here."""
        return tuple(
            topic
            for topic in Topic
            if self._view.rows(Window(topic=topic, limit=1, ids=(stix_id,)), ())
        )

    def named_by(self, line: Line) -> list[Line]:
        """The objects here that this one names."""
        targets = {reference.target for reference in references_of(line.value)}
        targets.discard(line.stix_id)
        return self._by_ids(tuple(sorted(targets)), LATEST) if targets else []

    def naming(self, stix_id: str) -> list[Line]:
        """The objects here that name this one, newest first."""
        link = t.link.c
        condition = t.object_.c.key.in_(select(link.object).where(link.target == stix_id))
        window = Window(topic=None, limit=RELATED_LIMIT, newest_first=True)
        rows = self._view.rows(window, _PLACED, _STORED, (condition,))
        return [self._line(row) for row in rows]

    def these(self, ids: Sequence[str]) -> dict[str, Line]:
        """Those of these ids that are here, in their latest version."""
        return {line.stix_id: line for line in self._by_ids(tuple(ids), LATEST)} if ids else {}

    def _by_ids(self, ids: tuple[str, ...], versions: Versions) -> list[Line]:
        window = Window(topic=None, limit=RELATED_LIMIT, ids=ids, versions=versions)
        return [self._line(row) for row in self._view.rows(window, _PLACED, _STORED)]

    def _line(self, row: Row[Any]) -> Line:
        return Line(
            stix_id=row.stix_id,
            type=row.type,
            topic=Topic(row.topic),
            title=row.title,
            label=Label.of_rank(row.label),
            added=row.added,
            version=row.version,
            version_at=row.version_at,
            contributor=contributor_shown(row.contributor, row.attribution, self._reader),
            is_revoked=row.revoked,
            content=row.content,
        )


def contributor_shown(contributor: str, attribution: str, reader: Reader) -> str | None:
    """R6: by name everywhere, by name among members, or to nobody but its own staff."""
    if attribution == "named" or contributor == reader.organisation:
        return contributor
    is_for_members = attribution == "members" and reader.perimeter is Perimeter.MEMBERS
    return contributor if is_for_members else None


def _conditions(search: Search) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if search.label is not None:
        conditions.append(t.object_.c.label == search.label.rank)
    conditions.extend(
        t.object_.c.words.contains(word, autoescape=True)
        for word in search.text.casefold().split()[:10]
    )
    return conditions
