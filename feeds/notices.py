"""Notices of withdrawal: who received something learns that it is gone, by id only (R12).

A notice stands in the channel from which the object went, so its readers are those who could
have received it; it goes when the object comes back.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, insert, select

from feeds import tables as t
from feeds.placing import chunks
from tlp import Reader

SHOWN = 500
"""Notices in one answer, newest first."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An id that is gone, and when it went, in microseconds."""

    stix_id: str
    at: int


def leave(db: Connection, lost: Iterable[tuple[str, str]], at: int) -> None:
    """Leave a notice for each (channel, id) under which nothing stands any more."""
    candidates = set(lost)
    pairs = sorted(candidates - _still_there(db, candidates))
    if pairs:
        _delete(db, pairs)
        db.execute(
            insert(t.notice),
            [{"channel": channel, "stix_id": id_, "at": at} for channel, id_ in pairs],
        )


def forget(db: Connection, back: Iterable[tuple[str, str]]) -> None:
    """Take notices away of what stands in the channel again."""
    pairs = set(back)
    noted: set[tuple[str, str]] = set()
    channels = sorted({channel for channel, _ in pairs})
    for chunk in chunks(sorted({stix_id for _, stix_id in pairs})):
        given = {"channels": channels, "ids": chunk}
        noted.update((row.channel, row.stix_id) for row in db.execute(_NOTED, given))
    _delete(db, sorted(noted & pairs))


def notices_for(db: Connection, reader: Reader) -> list[Notice]:
    """What was withdrawn from the channels of a reader, newest first."""
    n = t.notice.c
    names = [channel.name for channel in reader.channels]
    query = select(n.stix_id, n.at).where(n.channel.in_(names))
    rows = db.execute(query.order_by(n.at.desc(), n.stix_id).limit(SHOWN))
    return [Notice(row.stix_id, row.at) for row in rows]


def _still_there(db: Connection, pairs: set[tuple[str, str]]) -> set[tuple[str, str]]:
    p = t.placement.c
    found: set[tuple[str, str]] = set()
    for chunk in chunks(sorted({stix_id for _, stix_id in pairs})):
        query = select(p.channel, p.stix_id).where(
            p.channel.in_(sorted({channel for channel, _ in pairs})), p.stix_id.in_(chunk)
        )
        found.update((row.channel, row.stix_id) for row in db.execute(query))
    return found


def _delete(db: Connection, pairs: list[tuple[str, str]]) -> None:
    if pairs:
        db.execute(_DELETE, [{"c": channel, "i": stix_id} for channel, stix_id in pairs])


_DELETE = delete(t.notice).where(
    t.notice.c.channel == bindparam("c"), t.notice.c.stix_id == bindparam("i")
)


_NOTED = select(t.notice.c.channel, t.notice.c.stix_id).where(
    t.notice.c.channel.in_(bindparam("channels", expanding=True)),
    t.notice.c.stix_id.in_(bindparam("ids", expanding=True)),
)
