"""Recomputes every placement and derivative from what was submitted, and compares (DESIGN §3).

Placements are a function of the submissions, the decisions and the time. This computes that
function over everything at once, without the code that places step by step, and says where the
tables differ from it. Ids only, never content.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from feeds import tables as t
from feeds import timestamps
from feeds.derivations import companion_of, latest, make_all, says_the_same
from feeds.derived_rows import COMPANION
from feeds.deriving import Derived, Workshop
from feeds.examining import digest_of
from feeds.following import Following, posted
from feeds.precedence import Flags, Place, Rank, settle
from feeds.reaching import NOWHERE, Settled, Subject, settled
from feeds.subjects import Loaded, load_all
from feeds.submitted import Submitted
from feeds.tables import AnyRow
from feeds.topics import topics_of
from tlp import Channel
from tlp.overlap import Reach, join

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
    wanted = _wanted(db, loaded, at, workshop)
    derived = _derived_rows(db)
    placements = db.execute(select(t.placement)).all()
    problems.extend(_wrong_facts(loaded, derived, placements))
    problems.extend(_wrong_places(loaded, wanted, derived, placements))
    problems.extend(_wrong_flags(placements))
    problems.extend(_wrong_derivatives(loaded, wanted, derived, workshop))
    return Comparison(len(loaded.rows) + len(derived), len(placements), problems)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Where each original should stand, the derivatives there should be, and the topics."""

    originals: Mapping[int, Reach]
    derived: Mapping[tuple[int, Channel], Derived]
    following: Following


def _wanted(db: Connection, loaded: Loaded, at: datetime, workshop: Workshop) -> _Wanted:
    found = settled(loaded.subjects, {}, loaded.homes)
    stands = found.stands()
    made = make_all(db, loaded, stands, timestamps.show(timestamps.from_datetime(at)), workshop)
    originals = {key: stand.original for key, stand in stands.items()}
    derived: dict[int, Reach] = {}
    for key, channel in made:
        derived[key] = derived.get(key, NOWHERE) | {channel}
    _let_definitions_travel(found, originals, derived)
    versions = {
        key: posted(loaded.rows[key], reach | derived.get(key, NOWHERE))
        for key, reach in originals.items()
    }
    return _Wanted(
        originals=originals,
        derived={place: made[place] for place in latest(loaded, made)},
        following=Following(versions, loaded.homes),
    )


def _let_definitions_travel(
    found: Settled, originals: dict[int, Reach], derived: Mapping[int, Reach]
) -> None:
    """Definitions go wherever something that names them goes, other definitions included."""
    carriers: dict[str, list[Subject]] = {}
    for subject in found.open:
        for target in subject.travels:
            carriers.setdefault(target, []).append(subject)
    definitions = [subject for subject in found.open if subject.is_definition]
    has_changed = True
    while has_changed:
        has_changed = False
        for definition in definitions:
            carried = join(
                originals[carrier.key] | derived.get(carrier.key, NOWHERE)
                for carrier in carriers.get(definition.stix_id, ())
                if found.is_carried(definition, carrier)
            )
            reach = found.travelling(definition, carried)
            has_changed = has_changed or reach != originals[definition.key]
            originals[definition.key] = reach


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
    loaded: Loaded, wanted: _Wanted, derived: Mapping[int, AnyRow], placements: Any
) -> Iterator[str]:
    expected: dict[tuple[int, str, str], str] = {}

    def expect(key: int, stix_id: str, original: int, channels: Iterable[Channel]) -> None:
        for channel in channels:
            for topic in topics_of(wanted.following.topics(original, channel)):
                expected[(key, channel.name, topic.value)] = stix_id

    for key, reach in wanted.originals.items():
        expect(key, loaded.rows[key].stix_id, key, reach)
    for key, row in derived.items():
        if row.derived_for.startswith(COMPANION):
            expect(key, row.stix_id, row.derived_from, wanted.originals[row.derived_from])
        else:
            expect(key, row.stix_id, row.derived_from, [Channel.parse(row.derived_for)])
    for place in placements:
        if expected.pop((place.object, place.channel, place.topic), None) is None:
            yield f"{place.stix_id} may not stand in {place.channel} under {place.topic}."
    for (_, name, under), stix_id in expected.items():
        yield f"{stix_id} is missing in {name} under {under}."


def _wrong_flags(placements: Any) -> Iterator[str]:
    groups: dict[tuple[str, str], list[tuple[Place, Flags]]] = {}
    for row in placements:
        place = Place(row.added, row.object, row.origin_at, Rank(row.rank))
        flags = Flags(row.first, row.copy, row.superseded)
        groups.setdefault((row.channel, row.origin), []).append((place, flags))
    for (channel, origin), places in groups.items():
        flags_of = settle([place for place, _ in places])
        if any(flags_of[place.added] != stored for place, stored in places):
            yield f"{origin} in {channel} has flags that do not follow from its versions."


def _wrong_derivatives(
    loaded: Loaded, wanted: _Wanted, derived: Mapping[int, AnyRow], workshop: Workshop
) -> Iterator[str]:
    stored = {(row.derived_from, row.derived_for): row for row in derived.values()}
    for (key, channel), made in wanted.derived.items():
        original = loaded.rows[key]
        row = stored.pop((key, channel.name), None)
        if row is None:
            yield f"{original.stix_id} has no derivative in {channel.name}."
        elif row.stix_id != made.stix_id or not says_the_same(made, row):
            yield f"{row.stix_id} does not say what a derivative there would say."
        yield from _wrong_companion(original, channel, made, stored, workshop)
    for row in stored.values():
        yield f"{row.stix_id} should not exist in {row.derived_for}."


def _wrong_companion(
    original: Submitted,
    channel: Channel,
    made: Derived,
    stored: dict[tuple[int, str], AnyRow],
    workshop: Workshop,
) -> Iterator[str]:
    row = stored.pop((original.key, COMPANION + channel.name), None)
    expected = companion_of(original, made, workshop)
    digest = digest_of(expected.value) if expected is not None else None
    if digest != (row.digest if row is not None else None):
        yield f"{original.stix_id} has the wrong relationship to its derivative."
