"""Holds because of personal and financial data: who lets what leave (the bylaws; R5, R9)."""

from datetime import timedelta
from typing import Any

import pytest

from cloudsirt.stewarding import move_release
from feeds import timestamps
from feeds.clearing import clear
from feeds.contributions import Contribution, versions_of
from feeds.errors import NotContributor, NotHeld, UnknownObject
from feeds.events import FindingsCleared
from feeds.recomputing import compare_placements
from feeds.waiting import held
from tests.objects import indicator, later, part, report
from tests.world import START, World
from tlp import Perimeter

PERSONAL = "Ask jane.doe@corp.example.net about it."


@pytest.fixture
def world(world: World) -> World:
    """Two members and a working group."""
    world.member("Alpha", "ann")
    world.person("alf", "Alpha")
    world.member("Beta", "bob")
    world.researcher("Group", "ros")
    return world


def stamp(days: int) -> str:
    """A release time that many days after the start."""
    return timestamps.show(timestamps.from_datetime(START + timedelta(days=days)))


def assert_as_the_rules_say(world: World) -> None:
    """Everything stands where the rules want it."""
    with world.house.reading() as db:
        assert compare_placements(db, world.now, world.house.workshop).problems == []


def held_by(world: World, name: str, *, others: bool = False) -> list[Contribution]:
    """What somebody finds held, of their own organisation or of others."""
    who = world.principal(name)
    with world.house.reading() as db:
        return held(db, who.reader, who.organisation.id, others=others)


def digest_of(world: World, value: dict[str, Any]) -> bytes:
    """The digest of the latest version of somebody's object, whoever asks."""
    with world.house.reading() as db:
        (organisation,) = [
            id_ for id_ in world.organisations.values() if versions_of(db, value["id"], id_, None)
        ]
        return versions_of(db, value["id"], organisation, None)[-1].digest


def let_leave(world: World, name: str, value: dict[str, Any], digest: bytes) -> None:
    """Clear an object as somebody."""
    who = world.principal(name)
    with world.house.working(who.actor) as work:
        events = clear(
            work.feeds,
            value["id"],
            who.organisation.id,
            who.reader,
            digest,
            at=work.at,
            workshop=world.house.workshop,
        )
        work.record(*events)
    (event,) = events
    assert isinstance(event, FindingsCleared)
    assert event.findings == 1
    assert_as_the_rules_say(world)


def test_what_is_cleared_leaves_for_every_perimeter_of_its_label(world: World) -> None:
    """Any person of the contributor's organisation; it enters when it is cleared."""
    item = indicator("TLP:CLEAR", description=PERSONAL)
    world.share("ann", item)
    assert world.ids("bob") == {item["id"]}
    assert world.ids("ros", "research") == world.ids(None, "public") == set()
    (found,) = held_by(world, "alf")
    assert found.findings == (("description", "e-mail address", "jane.doe@corp.example.net"),)
    let_leave(world, "alf", item, found.digest)
    assert world.ids("ros", "research") == world.ids(None, "public") == {item["id"]}
    assert held_by(world, "alf") == []


def test_clearing_lets_nothing_out_before_its_time(world: World) -> None:
    """R5 goes on to hold; the worker places it when it is due."""
    item = indicator("TLP:GREEN", description=PERSONAL)
    world.share("ann", item, release={"research": stamp(1)})
    let_leave(world, "ann", item, digest_of(world, item))
    assert world.ids("ros", "research") == set()
    world.advance(days=1)
    world.work()
    assert world.ids("ros", "research") == {item["id"]}


def test_a_time_that_passes_lets_nothing_out_that_is_held(world: World) -> None:
    """The release comes and goes; it leaves once somebody has decided."""
    item = indicator("TLP:GREEN", description=PERSONAL)
    world.share("ann", item, release={"research": stamp(1)})
    world.advance(days=2)
    world.work()
    assert world.ids("ros", "research") == set()
    assert_as_the_rules_say(world)
    let_leave(world, "ann", item, digest_of(world, item))
    assert world.ids("ros", "research") == {item["id"]}


def test_clearing_one_version_clears_no_other(world: World) -> None:
    """A new version is a new question."""
    item = indicator("TLP:GREEN", description=PERSONAL)
    world.share("ann", item)
    let_leave(world, "ann", item, digest_of(world, item))
    newer = later(item, description="Ask john.roe@corp.example.net instead.")
    world.share("ann", newer)
    assert {found["modified"] for found in world.read("ros", "research")} == {item["modified"]}
    (found,) = held_by(world, "ann")
    assert found.version == newer["modified"]


def test_a_replaced_version_waits_for_nobody(world: World) -> None:
    """The new version leaves by itself; the one with the data in it can be let out no more."""
    item = indicator("TLP:GREEN", description=PERSONAL)
    world.share("ann", item)
    seen = digest_of(world, item)
    newer = later(item, description="Ask the contact about it.")
    world.share("ann", newer)
    assert {found["modified"] for found in world.read("ros", "research")} == {newer["modified"]}
    assert held_by(world, "ann") == []
    with pytest.raises(NotHeld):
        let_leave(world, "ann", item, seen)
    assert_as_the_rules_say(world)


