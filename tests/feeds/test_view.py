"""What a reader of several channels gets: one of several copies, the right versions, every page."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, insert, select

from feeds import tables as t
from feeds import timestamps
from feeds.filters import OBJECTS, Position, read_window
from feeds.paging import write_cursor
from feeds.placing import Entry, place
from feeds.precedence import Rank
from feeds.shelf import Shelf
from feeds.topics import Topic
from feeds.view import BRANCHES, LATEST, Versions, View, Window
from tests.objects import indicator
from tests.world import World
from tlp import Channel, Perimeter, Reader

several = settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
NOON = timestamps.parse("2026-03-01T12:00:00Z")
ALL = Versions(all=True)
READER = Reader(Perimeter.MEMBERS, "own", "own", "me")
OTHERS = [Channel.perimeter(Perimeter.PUBLIC), Channel.organisation("x"), Channel.person("x")]
TYPES = {"one": "indicator", "two": "malware", "three": "indicator"}
TOPICS = [Topic.ATTACKS, Topic.SOURCES]


@dataclass(frozen=True, slots=True)
class Thing:
    """One stored object: its origin and version, whose it is, and where it enters."""

    origin: str
    version: int
    rank: Rank
    channels: frozenset[Channel]

    @property
    def stix_id(self) -> str:
        """A derivative has an id of its own, the same for all versions."""
        kind = "derived" if self.rank is Rank.DERIVATIVE else "object"
        return f"{kind}-{self.origin}"


@dataclass(frozen=True, slots=True)
class Shown:
    """One placement as it stands in the tables."""

    added: int
    thing: Thing
    topic: Topic


things = st.builds(
    Thing,
    st.sampled_from(list(TYPES)),
    st.sampled_from([-5, 0, 1, 2]),
    st.sampled_from(Rank),
    st.frozensets(st.sampled_from([*READER.channels, *OTHERS]), min_size=1, max_size=4),
)
# Things enter one by one, with the topics of each id, while the clock moves or stands still.
scenes = st.tuples(
    st.lists(st.tuples(things, st.integers(0, 40)), max_size=10),
    st.fixed_dictionaries({name: st.sampled_from([TOPICS, TOPICS[:1]]) for name in TYPES}),
)
Scene = tuple[list[tuple[Thing, int]], dict[str, list[Topic]]]
versions = st.sampled_from(
    [
        LATEST,
        ALL,
        Versions(first=True),
        Versions(first=True, last=True),
        Versions(at=frozenset({0, 1})),
        Versions(last=True, at=frozenset({-5})),
    ]
)


@pytest.fixture
def engine(world: World, engine: Engine) -> Engine:
    """A database with one object to copy, without the guard of the house."""
    world.member("Alpha", "ann")
    world.share("ann", indicator("red"), recipients=[world.identity("ann")])
    return engine


@contextmanager
def played(engine: Engine, scene: Scene) -> Iterator[tuple[Connection, list[Shown]]]:
    """A scene in a transaction that leaves nothing behind; what this reader could read of it."""
    entering, topics = scene
    with engine.connect() as db, db.begin() as transaction:
        pattern = dict(db.execute(select(t.object_)).one()._mapping)
        now, objects = NOON, dict[int, Thing]()
        for number, (thing, moved) in enumerate(entering, 2):
            now += moved
            objects[number] = thing
            db.execute(insert(t.object_).values(row_of(pattern, number, thing)))
            place(db, list(entries_of(number, thing, topics[thing.origin])), now)
        p = t.placement.c
        readable = [channel.name for channel in READER.channels]
        rows = db.execute(select(p.added, p.object, p.topic).where(p.channel.in_(readable)))
        yield db, [Shown(row.added, objects[row.object], Topic(row.topic)) for row in rows]
        transaction.rollback()


def row_of(pattern: dict[str, object], key: int, thing: Thing) -> dict[str, object]:
    """A row of `object`, like another one."""
    content = orjson.dumps({"id": thing.stix_id, "key": key})
    own = {"key": key, "stix_id": thing.stix_id, "version_at": thing.version, "content": content}
    return {**pattern, **own, "contributor": f"contributor {key}"}


def entries_of(key: int, thing: Thing, topics: Sequence[Topic]) -> Iterator[Entry]:
    """The placements of a thing, channel by channel."""
    for channel in sorted(thing.channels, key=lambda channel: channel.name):
        for topic in topics:
            yield Entry(
                *(channel, topic, key, thing.stix_id, TYPES[thing.origin], thing.version),
                origin=thing.origin,
                origin_at=thing.version,
                rank=thing.rank,
            )


def expected(shown: list[Shown], topic: Topic | None, wanted: Versions) -> list[int]:
    """What a reader gets, said plainly: of each version the one that goes before the others,
    and of these the versions wanted; by time of entry."""
    concerned = [item for item in shown if topic is None or item.topic is topic]
    winners: dict[tuple[str, int], Shown] = {}
    for item in sorted(concerned, key=lambda item: (item.thing.rank, item.added)):
        winners.setdefault((item.thing.origin, item.thing.version), item)
    found = []
    for (origin, version), item in winners.items():
        known = [other for name, other in winners if name == origin]
        if (
            wanted.all
            or (wanted.last and version == max(known))
            or (wanted.first and version == min(known))
            or version in wanted.at
        ):
            found.append(item.added)
    return sorted(found)


def times(db: Connection, window: Window) -> list[int]:
    """The times of entry of a window's rows, in the order in which they came."""
    return [row.added for row in View(db, READER).rows(window, ())]


