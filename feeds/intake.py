"""The command that takes a submission in: judge, keep, place, answer.

Objects come in examined, or refused with the reason; what is left to decide here is whose they
are (`succession`) and where they stand (`tlp.reach`, `placing`). Runs under the write lock.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from feeds import timestamps
from feeds.errors import NotTheSource
from feeds.events import FeedEvent, ObjectsSubmitted
from feeds.examining import Examined
from feeds.observables import observables_of
from feeds.placing import Entry, place
from feeds.references import references_of
from feeds.statuses import Line, status_document
from feeds.store import FeedStore, Holding, SubmissionRecord
from feeds.succession import Known, Outcome, judge
from feeds.topics import Topic, topics_of
from tlp import Channel, Reader, Recipient


@dataclass(frozen=True, slots=True)
class Rejection:
    """An object that was refused before it got here; the line says why."""

    line: Line


@dataclass(frozen=True, slots=True)
class Order:
    """What a submission is: its id, who and where, as whom they read, and what they wish."""

    id: str
    topic: Topic
    contributor: str
    poster: str
    reader: Reader
    attribution: str
    handling: str
    recipients: frozenset[Recipient]


@dataclass(slots=True)
class _Tally:
    """What has been decided so far in one submission."""

    successes: list[Line] = field(default_factory=list)
    failures: list[Line] = field(default_factory=list)
    new: list[Examined] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)


def submit(
    store: FeedStore, order: Order, judged: Sequence[Examined | Rejection], at: datetime
) -> tuple[bytes, tuple[FeedEvent, ...]]:
    """Take a submission in; the status resource as JSON, and what happened."""
    received = timestamps.from_datetime(at)
    tally = _decide(store, order, judged)
    status = status_document(order.id, received, tally.successes, tally.failures)
    record = SubmissionRecord(
        id=order.id,
        topic=order.topic,
        contributor=order.contributor,
        poster=order.poster,
        received=received,
        attribution=order.attribution,
        handling=order.handling,
        recipients=_as_json(order.recipients),
        status=status,
    )
    store.add_submission(record)
    holdings = store.add_objects(tally.new, record)
    _keep_derived(store, tally.new, holdings)
    _place_all(store, order, tally, holdings, received)
    return status, (_event(order, tally),)


def _decide(store: FeedStore, order: Order, judged: Sequence[Examined | Rejection]) -> _Tally:
    """Step by step in the order sent, so an envelope is judged like several small ones."""
    ids = sorted({item.id for item in judged if isinstance(item, Examined)})
    own = store.own_versions(ids, order.contributor)
    readable = store.readable_versions(ids, order.contributor, order.reader)
    tally = _Tally()
    for item in judged:
        if isinstance(item, Rejection):
            tally.failures.append(item.line)
            continue
        known = Known(item.version_at, item.created, item.revoked, item.digest)
        mine = own.setdefault(item.id, [])
        try:
            outcome = judge(known, mine, readable.get(item.id, ()))
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
        tally.repeated.append(item.id)
    tally.successes.append(Line(item.id, item.version, "Already here; nothing changed."))


def _keep_derived(
    store: FeedStore, objects: Sequence[Examined], holdings: Sequence[Holding]
) -> None:
    """What search and relationships look up: observables, and which ids an object names."""
    observables: list[dict[str, object]] = []
    links: list[dict[str, object]] = []
    for examined, holding in zip(objects, holdings, strict=True):
        for found in observables_of(examined.value):
            observables.append(
                {"kind": found.kind.value, "value": found.value, "object": holding.key}
            )
        targets = {reference.target for reference in references_of(examined.value)}
        links.extend({"target": target, "object": holding.key} for target in sorted(targets))
    store.add_rows("observable", observables)
    store.add_rows("link", links)


def _place_all(
    store: FeedStore,
    order: Order,
    tally: _Tally,
    holdings: Sequence[Holding],
    received: int,
) -> None:
    """Place what may enter now, and remember what may enter later."""
    reaches = {holding.key: item.reach for item, holding in zip(tally.new, holdings, strict=True)}
    concerned = sorted({holding.stix_id for holding in holdings} | set(tally.repeated))
    families = _families(store, concerned, order.contributor)
    entries = _catching_up(store, families, reaches.keys(), order.topic)
    for versions in families.values():
        topics = _all_topics(versions, order.topic)
        for holding in versions:
            if holding.key in reaches:
                channels = _open(reaches[holding.key], received)
                entries.extend(_entries(holding, channels, topics))
        changed = [holding.key for holding in versions if holding.topics != topics]
        if changed:
            store.set_topics(changed, topics)
    store.add_rows("release", _later(reaches, received))
    place(store.db, sorted(entries, key=lambda entry: entry.object), received)


def _families(store: FeedStore, ids: Sequence[str], contributor: str) -> dict[str, list[Holding]]:
    """All versions that the contributor posted of these ids."""
    families: dict[str, list[Holding]] = {}
    for holding in store.holdings(ids, contributor):
        families.setdefault(holding.stix_id, []).append(holding)
    return families


def _catching_up(
    store: FeedStore,
    families: Mapping[str, list[Holding]],
    new: Collection[int],
    posted: Topic,
) -> list[Entry]:
    """Entries of older versions into the topic posted to: an object is in every topic that its
    contributor posted any of its versions to."""
    late = [
        holding
        for versions in families.values()
        for holding in versions
        if holding.key not in new and not holding.topics & posted.bit
    ]
    if not late:
        return []
    standing = store.channels_of([holding.key for holding in late])
    return [
        entry
        for holding in late
        for entry in _entries(
            holding,
            [Channel.parse(name) for name in sorted(standing.get(holding.key, ()))],
            posted.bit,
        )
    ]


def _all_topics(versions: Sequence[Holding], posted: Topic) -> int:
    bits = posted.bit
    for holding in versions:
        bits |= holding.topics
    return bits


def _open(reach: Mapping[Channel, datetime | None], received: int) -> list[Channel]:
    return [
        channel
        for channel, since in reach.items()
        if since is None or timestamps.from_datetime(since) <= received
    ]


def _later(
    reaches: Mapping[int, Mapping[Channel, datetime | None]], received: int
) -> list[dict[str, object]]:
    return [
        {"channel": channel.name, "object": key, "due": timestamps.from_datetime(since)}
        for key, reach in reaches.items()
        for channel, since in reach.items()
        if since is not None and timestamps.from_datetime(since) > received
    ]


def _entries(holding: Holding, channels: Sequence[Channel], topics: int) -> list[Entry]:
    return [
        Entry(
            channel=channel,
            topic=topic,
            object=holding.key,
            stix_id=holding.stix_id,
            type=holding.type,
            version_at=holding.version_at,
            by_creator=holding.by_creator,
        )
        for channel in channels
        for topic in topics_of(topics)
    ]


def _as_json(recipients: frozenset[Recipient]) -> str:
    pairs = sorted((recipient.kind.value, recipient.id) for recipient in recipients)
    return orjson.dumps(pairs).decode()


def _event(order: Order, tally: _Tally) -> FeedEvent:
    return ObjectsSubmitted(
        about=order.id,
        contributor=order.contributor,
        topic=order.topic.value,
        stored=tuple((item.id, item.version, str(item.label)) for item in tally.new),
        repeated=len(tally.successes) - len(tally.new),
        refused=len(tally.failures),
    )
