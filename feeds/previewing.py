"""What becomes of a submission: who gets each object, from when, and what of it (R2 to R9).

Not computed a second time: the submission has been taken in, in a transaction that will be undone,
and what stands there now is read. Then time passes, release by release, and what stands there
each time is read; and once more as it will be when a person has looked at the personal data that
was found.

Time passes for the contributor's own objects alone. What others have planned is theirs to know, so
their objects count as they stand now (R11).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import orjson
from sqlalchemy import Connection, select, update

from feeds import tables as t
from feeds import timestamps
from feeds.deriving import Workshop
from feeds.examining import Examined
from feeds.placing import chunks
from feeds.reaching import SourceNaming
from feeds.references import Treatment, references_of
from feeds.settling import settle_ids
from tlp import Channel, Label, Perimeter, perimeters_of
from tlp.overlap import Homes, audience

_BINDING = ("bounds", "pruned", "attribution")
_REPLACED = frozenset(
    {"id", "created_by_ref", "created", "modified", "object_marking_refs", "granular_markings"}
)
"""What every derivative has of its own; see `derivatives`."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What somebody gets: the object as it is, or a derivative and which properties it lacks."""

    is_derivative: bool
    label: Label
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """Where an object stands from a moment on; `since` is None for at once, else microseconds.

    `after_check` says that a person must have looked at the personal data found.
    """

    since: int | None
    after_check: bool
    shapes: Mapping[Channel, Shape]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What becomes of one new object, moment by moment."""

    stix_id: str
    digest: bytes
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """What the readers of one channel get, from when; as in `Moment`."""

    since: int | None
    after_check: bool
    shape: Shape


class Absence(Enum):
    """Why an object never reaches a perimeter."""

    RECIPIENTS = "only named recipients get it"
    LABEL = "its label does not go there"
    PARTS = "nothing valid is left without its more strictly marked parts"
    SOURCE = "it is about its source, which is not to be named there"
    REFERENCES = "what it names does not go there"
    SUCCESSION = "a later version goes less far"


def steps(forecast: Forecast, channel: Channel, homes: Homes) -> tuple[Step, ...]:
    """What the readers of a channel get of an object, in the order in which it happens."""
    found: list[Step] = []
    unchecked: dict[int | None, Shape | None] = {}
    for moment in forecast.moments:
        shape = _shape_for(channel, moment.shapes, homes)
        if not moment.after_check:
            unchecked[moment.since] = shape
        elif shape == unchecked[moment.since]:
            continue
        step = None if shape is None else Step(moment.since, moment.after_check, shape)
        if step is not None and (not found or not _continues(step, found[-1])):
            found.append(step)
    return tuple(found)


def why_absent(
    examined: Examined, perimeter: Perimeter, *, is_narrowed: bool, attribution: str
) -> Absence:
    """The reason for which an object never reaches a perimeter; asked where it does not."""
    if is_narrowed or examined.own_label is Label.RED:
        return Absence.RECIPIENTS
    if perimeter not in perimeters_of(examined.own_label):
        return Absence.LABEL
    is_named = attribution == "named" or (
        attribution == "members" and perimeter is Perimeter.MEMBERS
    )
    if examined.source_naming is SourceNaming.ESSENTIAL and not is_named:
        return Absence.SOURCE
    if perimeter not in perimeters_of(examined.label):
        return Absence.PARTS
    names_something = any(
        reference.treatment is not Treatment.TRAVELS for reference in references_of(examined.value)
    )
    return Absence.REFERENCES if names_something else Absence.SUCCESSION


def foresee(db: Connection, submission: str, at: datetime, workshop: Workshop) -> list[Forecast]:
    """What becomes of the new objects of a submission that was taken in at this instant.

    Whatever it tries, it leaves the transaction as it found it.
    """
    o = t.object_.c
    query = select(o.key, o.stix_id, o.digest, o.content, o.label, o.own_label, o.findings)
    new = {
        row.key: row
        for row in db.execute(query.where(o.submission == submission, o.derived_from.is_(None)))
    }
    moments: list[tuple[int | None, bool, Mapping[int, Mapping[Channel, Shape]]]] = []
    contents = {key: row.content for key, row in new.items()}
    moments.append((None, False, _shapes(db, submission, contents)))
    with _undone(db):
        own = _own_chain(db, submission)
        times = _release_times(db, sorted(own), at)
        for since in times:
            _settle(db, own, since, at, workshop)
            moments.append((since, False, _shapes(db, submission, contents)))
        if any(row.findings != "[]" or row.label != row.own_label for row in own.values()):
            _clear(db, sorted(own), at)
            for since in (None, *times):
                _settle(db, own, since, at, workshop)
                moments.append((since, True, _shapes(db, submission, contents)))
    return [
        Forecast(
            row.stix_id,
            row.digest,
            tuple(Moment(since, checked, shapes.get(key, {})) for since, checked, shapes in moments),
        )
        for key, row in new.items()
    ]


def left_out(original: Mapping[str, Any], derived: Mapping[str, Any]) -> tuple[str, ...]:
    """The properties that a derivative lacks, or has only in part."""
    return tuple(
        f"{name} (in part)" if name in derived else name
        for name, content in original.items()
        if name not in _REPLACED and derived.get(name) != content
    )


def _continues(step: Step, last: Step) -> bool:
    return step.shape == last.shape and step.after_check == last.after_check


def _shape_for(
    channel: Channel, shapes: Mapping[Channel, Shape], homes: Homes
) -> Shape | None:
    """What somebody who reads this channel, and so all that its readers read, is given."""
    found = [shapes[item] for item in audience(channel, homes) if item in shapes]
    return min(found, key=lambda shape: shape.is_derivative, default=None)


@contextmanager
def _undone(db: Connection) -> Iterator[None]:
    """A part of the transaction that is taken back at its end."""
    savepoint = db.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()


def _own_chain(db: Connection, submission: str) -> dict[int, Any]:
    """The new objects, and what they name of the contributor's own, directly or through others."""
    o, link = t.object_.c, t.link.c
    named = t.object_.alias("named")
    start = select(o.key, o.contributor).where(
        o.submission == submission, o.derived_from.is_(None)
    )
    chain = start.cte("chain", recursive=True)
    below = (
        select(named.c.key, named.c.contributor)
        .join_from(chain, t.link, link.object == chain.c.key)
        .join(named, named.c.stix_id == link.target)
        .where(
            link.treatment.in_(_BINDING),
            named.c.contributor == chain.c.contributor,
            named.c.derived_from.is_(None),
            named.c.withdrawn.is_(None),
        )
    )
    keys = select(chain.union(below).c.key)
    query = select(o.key, o.stix_id, o.findings, o.label, o.own_label).where(o.key.in_(keys))
    return {row.key: row for row in db.execute(query)}


