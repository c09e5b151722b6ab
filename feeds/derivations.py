"""Keeps the derivatives of stored objects: makes those that are wanted, drops those that are not.

One for each original and channel, and the relationship between both. A derivative whose content
changes becomes a new version under the same id, and the old one goes; a later version of the
original that changes nothing of it leaves it as it is, so that a hidden edit is not felt (R11).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

import orjson
from sqlalchemy import Connection

from feeds import timestamps
from feeds.derivatives import derived_from, deterministic_id
from feeds.derived_rows import (
    COMPANION,
    DerivedRow,
    Wanted,
    add,
    contents_of,
    derived_row,
    drop,
    stored_rows,
    transfer,
)
from feeds.deriving import Derived, Original, Workshop, derive
from feeds.examining import digest_of
from feeds.markings import MARKING_OF
from feeds.reaching import Hidden, Stand
from feeds.subjects import Loaded, handling_of
from feeds.tables import AnyRow
from tlp import Channel, Label


def keep_derivatives(
    db: Connection,
    loaded: Loaded,
    found: Mapping[int, Stand],
    at: datetime,
    workshop: Workshop,
) -> tuple[list[DerivedRow], list[tuple[str, str, str]]]:
    """The derivatives of these objects that are to stand, and the channel, origin and id of each
    placement that went with one that was dropped."""
    stored = stored_rows(db, sorted(found))
    if not stored and not any(stand.derived for stand in found.values()):
        return [], []
    modified = timestamps.show(timestamps.from_datetime(at))
    by_id = {row.stix_id: row for row in stored.values()}
    kept: list[DerivedRow] = []
    moved: list[tuple[int, Wanted]] = []
    fresh: list[Wanted] = []
    for item in _wanted(db, loaded, found, modified, workshop):
        same = by_id.get(item.made.stix_id)
        if same is None or not _says_the_same(item.made, same):
            fresh.append(item)
            continue
        del stored[(same.derived_from, same.derived_for)]
        kept.append(derived_row(item, same.key, same.stix_id, same.version_at))
        if same.derived_from != item.original.key:
            moved.append((same.key, item))
    transfer(db, moved)
    gone = drop(db, list(stored.values()))
    return kept + add(db, fresh, at), gone


def _wanted(
    db: Connection,
    loaded: Loaded,
    found: Mapping[int, Stand],
    modified: str,
    workshop: Workshop,
) -> Iterator[Wanted]:
    derived = {key: stand for key, stand in found.items() if stand.derived}
    contents = contents_of(db, sorted(derived))
    for key, stand in derived.items():
        row = loaded.rows[key]
        for channel in sorted(stand.derived, key=lambda item: item.name):
            hidden = stand.derived[channel]
            made = _make(loaded, key, contents[key], channel, hidden, modified, workshop)
            if made is None:
                continue
            yield Wanted(row, channel.name, frozenset({channel}), made)
            companion = companion_of(row, made, workshop)
            if companion is not None:
                yield Wanted(row, COMPANION + channel.name, stand.original, companion)


def companion_of(row: AnyRow, made: Derived, workshop: Workshop) -> Derived | None:
    """The `derived-from` relationship, for those who see the original (R7)."""
    label = Label.of_rank(row.label)
    created = made.value.get("created") or timestamps.show(row.received)
    value = derived_from(
        deterministic_id("relationship", workshop.key, "derived-from", made.stix_id),
        derivative_id=made.stix_id,
        original_id=row.stix_id,
        creator=workshop.creator,
        at=str(created),
        markings=(MARKING_OF[label],),
    )
    if value is None:
        return None
    return Derived(str(value["id"]), label, value, orjson.dumps(value))


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
    content = contents_of(db, [key])[key]
    return _make(loaded, key, content, channel, hidden, version or timestamps.show(0), workshop)


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