def test_only_what_was_seen_is_cleared(world: World) -> None:
    """The content on the page is what the decision is about."""
    item = indicator("TLP:GREEN", description=PERSONAL)
    world.share("ann", item)
    with pytest.raises(NotHeld):
        let_leave(world, "ann", item, bytes(32))
    assert world.ids("ros", "research") == set()


def test_a_second_decision_finds_nothing_held(world: World) -> None:
    """Of two colleagues who decide, one does; the other is told."""
    item = indicator("TLP:GREEN", description=PERSONAL)
    world.share("ann", item)
    seen = digest_of(world, item)
    let_leave(world, "ann", item, seen)
    with pytest.raises(NotHeld):
        let_leave(world, "alf", item, seen)


def test_what_cannot_leave_at_all_is_not_held(world: World) -> None:
    """AMBER goes nowhere; a part that may not leave is left out; nothing found, nothing held."""
    amber = indicator("TLP:AMBER", description=PERSONAL)
    parted = indicator("TLP:GREEN", description=PERSONAL)
    parted["granular_markings"] = [part("TLP:AMBER", "description")]
    named = indicator("TLP:GREEN", description=PERSONAL)
    world.share("ann", amber, parted)
    world.share("ann", named, recipients=[world.identity("bob")])
    assert held_by(world, "ann") == []
    (left,) = world.read("ros", "research")
    assert "description" not in left


def test_a_derivative_with_personal_data_is_held_with_its_original(world: World) -> None:
    """What is left without the stricter part still holds some: it waits, then leaves."""
    item = indicator("TLP:GREEN", name="Only for members", description=PERSONAL)
    item["granular_markings"] = [part("TLP:AMBER", "name")]
    world.share("ann", item)
    assert world.ids("ros", "research") == set()
    let_leave(world, "ann", item, digest_of(world, item))
    (left,) = world.read("ros", "research")
    assert left["description"] == PERSONAL
    assert "name" not in left


def test_a_stopped_release_is_not_held_from_there(world: World) -> None:
    """What is not to leave waits for no decision; it does once it gets a time again."""
    item = indicator("TLP:GREEN", description=PERSONAL)
    world.share("ann", item, release={"research": stamp(1)})
    move_release(world.house, world.principal("ann"), item["id"], Perimeter.RESEARCH, None)
    assert held_by(world, "ann") == []
    when = START + timedelta(days=2)
    move_release(world.house, world.principal("ann"), item["id"], Perimeter.RESEARCH, when)
    assert [found.stix_id for found in held_by(world, "ann")] == [item["id"]]


def test_only_the_contributor_decides(world: World) -> None:
    """To others it is not theirs, or unknown; a colleague knows nothing of TLP:RED."""
    readable = indicator("TLP:GREEN", description=PERSONAL)
    hidden = indicator("TLP:GREEN", description=PERSONAL)
    red = indicator("TLP:RED", description=PERSONAL)
    world.share("ann", readable)
    world.share("ann", hidden, release={"members": stamp(1)})
    world.share("ann", red, recipients=[world.identity("bob")])
    with pytest.raises(NotContributor):
        let_leave(world, "bob", readable, digest_of(world, readable))
    for name, item in (("bob", hidden), ("ros", readable), ("alf", red)):
        with pytest.raises(UnknownObject):
            let_leave(world, name, item, digest_of(world, item))


def test_others_holds_are_listed_as_far_as_they_can_be_read(world: World) -> None:
    """For the secretariat: through a reader as every reading (R11)."""
    readable = indicator("TLP:GREEN", description=PERSONAL)
    hidden = indicator("TLP:GREEN", description=PERSONAL)
    world.share("ann", readable)
    world.share("ann", hidden, release={"members": stamp(1)})
    assert [item.stix_id for item in held_by(world, "bob", others=True)] == [readable["id"]]
    assert held_by(world, "ros", others=True) == []
    assert held_by(world, "bob") == []


def test_of_two_copies_the_secretariat_sees_one(world: World) -> None:
    """R10: that a second member posted the same unseen is nobody's business."""
    item = indicator("TLP:GREEN", description=PERSONAL)
    world.member("Office", "sue", "secretariat")
    world.share("ann", item, release={"members": stamp(1)})
    world.share("bob", item)
    world.advance(days=2)
    world.work()
    assert_as_the_rules_say(world)
    (seen,) = held_by(world, "sue", others=True)
    assert seen.contributor == world.organisations["Beta"]
    assert [found.contributor for found in held_by(world, "ann")] == [world.organisations["Alpha"]]


def test_the_members_perimeter_never_waits(world: World) -> None:
    """Members have it as soon as it is posted, whatever was found, and so has a report on it."""
    item = indicator("TLP:CLEAR", description=PERSONAL)
    about = report("TLP:CLEAR", item["id"])
    status = world.share("ann", item, about)
    assert status["success_count"] == 2
    assert all("message" not in line for line in status["successes"])
    assert world.ids("bob") == {item["id"], about["id"]}
    assert world.ids(None, "public") == set()
    let_leave(world, "ann", item, digest_of(world, item))
    assert world.ids(None, "public") == {item["id"], about["id"]}
