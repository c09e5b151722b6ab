"""Placements are a function of what was submitted: after any history, and when tampered with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, delete, insert, select, update

from cloudsirt.database import make_engine
from feeds import tables as t
from feeds import timestamps
from feeds.markings import MARKING_OF
from feeds.recomputing import GRACE, compare_placements
from feeds.topics import Topic
from tests import objects
from tests.world import START, World
from tlp import Label

DERIVED = (t.placement, t.release, t.observable, t.link, t.notice)
several = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


def problems(world: World) -> list[str]:
    """What the recomputation finds."""
    with world.house.reading() as db:
        return compare_placements(db, world.now, world.house.workshop).problems


# a small history


@dataclass
class History:
    """What has been posted so far in one world, and the next thing to do."""

    world: World
    posted: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def post(self, name: str, topic: str, value: dict[str, Any], **handling: Any) -> None:
        """Post something new; remembered when it was accepted."""
        status = self.world.share(name, value, topic=topic, **handling)
        if status["success_count"]:
            self.posted.append((name, topic, value))

    def pick(self, number: int) -> tuple[str, str, dict[str, Any]] | None:
        """Something that was posted before."""
        return self.posted[number % len(self.posted)] if self.posted else None

    def withdraw(self, name: str, stix_id: str) -> None:
        """Withdraw as somebody; refused where it is not theirs."""
        path = f"{self.world.objects_url('members', 'attacks')}{stix_id}/"
        self.world.taxii(name, path, method="DELETE")


people = st.sampled_from(["ann", "bob"])
topics = st.sampled_from([topic.value for topic in Topic][:3])
labels = st.sampled_from(["clear", "green", "amber", "amber+strict", "red", None])
numbers = st.integers(0, 20)
handlings = st.fixed_dictionaries(
    {},
    optional={
        "names": st.lists(st.sampled_from(["Alpha", "Beta", "bob", "Ministry"]), max_size=2),
        "release": st.dictionaries(
            st.sampled_from(["members", "research", "public"]), st.integers(-1, 3), max_size=2
        ),
        "attribution": st.sampled_from(["named", "members", "none"]),
        "part": st.sampled_from(["green", "amber", "red"]),
    },
)
steps = st.one_of(
    st.tuples(st.just("new"), people, topics, labels, handlings),
    st.tuples(st.just("about"), people, topics, labels, numbers, numbers, st.booleans()),
    st.tuples(st.just("version"), people, topics, labels, numbers, st.integers(1, 3)),
    st.tuples(st.just("copy"), people, topics, numbers, st.booleans()),
    st.tuples(st.just("withdraw"), people, numbers),
    st.tuples(st.just("wait"), st.integers(0, 2)),
)


def do(history: History, step: tuple[Any, ...]) -> None:
    """One step of a history."""
    match step:
        case ("new", name, topic, label, handling):
            value = objects.indicator(label, name=f"By {name}", **partly(handling.get("part")))
            history.post(name, topic, value, **wished(history.world, label, handling))
        case ("about", name, topic, label, one, other, is_report):
            ends = [found[2]["id"] for found in map(history.pick, (one, other)) if found]
            if len(ends) == 2 and label != "red":
                make = objects.report if is_report else objects.relationship
                history.post(name, topic, make(label, *ends))
        case ("version", name, topic, label, number, version):
            if (found := history.pick(number)) is not None:
                modified = f"2026-02-0{1 + version}T08:00:00.000Z"
                value = objects.later(found[2], modified=modified, label=label)
                recipients = [history.world.identity("Beta")] if label == "red" else None
                more = {"recipients": recipients} if recipients else {}
                history.post(name, topic, value, **more)
        case ("copy", name, topic, number, is_exact):
            if (found := history.pick(number)) is not None:
                value = found[2] if is_exact else {**found[2], "name": "Something else"}
                history.post(name, topic, value)
        case ("withdraw", name, number):
            if (found := history.pick(number)) is not None:
                history.withdraw(name, found[2]["id"])
        case ("wait", days):
            history.world.advance(days=days)
            history.world.work()


def partly(label: str | None) -> dict[str, Any]:
    """A granular marking on the name."""
    if label is None:
        return {}
    marking = MARKING_OF[Label.parse(label)]
    return {"granular_markings": [{"marking_ref": marking, "selectors": ["name"]}]}


def wished(world: World, label: str | None, handling: dict[str, Any]) -> dict[str, Any]:
    """The handling document: names as identities, days as times."""
    wishes: dict[str, Any] = {}
    names = handling.get("names", [])
    if names or label == "red":
        wishes["recipients"] = [world.identity(name) for name in names or ["Beta"]]
    elif handling.get("release"):
        now = timestamps.from_datetime(world.now)
        wishes["release"] = {
            perimeter: timestamps.show(now + days * 86_400_000_000)
            for perimeter, days in handling["release"].items()
        }
    if "attribution" in handling:
        wishes["attribution"] = handling["attribution"]
    return wishes


@pytest.fixture
def world(world: World) -> World:
    """Two members, a working group and a partner."""
    world.member("Alpha", "ann", "incident-contact")
    world.member("Beta", "bob")
    world.researcher("Group", "ros")
    world.organisation("Ministry", "partner")
    return world


@pytest.fixture
def engine(world: World) -> Iterator[Engine]:
    """The same database without the guard of the house."""
    found = make_engine(world.database_url)
    yield found
    found.dispose()


def begun_anew(world: World, engine: Engine) -> None:
    """Nothing has been shared yet, and no time has passed."""
    world.now = START
    with engine.begin() as db:
        for table in (*DERIVED, t.channel, t.object_, t.submission):
            db.execute(delete(table))


@several
@given(st.lists(steps, min_size=3, max_size=12))
def test_after_any_history_everything_stands_where_it_should(
    world: World, engine: Engine, history: list[tuple[Any, ...]]
) -> None:
    """Posted, versioned, copied, named, withdrawn, released, in any order: placing step by step
    gives what the rules give for everything at once."""
    begun_anew(world, engine)
    running = History(world)
    for step in history:
        do(running, step)
        assert problems(world) == [], step
    world.advance(days=5)
    world.work()
    assert problems(world) == []


@several
@given(st.lists(st.tuples(topics, numbers, st.booleans()), min_size=2, max_size=8))
def test_an_object_is_in_every_topic_that_its_contributor_posted_it_to(
    world: World, engine: Engine, posts: list[tuple[str, int, bool]]
) -> None:
    """Any version counts for all, and a repetition counts, too; somebody else's does not."""
    begun_anew(world, engine)
    value = objects.indicator("amber")
    expected: set[str] = set()
    for topic, number, is_other in posts:
        version = objects.later(value, modified=f"2026-02-{1 + number:02}T08:00:00.000Z")
        status = world.share("bob" if is_other and expected else "ann", version, topic=topic)
        if not (is_other and expected) and status["success_count"]:
            expected.add(topic)
    p = t.placement.c
    with world.house.reading() as db:
        rows = db.execute(select(p.object, p.topic).where(p.channel == "members")).all()
    for key in {row.object for row in rows}:
        assert {row.topic for row in rows if row.object == key} == expected


