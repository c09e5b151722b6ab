"""Compares everything that stands with everything that should, one batch after the other.

All of it in the one transaction of the caller, who sees to it that it reads one state.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, func, select

from feeds import tables as t
from feeds import timestamps
from feeds.deriving import Workshop
from feeds.precedence import Flags, Place, Rank, settle
from feeds.reaching import NOWHERE
from feeds.recomputing.differences import differences, stored_of
from feeds.recomputing.leftovers import Seen, leftovers
from feeds.recomputing.naming import Batch, Naming, read_naming
from feeds.recomputing.streaming import streamed
from feeds.recomputing.wanting import Carried, Computed, Ground, Standing, Wanted
from feeds.subjects import DEFINITIONS, homes_of

GRACE = timedelta(seconds=30)
"""How late a due release may be placed before it counts as missing."""

BATCH = 10_000
"""Originals and namings in one batch: about a hundred megabytes, and twice that where most of them
have derivatives."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much was compared, and a sentence for each difference."""

    objects: int
    placements: int
    problems: list[str]


def compare_placements(
    db: Connection, at: datetime, workshop: Workshop, *, batch: int = BATCH
) -> Comparison:
    """Everything that stands against everything that should; `batch` bounds the memory it takes."""
    ground = Ground(
        at=_settled_instant(db, at),
        modified=timestamps.show(timestamps.from_datetime(at)),
        homes=homes_of(streamed(db, _HOMES)),
        workshop=workshop,
    )
    seen = Seen()
    problems = list(_overdue(db, at))
    for computed, wanted in _everything(db, ground, batch):
        rows = computed.loaded.rows
        stored = stored_of(db, {key: rows[key] for key in wanted.originals})
        seen.objects += len(stored.originals) + len(stored.derived)
        seen.placements += len(stored.placements)
        problems.extend(differences(stored, wanted, workshop))
    problems.extend(leftovers(db, seen))
    problems.extend(_wrong_flags(db))
    return Comparison(seen.objects, seen.placements, problems)


def _everything(db: Connection, ground: Ground, size: int) -> Iterator[tuple[Computed, Wanted]]:
    """All originals, each once, with what there should be of them; definitions last."""
    naming = read_naming(db)
    standing = Standing(len(naming.keys))
    definitions: dict[int, str] = {row.key: row.stix_id for row in streamed(db, _DEFINITIONS)}
    carried = Carried(definitions.values())
    for batch in naming.batches(size):
        computed = _computed(db, ground, naming, standing, batch)
        for place in batch.places:
            standing[place] = computed.found.reach.get(naming.keys[place], NOWHERE)
        computed.carry(carried)
        yield computed, computed.wanted()
    last = _computed(db, ground, naming, standing, naming.batch(naming.places(definitions)))
    yield last, last.wanted_definitions(carried)


def _computed(
    db: Connection, ground: Ground, naming: Naming, standing: Standing, batch: Batch
) -> Computed:
    keys = [naming.keys[place] for place in batch.places]
    return Computed(
        db, keys, {naming.keys[place]: standing[place] for place in batch.beside}, ground
    )


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


def _wrong_flags(db: Connection) -> Iterator[str]:
    for (channel, origin), rows in groupby(streamed(db, _FLAGS), key=itemgetter(0, 1)):
        stored = [
            (
                Place(row.added, row.object, row.origin_at, Rank(row.rank)),
                Flags(row.first, row.copy, row.superseded),
            )
            for row in rows
        ]
        flags_of = settle([place for place, _ in stored])
        if any(flags_of[place.added] != flags for place, flags in stored):
            yield f"{origin} in {channel} has flags that do not follow from its versions."


_o, _s, _p = t.object_.c, t.submission.c, t.placement.c
_ORIGINALS = _o.derived_from.is_(None)
_DEFINITIONS = select(_o.key, _o.stix_id).where(_ORIGINALS, _o.type.in_(DEFINITIONS))
_HOMES = (
    select(_o.submission, _o.contributor, _s.poster, _s.recipients)
    .join_from(t.object_, t.submission, _o.submission == _s.id)
    .where(_ORIGINALS)
    .order_by(_o.key)
)
_FLAGS = select(
    *(_p.channel, _p.origin, _p.added, _p.object, _p.origin_at, _p.rank),
    *(_p.first, _p.copy, _p.superseded),
).order_by(_p.channel, _p.origin)
