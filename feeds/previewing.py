"""What becomes of a submission: who gets each object, from when, and what of it (R2 to R9).

Not computed a second time: the submission has been taken in, in a transaction that will be undone,
and what stands there is read. Then time passes, release by release, and it is read each time;
and all once more as it will be when a person has looked at the personal data that was found.

Time passes for the contributor's own objects alone. What others have planned is theirs to know,
so what they share counts as it stands now (R11).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, select, update

from feeds import tables as t
from feeds import timestamps
from feeds.derived_rows import COMPANION, contents_of
from feeds.deriving import Workshop
from feeds.forecasts import Forecast, Moment, Shape, left_out
from feeds.placing import chunks
from feeds.settling import settle_ids
from feeds.tables import AnyRow
from tlp import Channel, Label

_BINDING = ("bounds", "pruned", "attribution")

_State = Mapping[int, Mapping[Channel, Shape]]
"""Where objects stand, by key and channel."""


@dataclass(frozen=True, slots=True)
class _Own:
    """The new objects, and what they name of the contributor's own: what time changes for them.

    `held` are those that wait for a person because of personal data.
    """

    keys: list[int]
    stix_ids: frozenset[str]
    held: list[int]


def foresee(db: Connection, submission: str, at: datetime, workshop: Workshop) -> list[Forecast]:
    """What becomes of the new objects of a submission that was taken in at this instant.

    Whatever it tries, it leaves the transaction as it found it.
    """
    new = _new_rows(db, submission)
    originals = {key: orjson.loads(row.content) for key, row in new.items()}
    states: list[tuple[int | None, bool, _State]] = [(None, False, _state(db, originals))]
    with _undone(db):
        own = _own(db, submission)
        times = _release_times(db, own.keys, at)
        for since in times:
            settle_ids(db, own.stix_ids, timestamps.to_datetime(since), workshop)
            states.append((since, False, _state(db, originals)))
        if own.held:
            _clear(db, own.held, at)
            for moment in (None, *times):
                then = at if moment is None else timestamps.to_datetime(moment)
                settle_ids(db, own.stix_ids, then, workshop)
                states.append((moment, True, _state(db, originals)))
    return [
        Forecast(
            row.stix_id,
            row.digest,
            tuple(Moment(since, checked, state.get(key, {})) for since, checked, state in states),
        )
        for key, row in new.items()
    ]


@contextmanager
def _undone(db: Connection) -> Iterator[None]:
    """A part of the transaction that is taken back at its end."""
    savepoint = db.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()


def _new_rows(db: Connection, submission: str) -> dict[int, AnyRow]:
    o = t.object_.c
    query = select(o.key, o.stix_id, o.digest, o.content).where(
        o.submission == submission, o.derived_from.is_(None)
    )
    return {row.key: row for row in db.execute(query.order_by(o.key))}


def _own(db: Connection, submission: str) -> _Own:
    """Follow what the new objects name, as long as it is their contributor's own."""
    o, link = t.object_.c, t.link.c
    named = t.object_.alias("named")
    start = select(o.key, o.contributor).where(o.submission == submission, o.derived_from.is_(None))
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
    query = select(o.key, o.stix_id, o.findings, o.cleared).where(o.key.in_(keys))
    rows = db.execute(query).all()
    return _Own(
        keys=[row.key for row in rows],
        stix_ids=frozenset(row.stix_id for row in rows),
        held=[row.key for row in rows if row.findings != "[]" and row.cleared is None],
    )


def _release_times(db: Connection, keys: Sequence[int], at: datetime) -> list[int]:
    """When something of these is still to be released, in microseconds."""
    r, now = t.release.c, timestamps.from_datetime(at)
    found: set[int] = set()
    for chunk in chunks(keys):
        query = select(r.due).where(r.object.in_(chunk), r.due > now).distinct()
        found.update(db.execute(query).scalars())
    return sorted(found)


def _clear(db: Connection, keys: Sequence[int], at: datetime) -> None:
    now = timestamps.from_datetime(at)
    for chunk in chunks(keys):
        db.execute(update(t.object_).where(t.object_.c.key.in_(chunk)).values(cleared=now))


def _state(db: Connection, originals: Mapping[int, Mapping[str, Any]]) -> _State:
    """Where these objects and their derivatives stand in the present state of the transaction."""
    o, p = t.object_.c, t.placement.c
    query = select(o.key, o.derived_from, o.label, p.channel).join_from(
        t.object_, t.placement, p.object == o.key
    )
    found: dict[int, dict[Channel, Shape]] = {key: {} for key in originals}
    for chunk in chunks(sorted(originals)):
        whole = db.execute(query.where(o.key.in_(chunk)).distinct()).all()
        for row in whole:
            shape = Shape(False, Label.of_rank(row.label))
            found[row.key][Channel.parse(row.channel)] = shape
        is_derivative = o.derived_from.in_(chunk) & ~o.derived_for.startswith(COMPANION)
        derived = db.execute(query.where(is_derivative).distinct()).all()
        contents = contents_of(db, sorted({row.key for row in derived}))
        for row in derived:
            lacks = left_out(originals[row.derived_from], orjson.loads(contents[row.key]))
            shape = Shape(True, Label.of_rank(row.label), lacks)
            found[row.derived_from][Channel.parse(row.channel)] = shape
    return found
