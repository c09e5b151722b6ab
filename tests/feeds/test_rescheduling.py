"""Releases that are moved, stopped and hastened (R5), as a rule and as a command."""

from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import timestamps
from feeds.errors import NotContributor, ReleaseRefused, UnknownObject
from feeds.events import FeedEvent, ObjectsReleased, ReleaseRescheduled
from feeds.recomputing import compare_placements
from feeds.rescheduling import reschedule, reschedule_for
from feeds.timetable import (
    NEVER,
    STOPPED,
    Waiting,
    release_of,
    rescheduled,
    still_due,
    times_of,
)
from feeds.waiting import calendar
from tests.objects import indicator, later, malware, part, relationship
from tests.world import START, World
from tlp import Label, Perimeter, perimeters_of

MEMBERS, RESEARCH, PUBLIC = Perimeter
NOW = 1_000

# the rule

moments = st.integers(min_value=0, max_value=2_000)
releases = st.dictionaries(
    st.sampled_from([item.value for item in Perimeter]), moments | st.just(STOPPED)
)
labels = st.sampled_from([Label.CLEAR, Label.GREEN, Label.AMBER])
dues = moments | st.just(NEVER)


def waiting(label: Label, release: dict[str, int | str], *there: Perimeter) -> Waiting:
    """A version under a label, with these times, which stands there already."""
    opened = perimeters_of(label)
    return Waiting(1, 1, label, opened, opened, frozenset(there), release)


@given(labels, releases)
def test_a_wider_perimeter_never_comes_first(label: Label, release: dict[str, int | str]) -> None:
    """R5: whatever is written down, times do not fall from the narrow to the wide."""
    times = times_of(perimeters_of(label), release)
    ordered = [times[item] for item in Perimeter if item in times]
    assert ordered == sorted(ordered)


@given(labels, releases)
def test_writing_times_down_changes_none(label: Label, release: dict[str, int | str]) -> None:
    """What is kept after a change says the same as what was kept before, perimeter by perimeter."""
    opened = perimeters_of(label)
    times = times_of(opened, release)
    assert times_of(opened, release_of(times)) == times


@given(labels, releases, st.sampled_from(Perimeter), dues)
def test_a_change_is_what_was_asked_for_or_is_refused(
    label: Label, release: dict[str, int | str], perimeter: Perimeter, due: int
) -> None:
    """The perimeter opens at the time asked for (now, for one that has passed); no narrower one
    moves; a wider one never comes earlier than before."""
    version = waiting(label, release)
    before = times_of(version.opened, release)
    try:
        after = rescheduled(version, perimeter, due, NOW)
    except ReleaseRefused:
        narrower = [time for item, time in before.items() if item.width < perimeter.width]
        assert max(narrower) > max(due, NOW)
        return
    assert after[perimeter] == max(due, NOW)
    for item in version.opened:
        if item.width < perimeter.width:
            assert after.get(item) == before.get(item)
        elif item.width > perimeter.width:
            assert after[item] >= before.get(item, 0)
            assert after[item] >= after[perimeter]


@given(labels, releases, st.sampled_from(Perimeter), dues)
def test_what_has_left_does_not_move(
    label: Label, release: dict[str, int | str], perimeter: Perimeter, due: int
) -> None:
    """Nothing that stands somewhere gets a time that is still to come."""
    version = waiting(label, release, *perimeters_of(label))
    try:
        after = rescheduled(version, perimeter, due, NOW)
    except ReleaseRefused:
        return
    assert all(after.get(item, NOW) <= NOW for item in version.there)
    assert still_due(version, [version], NOW) == {}


def test_hastening_one_perimeter_leaves_the_next_where_it_was() -> None:
    """The public was to follow the working groups; it still comes when it was to come."""
    version = waiting(Label.CLEAR, {"research": 1_500})
    assert rescheduled(version, RESEARCH, NOW, NOW) == {RESEARCH: NOW, PUBLIC: 1_500}


