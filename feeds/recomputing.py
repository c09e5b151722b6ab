"""Recomputes every placement and derivative from what was submitted, and compares (DESIGN §3).

Placements are a function of the submissions, the decisions and the time. This computes that
function over everything at once, without the code that places step by step, and says where the
tables differ from it. Ids only, never content.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from feeds import tables as t
from feeds import timestamps
from feeds.derivations import companion_of, expected_derivative
from feeds.derived_rows import COMPANION
from feeds.deriving import Derived, Workshop
from feeds.examining import digest_of
from feeds.precedence import Flags, Place, Rank, settle
from feeds.reaching import Stand, stands
from feeds.subjects import Loaded, load_all
from feeds.tables import AnyRow
from feeds.topics import topics_of
from tlp import Channel

GRACE = timedelta(seconds=30)
"""How late a due release may be placed before it counts as missing."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much was compared, and a sentence for each difference."""

    objects: int
    placements: int
    problems: list[str]


def compare_placements(db: Connection, at: datetime, workshop: Workshop) -> Comparison:
    """Everything that stands against everything that should."""
    problems = list(_overdue(db, at))
    loaded = load_all(db, _settled_instant(db, at))
    found = stands(loaded.subjects, {}, loaded.homes)
    derived = _derived_rows(db)
    placements = db.execute(select(t.placement)).all()
    problems.extend(_wrong_facts(loaded, derived, placements))
    problems.extend(_wrong_places(loaded, found, derived, placements))
    problems.extend(_wrong_flags(placements))
    problems.extend(_wrong_derivatives(db, loaded, found, derived, workshop))
    return Comparison(len(loaded.rows) + len(derived), len(placements), problems)


def _overdue(db: Connection, at: datetime) -> Iterator[str]:
    limit = timestamps.from_datetime(at - GRACE)
    late = db.execute(select(func.count()).where(t.release.c.due <= limit)).scalar_one()
    if late:
        yield f"{late} releases are overdue; is the worker running?"


def _settled_instant(db: Connection, at: datetime) -> datetime:
    """The instant up to which releases have been placed."""
    due = db.execute(select(func.min(t.release.c.due))).scalar_one()
    now = timestamps.from_datetime(at)
    return at if due is None or due > now else timestamps.to_datetime(due - 1)


def _derived_rows(db: Connection) -> dict[int, AnyRow]:
    o = t.object_.c
    query = select(
        *(o.key, o.stix_id, o.type, o.version, o.version_at, o.derived_from, o.derived_for),
        *(o.topics, o.digest),
    ).where(o.derived_from.is_not(None))
    return {row.key: row for row in db.execute(query)}


def _wrong_facts(loaded: Loaded, derived: Mapping[int, AnyRow], placements: Any) -> Iterator[str]:
    """What a placement repeats of its object is what the object says."""
    for place in placements:
        row = derived.get(place.object)
        original = loaded.rows.get(row.derived_from if row is not None else place.object)
        if original is None:
            yield f"{place.stix_id} in {place.channel} belongs to no submission."
            continue
        own = row if row is not None else original
        rank = Rank.CREATOR if original.by_creator else Rank.COPY
        origin = (original.stix_id, original.version_at)
        if row is not None and row.derived_for.startswith(COMPANION):
            origin = (row.stix_id, 0)
        expected = (
            *(own.stix_id, own.type, own.version_at, *origin),
            Rank.DERIVATIVE if row is not None else rank,
        )
        actual = (
            *(place.stix_id, place.type, place.version_at, place.origin, place.origin_at),
            place.rank,
        )
        if actual != expected:
            yield f"{place.stix_id} in {place.channel} is not what was submitted."


def _wrong_places(
    loaded: Loaded,
    found: Mapping[int, Stand],
    derived: Mapping[int, AnyRow],
    placements: Any,
) -> Iterator[str]:
    wanted: dict[tuple[int, str, str], str] = {}
    for key, stand in found.items():
        row = loaded.rows[key]
        for channel in stand.original:
            for topic in topics_of(row.topics):
                wanted[(key, channel.name, topic.value)] = row.stix_id
    for key, row in derived.items():
        names = {row.derived_for}
        if row.derived_for.startswith(COMPANION):
            names = {channel.name for channel in found[row.derived_from].original}
        for topic in topics_of(loaded.rows[row.derived_from].topics):
            wanted.update({(key, name, topic.value): row.stix_id for name in names})
    for place in placements:
        if wanted.pop((place.object, place.channel, place.topic), None) is None:
            yield f"{place.stix_id} may not stand in {place.channel} under {place.topic}."
    for (_, name, under), stix_id in wanted.items():
        yield f"{stix_id} is missing in {name} under {under}."


def _wrong_flags(placements: Any) -> Iterator[str]:
    groups: dict[tuple[str, str], list[tuple[Place, Flags]]] = {}
    for row in placements:
        place = Place(row.added, row.object, row.origin_at, Rank(row.rank))
        flags = Flags(row.first, row.copy, row.superseded)
        groups.setdefault((row.channel, row.origin), []).append((place, flags))
    for (channel, origin), places in groups.items():
        flags_of = settle(place for place, _ in places)
        if any(flags_of[place.added] != stored for place, stored in places):
            yield f"{origin} in {channel} has flags that do not follow from its versions."


def _wrong_derivatives(
    db: Connection,
    loaded: Loaded,
    found: Mapping[int, Stand],
    derived: Mapping[int, AnyRow],
    workshop: Workshop,
) -> Iterator[str]:
    stored = {(row.derived_from, row.derived_for): row for row in derived.values()}
    for key, stand in found.items():
        for channel, hidden in stand.derived.items():
            row = stored.pop((key, channel.name), None)
            version = row.version if row is not None and row.version else None
            made = expected_derivative(db, loaded, key, channel, hidden, workshop, version)
            yield from _wrong_companion(loaded.rows[key], channel, made, stored, workshop)
            if (made is None) != (row is None):
                yield f"{loaded.rows[key].stix_id} has the wrong derivative in {channel.name}."
            elif made is not None and row is not None and digest_of(made.value) != row.digest:
                yield f"{row.stix_id} does not say what a derivative there would say."
    for row in stored.values():
        yield f"{row.stix_id} should not exist in {row.derived_for}."


def _wrong_companion(
    original: AnyRow,
    channel: Channel,
    made: Derived | None,
    stored: dict[tuple[int, str], AnyRow],
    workshop: Workshop,
) -> Iterator[str]:
    row = stored.pop((original.key, COMPANION + channel.name), None)
    wanted = companion_of(original, made, workshop) if made is not None else None
    digest = digest_of(wanted.value) if wanted is not None else None
    if digest != (row.digest if row is not None else None):
        yield f"{original.stix_id} has the wrong relationship to its derivative."
