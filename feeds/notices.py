"""Notices of withdrawal: who received something learns that it is gone, by id only (R12).

A notice stands in the channel from which the object went, so its readers are those who could
have received it; it goes when the object comes back.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Select, bindparam, delete, insert, select

from feeds import tables as t
from feeds.listed import among, in_channels
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
    pairs = sorted(candidates - _found(db, _STANDING, candidates))
    if pairs:
        _delete(db, pairs)
        db.execute(
            insert(t.notice),
            [{"channel": channel, "stix_id": id_, "at": at} for channel, id_ in pairs],
        )


def forget(db: Connection, back: Iterable[tuple[str, str]]) -> None:
    """Take notices away of what stands in the channel again."""
    pairs = set(back)
    _delete(db, sorted(pairs & _found(db, _NOTED, pairs)))


def notices_for(db: Connection, reader: Reader) -> list[Notice]:
    """What was withdrawn from the channels of a reader, newest first."""
    n = t.notice.c
    names = [channel.name for channel in reader.channels]
    query = select(n.stix_id, n.at).where(n.channel.in_(names))
    rows = db.execute(query.order_by(n.at.desc(), n.stix_id).limit(SHOWN))
    return [Notice(row.stix_id, row.at) for row in rows]


def _found(
    db: Connection, query: Select[str, str], pairs: set[tuple[str, str]]
) -> set[tuple[str, str]]:
    """What a query finds of these channels and ids, in any combination."""
    if not pairs:
        return set()
    channels, ids = ({pair[place] for pair in pairs} for place in (0, 1))
    rows = db.execute(query, {"channels": list(channels), "ids": list(ids)})
    return {(channel, stix_id) for channel, stix_id in rows}


def _delete(db: Connection, pairs: list[tuple[str, str]]) -> None:
    if pairs:
        db.execute(_DELETE, [{"c": channel, "i": stix_id} for channel, stix_id in pairs])


_DELETE = delete(t.notice).where(
    t.notice.c.channel == bindparam("c"), t.notice.c.stix_id == bindparam("i")
)

_n, _p = t.notice.c, t.placement.c
_NOTED = select(_n.channel, _n.stix_id).where(
    among(_n.channel, "channels"), among(_n.stix_id, "ids")
)
_STANDING = select(_p.channel, _p.stix_id).where(in_channels(_p.stix_id))