def _release_times(db: Connection, keys: Sequence[int], at: datetime) -> list[int]:
    """When something of these is still to be released, in microseconds."""
    r, now = t.release.c, timestamps.from_datetime(at)
    found: set[int] = set()
    for chunk in chunks(keys):
        query = select(r.due).where(r.object.in_(chunk), r.due > now).distinct()
        found.update(db.execute(query).scalars())
    return sorted(found)


def _settle(
    db: Connection, own: Mapping[int, Any], since: int | None, at: datetime, workshop: Workshop
) -> None:
    moment = at if since is None else timestamps.to_datetime(since)
    settle_ids(db, {row.stix_id for row in own.values()}, moment, workshop)


def _clear(db: Connection, keys: Sequence[int], at: datetime) -> None:
    now = timestamps.from_datetime(at)
    for chunk in chunks(keys):
        db.execute(update(t.object_).where(t.object_.c.key.in_(chunk)).values(cleared=now))


def _shapes(
    db: Connection, submission: str, contents: Mapping[int, bytes]
) -> dict[int, dict[Channel, Shape]]:
    """Where the new objects stand in this state of the transaction, by key and channel."""
    o, p = t.object_.c, t.placement.c
    query = (
        select(o.key, o.derived_from, o.label, p.channel)
        .join_from(t.object_, t.placement, p.object == o.key)
        .where(o.submission == submission)
        .distinct()
    )
    derived = _derived_values(db, submission)
    found: dict[int, dict[Channel, Shape]] = {}
    for key, origin, rank, channel in db.execute(query):
        is_derivative = origin is not None
        lacks = left_out(orjson.loads(contents[origin]), derived[key]) if is_derivative else ()
        shape = Shape(is_derivative, Label.of_rank(rank), lacks)
        found.setdefault(origin if is_derivative else key, {})[Channel.parse(channel)] = shape
    return found


def _derived_values(db: Connection, submission: str) -> dict[int, dict[str, Any]]:
    o = t.object_.c
    query = select(o.key, o.content).where(
        o.submission == submission, o.derived_from.is_not(None)
    )
    return {row.key: orjson.loads(row.content) for row in db.execute(query)}
