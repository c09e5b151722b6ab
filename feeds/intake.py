"""The command that takes a submission in: judge, keep, place, answer.

Objects come in examined, or refused with the reason; what is left to decide here is whose they
are (`succession`); where they stand follows from the rules (`settling`). Runs under the write lock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from feeds import timestamps
from feeds.deriving import Workshop
from feeds.errors import NotTheSource
from feeds.events import FeedEvent, ObjectsSubmitted
from feeds.examining import Examined
from feeds.references import Treatment
from feeds.settling import settle_ids
from feeds.statuses import Line, status_document
from feeds.store import FeedStore, Held, SubmissionRecord
from feeds.subjects import seen_by
from feeds.succession import Known, Outcome, judge
from feeds.topics import Topic
from tlp import Reader


@dataclass(frozen=True, slots=True)
class Rejection:
    """An object that was refused before it got here; the line says why."""

    line: Line


@dataclass(frozen=True, slots=True)
class Order:
    """What a submission is: its id, who and where, as whom they read, and what they wish.

    `release` is microseconds by perimeter; `recipients` are kind, id, organisation, perimeter.
    """

    id: str
    topic: Topic
    contributor: str
    poster: str
    reader: Reader
    attribution: str
    handling: str
    release: Mapping[str, int]
    recipients: Sequence[tuple[str, str, str, str]]


@dataclass(slots=True)
class _Tally:
    """What has been decided so far in one submission."""

    successes: list[Line] = field(default_factory=list)
    failures: list[Line] = field(default_factory=list)
    new: list[Examined] = field(default_factory=list)
    repeated: list[Examined] = field(default_factory=list)


def submit(
    store: FeedStore,
    order: Order,
    judged: Sequence[Examined | Rejection],
    at: datetime,
    workshop: Workshop,
) -> tuple[bytes, tuple[FeedEvent, ...]]:
    """Take a submission in; the status resource as JSON, and what happened."""
    received = timestamps.from_datetime(at)
    ids = sorted({item.id for item in judged if isinstance(item, Examined)})
    held = store.held(ids, order.contributor, order.reader)
    tally = _decide(judged, held)
    status = status_document(order.id, received, tally.successes, tally.failures)
    record = _record(store, order, tally.new, received, status)
    store.add_submission(record)
    if again := sorted(held.withdrawn.intersection(item.id for item in tally.new)):
        store.drop_withdrawn(again, order.contributor)
    keys = store.add_objects(tally.new, record)
    _keep_derived(store, order, tally.new, keys, received)
    if tally.repeated:
        _note_topics(store, order, tally.repeated)
    concerned = {item.id for item in (*tally.new, *tally.repeated)}
    settle_ids(store.db, concerned, at, workshop, new=frozenset(keys))
    return status, (_event(order, tally),)


def _record(
    store: FeedStore, order: Order, objects: Sequence[Examined], received: int, status: bytes
) -> SubmissionRecord:
    named = {target for examined in objects for target in _treatments(examined, order)}
    seen = seen_by(store.db, sorted(named), order.contributor, order.reader)
    return SubmissionRecord(
        id=order.id,
        topic=order.topic,
        contributor=order.contributor,
        poster=order.poster,
        received=received,
        attribution=order.attribution,
        handling=order.handling,
        release=orjson.dumps(dict(order.release)).decode(),
        recipients=orjson.dumps([list(item) for item in order.recipients]).decode(),
        seen=orjson.dumps(seen).decode(),
        status=status,
    )


def _decide(judged: Sequence[Examined | Rejection], held: Held) -> _Tally:
    """Step by step in the order sent, so an envelope is judged like several small ones."""
    tally = _Tally()
    for item in judged:
        if isinstance(item, Rejection):
            tally.failures.append(item.line)
            continue
        known = Known(item.version_at, item.created, item.revoked, item.digest)
        mine = held.own.setdefault(item.id, [])
        try:
            outcome = judge(known, mine, held.readable.get(item.id, ()))
        except NotTheSource as error:
            tally.failures.append(Line(item.id, item.version, str(error)))
            continue
        _note(tally, item, outcome)
        if outcome is Outcome.NEW:
            mine.append(known)
    return tally


def _note(tally: _Tally, item: Examined, outcome: Outcome) -> None:
    if outcome is Outcome.NEW:
        tally.new.append(item)
        tally.successes.append(Line(item.id, item.version, item.note))
        return
    if outcome is Outcome.OWN_COPY:
        tally.repeated.append(item)
    tally.successes.append(Line(item.id, item.version, "Already here; nothing changed."))


def _keep_derived(
    store: FeedStore,
    order: Order,
    objects: Sequence[Examined],
    keys: Sequence[int],
    received: int,
) -> None:
    """What search, relationships and the worker look up."""
    observables: list[dict[str, object]] = []
    links: list[dict[str, object]] = []
    releases: list[dict[str, object]] = []
    for examined, key in zip(objects, keys, strict=True):
        observables.extend(
            {"kind": found.kind.value, "value": found.value, "object": key}
            for found in examined.observables
        )
        links.extend(
            {"target": target, "object": key, "treatment": treatment.value}
            for target, treatment in sorted(_treatments(examined, order).items())
        )
        releases.extend(
            {"perimeter": perimeter, "object": key, "due": due}
            for perimeter, due in order.release.items()
            if due > received
        )
    store.add_rows("observable", observables)
    store.add_rows("link", links)
    store.add_rows("release", releases)


_STRICTEST = (Treatment.BOUNDS, Treatment.PRUNED, Treatment.ATTRIBUTION, Treatment.TRAVELS)


def _treatments(examined: Examined, order: Order) -> dict[str, Treatment]:
    """Each id that an object names, with the strictest of the ways in which it does; being named
    as creator by itself is attribution (R6), and no reference."""
    found: dict[str, Treatment] = {}
    for reference in examined.references:
        target, treatment = reference.target, reference.treatment
        if treatment is Treatment.ATTRIBUTION and target == f"identity--{order.contributor}":
            continue
        found[target] = min(found.get(target, treatment), treatment, key=_STRICTEST.index)
    return found


def _note_topics(store: FeedStore, order: Order, repeated: Sequence[Examined]) -> None:
    """A version that is posted again, to another topic, stands under that one too."""
    versions = {(item.id, item.version) for item in repeated}
    held = store.holdings(sorted({item.id for item in repeated}), order.contributor)
    store.set_topics(
        {
            holding.key: holding.topics | order.topic.bit
            for holding in held
            if (holding.stix_id, holding.version) in versions
        }
    )


def _event(order: Order, tally: _Tally) -> FeedEvent:
    return ObjectsSubmitted(
        about=order.id,
        contributor=order.contributor,
        topic=order.topic.value,
        stored=tuple((item.id, item.version, str(item.label)) for item in tally.new),
        repeated=len(tally.successes) - len(tally.new),
        refused=len(tally.failures),
    )