def test_moving_one_perimeter_takes_the_wider_ones_along() -> None:
    """And stopping it stops them."""
    version = waiting(Label.CLEAR, {"research": 1_500, "public": 1_600})
    assert rescheduled(version, RESEARCH, 1_700, NOW) == {RESEARCH: 1_700, PUBLIC: 1_700}
    assert rescheduled(version, RESEARCH, NEVER, NOW) == {RESEARCH: NEVER, PUBLIC: NEVER}


# the command


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


def move(
    world: World, name: str, stix_id: str, perimeter: Perimeter, when: datetime | None
) -> tuple[FeedEvent, ...]:
    """Set a release as somebody."""
    who = world.principal(name)
    with world.house.working(who.actor) as work:
        events = reschedule(
            work.feeds,
            stix_id,
            who.organisation.id,
            who.reader,
            perimeter,
            when,
            at=work.at,
            workshop=world.house.workshop,
        )
        work.record(*events)
    assert_as_the_rules_say(world)
    return events


def assert_as_the_rules_say(world: World) -> None:
    """Everything stands where the rules want it."""
    with world.house.reading() as db:
        assert compare_placements(db, world.now, world.house.workshop).problems == []


def due(world: World, name: str) -> dict[tuple[str, Perimeter], int]:
    """What somebody's calendar says, by version and perimeter."""
    who = world.principal(name)
    with world.house.reading() as db:
        at = timestamps.from_datetime(world.now)
        lines = calendar(db, who.reader, who.organisation.id, at)
    return {
        (line.contribution.version, perimeter): time
        for line in lines
        for perimeter, time in line.due.items()
    }


class Poller:
    """A client that keeps `added_after` and nothing else (TAXII 2.1 §3.4)."""

    def __init__(self, world: World, name: str) -> None:
        self._world, self._name, self._after = world, name, ""

    def poll(self) -> list[str]:
        """The ids that have been added since the last time."""
        query = f"?added_after={self._after}" if self._after else ""
        answer = self._world.taxii(self._name, self._world.objects_url("research") + query)
        assert answer.status_code == 200, answer.text
        self._after = answer.headers.get("X-TAXII-Date-Added-Last", self._after)
        return [item["id"] for item in orjson.loads(answer.data).get("objects", [])]


def test_a_poller_gets_each_release_exactly_once(world: World) -> None:
    """Placed as planned, moved, stopped and resumed, hastened: once each, and at its time."""
    poller = Poller(world, "ros")
    planned, moved, stopped, hastened = (indicator("TLP:GREEN", name=name) for name in "abcd")
    world.share("ann", planned, moved, stopped, hastened, release={"research": stamp(2)})
    move(world, "ann", moved["id"], RESEARCH, START + timedelta(days=5))
    move(world, "ann", stopped["id"], RESEARCH, None)
    move(world, "ann", hastened["id"], RESEARCH, START)
    arrivals = {0: [hastened], 2: [planned], 4: [stopped], 5: [moved]}
    for day in range(8):
        world.now = START + timedelta(days=day, seconds=1)
        if day == 3:
            move(world, "ann", stopped["id"], RESEARCH, START + timedelta(days=4))
        world.work()
        assert poller.poll() == [item["id"] for item in arrivals.get(day, [])], day
        assert poller.poll() == []
        assert_as_the_rules_say(world)


def test_a_time_that_has_passed_means_now(world: World) -> None:
    """It enters with the time of the command, so that whoever polls sees it."""
    item = indicator("TLP:GREEN")
    world.share("ann", item, release={"research": stamp(2)})
    world.advance(days=1)
    move(world, "ann", item["id"], RESEARCH, START)
    (found,) = [line for line in _manifest(world, "ros") if line["id"] == item["id"]]
    assert timestamps.to_datetime(timestamps.parse(found["date_added"])) >= world.now


def _manifest(world: World, name: str) -> list[dict[str, Any]]:
    path = world.objects_url("research").removesuffix("objects/") + "manifest/"
    found: list[dict[str, Any]] = orjson.loads(world.taxii(name, path).data)["objects"]
    return found


