"""What waits: releases that are due, and objects held because of personal data.

One list for an organisation's own, one for what the secretariat may read of others'.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    exists,
    func,
    select,
    text,
)

from feeds import tables as t
from feeds.contributions import (
    PLACEMENTS,
    SHOWN,
    Contribution,
    contributions,
    read_by,
)
from feeds.timetable import Waiting, still_due
from feeds.view import Versions, View, Window
from tlp import Perimeter, Reader


@dataclass(frozen=True, slots=True)
class DueLine:
    """A version that is due to leave, and when it enters which perimeter (NEVER: stopped)."""

    contribution: Contribution
    due: dict[Perimeter, int]


def calendar(
    db: Connection, reader: Reader | None, of: str | None, at: int, *, others: bool = False
) -> list[DueLine]:
    """What is due to leave: of one organisation, or of all others; None stands for everybody."""
    whose = [] if of is None else [_o.contributor != of if others else _o.contributor == of]
    r = t.release.c
    soonest = select(func.min(r.due)).where(r.object == _o.key, r.due > at).scalar_subquery()
    waiting = (
        select(_o.stix_id)
        .where(_o.key.in_(select(r.object).where(r.due > at)), *whose, *read_by(reader))
        .order_by(soonest, _o.key)
        .limit(SHOWN)
    )
    ids = sorted({row.stix_id for row in db.execute(waiting)})
    found = contributions(db, [_o.stix_id.in_(ids), *whose, *read_by(reader)])
    if others and reader is not None:
        found = _one_of_copies(db, reader, found)
    return _due_lines(found, at)


def held(
    db: Connection, reader: Reader, of: str, *, others: bool = False, stix_id: str | None = None
) -> list[Contribution]:
    """What waits because of personal data: of one organisation, or of all others; newest first.

    A version that a later one has replaced waits for nobody. `stix_id` asks for one object.
    """
    conditions = [_HELD, *read_by(reader), ~_has_successor(reader)]
    conditions.append(_o.contributor != of if others else _o.contributor == of)
    if stix_id is not None:
        conditions.append(_o.stix_id == stix_id)
    found = contributions(db, conditions, newest=True)
    if others:
        found = _one_of_copies(db, reader, found)
    return [item for item in found if held_from(item)]


def held_from(item: Contribution) -> frozenset[Perimeter]:
    """The outer perimeters that an object is kept from until somebody has looked."""
    if item.is_cleared or not item.findings:
        return frozenset()
    return item.opened - item.there - {Perimeter.MEMBERS} - _stopped(item)


def _stopped(item: Contribution) -> frozenset[Perimeter]:
    from_width = min(
        (Perimeter(name).width for name, due in item.release.items() if isinstance(due, str)),
        default=len(Perimeter),
    )
    return frozenset(perimeter for perimeter in Perimeter if perimeter.width >= from_width)


def _due_lines(found: Sequence[Contribution], at: int) -> list[DueLine]:
    by_object: dict[tuple[str, str], list[Waiting]] = {}
    for item in found:
        by_object.setdefault((item.stix_id, item.contributor), []).append(item.waiting)
    lines = [
        DueLine(item, still_due(item.waiting, by_object[(item.stix_id, item.contributor)], at))
        for item in found
    ]
    return sorted(
        (line for line in lines if line.due),
        key=lambda line: (min(line.due.values()), line.contribution.key),
    )


def _one_of_copies(
    db: Connection, reader: Reader, found: Sequence[Contribution]
) -> list[Contribution]:
    """Those that the reader sees when browsing: one of several copies (R10)."""
    if not found:
        return []
    window = Window(
        topic=None,
        limit=PLACEMENTS,
        ids=tuple(sorted({item.stix_id for item in found})),
        versions=Versions(at=frozenset(item.version_at for item in found)),
    )
    shown = {row.object for row in View(db, reader).rows(window, ("object",))}
    return [item for item in found if item.key in shown]


def _has_successor(reader: Reader) -> ColumnElement[bool]:
    """Whether the reader may read a later version by the same contributor."""
    later, p = t.object_.alias("later"), t.placement.alias("p_later")
    names = [channel.name for channel in reader.channels]
    return exists(
        select(1)
        .select_from(later.join(p, p.c.object == later.c.key))
        .where(
            later.c.stix_id == _o.stix_id,
            later.c.contributor == _o.contributor,
            later.c.version_at > _o.version_at,
            later.c.derived_from.is_(None),
            p.c.channel.in_(names),
        )
    )


_o = t.object_.c
_HELD: Any = text("findings <> '[]' AND cleared IS NULL")
"""Spelt exactly as the partial index spells it, so that it is used."""
