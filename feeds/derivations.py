"""Keeps the derivatives of stored objects: makes those that are wanted, drops those that are not.

One for each original and channel, and the relationship between both. A derivative whose content
changes becomes a new version under the same id, and the old one goes; a later version of the
original that changes nothing of it leaves it as it is, so that a hidden edit is not felt (R11).
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
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
from feeds.reaching import NOWHERE, Hidden, Stand
from feeds.subjects import Loaded, handling_of
from feeds.submitted import Submitted
from feeds.tables import AnyRow
from tlp import Channel, Label
from tlp.overlap import Reach


@dataclass(frozen=True, slots=True)
class Kept:
    """The derivatives that are to stand; channel, origin and id of each placement that went or
    changed its version with one; and where each original can be read as a derivative."""

    rows: list[DerivedRow]
    gone: list[tuple[str, str, str]]
    moved: list[tuple[str, str]]
    readable: Mapping[int, Reach]


def keep_derivatives(
    db: Connection,
    loaded: Loaded,
    found: Mapping[int, Stand],
    at: datetime,
    workshop: Workshop,
    *,
    new: Set[int],
) -> Kept:
    """Make, keep and drop, so that the derivatives of these objects are those that are wanted; of
    those that are new there are none yet."""
    stored = stored_rows(db, sorted(found.keys() - new))
    if not stored and not any(stand.derived for stand in found.values()):
        return Kept([], [], [], {})
    made = make_all(db, loaded, found, timestamps.show(timestamps.from_datetime(at)), workshop)
    by_id = {row.stix_id: row for row in stored.values()}
    kept: list[DerivedRow] = []
    moved: list[tuple[int, Wanted]] = []
    fresh: list[Wanted] = []
    for item in _wanted(loaded, found, made, workshop):
        same = by_id.get(item.made.stix_id)
        if same is None or not says_the_same(item.made, same):
            fresh.append(item)
            continue
        del stored[(same.derived_from, same.derived_for)]
        kept.append(derived_row(item, same.key, same.stix_id, same.version_at))
        if same.derived_from != item.original.key:
            moved.append((same.key, item))
    transfer(db, moved)
    gone = drop(db, list(stored.values()))
    return Kept(
        rows=kept + add(db, fresh, at),
        gone=gone,
        moved=[(channel.name, item.origin[0]) for _, item in moved for channel in item.channels],
        readable=_readable(made),
    )


Made = Mapping[tuple[int, Channel], Derived]
"""What could be made of which original for which channel."""


def make_all(
    db: Connection,
    loaded: Loaded,
    found: Mapping[int, Stand],
    modified: str,
    workshop: Workshop,
) -> Made:
    """Every derivative that the rules ask for and that can be made."""
    derived = {key: stand for key, stand in found.items() if stand.derived}
    contents = contents_of(db, sorted(derived))
    tried = {
        (key, channel): _make(loaded, key, contents[key], channel, hidden, modified, workshop)
        for key, stand in derived.items()
        for channel, hidden in stand.derived.items()
    }
    return {place: made for place, made in tried.items() if made is not None}


def latest(loaded: Loaded, made: Made) -> list[tuple[int, Channel]]:
    """Of the versions of one object, the last stands for all: they share an id, and what changes
    nothing must not be felt. In the order of originals, then of channels."""
    chosen: dict[tuple[str, str, str], tuple[int, Channel]] = {}
    for key, channel in sorted(made, key=lambda place: loaded.rows[place[0]].version_at):
        row = loaded.rows[key]
        chosen[(row.contributor, row.stix_id, channel.name)] = (key, channel)
    return sorted(chosen.values(), key=lambda place: (place[0], place[1].name))


def _wanted(
    loaded: Loaded, found: Mapping[int, Stand], made: Made, workshop: Workshop
) -> Iterator[Wanted]:
    for key, channel in latest(loaded, made):
        row, derived = loaded.rows[key], made[(key, channel)]
        yield Wanted(row, channel.name, frozenset({channel}), derived)
        companion = companion_of(row, derived, workshop)
        if companion is not None:
            yield Wanted(row, COMPANION + channel.name, found[key].original, companion)


def _readable(made: Made) -> dict[int, Reach]:
    found: dict[int, Reach] = {}
    for key, channel in made:
        found[key] = found.get(key, NOWHERE) | {channel}
    return found


def companion_of(row: Submitted, made: Derived, workshop: Workshop) -> Derived | None:
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


def says_the_same(made: Derived, stored: AnyRow) -> bool:
    """Whether a derivative differs from a stored one in nothing but its version."""
    value = dict(made.value)
    if "modified" in value:
        value["modified"] = stored.version
    return bool(digest_of(value) == stored.digest)
