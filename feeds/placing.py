"""Puts objects into channels: gives each its time of entry and keeps the flags of precedence.

Times of entry are microseconds, strictly increasing and unique in a channel, and they depend on
nothing but the clock and that channel: what enters other channels leaves no gap (R11). The kinds
of channel use separate lanes, so a reader of several never meets the same time twice. The caller
holds the write lock, so times are given in the order in which transactions commit.

That order holds even where the clock does not: whatever enters comes after everything that has
entered any channel before, so who follows several channels by one cursor misses nothing. A clock
that is behind is passed over in steps of `STEP`, which say that something had entered somewhere,
and not how much.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, bindparam, delete, func, select, update

from feeds import tables as t
from feeds.bulk import insert_rows
from feeds.listed import among, in_channels
from feeds.precedence import Flags, Place, Rank, settle
from feeds.topics import Topic
from tlp import Channel
from tlp.channels import LANES

T = TypeVar("T")

_Pair = tuple[str, str]
"""A channel and an origin: what stands there with it is settled together."""

STEP = 1_000
"""Microseconds: how far times of entry move on at least, where the clock has not moved on."""

_BEGUN = ""
"""The name under which it is kept when the last entering began; no channel has no name."""

_NOT_BY_THE_CLOCK = 0
"""Kept in its place where that was no time of the clock: no clock will say so again."""

CHUNK = 10_000
"""Ids in one statement: below every engine's limit, above every usual submission."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One object entering one channel under one topic."""

    channel: Channel
    topic: Topic
    object: int
    stix_id: str
    type: str
    version_at: int
    origin: str
    origin_at: int
    rank: Rank


def place(db: Connection, entries: Sequence[Entry], at: int) -> None:
    """Let the entries enter their channels now, in the order given; `at` in microseconds."""
    if not entries:
        return
    timed = list(zip(entries, _times_of_entry(db, entries, at), strict=True))
    entering: dict[_Pair, list[Place]] = {}
    for entry, added in timed:
        fresh = Place(added, entry.object, entry.origin_at, entry.rank)
        entering.setdefault((entry.channel.name, entry.origin), []).append(fresh)
    flags = _settle(db, entering)
    rows = [_row(entry, added, flags[(entry.channel.name, added)]) for entry, added in timed]
    insert_rows(db, t.placement, rows)


def remove(db: Connection, places: Sequence[tuple[str, int]]) -> None:
    """Take placements away, by channel and time of entry; the caller resettles."""
    if places:
        db.execute(_REMOVE, [{"c": channel, "a": added} for channel, added in places])


def resettle(db: Connection, concerned: Iterable[_Pair]) -> None:
    """Recompute the flags of these (channel, origin) pairs and write what changed."""
    _settle(db, dict.fromkeys(concerned, ()))


def _settle(
    db: Connection, entering: Mapping[_Pair, Sequence[Place]]
) -> dict[tuple[str, int], Flags]:
    """The flags of what stands in these pairs and of what is about to enter, by channel and time;
    what changes for those that stand is written."""
    standing = _placements(db, entering)
    found: dict[tuple[str, int], Flags] = {}
    changed: list[dict[str, object]] = []
    for pair, fresh in entering.items():
        channel, stored = pair[0], standing.get(pair, [])
        for added, flags in settle([*(place for place, _ in stored), *fresh]).items():
            found[(channel, added)] = flags
        for place, before in stored:
            if (flags := found[(channel, place.added)]) != before:
                changed.append(_flag_row(channel, place.added, flags))
    if changed:
        db.execute(_SET_FLAGS, changed)
    return found


def _times_of_entry(db: Connection, entries: Sequence[Entry], at: int) -> list[int]:
    channels = {entry.channel.name: entry.channel for entry in entries}
    rows = db.execute(_LAST_TIMES, {"names": [_BEGUN, *channels]}).all()
    known: dict[str, int] = {row.name: row.last for row in rows}
    moment = _moment(at, known.get(_BEGUN), rows[0].latest if rows else at)
    last = {**known, _BEGUN: at if moment == at else _NOT_BY_THE_CLOCK}
    lanes = {name: channel.kind.lane for name, channel in channels.items()}
    times = []
    for entry in entries:
        name = entry.channel.name
        last[name] = _next(last.get(name), moment, lanes[name])
        times.append(last[name])
    given_out = [{"name": name, "last": time} for name, time in last.items()]
    insert_rows(db, t.channel, given_out, key="name")
    return times


def _moment(at: int, begun: int | None, latest: int) -> int:
    """When an entering begins: at `at`, unless a clock that was set back says so, or one of another
    machine that is behind; then at the next step after all that has entered."""
    if begun is None or at == begun or at > latest:
        return at
    return (latest // STEP + 1) * STEP


def _next(last: int | None, at: int, lane: int) -> int:
    """The first free time of the lane that is not before `at` and after `last`."""
    start = at - at % LANES + lane
    if start < at:
        start += LANES
    return start if last is None else max(start, last + LANES)


def _row(entry: Entry, added: int, flags: Flags) -> dict[str, object]:
    return {
        "channel": entry.channel.name,
        "added": added,
        "topic": entry.topic.value,
        "object": entry.object,
        "stix_id": entry.stix_id,
        "type": entry.type,
        "version_at": entry.version_at,
        "origin": entry.origin,
        "origin_at": entry.origin_at,
        "rank": entry.rank.value,
        "first": flags.first,
        "copy": flags.copy,
        "superseded": flags.superseded,
    }


def _placements(db: Connection, pairs: Collection[_Pair]) -> dict[_Pair, list[tuple[Place, Flags]]]:
    """Everything that stands in these channels with these origins."""
    found: dict[_Pair, list[tuple[Place, Flags]]] = {}
    channels = sorted({channel for channel, _ in pairs})
    origins = sorted({origin for _, origin in pairs})
    if pairs:
        for row in db.execute(_PLACEMENTS, {"channels": channels, "ids": origins}):
            place = Place(row.added, row.object, row.origin_at, Rank(row.rank))
            flags = Flags(row.first, row.copy, row.superseded)
            found.setdefault((row.channel, row.origin), []).append((place, flags))
    return found


def _flag_row(channel: str, added: int, flags: Flags) -> dict[str, object]:
    return {
        "c": channel,
        "a": added,
        "first": flags.first,
        "copy": flags.copy,
        "superseded": flags.superseded,
    }


def chunks(ids: Sequence[T]) -> Iterable[list[T]]:
    """The ids in portions that one statement can name."""
    return (list(ids[start : start + CHUNK]) for start in range(0, len(ids), CHUNK))


_LAST_TIMES = select(
    t.channel.c.name,
    t.channel.c.last,
    select(func.max(t.channel.c.last)).scalar_subquery().label("latest"),
).where(among(t.channel.c.name, "names"))
_p = t.placement.c
_PLACEMENTS = select(
    *(_p.channel, _p.origin, _p.added, _p.object, _p.origin_at, _p.rank),
    *(_p.first, _p.copy, _p.superseded),
).where(in_channels(_p.origin))
_REMOVE = delete(t.placement).where(
    t.placement.c.channel == bindparam("c"), t.placement.c.added == bindparam("a")
)
_SET_FLAGS = (
    update(t.placement)
    .where(t.placement.c.channel == bindparam("c"), t.placement.c.added == bindparam("a"))
    .values(first=bindparam("first"), copy=bindparam("copy"), superseded=bindparam("superseded"))
)