# what the recomputation finds


@pytest.fixture
def shared(world: World) -> World:
    """Some objects of every kind, and nothing wrong with them."""
    first = objects.indicator("amber")
    world.share("ann", first, objects.indicator("clear", description="Seen twice."))
    world.share("ann", objects.later(first), topic="sources")
    world.share("bob", objects.indicator("red"), recipients=[world.identity("Alpha")])
    tomorrow = timestamps.show(timestamps.from_datetime(world.now) + 86_400_000_000)
    world.share("bob", objects.indicator("green"), release={"research": tomorrow})
    world.share("ann", objects.report("clear", first["id"], objects.fresh_id("malware")))
    assert problems(world) == []
    return world


p = t.placement.c


def one_placement(db: Connection, *conditions: Any) -> Any:
    """The first placement of which something holds."""
    found = db.execute(select(t.placement).where(*conditions).order_by(p.channel, p.added)).first()
    assert found is not None
    return found


def a_copy(db: Connection, **changes: Any) -> None:
    """Put a placement in that is like another one but for some columns."""
    row = dict(one_placement(db, p.channel == "members")._mapping)
    db.execute(insert(t.placement).values({**row, "added": row["added"] + 400_000_000, **changes}))


def changed(*conditions: Any, **values: Any) -> Callable[[Connection], None]:
    """A change of the first placement of which something holds."""

    def tamper(db: Connection) -> None:
        row = one_placement(db, *conditions)
        where = (p.channel == row.channel, p.added == row.added)
        actual = {
            name: (not row._mapping[name]) if value is None else value
            for name, value in values.items()
        }
        db.execute(update(t.placement).where(*where).values(actual))

    return tamper


