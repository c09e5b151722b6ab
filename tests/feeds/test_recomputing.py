"""What was altered behind the house, or forgotten, the recomputation finds."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, insert, select, update

from feeds import tables as t
from feeds import timestamps
from feeds.markings import MARKING_OF
from feeds.recomputing import BATCH, GRACE, compare_placements
from tests import objects
from tests.world import World
from tlp import Label


def problems(world: World) -> list[str]:
    """What the recomputation finds."""
    with world.house.reading() as db:
        return compare_placements(db, world.now, world.house.workshop).problems


@pytest.fixture
def world(world: World) -> World:
    """Two members, a working group and a partner."""
    world.member("Alpha", "ann", "incident-contact")
    world.member("Beta", "bob")
    world.researcher("Group", "ros")
    world.organisation("Ministry", "partner")
    return world


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


# batches


@pytest.fixture
def mixed(shared: World) -> World:
    """What depends on other objects besides: derivatives, definitions, circles, what is gone."""
    definition, green = objects.statement(), MARKING_OF[Label.GREEN]
    other = {**objects.statement("By permission"), "object_marking_refs": [definition["id"]]}
    shared.share("ann", definition, recipients=[shared.identity("Beta")])
    shared.share("bob", other)
    partly = [{"marking_ref": green, "selectors": ["description"]}]
    marks = {"object_marking_refs": [MARKING_OF[Label.CLEAR], definition["id"], other["id"]]}
    for name, more in (("bob", {}), ("ann", marks)):
        parted = objects.indicator("clear", description="Seen.", granular_markings=partly) | more
        shared.share(name, parted, attribution="none")
    one, two = objects.indicator("clear"), objects.indicator("green")
    one, two = {**one, "x_next_refs": [two["id"]]}, {**two, "x_next_refs": [one["id"]]}
    around = objects.report("clear", one["id"], parted["id"], created_by_ref=one["id"])
    shared.share("ann", one, two, around, objects.relationship("clear", one["id"], around["id"]))
    author = objects.identity("amber")
    shared.share("ann", objects.indicator("clear", created_by_ref=author["id"]), author)
    gone = objects.malware("clear")
    shared.share("ann", gone, objects.report("clear", gone["id"], one["id"]))
    shared.taxii("ann", f"{shared.objects_url('members', 'attacks')}{gone['id']}/", method="DELETE")
    assert problems(shared) == []
    return shared


def of_batches(db: Connection, world: World, size: int) -> tuple[int, int, list[str]]:
    """What the recomputation says in batches of a size, whatever the order."""
    found = compare_placements(db, world.now, world.house.workshop, batch=size)
    return found.objects, found.placements, sorted(found.problems)


o, link = t.object_.c, t.link.c
DERIVED = o.derived_from.is_not(None)
REBUILT: dict[str, Callable[[Connection], object]] = {
    "nothing": lambda db: None,
    "no placements": lambda db: db.execute(delete(t.placement)),
    "what derivatives say": lambda db: _change(db, t.object_, DERIVED, digest=b"another"),
    "whom derivatives are for": lambda db: _change(
        db, t.object_, o.derived_for == "public", derived_for="research"
    ),
    "no names": lambda db: db.execute(delete(t.link)),
    "all names bind": lambda db: _change(
        db, t.link, link.treatment != "bounds", treatment="bounds"
    ),
    "nothing is withdrawn": lambda db: _change(
        db, t.object_, o.withdrawn.is_not(None), withdrawn=None
    ),
}
"""Changes of much at once, so that what should stand shows as what is missing."""


def test_in_batches_of_any_size_the_same_is_found(mixed: World, engine: Engine) -> None:
    """Whatever was altered; although what one batch needs was settled in another."""
    for what, tamper in {**ALTERED, **REBUILT}.items():
        with engine.connect() as db, db.begin() as transaction:
            tamper(db)
            whole = of_batches(db, mixed, BATCH)
            assert bool(whole[2]) == (what != "nothing"), what
            for size in (1, 3):
                assert of_batches(db, mixed, size) == whole, (what, size)
            transaction.rollback()


def test_what_no_submission_explains_is_named(mixed: World, engine: Engine) -> None:
    """What was derived from a derivative can be compared with nothing, nor can its places."""
    with engine.connect() as db, db.begin() as transaction:
        objects_before, placements_before, _ = of_batches(db, mixed, BATCH)
        query = select(o.key, o.stix_id).where(o.derived_for == "public").order_by(o.key)
        row, other, *_ = db.execute(query).all()
        db.execute(update(t.object_).where(o.key == row.key).values(derived_from=other.key))
        for size in (1, BATCH):
            compared, placed, found = of_batches(db, mixed, size)
            assert (compared, placed) == (objects_before - 1, placements_before - 1)
            assert f"{row.stix_id} belongs to no submission." in found
            assert f"{row.stix_id} in public belongs to no submission." in found
        transaction.rollback()
