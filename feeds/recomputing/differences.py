"""What the tables hold of a batch of originals, and where it differs from what is wanted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select

from feeds import tables as t
from feeds.derivations import companion_of, says_the_same
from feeds.derived_rows import COMPANION
from feeds.deriving import Derived, Workshop
from feeds.examining import digest_of
from feeds.listed import among
from feeds.precedence import Rank
from feeds.recomputing.wanting import Wanted
from feeds.submitted import Submitted
from feeds.tables import AnyRow
from feeds.topics import topics_of
from tlp import Channel


@dataclass(frozen=True, slots=True)
class Stored:
    """What the tables hold: originals, what was derived from them, and the placements of both."""

    originals: Mapping[int, Submitted]
    derived: Mapping[int, AnyRow]
    placements: Sequence[AnyRow]


def stored_of(db: Connection, originals: Mapping[int, Submitted]) -> Stored:
    """What the tables hold of some originals."""
    derived = {row.key: row for row in _rows(db, _DERIVED, list(originals))}
    return Stored(originals, derived, _rows(db, _PLACEMENTS, [*originals, *derived]))


def differences(stored: Stored, wanted: Wanted, workshop: Workshop) -> Iterator[str]:
    """A sentence for each."""
    yield from _wrong_facts(stored)
    yield from _wrong_places(stored, wanted)
    yield from _wrong_derivatives(stored, wanted, workshop)


def _rows(db: Connection, query: Select[Any], keys: Sequence[int]) -> list[AnyRow]:
    return list(db.execute(query, {"keys": keys}))


def _wrong_facts(stored: Stored) -> Iterator[str]:
    """What a placement repeats of its object is what the object says."""
    for place in stored.placements:
        row = stored.derived.get(place.object)
        original = stored.originals[row.derived_from if row is not None else place.object]
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


def _wrong_places(stored: Stored, wanted: Wanted) -> Iterator[str]:
    expected: dict[tuple[int, str, str], str] = {}

    def expect(key: int, stix_id: str, original: int, channels: Iterable[Channel]) -> None:
        for channel in channels:
            for topic in topics_of(wanted.following.topics(original, channel)):
                expected[(key, channel.name, topic.value)] = stix_id

    for key, reach in wanted.originals.items():
        expect(key, stored.originals[key].stix_id, key, reach)
    for key, row in stored.derived.items():
        if row.derived_for.startswith(COMPANION):
            expect(key, row.stix_id, row.derived_from, wanted.originals[row.derived_from])
        else:
            expect(key, row.stix_id, row.derived_from, [Channel.parse(row.derived_for)])
    for place in stored.placements:
        if expected.pop((place.object, place.channel, place.topic), None) is None:
            yield f"{place.stix_id} may not stand in {place.channel} under {place.topic}."
    for (_, name, under), stix_id in expected.items():
        yield f"{stix_id} is missing in {name} under {under}."


def _wrong_derivatives(stored: Stored, wanted: Wanted, workshop: Workshop) -> Iterator[str]:
    derived = {(row.derived_from, row.derived_for): row for row in stored.derived.values()}
    for (key, channel), made in wanted.derived.items():
        original = stored.originals[key]
        row = derived.pop((key, channel.name), None)
        if row is None:
            yield f"{original.stix_id} has no derivative in {channel.name}."
        elif row.stix_id != made.stix_id or not says_the_same(made, row):
            yield f"{row.stix_id} does not say what a derivative there would say."
        yield from _wrong_companion(original, channel, made, derived, workshop)
    for row in derived.values():
        yield f"{row.stix_id} should not exist in {row.derived_for}."


def _wrong_companion(
    original: Submitted,
    channel: Channel,
    made: Derived,
    derived: dict[tuple[int, str], AnyRow],
    workshop: Workshop,
) -> Iterator[str]:
    row = derived.pop((original.key, COMPANION + channel.name), None)
    expected = companion_of(original, made, workshop)
    digest = digest_of(expected.value) if expected is not None else None
    if digest != (row.digest if row is not None else None):
        yield f"{original.stix_id} has the wrong relationship to its derivative."


_o = t.object_.c
_DERIVED = select(
    *(_o.key, _o.stix_id, _o.type, _o.version, _o.version_at, _o.derived_from, _o.derived_for),
    _o.digest,
).where(among(_o.derived_from, "keys"))
_PLACEMENTS = select(t.placement).where(among(t.placement.c.object, "keys"))
