"""Rows that no batch looked at, because no submission explains them.

Batches look at originals with a submission, at what was derived from these, and at the placements
of both: at each row once, since each belongs to one original. So where as many rows were looked at
as there are, none is left over.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, FromClause, Join, func, select

from feeds import tables as t
from feeds.recomputing.streaming import streamed


@dataclass(slots=True)
class Seen:
    """How many rows were looked at."""

    objects: int = 0
    placements: int = 0


def leftovers(db: Connection, seen: Seen) -> Iterator[str]:
    """A sentence for each row that was not looked at."""
    for table, looked_at, query in (
        (t.object_, seen.objects, _OBJECTS),
        (t.placement, seen.placements, _PLACEMENTS),
    ):
        there = db.execute(select(func.count()).select_from(table)).scalar_one()
        unexplained = 0
        for row in streamed(db, query) if looked_at != there else ():
            unexplained += 1
            yield f"{row.what} belongs to no submission."
        if looked_at + unexplained != there:
            yield f"{table.name} has {there} rows; {looked_at + unexplained} were looked at."


def _with_submission(rows: FromClause) -> Join:
    """Rows with the object `own`, and the submission of what it was derived from, or its own."""
    is_root = _root.c.key == func.coalesce(_own.c.derived_from, _own.c.key)
    return rows.outerjoin(_root, is_root & _root.c.derived_from.is_(None)).outerjoin(
        t.submission, t.submission.c.id == _root.c.submission
    )


_own, _root, _p = t.object_.alias("own"), t.object_.alias("root"), t.placement.c
_OBJECTS = (
    select(_own.c.stix_id.label("what"))
    .select_from(_with_submission(_own))
    .where(t.submission.c.id.is_(None))
)
_PLACEMENTS = (
    select((_p.stix_id + " in " + _p.channel).label("what"))
    .select_from(_with_submission(t.placement.outerjoin(_own, _own.c.key == _p.object)))
    .where(t.submission.c.id.is_(None))
)
