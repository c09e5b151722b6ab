"""Puts everything that a change concerns where the rules now want it (R7 to R9, R12).

Whatever changed (a submission, a withdrawal, a release that is due, a decision), the same steps
follow: load what is concerned, compute where it stands, and apply the difference. Runs under the
write lock; the number of statements does not depend on the number of objects.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, exists, select, true

from feeds import notices, timestamps
from feeds import tables as t
from feeds.derivations import Kept, keep_derivatives
from feeds.derived_rows import DerivedRow
from feeds.deriving import Workshop
from feeds.following import Following, posted
from feeds.listed import among
from feeds.placing import Entry, place, remove, resettle
from feeds.precedence import Rank
from feeds.reaching import NOWHERE, Settled, Stand, Subject, settled
from feeds.subjects import Loaded, load
from feeds.submitted import Submitted
from feeds.topics import Topic, topics_of
from tlp import Channel
from tlp.overlap import Homes, Reach, is_covered


@dataclass(slots=True)
class _Difference:
    """What has to be removed from channels and what has to enter them."""

    gone: list[tuple[str, int, str]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    lost: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_any(self) -> bool:
        """Whether anything has to move."""
        return bool(self.gone or self.entries)


def settle_ids(
    db: Connection,
    ids: Iterable[str],
    at: datetime,
    workshop: Workshop,
    *,
    new: Set[int] = frozenset(),
) -> None:
    """Settle everything that a change of these ids concerns.

    `new` are the keys of what has only just been kept: it stands nowhere yet, and nothing was made
    of it, so neither is asked.
    """
    loaded = load(db, ids, at)
    found = settled(loaded.subjects, loaded.fixed, loaded.homes)
    stands = found.stands()
    kept = keep_derivatives(db, loaded, stands, at, workshop, new=new)
    resettle(db, [*kept.moved, *((channel, origin) for channel, origin, _ in kept.gone)])
    difference = _difference(db, loaded, stands, kept, new)
    difference.lost.extend((channel, stix_id) for channel, _, stix_id in kept.gone)
    _apply(db, difference, at)
    while (travelling := _definitions_to_move(db, loaded, found, kept)).is_any:
        _apply(db, travelling, at)


def _apply(db: Connection, difference: _Difference, at: datetime) -> None:
    remove(db, [(channel, added) for channel, added, _ in difference.gone])
    resettle(db, ((channel, origin) for channel, _, origin in difference.gone))
    now = timestamps.from_datetime(at)
    ordered = sorted(difference.entries, key=lambda entry: (entry.object, entry.channel.name))
    place(db, ordered, now)
    notices.forget(db, ((entry.channel.name, entry.stix_id) for entry in difference.entries))
    notices.leave(db, difference.lost, now)


def _difference(
    db: Connection, loaded: Loaded, stands: Mapping[int, Stand], kept: Kept, new: Set[int]
) -> _Difference:
    """What stands against what should; definitions follow once their carriers stand."""
    definitions = {subject.key for subject in loaded.subjects if subject.is_definition}
    following = Following(
        {
            key: posted(loaded.rows[key], stand.original | kept.readable.get(key, NOWHERE))
            for key, stand in stands.items()
        },
        loaded.homes,
    )
    wanted: dict[int, tuple[int, Reach, _Placed]] = {
        key: (key, stand.original, _original(loaded.rows[key]))
        for key, stand in stands.items()
        if key not in definitions
    }
    wanted.update({row.key: (row.original, row.channels, row) for row in kept.rows})
    standing = _standing(db, sorted(wanted.keys() - new))
    difference = _Difference()
    for key, (original, channels, row) in wanted.items():
        places = _places(following, original, channels)
        _compare(difference, loaded.homes, key, places, row, standing.get(key, {}))
    return difference


@dataclass(frozen=True, slots=True)
class _Original:
    """What placing needs of an object that goes as it is."""

    stix_id: str
    type: str
    version_at: int
    origin: str
    origin_at: int
    rank: Rank


_Placed = _Original | DerivedRow
_Places = Mapping[tuple[str, str], tuple[Channel, Topic]]
"""Channels and topics, by their stored names."""


def _original(row: Submitted) -> _Original:
    return _Original(
        stix_id=row.stix_id,
        type=row.type,
        version_at=row.version_at,
        origin=row.stix_id,
        origin_at=row.version_at,
        rank=Rank.CREATOR if row.by_creator else Rank.COPY,
    )


def _places(following: Following, original: int, channels: Reach) -> _Places:
    """The topics of a version, or of what was made from it, in each of these channels."""
    return {
        (channel.name, topic.value): (channel, topic)
        for channel in channels
        for topic in topics_of(following.topics(original, channel))
    }


def _compare(
    difference: _Difference,
    homes: Homes,
    key: int,
    places: _Places,
    row: _Placed,
    standing: Mapping[tuple[str, str], int],
) -> None:
    for (channel, topic), added in standing.items():
        if (channel, topic) in places:
            continue
        difference.gone.append((channel, added, row.origin))
        reach = frozenset(wanted for wanted, _ in places.values())
        if not is_covered(Channel.parse(channel), reach, homes):
            difference.lost.append((channel, row.stix_id))
    difference.entries.extend(
        Entry(
            channel=channel,
            topic=topic,
            object=key,
            stix_id=row.stix_id,
            type=row.type,
            version_at=row.version_at,
            origin=row.origin,
            origin_at=row.origin_at,
            rank=row.rank,
        )
        for name, (channel, topic) in places.items()
        if name not in standing
    )


def _standing(db: Connection, keys: Sequence[int]) -> dict[int, dict[tuple[str, str], int]]:
    """The placements of these objects: time of entry by channel and topic."""
    found: dict[int, dict[tuple[str, str], int]] = {}
    for key, channel, topic, added in db.execute(_PLACES, {"keys": keys}) if keys else ():
        found.setdefault(key, {})[(channel, topic)] = added
    return found


def _definitions_to_move(db: Connection, loaded: Loaded, found: Settled, kept: Kept) -> _Difference:
    """Definitions travel: where something that names one came or went, it comes or goes too."""
    definitions = [subject for subject in loaded.subjects if subject.is_definition]
    if not definitions:
        return _Difference()
    standing = _standing(db, [definition.key for definition in definitions])
    candidates = {channel for reach in found.reach.values() for channel in reach}
    candidates |= {channel for reach in kept.readable.values() for channel in reach}
    candidates |= loaded.beyond
    candidates |= {Channel.parse(channel) for places in standing.values() for channel, _ in places}
    carried = _carried(db, found, definitions, candidates)
    wanted = {
        definition.key: found.travelling(
            definition,
            frozenset(item for item in candidates if (definition.key, item.name) in carried),
        )
        for definition in definitions
    }
    following = Following(
        {key: posted(loaded.rows[key], reach) for key, reach in wanted.items()}, loaded.homes
    )
    difference = _Difference()
    for key, reach in wanted.items():
        places, row = _places(following, key, reach), _original(loaded.rows[key])
        _compare(difference, loaded.homes, key, places, row, standing.get(key, {}))
    return difference


def _carried(
    db: Connection,
    found: Settled,
    definitions: Sequence[Subject],
    candidates: Iterable[Channel],
) -> set[tuple[int, str]]:
    """Which definitions are named, in which channels, by what stands there.

    One that members do not find by itself travels with its contributor's own (`is_carried`).
    """
    d, carrier, p, link = t.object_.alias("d"), t.object_, t.placement.c, t.link.c
    names = sorted(channel.name for channel in candidates)
    shared = [item.key for item in definitions if found.is_shared(item)]
    carries = exists(
        select(1)
        .select_from(t.link)
        .join(t.placement, p.object == link.object)
        .join(carrier, carrier.c.key == link.object)
        .where(
            link.target == d.c.stix_id,
            p.channel == t.channel.c.name,
            d.c.key.in_(shared) | (carrier.c.contributor == d.c.contributor),
        )
    )
    query = (
        select(d.c.key, t.channel.c.name)
        .select_from(d.join(t.channel, true()))
        .where(d.c.key.in_([item.key for item in definitions]), t.channel.c.name.in_(names))
        .where(carries)
    )
    return {(row.key, row.name) for row in db.execute(query)}


_p = t.placement.c
_PLACES = select(_p.object, _p.channel, _p.topic, _p.added).where(among(_p.object, "keys"))