def removed(*conditions: Any) -> Callable[[Connection], None]:
    """The first placement of which something holds, gone."""

    def tamper(db: Connection) -> None:
        row = one_placement(db, *conditions)
        db.execute(delete(t.placement).where(p.channel == row.channel, p.added == row.added))

    return tamper


ALTERED: dict[str, Callable[[Connection], None]] = {
    "gone from members": removed(p.channel == "members"),
    "gone from public": removed(p.channel == "public"),
    "gone from a named recipient": removed(p.channel.like("contacts:%")),
    "added in public": lambda db: a_copy(db, channel="public"),
    "added for an organisation": lambda db: a_copy(db, channel="to:somebody"),
    "added twice": lambda db: a_copy(db, first=False),
    "added under another topic": lambda db: a_copy(db, topic="compromises", first=False),
    "moved to another channel": changed(p.channel == "members", channel="to:somebody"),
    "moved from a person": changed(p.channel.like("contacts:%"), channel="members"),
    "another topic": changed(topic="compromises"),
    "another object's id": changed(stix_id=objects.fresh_id("indicator")),
    "another type": changed(type="malware"),
    "another version": changed(version_at=1),
    "another origin": changed(origin=objects.fresh_id("indicator")),
    "another version of the origin": changed(origin_at=1),
    "another rank": changed(rank=0),
    "first": changed(p.first, first=None),
    "not first": changed(~p.first, first=None),
    "copy": changed(copy=None),
    "superseded": changed(p.superseded, superseded=None),
    "not superseded": changed(~p.superseded, superseded=None),
    "a label": lambda db: _change(db, t.object_, t.object_.c.label == 0, label=2, own_label=2),
    "a recipient": lambda db: _change(
        db,
        t.submission,
        t.submission.c.recipients != "[]",
        recipients='[["person", "somebody", "somewhere", "members"]]',
    ),
}


def _change(db: Connection, table: Any, condition: Any, **values: Any) -> None:
    assert db.execute(update(table).where(condition).values(values)).rowcount


def test_whatever_was_altered_behind_the_house_is_found(shared: World, engine: Engine) -> None:
    """One row removed, added or changed: the check says so, each time."""
    unnoticed = []
    for what, tamper in ALTERED.items():
        with engine.connect() as db, db.begin() as transaction:
            tamper(db)
            if not compare_placements(db, shared.now, shared.house.workshop).problems:
                unnoticed.append(what)
            transaction.rollback()
    assert unnoticed == []


def test_a_release_is_late_only_after_a_moment_of_grace(shared: World, engine: Engine) -> None:
    """Due and not yet placed is right for half a minute; forgotten is never right."""
    shared.advance(days=1)
    assert problems(shared) == []
    shared.now += GRACE
    assert problems(shared) == ["1 releases are overdue; is the worker running?"]
    shared.work()
    assert problems(shared) == []
    with engine.begin() as db:
        removed(p.channel == "research", ~p.stix_id.like("report%"))(db)
    assert len(problems(shared)) == 1


def test_a_forgotten_release_is_found_when_it_is_due(shared: World, engine: Engine) -> None:
    """A row that is missing among the releases shows as a missing placement."""
    with engine.begin() as db:
        db.execute(delete(t.release))
    assert problems(shared) == []
    shared.advance(days=1)
    shared.work()
    (problem,) = problems(shared)
    assert "is missing in research" in problem
