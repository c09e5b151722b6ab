"""What reading and writing cost: index ranges and no sort of everything; a few statements."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, text

from cloudsirt.database import make_engine
from feeds import tables as t
from feeds import timestamps
from feeds.shelf import Shelf
from feeds.store import FeedStore, Held
from feeds.topics import Topic
from feeds.view import Versions, Window
from tests import objects
from tests.world import World
from tlp import Channel, Perimeter, Reader

Statement = tuple[str, Any]
MEMBERS = Channel.perimeter(Perimeter.MEMBERS)
NOON = timestamps.parse("2026-03-01T12:00:00Z")
LOADED = 40_000
LIMIT = 20
ONE_CHANNEL = Reader(Perimeter.MEMBERS)
SEVERAL = Reader(Perimeter.MEMBERS, "own", "own", "me")
CHANNELS = {
    MEMBERS: (3, 49),
    Channel.organisation("own"): (0, 0),
    Channel.contacts("own"): (1, 1),
    Channel.person("me"): (2, 2),
}
"""Which channels hold which of fifty parts."""


@contextmanager
def watched(target: Any) -> Iterator[list[Statement]]:
    """The statements that are executed meanwhile."""
    seen: list[Statement] = []

    def note(*given: Any) -> None:
        seen.append((given[2], given[3]))

    event.listen(target, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(target, "before_cursor_execute", note)


# writing


def shared(world: World, count: int) -> list[dict[str, Any]]:
    """So many indicators, and what names them."""
    found = [objects.indicator("green", name=f"Number {number}") for number in range(count)]
    found += [objects.relationship("green", item["id"], found[0]["id"]) for item in found[1:]]
    return [*found, objects.report("green", *(item["id"] for item in found))]


def cost(world: World, action: Callable[[], object]) -> int:
    """How many statements something takes."""
    with watched(world.house.database.engine) as seen:
        action()
    return len(seen)


def costs_of_sharing(world: World, count: int) -> list[int]:
    """Posting, posting again elsewhere, new versions, relaxed and tightened, and a release."""
    items = shared(world, count)
    tomorrow = timestamps.show(timestamps.from_datetime(world.now) + 86_400_000_000)
    newer = [objects.later(item, label="amber") for item in items]
    held = [objects.indicator("green") for _ in range(count)]
    found = [
        cost(world, lambda: world.share("ann", *items)),
        cost(world, lambda: world.share("bob", *items)),
        cost(world, lambda: world.share("ann", *items, topic="sources")),
        cost(world, lambda: world.share("ann", *newer)),
        cost(world, lambda: world.share("ann", *held, release={"research": tomorrow})),
    ]
    world.advance(days=2)
    return [*found, cost(world, world.work)]


def test_a_submission_takes_as_many_statements_for_many_objects_as_for_few(world: World) -> None:
    """The write lock is held for a number of statements that does not grow."""
    world.member("Alpha", "ann")
    world.member("Beta", "bob")
    costs_of_sharing(world, 2)
    few, many = costs_of_sharing(world, 5), costs_of_sharing(world, 150)
    assert many == few
    assert max(many) < 60


def test_a_new_object_takes_few_statements(world: World) -> None:
    """What has only just been kept stands nowhere, and nothing was made of it: nobody asks."""
    world.member("Alpha", "ann")
    world.share("ann", objects.indicator("green"))
    assert cost(world, lambda: world.share("ann", objects.indicator("green"))) <= 25


def test_more_ids_than_an_engine_takes_in_one_statement_are_no_fault(world: World) -> None:
    """PostgreSQL takes 65,535 parameters, SQLite may take 32,766."""
    with world.house.reading() as db:
        ids = [f"x{key}" for key in range(66_000)]
        assert FeedStore(db).held(ids, "x", ONE_CHANNEL) == Held({}, {}, set())


# reading


OWN = ("key", "stix_id", "version_at")
COPIED = [column.name for column in t.object_.columns if column.name not in OWN]
NUMBERS = (
    "WITH RECURSIVE numbers(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < :all)"
)
# Every object has two versions, one after the other; topics and types take turns.
OBJECTS = f"""{NUMBERS}
INSERT INTO feeds_object (key, stix_id, version_at, {", ".join(COPIED)})
SELECT n, 'indicator--' || (n - n % 2), n % 2, {", ".join(COPIED)}
FROM numbers CROSS JOIN (SELECT * FROM feeds_object WHERE key = 1) AS pattern
"""  # noqa: S608 (names of columns)
PLACEMENTS = f"""{NUMBERS}
INSERT INTO feeds_placement (channel, added, topic, object, stix_id, type, version_at,
                             origin, origin_at, rank, first, copy, superseded)
