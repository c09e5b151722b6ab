"""Stores derivatives and their companions: the rows behind `derivations`, which decides.

A derivative is a row of its own that names its original and its slot: the channel that it is
for, or the relationship that leads back from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from feeds import tables as t
from feeds import timestamps
from feeds.deriving import Derived
from feeds.examining import digest_of
from feeds.listed import among
from feeds.observables import observables_of
from feeds.placing import chunks
from feeds.precedence import Rank
from feeds.references import Treatment, references_of
from feeds.submitted import Submitted
from feeds.tables import AnyRow
from feeds.titles import title_of, words_of
from tlp.overlap import Reach

_SHOWN = "shown"
"""The treatment of what a derivative names: it binds nothing, it only shows a relationship."""

COMPANION = "derived-from:"
"""Begins the slot of the relationship from a derivative to its original; the rest is the slot of
the derivative, which is the name of its channel."""


@dataclass(frozen=True, slots=True)
class DerivedRow:
    """A stored derivative or companion: where it belongs, and what placing it needs.

    `original` is the key of what it was made from.
    """

    key: int
    original: int
    channels: Reach
    stix_id: str
    type: str
    version_at: int
    origin: str
    origin_at: int
    rank: Rank = Rank.DERIVATIVE


@dataclass(frozen=True, slots=True)
class Wanted:
    """What should exist of one original, in one slot."""

    original: Submitted
    slot: str
    channels: Reach
    made: Derived

    @property
    def origin(self) -> tuple[str, int]:
        """A derivative stands for its original, a companion for itself."""
        if self.slot.startswith(COMPANION):
            return self.made.stix_id, 0
        return self.original.stix_id, self.original.version_at


def stored_rows(db: Connection, keys: Sequence[int]) -> dict[tuple[int, str], AnyRow]:
    """The derivatives kept of these originals, by original and slot."""
    found: dict[tuple[int, str], AnyRow] = {}
    for row in db.execute(_STORED, {"keys": keys}) if keys else ():
        found[(row.derived_from, row.derived_for)] = row
    return found


def contents_of(db: Connection, keys: Sequence[int]) -> dict[int, bytes]:
    """The content of these objects."""
    o = t.object_.c
    found: dict[int, bytes] = {}
    for chunk in chunks(keys):
        query = select(o.key, o.content).where(o.key.in_(chunk))
        found.update({row.key: row.content for row in db.execute(query)})
    return found


def derived_row(item: Wanted, key: int, stix_id: str, version_at: int) -> DerivedRow:
    """What placing a derivative needs."""
    origin, origin_at = item.origin
    return DerivedRow(
        key=key,
        original=item.original.key,
        channels=item.channels,
        stix_id=stix_id,
        type=str(item.made.value["type"]),
        version_at=version_at,
        origin=origin,
        origin_at=origin_at,
    )


def transfer(db: Connection, moved: Sequence[tuple[int, Wanted]]) -> None:
    """Let derivatives stand for a later version of their original that left them as they are."""
    rows = [{"k": key, "o": item.original.key, "at": item.origin[1]} for key, item in moved]
    if rows:
        db.execute(_OF_LATER, [{"k": row["k"], "o": row["o"]} for row in rows])
        db.execute(_PLACE_OF_LATER, [{"k": row["k"], "at": row["at"]} for row in rows])


def drop(db: Connection, rows: Sequence[AnyRow]) -> list[tuple[str, str, str]]:
    """Remove what is wanted no more, with everything that was kept of it; where it stood."""
    p = t.placement.c
    gone: list[tuple[str, str, str]] = []
    for chunk in chunks(sorted(row.key for row in rows)):
        query = select(p.channel, p.origin, p.stix_id).where(p.object.in_(chunk))
        gone.extend((row.channel, row.origin, row.stix_id) for row in db.execute(query))
        for table in (t.placement, t.observable, t.link):
            db.execute(delete(table).where(table.c.object.in_(chunk)))
        db.execute(delete(t.object_).where(t.object_.c.key.in_(chunk)))
    return gone


def add(db: Connection, fresh: Sequence[Wanted], at: datetime) -> list[DerivedRow]:
    """Store new derivatives with what search and relationships look up."""
    if not fresh:
        return []
    start = db.execute(select(func.max(t.object_.c.key))).scalar_one() or 0
    originals = {row.key: row for row in _full_rows(db, [item.original.key for item in fresh])}
    rows, result = [], []
    observables: list[dict[str, object]] = []
    links: list[dict[str, object]] = []
    for key, item in enumerate(fresh, start + 1):
        row = _object_row(originals[item.original.key], key, item.slot, item.made, at)
        rows.append(row)
        result.append(derived_row(item, key, item.made.stix_id, row["version_at"]))
        observables.extend(
            {"kind": found.kind.value, "value": found.value, "object": key}
            for found in observables_of(item.made.value)
        )
        links.extend(_links(key, item.made.value))
    for table, values in ((t.object_, rows), (t.observable, observables), (t.link, links)):
        if values:
            db.execute(insert(table), values)
    return result


def _full_rows(db: Connection, keys: Sequence[int]) -> Sequence[AnyRow]:
    return db.execute(select(t.object_).where(t.object_.c.key.in_(sorted(set(keys))))).all()


def _links(key: int, value: Mapping[str, Any]) -> list[dict[str, object]]:
    treatments = {
        reference.target: Treatment.TRAVELS.value
        if reference.treatment is Treatment.TRAVELS
        else _SHOWN
        for reference in references_of(value)
    }
    return [
        {"target": target, "object": key, "treatment": treatment}
        for target, treatment in sorted(treatments.items())
    ]


def _object_row(
    original: AnyRow, key: int, slot: str, made: Derived, at: datetime
) -> dict[str, Any]:
    """The row of a derivative: the original's, with what is its own."""
    version = str(made.value.get("modified") or made.value.get("created") or "")
    return {
        **original._mapping,  # SQLAlchemy's public name for a row as a mapping
        "key": key,
        "stix_id": made.stix_id,
        "version": version,
        "version_at": timestamps.parse(version) if version else 0,
        "label": made.label.rank,
        "own_label": made.label.rank,
        "by_creator": False,
        "received": timestamps.from_datetime(at),
        "findings": "[]",
        "derived_from": original.key,
        "derived_for": slot,
        "type": str(made.value["type"]),
        "digest": digest_of(made.value),
        "title": title_of(made.value),
        "words": words_of(made.value),
        "content": made.content,
    }


_OF_LATER = (
    update(t.object_).where(t.object_.c.key == bindparam("k")).values(derived_from=bindparam("o"))
)
_PLACE_OF_LATER = (
    update(t.placement)
    .where(t.placement.c.object == bindparam("k"))
    .values(origin_at=bindparam("at"))
)
_o = t.object_.c
_STORED = select(
    *(_o.key, _o.derived_from, _o.derived_for, _o.stix_id),
    *(_o.type, _o.version, _o.version_at, _o.digest),
).where(among(_o.derived_from, "keys"))