def test_all_versions_that_still_wait_are_meant(world: World) -> None:
    """Two wait, one has left: the two are moved, the one stays."""
    first = indicator("TLP:GREEN")
    second = later(first)
    third = later(first, modified="2026-02-03T08:00:00.000Z", name="Third")
    world.share("ann", first)
    world.share("ann", second, release={"research": stamp(1)})
    world.share("ann", third, release={"research": stamp(2)})
    (event,) = move(world, "ann", first["id"], RESEARCH, START + timedelta(days=5))
    assert isinstance(event, ReleaseRescheduled)
    assert event.versions == (second["modified"], third["modified"])
    assert set(due(world, "ann").values()) == {timestamps.parse(stamp(5))}
    assert {item["modified"] for item in world.read("ros", "research")} == {first["modified"]}


def test_what_a_later_version_forbids_is_not_due(world: World) -> None:
    """R9: a plan that a stricter version has overtaken is no plan, and cannot be set."""
    first = indicator("TLP:CLEAR")
    world.share("ann", first, release={"public": stamp(1)})
    world.share("ann", later(first, label="TLP:GREEN"))
    assert due(world, "ann") == {}
    with pytest.raises(ReleaseRefused, match="may never reach the public"):
        move(world, "ann", first["id"], PUBLIC, START + timedelta(days=3))


def test_a_part_that_leaves_as_a_derivative_has_left(world: World) -> None:
    """What stands there without its stricter parts cannot be held back any more either."""
    item = indicator("TLP:GREEN", description="Only for members.")
    item["granular_markings"] = [part("TLP:AMBER", "description")]
    world.share("ann", item)
    assert len(world.ids("ros", "research")) == 1
    with pytest.raises(ReleaseRefused, match="already"):
        move(world, "ann", item["id"], RESEARCH, START + timedelta(days=3))


def test_a_derivative_follows_the_release_of_its_original(world: World) -> None:
    """It waits, is hastened, and stands as the rules say."""
    item = indicator("TLP:GREEN", description="Only for members.")
    item["granular_markings"] = [part("TLP:AMBER", "description")]
    world.share("ann", item, release={"research": stamp(2)})
    assert world.ids("ros", "research") == set()
    move(world, "ann", item["id"], RESEARCH, START)
    (found,) = world.read("ros", "research")
    assert "description" not in found


def test_what_names_a_released_object_follows_it(world: World) -> None:
    """R8: a relationship waits for both of its ends, and goes where they go."""
    one, other = indicator("TLP:GREEN"), malware("TLP:GREEN")
    tie = relationship("TLP:GREEN", one["id"], other["id"])
    world.share("ann", one, release={"research": stamp(2)})
    world.share("ann", other, tie)
    move(world, "ann", one["id"], RESEARCH, None)
    assert world.ids("ros", "research") == {other["id"]}
    move(world, "ann", one["id"], RESEARCH, START)
    assert world.ids("ros", "research") == {one["id"], other["id"], tie["id"]}


def test_the_worker_was_late_and_somebody_moves_another_perimeter(world: World) -> None:
    """What was due enters with the change, is said to have entered, and enters once."""
    item = indicator("TLP:CLEAR")
    world.share("ann", item, release={"research": stamp(1), "public": stamp(2)})
    world.now = START + timedelta(days=1, seconds=5)
    events = move(world, "ann", item["id"], PUBLIC, START + timedelta(days=3))
    assert [type(event) for event in events] == [ObjectsReleased, ReleaseRescheduled]
    assert world.ids("ros", "research") == {item["id"]}
    assert world.work() == 0


@pytest.mark.parametrize(
    ("release", "perimeter", "days", "said"),
    [
        ({"research": stamp(2)}, PUBLIC, 1, "a wider audience never comes first"),
        ({"research": stamp(2)}, MEMBERS, 1, "reached the members perimeter already"),
        ({"members": stamp(2)}, RESEARCH, 1, "a wider audience never comes first"),
    ],
)
def test_order_and_place_are_kept(
    world: World, release: dict[str, str], perimeter: Perimeter, days: int, said: str
) -> None:
    """Refused with a sentence; nothing has changed."""
    item = indicator("TLP:CLEAR")
    world.share("ann", item, release=release)
    before = due(world, "ann")
    with pytest.raises(ReleaseRefused, match=said):
        move(world, "ann", item["id"], perimeter, START + timedelta(days=days))
    assert due(world, "ann") == before