SELECT :channel, :noon + 4 * n + :lane,
       CASE n / 2 % 4 WHEN 0 THEN 'attacks' WHEN 1 THEN 'sources' ELSE 'compromises' END,
       n, 'indicator--' || (n - n % 2),
       CASE n / 2 % 3 WHEN 0 THEN 'indicator' WHEN 1 THEN 'malware' ELSE 'tool' END, n % 2,
       'indicator--' || (n - n % 2), n % 2, 1, true, false, n % 2 = 0
FROM numbers WHERE n / 2 % 50 BETWEEN :low AND :high
"""  # noqa: S608


def fill(world: World, db: Connection, count: int) -> None:
    """So many objects among members, some of them also by name; Alpha is one."""
    world.member("Alpha", "ann")
    world.share("ann", objects.indicator("red"), recipients=[world.identity("ann")])
    db.execute(text(OBJECTS), {"all": count})
    for channel, (low, high) in CHANNELS.items():
        db.execute(insert(t.channel).values(name=channel.name, last=NOON + 4 * count))
        given = {"channel": channel.name, "lane": channel.kind.lane, "all": count}
        db.execute(text(PLACEMENTS), {**given, "noon": NOON, "low": low, "high": high})


@pytest.fixture
def loaded(world: World) -> Iterator[Connection]:
    """Very many objects. PostgreSQL knows how its tables are filled, as it soon does by itself;
    SQLite, which would have to be told, does not."""
    engine = make_engine(world.database_url)
    with engine.begin() as db:
        fill(world, db, LOADED)
        if db.dialect.name == "postgresql":
            db.exec_driver_sql("ANALYZE")
    with engine.connect() as db:
        yield db
    engine.dispose()


MIDDLE = NOON + LOADED * 2
SEVERAL_IDS = tuple(f"indicator--{number}" for number in range(112, 192, 4))
WINDOWS = {
    "first page": Window(None, LIMIT),
    "later page": Window(None, LIMIT, after=MIDDLE),
    "page of a topic": Window(Topic.SOURCES, LIMIT, after=MIDDLE),
    "page of a type": Window(None, LIMIT, after=MIDDLE, types=("malware",)),
    "page of several types": Window(None, LIMIT, after=MIDDLE, types=("malware", "tool")),
    "page of all versions": Window(None, LIMIT, after=MIDDLE, versions=Versions(all=True)),
    "page of first versions": Window(None, LIMIT, after=MIDDLE, versions=Versions(first=True)),
    "page of all versions of a topic": Window(
        Topic.SOURCES, LIMIT, after=MIDDLE, versions=Versions(all=True)
    ),
    "page of first versions of a topic": Window(
        Topic.SOURCES, LIMIT, after=MIDDLE, versions=Versions(first=True)
    ),
    "page of all versions of a type": Window(
        None, LIMIT, after=MIDDLE, types=("malware",), versions=Versions(all=True)
    ),
    "page of first versions of a type": Window(
        None, LIMIT, after=MIDDLE, types=("malware",), versions=Versions(first=True)
    ),
    "page of a type in a topic": Window(Topic.COMPROMISES, LIMIT, after=MIDDLE, types=("tool",)),
    "newest": Window(None, LIMIT, newest_first=True),
    "older than": Window(Topic.SOURCES, LIMIT, before=MIDDLE, newest_first=True),
    "one object": Window(None, LIMIT, ids=("indicator--120",)),
    "new of one object": Window(None, LIMIT, after=NOON, ids=("indicator--120",)),
    "several objects": Window(Topic.ATTACKS, LIMIT, after=NOON, ids=SEVERAL_IDS),
    "all versions of one": Window(
        Topic.ATTACKS, LIMIT, ids=("indicator--120",), versions=Versions(all=True)
    ),
}
RANGES = {
    "first page": "ix_feeds_placement_latest",
    "later page": "ix_feeds_placement_latest",
    "newest": "ix_feeds_placement_latest",
    "page of a topic": "topic=?",
    "older than": "topic=?",
    "page of all versions of a topic": "ix_feeds_placement_topic_versions",
    "page of first versions of a topic": "ix_feeds_placement_topic_versions",
    "page of all versions of a type": "ix_feeds_placement_type_versions",
    "page of first versions of a type": "ix_feeds_placement_type_versions",
    "page of a type": "type=?",
    "page of several types": "type=?",
    "one object": "stix_id=?",
    "new of one object": "stix_id=?",
    "several objects": "stix_id=?",
    "all versions of one": "stix_id=?",
}
"""What SQLite has to say of how it finds the placements of a page."""
A_HANDFUL = ("one object", "new of one object", "several objects", "all versions of one")


def statement_of(db: Connection, reader: Reader, window: Window) -> Statement:
    """The one statement that reads a page, after the one that asks which channels there are."""
    db.rollback()
    db.begin()
    with watched(db) as seen:
        assert Shelf(db, reader).contents(window).items
    assert [sql.split()[0] for sql, _ in seen] == ["SELECT", "SELECT"]
    return seen[-1]


def test_a_page_is_read_from_index_ranges(loaded: Connection, engine_name: str) -> None:
    """The first page and a later one, of everything, a topic or a type, one object's versions,
    for a reader of one channel or of four: two statements, no plan walks through all
    placements, and none sorts more than a few pages."""
    judge = _judge_sqlite if engine_name == "sqlite" else _judge_postgres
    for reader in (ONE_CHANNEL, SEVERAL):
        for name, window in WINDOWS.items():
            statement = statement_of(loaded, reader, window)
            branches = len(reader.channels) * max(1, len(window.types))
            assert judge(loaded, statement, branches, name) == [], name


def _judge_sqlite(db: Connection, statement: Statement, branches: int, name: str) -> list[str]:
    """Every access to placements names the channel in an index, and gives them in order: what
    is sorted is never what was just read, but the few rows of a branch."""
    sql, parameters = statement
    plan = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters).all()
    pages = [row for row in plan if _PLACEMENTS.match(row[3])]
    assert len(pages) == branches
    rivals = [row[3] for row in plan if row[3].split(" USING")[0] in ("SEARCH q", "SCAN q")]
    bad = [row[3] for row in pages if RANGES.get(name, "channel=?") not in row[3]]
    bad += [line for line in rivals if "(channel=? AND origin=?" not in line]
    beside = {row[1] for row in pages}
    sorts = [row[3] for row in plan if "ORDER BY" in row[3] and row[1] in beside]
    return bad if name in A_HANDFUL else bad + sorts


_PLACEMENTS = re.compile(r"(SEARCH|SCAN) (p|feeds_placement) ")


def _judge_postgres(db: Connection, statement: Statement, branches: int, name: str) -> list[str]:
    """What is really read stays within a few pages, whatever the nodes are called."""
    del name  # the measure is the same for all
    sql, parameters = statement
    explained = db.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", parameters)
    (top,) = explained.scalar_one()
    bad = []
    for node in _nodes(top["Plan"]):
        touched = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        if node.get("Relation Name") == "feeds_placement" and (
            node["Node Type"] == "Seq Scan" or touched * node["Actual Loops"] > 8 * LIMIT * branches
        ):
            bad.append(f"{node['Node Type']} {node.get('Index Name')}: {touched}")
        if node["Node Type"] == "Sort" and node["Plans"][0]["Actual Rows"] > LIMIT * branches:
            bad.append("Sort")
    return bad


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)
