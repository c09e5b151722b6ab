"""Recomputes every placement from what was submitted, and compares (DESIGN §3).

Placements are a function of the submissions, the decisions and the time. This module computes
that function again, without the code that placed, and says where the tables differ from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import Connection, select

from feeds import tables as t
from feeds import timestamps
from feeds.handling import read_wishes
from feeds.precedence import Flags, Place, settle
from feeds.topics import topics_of
from tlp import Handling, Label, Recipient, RecipientKind, reach

GRACE = timedelta(seconds=30)
"""How late a due release may be placed before it counts as missing."""


@dataclass(frozen=True, slots=True)
class _Expected:
    """Where one object must stand, may stand, and may not stand yet."""

    stix_id: str
    version_at: int
    by_creator: bool
    topics: frozenset[str]
    open: frozenset[str]
    soon: frozenset[str]


def compare_placements(db: Connection, at: datetime) -> tuple[int, int, list[str]]:
    """Objects, placements, and a sentence for each difference; ids only, never content."""
    expected = dict(_expected(db, at))
    problems: list[str] = []
    standing: dict[tuple[int, str], set[str]] = {}
    places: dict[tuple[str, str], list[tuple[Place, Flags]]] = {}
    count = 0
    p = t.placement.c
    for row in db.execute(select(t.placement).order_by(p.channel, p.added)):
        count += 1
        item = expected[row.object]
        if (row.stix_id, row.version_at, row.by_creator) != (
            item.stix_id,
            item.version_at,
            item.by_creator,
        ):
            problems.append(f"{row.stix_id} in {row.channel} is not what was submitted.")
        if row.channel not in item.open | item.soon or row.topic not in item.topics:
            problems.append(f"{row.stix_id} may not stand in {row.channel} under {row.topic}.")
        standing.setdefault((row.object, row.channel), set()).add(row.topic)
        place = Place(row.added, row.object, row.version_at, row.by_creator)
        flags = Flags(row.first, row.copy, row.superseded)
        places.setdefault((row.channel, row.stix_id), []).append((place, flags))
    problems.extend(_missing(expected, standing))
    problems.extend(_unsettled(places))
    return len(expected), count, problems


def _expected(db: Connection, at: datetime) -> Iterator[tuple[int, _Expected]]:
    o, s = t.object_.c, t.submission.c
    query = select(
        *(o.key, o.stix_id, o.version_at, o.by_creator, o.label, o.topics, o.contributor),
        *(s.poster, s.handling, s.recipients),
    ).join_from(t.object_, t.submission, o.submission == s.id)
    for row in db.execute(query):
        since = reach(_handling(row))
        channels = {channel.name: moment for channel, moment in since.items()}
        must = {name for name, moment in channels.items() if _is_over(moment, at - GRACE)}
        may = {name for name, moment in channels.items() if _is_over(moment, at)}
        topics = frozenset(topic.value for topic in topics_of(row.topics))
        yield (
            row.key,
            _Expected(
                stix_id=row.stix_id,
                version_at=row.version_at,
                by_creator=row.by_creator,
                topics=topics,
                open=frozenset(must),
                soon=frozenset(may - must),
            ),
        )


def _handling(row: object) -> Handling:
    wishes = read_wishes(orjson.loads(row.handling) or None)  # type: ignore[attr-defined]
    recipients = orjson.loads(row.recipients)  # type: ignore[attr-defined]
    return Handling(
        label=Label.of_rank(row.label),  # type: ignore[attr-defined]
        organisation=row.contributor,  # type: ignore[attr-defined]
        person=row.poster,  # type: ignore[attr-defined]
        recipients=frozenset(Recipient(RecipientKind(kind), id_) for kind, id_ in recipients),
        release=wishes.release,
    )


def _is_over(moment: datetime | None, at: datetime) -> bool:
    return moment is None or timestamps.from_datetime(moment) <= timestamps.from_datetime(at)


def _missing(
    expected: dict[int, _Expected], standing: dict[tuple[int, str], set[str]]
) -> Iterator[str]:
    for key, item in expected.items():
        for channel in sorted(item.open):
            if standing.get((key, channel), set()) != item.topics:
                yield f"{item.stix_id} is missing in {channel}."


def _unsettled(places: dict[tuple[str, str], list[tuple[Place, Flags]]]) -> Iterator[str]:
    for (channel, stix_id), rows in places.items():
        flags = settle(place for place, _ in rows)
        if any(flags[place.added] != stored for place, stored in rows):
            yield f"{stix_id} in {channel} has flags that do not follow from its versions."