@several
@given(scenes, st.sampled_from([None, *TOPICS]), versions)
def test_a_reader_of_several_channels_sees_each_object_once(
    engine: Engine, scene: Scene, topic: Topic | None, wanted: Versions
) -> None:
    """R10 over channels: the creator's copy, else the first that entered, an original before its
    derivative; and of the versions those asked for. What others read takes no part."""
    with played(engine, scene) as (db, shown):
        window = Window(topic=topic, limit=1000, versions=wanted)
        assert times(db, window) == expected(shown, topic, wanted)
        newest_first = replace(window, newest_first=True)
        assert times(db, newest_first) == expected(shown, topic, wanted)[::-1]


@several
@given(
    scenes,
    versions,
    st.lists(st.sampled_from(["indicator", "malware", "x"]), max_size=3, unique=True),
    st.lists(st.sampled_from(["object-one", "object-two", "derived-one", "x"]), max_size=3),
)
def test_types_and_ids_choose_among_what_is_shown(
    engine: Engine, scene: Scene, wanted: Versions, types: list[str], ids: list[str]
) -> None:
    """A filter takes away and changes nothing else: the same object in the same version."""
    with played(engine, scene) as (db, shown):
        by_time = {item.added: item.thing for item in shown}
        kept = [
            added
            for added in expected(shown, None, wanted)
            if (not types or TYPES[by_time[added].origin] in types)
            and (not ids or by_time[added].stix_id in ids)
        ]
        window = Window(None, 1000, types=tuple(types), ids=tuple(ids), versions=wanted)
        assert times(db, window) == kept
        many = (*types, *(f"x{number}" for number in range(BRANCHES))) if types else ()
        assert times(db, replace(window, types=many)) == kept


@several
@given(scenes, st.sampled_from([None, *TOPICS]), versions, st.integers(1, 4), st.booleans())
def test_page_by_page_nothing_is_missed_or_repeated(
    engine: Engine, scene: Scene, topic: Topic | None, wanted: Versions, limit: int, cursors: bool
) -> None:
    """T-078: by the cursor, or by the last time of entry alone; `more` is true while it is."""
    binding = Position(b"s" * 32, "me")
    with played(engine, scene) as (db, shown):
        found: list[int] = []
        after: int | None = None
        while True:
            pairs = [("limit", str(limit))]
            if after is not None and cursors:
                pairs.append(("next", write_cursor(binding.secret, binding.binding, after)))
            elif after is not None:
                pairs.append(("added_after", timestamps.show(after)))
            window = read_window(pairs, OBJECTS, topic, 1000, binding)
            assert window is not None
            page = Shelf(db, READER).records(replace(window, versions=wanted))
            found.extend(record.added for record in page.items)
            assert (page.first, page.last) == (
                (page.items[0].added, page.items[-1].added) if page.items else (None, None)
            )
            if not page.more:
                break
            assert len(page.items) == limit
            after = page.last
        assert found == expected(shown, topic, wanted)


@several
@given(scenes, st.integers(1, 3))
def test_going_back_page_by_page_nothing_is_missed_or_repeated(
    engine: Engine, scene: Scene, limit: int
) -> None:
    """Newest first, as people read."""
    with played(engine, scene) as (db, shown):
        found: list[int] = []
        window = Window(None, limit, newest_first=True)
        while page := times(db, window):
            found.extend(page)
            window = replace(window, before=page[-1])
        assert found == expected(shown, None, LATEST)[::-1]


@several
@given(scenes)
def test_an_object_is_held_where_any_version_is_shown(engine: Engine, scene: Scene) -> None:
    """And only there, whatever part of the collection the request is about."""
    with played(engine, scene) as (db, shown):
        shelf = Shelf(db, READER)
        by_time = {item.added: item.thing.stix_id for item in shown}
        held = {by_time[added] for added in expected(shown, None, ALL)}
        for stix_id in ("object-one", "object-two", "object-three", "derived-one", "x"):
            window = Window(None, 1, after=NOON + 10**9, versions=Versions(first=True))
            assert shelf.holds(window, stix_id) is (stix_id in held)


@several
@given(st.lists(st.tuples(things, st.integers(1, 3)), max_size=10), st.lists(st.booleans()))
def test_a_poller_beside_writers_gets_every_version_once(
    engine: Engine, entering: list[tuple[Thing, int]], polls: list[bool]
) -> None:
    """Polling by `added_after` alone, at any moments, gives in the end all that entered for the
    first time, as long as the clock goes on between two writers."""
    with engine.connect() as db, db.begin() as transaction:
        pattern = dict(db.execute(select(t.object_)).one()._mapping)
        now, after, found = NOON, NOON - 1, list[int]()
        for number, (thing, seconds) in enumerate(entering, 2):
            now += seconds * 1_000_000
            db.execute(insert(t.object_).values(row_of(pattern, number, thing)))
            place(db, list(entries_of(number, thing, TOPICS)), now)
            if number < len(polls) and polls[number]:
                page = times(db, Window(None, 1000, after=after, versions=ALL))
                found, after = [*found, *page], page[-1] if page else after
        found += times(db, Window(None, 1000, after=after, versions=ALL))
        shown = times(db, Window(None, 1000, versions=ALL))
        transaction.rollback()
    assert len(set(found)) == len(found)
    assert found == sorted(found)
    assert set(shown) <= set(found)


def test_nothing_is_read_from_channels_of_others(engine: Engine) -> None:
    """Somebody else's channel, wider or narrower perimeters: not for this reader."""
    scene: Scene = (
        [(Thing("one", 1, Rank.CREATOR, frozenset({channel})), 1) for channel in OTHERS],
        {"one": TOPICS},
    )
    with played(engine, scene) as (db, shown):
        assert shown == []
        assert times(db, Window(None, 10, versions=ALL)) == []
        assert [row.added for row in View(db, Reader()).rows(Window(None, 10), ())] != []
