"""Keeps the derivatives of stored objects: makes those that are wanted, drops those that are not.

One row for each original and channel; a derivative whose content changes becomes a new version
under the same id, and the old one goes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from feeds import tables as t
from feeds import timestamps
from feeds.deriving import Derived, Original, Workshop, derive
from feeds.examining import digest_of
from feeds.observables import observables_of
from feeds.placing import chunks
from feeds.precedence import Rank
from feeds.reaching import Hidden, Stand
from feeds.references import Treatment, references_of
from feeds.subjects import Loaded, handling_of
from feeds.tables import AnyRow
from feeds.titles import title_of, words_of
from tlp import Channel, Label

_DERIVED_NAMING = "shown"
"""The treatment of what a derivative names: it binds nothing, it only shows a relationship."""


@dataclass(frozen=True, slots=True)
class DerivedRow:
    """A stored derivative: where it belongs, and what placing it needs."""

    key: int
    channel: Channel
    stix_id: str
    type: str
    topics: int
    version_at: int
    origin: str
    origin_at: int
    rank: Rank = Rank.DERIVATIVE


def keep_derivatives(
    db: Connection,
    loaded: Loaded,
    found: Mapping[int, Stand],
    at: datetime,
    workshop: Workshop,
) -> tuple[list[DerivedRow], list[tuple[str, str, str]]]:
    """The derivatives of these objects that are to stand, and the channel, origin and id of each
    that was dropped."""
    stored = _stored(db, sorted(found))
    wanted = {key: stand.derived for key, stand in found.items() if stand.derived}
    if not stored and not wanted:
        return [], []
    contents = _contents(db, sorted(wanted))
    modified = timestamps.show(timestamps.from_datetime(at))
    result: list[DerivedRow] = []
    fresh: list[tuple[AnyRow, Channel, Derived]] = []
    kept: set[int] = set()
    for key, channels in wanted.items():
        for channel in sorted(channels, key=lambda item: item.name):
            made = _make(loaded, key, contents[key], channel, channels[channel], modified, workshop)
            if made is None:
                continue
            same = stored.get((key, channel.name))
            if same is not None and _says_the_same(made, same):
                kept.add(same.key)
                result.append(_derived_row(loaded.rows[key], channel, same))
            else:
                fresh.append((loaded.rows[key], channel, made))
    dropped = [row for row in stored.values() if row.key not in kept]
    _drop(db, dropped)
    gone = [
        (row.derived_for, loaded.rows[row.derived_from].stix_id, row.stix_id) for row in dropped
    ]
    return result + _add(db, fresh, at), gone


def expected_derivative(
    db: Connection,
    loaded: Loaded,
    key: int,
    channel: Channel,
    hidden: Hidden,
    workshop: Workshop,
    version: str | None,
) -> Derived | None:
    """What a derivative would be, under a version that is given; for verification."""
    content = _contents(db, [key])[key]
    return _make(loaded, key, content, channel, hidden, version or timestamps.show(0), workshop)


def _drop(db: Connection, rows: Sequence[AnyRow]) -> None:
    """Remove derivatives that are wanted no more, with everything that was kept of them."""
    for chunk in chunks(sorted(row.key for row in rows)):
        for table in (t.placement, t.observable, t.link):
            db.execute(delete(table).where(table.c.object.in_(chunk)))
        db.execute(delete(t.object_).where(t.object_.c.key.in_(chunk)))


def _make(
    loaded: Loaded,
    key: int,
    content: bytes,
    channel: Channel,
    hidden: Hidden,
    modified: str,
    workshop: Workshop,
) -> Derived | None:
    row = loaded.rows[key]
    original = Original(
        stix_id=row.stix_id,
        organisation=row.contributor,
        own_identity=f"identity--{row.contributor}",
        label=Label.of_rank(row.label),
        handling=handling_of(row, Label.of_rank(row.own_label)),
        is_cleared=row.cleared is not None,
        content=content,
    )
    return derive(original, channel, hidden, loaded.homes, workshop, modified)


def _says_the_same(made: Derived, stored: AnyRow) -> bool:
    """Whether a derivative differs from the stored one in nothing but its version."""
    value = dict(made.value)
    if "modified" in value:
        value["modified"] = stored.version
    return bool(digest_of(value) == stored.digest)


def _stored(db: Connection, keys: Sequence[int]) -> dict[tuple[int, str], AnyRow]:
    o = t.object_.c
    found: dict[tuple[int, str], AnyRow] = {}
    for chunk in chunks(keys):
        query = select(
            o.key,
            o.derived_from,
            o.derived_for,
            o.stix_id,
            o.type,
            o.version,
            o.version_at,
            o.digest,
        ).where(o.derived_from.in_(chunk))
        for row in db.execute(query):
            found[(row.derived_from, row.derived_for)] = row
    return found


def _contents(db: Connection, keys: Sequence[int]) -> dict[int, bytes]:
    o = t.object_.c
    found: dict[int, bytes] = {}
    for chunk in chunks(keys):
        query = select(o.key, o.content).where(o.key.in_(chunk))
        found.update({row.key: row.content for row in db.execute(query)})
    return found


def _derived_row(original: AnyRow, channel: Channel, row: AnyRow) -> DerivedRow:
    return DerivedRow(
        key=row.key,
        channel=channel,
        stix_id=row.stix_id,
        type=row.type,
        topics=original.topics,
        version_at=row.version_at,
        origin=original.stix_id,
        origin_at=original.version_at,
    )


def _add(
    db: Connection, fresh: Sequence[tuple[AnyRow, Channel, Derived]], at: datetime
) -> list[DerivedRow]:
    """Store new derivatives with what search and relationships look up."""
    if not fresh:
        return []
    start = db.execute(select(func.max(t.object_.c.key))).scalar_one() or 0
    originals = {row.key: row for row in _full_rows(db, [item[0].key for item in fresh])}
    rows, result = [], []
    observables: list[dict[str, object]] = []
    links: list[dict[str, object]] = []
    for key, (original, channel, made) in enumerate(fresh, start + 1):
        row = _object_row(originals[original.key], key, channel, made, at)
        rows.append(row)
        result.append(
            DerivedRow(
                key=key,
                channel=channel,
                stix_id=made.stix_id,
                type=str(made.value["type"]),
                topics=original.topics,
                version_at=row["version_at"],
                origin=original.stix_id,
                origin_at=original.version_at,
            )
        )
        observables.extend(
            {"kind": item.kind.value, "value": item.value, "object": key}
            for item in observables_of(made.value)
        )
        links.extend(_links(key, made.value))
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
        else _DERIVED_NAMING
        for reference in references_of(value)
    }
    return [
        {"target": target, "object": key, "treatment": treatment}
        for target, treatment in sorted(treatments.items())
    ]


def _object_row(
    original: AnyRow, key: int, channel: Channel, made: Derived, at: datetime
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
        "derived_for": channel.name,
        "digest": digest_of(made.value),
        "title": title_of(made.value),
        "words": words_of(made.value),
        "content": made.content,
    }
