"""Placements are a function of what was submitted: step by step or all at once, the same."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, delete, select

from feeds import tables as t
from feeds import timestamps
from feeds.markings import MARKING_OF
from feeds.recomputing import BATCH, compare_placements
from feeds.topics import Topic
from tests import objects
from tests.world import START, World
from tlp import Label

DERIVED = (t.placement, t.release, t.observable, t.link, t.notice)
several = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])


def problems(world: World) -> list[str]:
    """What the recomputation finds."""
    with world.house.reading() as db:
        return compare_placements(db, world.now, world.house.workshop).problems


def in_batches(db: Connection, world: World, size: int) -> list[str]:
    """What it finds in batches of a size; where nothing is placed, everything that should be."""
    return sorted(compare_placements(db, world.now, world.house.workshop, batch=size).problems)


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


def begun_anew(world: World, engine: Engine) -> None:
    """Nothing has been shared yet, and no time has passed."""
    world.now = START
    with engine.begin() as db:
        for table in (*DERIVED, t.channel, t.object_, t.submission):
            db.execute(delete(table))


HIDDEN_IN_A_REPORT: list[tuple[Any, ...]] = [
    ("new", "ann", "attacks", "amber", {}),
    ("new", "ann", "attacks", "green", {}),
    ("about", "ann", "attacks", "green", 0, 1, True),
]


@several
@given(st.lists(steps, min_size=3, max_size=12))
@example([*HIDDEN_IN_A_REPORT, *(("version", "ann", "sources", "green", 2, n) for n in (1, 2))])
@example(
    [*HIDDEN_IN_A_REPORT, ("version", "ann", "attacks", "green", 1, 1), ("withdraw", "ann", 1)]
)
@example(
    [
        ("new", "ann", "attacks", "clear", {"names": ["Beta"]}),
        ("new", "ann", "attacks", "clear", {}),
        ("about", "ann", "attacks", "clear", 0, 0, True),
        ("about", "ann", "attacks", "green", 1, 2, False),
    ]
)
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
    with engine.connect() as db, db.begin() as transaction:
        db.execute(delete(t.placement))
        whole, one, three = (in_batches(db, world, size) for size in (BATCH, 1, 3))
        assert whole == one == three
        transaction.rollback()


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


def test_whom_an_object_reaches_is_known_from_what_it_names(world: World) -> None:
    """A report is narrowed by what it names, posted after it; what names the report goes where
    the report went, although nothing of its own says who that is."""
    named, other = objects.indicator("clear"), objects.indicator("clear")
    report = objects.report("clear", named["id"])
    relationship = objects.relationship("green", other["id"], report["id"])
    world.share("ann", other, report)
    world.share("ann", named, recipients=[world.identity("Beta")])
    world.share("ann", relationship)
    assert problems(world) == []
    assert relationship["id"] in world.ids("bob")


def test_a_topic_of_a_version_that_is_hidden_is_hidden(world: World) -> None:
    """Relaxing opens the new version alone (R9): where the old one may not be read, its topic
    does not show either (R11); where it may, whoever follows that topic gets the new one."""
    first = objects.indicator("amber")
    world.share("ann", first, topic="sources")
    world.share("ann", objects.later(first, label="green"), topic="attacks")
    assert world.ids("ros", "research", collection="attacks") == {first["id"]}
    assert world.ids("ros", "research", collection="sources") == set()
    for collection in ("attacks", "sources"):
        assert world.ids("bob", collection=collection) == {first["id"]}
    assert problems(world) == []


def naming(definition: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    """The object, marked with a definition besides its label."""
    refs = [*value["object_marking_refs"], definition["id"]]
    return {**value, "object_marking_refs": refs}


def test_a_definition_is_not_sent_again_to_whom_a_derivative_is_addressed(world: World) -> None:
    """Who reads a definition as one of their organisation does not get it a second time, where
    all that stands beside it was made for them."""
    definition = objects.statement()
    world.share("ann", definition, recipients=[world.identity("Beta")])
    signed = objects.indicator("green", created_by_ref=world.identity("Alpha"))
    world.share(
        "ann", naming(definition, signed), recipients=[world.identity("bob")], attribution="none"
    )
    world.share("ann", definition, recipients=[world.identity("Beta")], topic="sources")
    assert problems(world) == []
    assert definition["id"] in world.ids("bob")


def test_a_definition_is_not_sent_again_to_whom_a_later_version_would_go(world: World) -> None:
    """A version that a later one holds to its recipients (R9) stands there alone where the later
    one is withheld; what travels with it, and its readers have already, they do not get again."""
    definition, secret = objects.statement(), objects.indicator("amber")
    world.share("ann", definition)
    world.share("ann", secret, recipients=[world.identity("Ministry")])
    first = naming(definition, objects.report("green", objects.fresh_id("malware")))
    world.share("ann", first)
    tightened = objects.later(first, object_refs=[secret["id"]])
    world.share("ann", tightened, recipients=[world.identity("bob")])
    world.share("ann", definition, topic="sources")
    assert problems(world) == []
    assert {definition["id"], first["id"]} <= world.ids("bob")


def test_a_definition_is_not_sent_again_where_an_earlier_version_named_a_person(
    world: World,
) -> None:
    """Where an organisation belongs is known from its people as well as from itself."""
    definition = objects.statement()
    world.share("ann", definition)
    first = naming(definition, objects.indicator("amber"))
    world.share("ann", first, recipients=[world.identity("bob")])
    world.share("ann", objects.later(first), recipients=[world.identity("Beta")])
    world.share("ann", definition, topic="sources")
    assert problems(world) == []
