"""What organisations contributed, version by version, where it stands and what it waits for.

For the people who decide about it: an original, never a derivative, and only what the reader may
read, be it their own organisation's. Of others' copies of one object the reader sees one (R10).
Without a reader it answers the console, where ids and times are all that is shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    exists,
    select,
)

from feeds import tables as t
from feeds.placing import chunks
from feeds.subjects import handling_of
from feeds.tables import AnyRow
from feeds.timetable import Release, Waiting
from feeds.view import View, Window
from tlp import Channel, Label, Perimeter, Reader, reach

SHOWN = 200
"""Objects on one list, those first that are due first, or that came last."""

PLACEMENTS = 10_000
"""Placements of the objects on one list: more than any list has."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """One version of a contributor's object. `opened` are the perimeters of its own label,
    `bound` those of its effective one, `there` where it, or a derivative of it, stands.

    `findings` are path, kind and excerpt of personal data; `digest` identifies the content.
    """

    key: int
    stix_id: str
    type: str
    version: str
    version_at: int
    title: str
    label: Label
    own_label: Label
    contributor: str
    attribution: str
    topics: int
    release: Release
    findings: tuple[tuple[str, str, str], ...]
    is_cleared: bool
    digest: bytes
    opened: frozenset[Perimeter]
    bound: frozenset[Perimeter]
    there: frozenset[Perimeter]

    @property
    def waiting(self) -> Waiting:
        """As the timetable sees it."""
        return Waiting(
            key=self.key,
            version_at=self.version_at,
            label=self.own_label,
            opened=self.opened,
            bound=self.bound,
            there=self.there,
            release=self.release,
        )


def versions_of(
    db: Connection, stix_id: str, contributor: str, reader: Reader | None
) -> list[Contribution]:
    """The versions of an id by a contributor, oldest first, as far as the reader may read."""
    named = (_o.stix_id == stix_id, _o.contributor == contributor)
    return contributions(db, [*named, *read_by(reader)])


def content_of(db: Connection, item: Contribution) -> bytes:
    """The object as it was received."""
    found: bytes = db.execute(select(_o.content).where(_o.key == item.key)).scalar_one()
    return found


def posted_by_others(
    db: Connection, ids: Iterable[str], contributor: str, poster: str
) -> frozenset[str]:
    """Those of these ids that other accounts of the same organisation posted."""
    query = select(_o.stix_id).join_from(t.object_, t.submission, _o.submission == _s.id)
    others = query.where(_o.contributor == contributor, _s.poster != poster)
    found: set[str] = set()
    for part in chunks(sorted(set(ids))):
        found.update(db.execute(others.where(_o.stix_id.in_(part))).scalars())
    return frozenset(found)


def seen_in(
    db: Connection, reader: Reader, ids: Iterable[str], perimeter: Perimeter
) -> frozenset[str]:
    """Those of these ids that the reader may read and that stand in a perimeter too."""
    window = Window(topic=None, limit=PLACEMENTS, ids=tuple(sorted(ids)))
    if not window.ids:
        return frozenset()
    readable = {row.stix_id for row in View(db, reader).rows(window, ("stix_id",))}
    p = t.placement.c
    query = select(p.stix_id).where(
        p.channel == Channel.perimeter(perimeter).name, p.stix_id.in_(sorted(readable))
    )
    return frozenset(db.execute(query.distinct()).scalars())


def read_by(reader: Reader | None) -> list[ColumnElement[bool]]:
    """The condition that a reader may read the object; none for the console."""
    if reader is None:
        return []
    p = t.placement.c
    names = [channel.name for channel in reader.channels]
    return [exists(select(1).where(p.object == _o.key, p.channel.in_(names)))]


def contributions(
    db: Connection, conditions: Iterable[ColumnElement[bool]], *, newest: bool = False
) -> list[Contribution]:
    """What meets some conditions: all of it, oldest version first, or the SHOWN newest."""
    query = _QUERY.where(*conditions)
    order = (_o.received.desc(), _o.key.desc()) if newest else (_o.version_at, _o.key)
    rows = db.execute(query.order_by(*order).limit(SHOWN if newest else None)).all()
    there = _there(db, [row.key for row in rows])
    return [_contribution(row, there) for row in rows]


def _there(db: Connection, keys: Sequence[int]) -> dict[int, frozenset[Perimeter]]:
    """In which perimeters these objects, or derivatives of them, stand."""
    p, made = t.placement.c, t.object_.alias("made")
    whole = select(p.object.label("key"), p.channel).where(p.object.in_(keys))
    part = (
        select(made.c.derived_from.label("key"), p.channel)
        .join_from(made, t.placement, p.object == made.c.key)
        .where(made.c.derived_from.in_(keys), made.c.derived_for == p.channel)
    )
    perimeters = {Channel.perimeter(item).name: item for item in Perimeter}
    found: dict[int, set[Perimeter]] = {}
    for row in [*db.execute(whole.distinct()), *db.execute(part.distinct())]:
        if row.channel in perimeters:
            found.setdefault(row.key, set()).add(perimeters[row.channel])
    return {key: frozenset(places) for key, places in found.items()}


def _contribution(row: AnyRow, there: dict[int, frozenset[Perimeter]]) -> Contribution:
    label, own_label = Label.of_rank(row.label), Label.of_rank(row.own_label)
    return Contribution(
        key=row.key,
        stix_id=row.stix_id,
        type=row.type,
        version=row.version,
        version_at=row.version_at,
        title=row.title,
        label=label,
        own_label=own_label,
        contributor=row.contributor,
        attribution=row.attribution,
        topics=row.topics,
        release=orjson.loads(row.release),
        findings=tuple((path, kind, excerpt) for path, kind, excerpt in orjson.loads(row.findings)),
        is_cleared=row.cleared is not None,
        digest=row.digest,
        opened=_perimeters(row, own_label),
        bound=_perimeters(row, label),
        there=there.get(row.key, frozenset()),
    )


def _perimeters(row: AnyRow, label: Label) -> frozenset[Perimeter]:
    opened = reach(handling_of(row, label))
    return frozenset(item for item in Perimeter if Channel.perimeter(item) in opened)


_o, _s = t.object_.c, t.submission.c
_QUERY = (
    select(
        *(_o.key, _o.stix_id, _o.type, _o.version, _o.version_at, _o.title, _o.label),
        *(_o.own_label, _o.contributor, _o.attribution, _o.topics, _o.release, _o.findings),
        *(_o.cleared, _o.digest, _s.poster, _s.recipients),
    )
    .join_from(t.object_, t.submission, _o.submission == _s.id)
    .where(_o.derived_from.is_(None), _o.withdrawn.is_(None))
)