@pytest.mark.parametrize(
    ("label", "perimeter", "wishes", "said"),
    [
        ("TLP:GREEN", PUBLIC, {}, "TLP:GREEN may never reach the public"),
        ("TLP:AMBER", RESEARCH, {}, "TLP:AMBER may never reach the research"),
        ("TLP:GREEN", RESEARCH, {"recipients": "bob"}, "reaches only those it names"),
        ("TLP:RED", RESEARCH, {"recipients": "bob"}, "reaches only those it names"),
    ],
)
def test_no_time_opens_what_the_label_closes(
    world: World, label: str, perimeter: Perimeter, wishes: dict[str, str], said: str
) -> None:
    """R2 to R4: only where it may go at all can it have a time."""
    item = indicator(label)
    named: dict[str, Any] = {key: [world.identity(name)] for key, name in wishes.items()}
    world.share("ann", item, **named)
    with pytest.raises(ReleaseRefused, match=said):
        move(world, "ann", item["id"], perimeter, START + timedelta(days=1))


def test_only_the_contributor_moves_a_release(world: World) -> None:
    """Any person of it; to others the object is not theirs, or unknown."""
    item, hidden = indicator("TLP:CLEAR"), indicator("TLP:AMBER")
    red = indicator("TLP:RED")
    world.share("ann", item, release={"research": stamp(2)})
    world.share("ann", hidden, recipients=[world.identity("ann")])
    world.share("ann", red, recipients=[world.identity("bob")])
    when = START + timedelta(days=3)
    move(world, "alf", item["id"], RESEARCH, when)
    with pytest.raises(NotContributor):
        move(world, "bob", item["id"], RESEARCH, when)
    for name, stix_id in (
        ("bob", hidden["id"]),
        ("bob", indicator()["id"]),
        ("ros", item["id"]),
        ("alf", red["id"]),
    ):
        with pytest.raises(UnknownObject):
            move(world, name, stix_id, RESEARCH, when)


def test_two_contributors_of_one_id_move_their_own_only(world: World) -> None:
    """R10: a copy that was posted unseen is its poster's, and so is its release."""
    item = indicator("TLP:GREEN", created_by_ref="identity--4f1b3f52-6b0f-4c2e-9a2e-0f8f1d6f3a77")
    world.share("ann", item, release={"members": stamp(3)})
    world.share("bob", item, release={"research": stamp(2)})
    move(world, "ann", item["id"], MEMBERS, START + timedelta(days=5))
    assert due(world, "bob") == {(item["modified"], RESEARCH): timestamps.parse(stamp(2))}
    world.now = START + timedelta(days=2, seconds=1)
    world.work()
    assert world.ids("ros", "research") == {item["id"]}
    assert_as_the_rules_say(world)


def test_the_console_acts_for_a_contributor(world: World) -> None:
    """By ids, in the contributor's name; an id that this organisation does not have is unknown."""
    item = indicator("TLP:GREEN")
    world.share("ann", item, release={"research": stamp(2)})
    for name, is_known in (("Alpha", True), ("Beta", False)):
        with world.house.working("operator") as work:
            act = (work.feeds, item["id"], world.organisations[name], RESEARCH, None)
            if is_known:
                at, workshop = work.at, world.house.workshop
                work.record(*reschedule_for(*act, at=at, workshop=workshop))
            else:
                with pytest.raises(UnknownObject):
                    reschedule_for(*act, at=work.at, workshop=world.house.workshop)
    assert due(world, "ann") == {(item["modified"], RESEARCH): NEVER}
    assert_as_the_rules_say(world)


def test_withdrawing_ends_every_plan(world: World) -> None:
    """R12: nothing is due any more, stopped or not, and nothing enters later."""
    item = indicator("TLP:CLEAR")
    world.share("ann", item, release={"research": stamp(1)})
    move(world, "ann", item["id"], PUBLIC, None)
    path = world.objects_url("members", "attacks") + item["id"] + "/"
    assert world.taxii("ann", path, method="DELETE").status_code == 200
    assert due(world, "ann") == {}
    world.advance(days=3)
    world.work()
    assert world.ids("ros", "research") == set()
    assert_as_the_rules_say(world)
