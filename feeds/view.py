"""What a reader may read, as SQL: the only place that selects placements for somebody.

Every selection starts from `placement`, in the channels of one reader, and nowhere else. Of the
placements of one id it shows those that stand for it (`precedence`); where a reader has several
channels, the same order decides between them: the creator's copy, else the first that entered,
an original before its derivative, a later version before an earlier one. What a reader may not
read takes no part in any of it.

Built as one branch for each channel (and each type asked for), each an index range in order of
entry with its own limit, merged and limited again: a page costs the same wherever it begins.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    and_,
    exists,
    false,
    literal_column,
    or_,
    select,
    union_all,
)

from feeds import tables as t
from feeds.topics import Topic
from tlp import Reader


@dataclass(frozen=True, slots=True)
class Versions:
    """Which versions of an object are wanted (TAXII 2.1 §3.4.1): a union of what is set.

    `at` holds exact versions in microseconds.
    """

    first: bool = False
    last: bool = False
    all: bool = False
    at: frozenset[int] = frozenset()


LATEST = Versions(last=True)
BRANCHES = 20
"""Types asked for that get a branch each: about as many as the standard has."""


@dataclass(frozen=True, slots=True)
class Window:
    """Which part is wanted: a topic or everything, after or before a time of entry (exclusive,
    microseconds), at most `limit` placements, newest first if so wished."""

    topic: Topic | None
    limit: int
    after: int | None = None
    before: int | None = None
    types: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    versions: Versions = LATEST
    newest_first: bool = False


def occupied(db: Connection, reader: Reader) -> tuple[str, ...]:
    """The reader's channels that ever held anything; most readers have one."""
    names = [channel.name for channel in reader.channels]
    query = select(t.channel.c.name).where(t.channel.c.name.in_(names))
    found = set(db.execute(query).scalars())
    return tuple(name for name in names if name in found)


class View:
    """The shared objects as one reader sees them, in one transaction."""

    def __init__(
        self, db: Connection, reader: Reader, channels: tuple[str, ...] | None = None
    ) -> None:
        self.db = db
        self.reader = reader
        self.channels = occupied(db, reader) if channels is None else channels

    def rows(
        self,
        window: Window,
        placed: Sequence[str],
        stored: Sequence[str] = (),
        where: Sequence[ColumnElement[bool]] = (),
    ) -> Sequence[Row[Any]]:
        """Columns of the placements in a window, by time of entry.

        `placed` names columns of placement, `stored` of object; `where` may use `t.object_`.
        """
        if not self.channels:
            return ()
        branches = [
            self._branch(name, types, window, placed, stored, where)
            for name in self.channels
            for types in _type_sets(window.types)
        ]
        if len(branches) == 1:
            return self.db.execute(branches[0], execution_options=_AS_BYTES).all()
        merged = union_all(*(select(branch.subquery()) for branch in branches)).subquery()
        order = merged.c.added.desc() if window.newest_first else merged.c.added
        query = select(merged).order_by(order).limit(window.limit)
        return self.db.execute(query, execution_options=_AS_BYTES).all()

    def _branch(
        self,
        channel: str,
        types: tuple[str, ...],
        window: Window,
        placed: Sequence[str],
        stored: Sequence[str],
        where: Sequence[ColumnElement[bool]],
    ) -> Select[Any]:
        p: FromClause = t.placement.alias("p")
        if window.ids:
            p = _of_these(channel, window.ids)
        o = t.object_
        query = select(p.c.added, *(p.c[name] for name in placed), *(o.c[name] for name in stored))
        if stored or where:
            query = query.join_from(p, o, p.c.object == o.c.key)
        query = query.where(p.c.channel == channel, *_in_window(p, types, window), *where)
        query = query.where(self._shown(p, channel, window))
        order = p.c.added.desc() if window.newest_first else p.c.added
        return query.order_by(order).limit(window.limit)

    def _shown(self, p: FromClause, channel: str, window: Window) -> ColumnElement[bool]:
        """Whether a placement stands for its id and version here, in the versions wanted."""
        versions = window.versions
        others = [name for name in self.channels if name != channel]
        conditions = [_plain("NOT p.copy")]
        if others:
            conditions.append(~exists(_rivals(p, others, window).where(_goes_before(p))))
        if not versions.all:
            wanted = [
                condition
                for is_wanted, condition in (
                    (versions.last, self._is_last(p, others, window)),
                    (versions.first, self._is_first(p, window)),
                    (bool(versions.at), p.c.version_at.in_(sorted(versions.at))),
                )
                if is_wanted
            ]
            conditions.append(or_(*wanted) if wanted else false())
        return and_(*conditions)

    def _is_last(self, p: FromClause, others: list[str], window: Window) -> ColumnElement[bool]:
        in_channel = _plain("NOT p.superseded")
        if not others:
            return in_channel
        later = _rivals(p, others, window).where(_Q.c.origin_at > p.c.origin_at)
        return and_(in_channel, ~exists(later))

    def _is_first(self, p: FromClause, window: Window) -> ColumnElement[bool]:
        earlier = _rivals(p, list(self.channels), window)
        return ~exists(earlier.where(_Q.c.origin_at < p.c.origin_at))


_Q = t.placement.alias("q")
_AS_BYTES = {"as_bytes": True}  # PostgreSQL would write the contents as text, twice as long


def _plain(condition: str) -> ColumnElement[bool]:
    """A condition spelt exactly as the partial indexes spell theirs, so that they are used.

    Without a type: SQLAlchemy would write `= 1` behind a boolean, which no index of SQLite says.
    """
    return literal_column(condition)


def _type_sets(types: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    """What each branch holds: one type, so that it is an index range; a long list in one piece,
    since engines merge only so many branches; an empty set stands for all types."""
    if not types or len(types) > BRANCHES:
        return (types,)
    return ((type_,) for type_ in types)


def _in_window(p: FromClause, types: tuple[str, ...], window: Window) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if window.topic is None:
        conditions.append(_plain("p.first"))
    else:
        conditions.append(p.c.topic == window.topic.value)
    if types:
        conditions.append(p.c.type.in_(types) if len(types) > 1 else p.c.type == types[0])
    if window.after is not None:
        conditions.append(p.c.added > window.after)
    if window.before is not None:
        conditions.append(p.c.added < window.before)
    return conditions


def _of_these(channel: str, ids: tuple[str, ...]) -> FromClause:
    """The placements of these ids, found before anything else is looked at: an engine that weighs
    conditions may take the index of the times, and read through all the channel for one object."""
    p = t.placement.c
    return (
        select(t.placement).where(p.channel == channel, p.stix_id.in_(ids)).offset(0).subquery("p")
    )


def _rivals(p: FromClause, channels: list[str], window: Window) -> Select[Any]:
    """Other placements of the same origin that this reader may read, in the same topic."""
    query = (
        select(1)
        .select_from(_Q)
        .where(_Q.c.channel.in_(channels), _Q.c.origin == p.c.origin, _plain("NOT q.copy"))
    )
    if window.topic is None:
        return query
    return query.where(_Q.c.topic == window.topic.value)


def _goes_before(p: FromClause) -> ColumnElement[bool]:
    """R10 between channels: of the same version, the creator's, else the one that entered first."""
    return and_(
        _Q.c.origin_at == p.c.origin_at,
        or_(
            _Q.c.rank < p.c.rank,
            and_(_Q.c.rank == p.c.rank, _Q.c.added < p.c.added),
        ),
    )
