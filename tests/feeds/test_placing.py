"""Times of entry: increasing, unique, never given twice, and telling nothing of other channels."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select

from feeds import tables as t
from feeds import timestamps
from feeds.placing import Entry, place, remove
from feeds.precedence import Rank
from feeds.topics import Topic
from tests.objects import fresh_id, indicator, later
from tests.world import World
from tlp import Channel, ChannelKind
from tlp.channels import LANES

several = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
CHANNELS = [Channel(kind, "x") for kind in ChannelKind] + [Channel.organisation("y")]
NOON = timestamps.parse("2026-03-02T12:00:00Z")
# What happens one after the other: the clock moves, forwards or backwards, and entries come.
entering_some = st.lists(st.sampled_from(CHANNELS), max_size=6)
something_entering = st.lists(st.sampled_from(CHANNELS), min_size=1, max_size=6)
batches = st.lists(st.tuples(st.integers(-20, 20), entering_some), max_size=6)
# The same with a clock that stands still, or has passed what entered before, as clocks do.
PASSED = 6 * 6 * LANES
moving_on = st.just(0) | st.integers(PASSED, 5_000)
batches_in_time = st.lists(st.tuples(moving_on, entering_some), max_size=6)


@pytest.fixture
def engine(world: World, engine: Engine) -> Engine:
    """The database of an installation that holds one object, without the guard of the house."""
    world.member("Alpha", "ann")
    world.share("ann", indicator("amber"))
    return engine


@contextmanager
def undone(engine: Engine) -> Iterator[Connection]:
    """A transaction that leaves nothing behind."""
    with engine.connect() as db, db.begin() as transaction:
        yield db
        transaction.rollback()


def entering(key: int, channels: Sequence[Channel]) -> list[Entry]:
    """One entry into each channel; the object is always the same, under a fresh id."""
    return [
        Entry(
            *(channel, Topic.ATTACKS, key, stix_id := fresh_id("indicator"), "indicator", 0),
            origin=stix_id,
            origin_at=0,
            rank=Rank.COPY,
        )
        for channel in channels
    ]


def run(db: Connection, happening: Sequence[tuple[int, Sequence[Channel]]]) -> dict[str, list[int]]:
    """Let everything enter; the times by channel, in the order in which they were given."""
    given_out: dict[str, list[int]] = {}
    for now, fresh in one_by_one(db, happening):
        for name, found in fresh.items():
            given_out.setdefault(name, []).extend(found)
            assert all(added >= now for added in found)
    return given_out


def one_by_one(
    db: Connection, happening: Sequence[tuple[int, Sequence[Channel]]]
) -> Iterator[tuple[int, dict[str, list[int]]]]:
    """Let everything enter; after each moment what the clock said, and the new times by channel."""
    key = db.execute(select(t.object_.c.key)).scalars().first()
    assert key is not None
    now, known = NOON, times(db)
    for moved, channels in happening:
        now += moved
        place(db, entering(key, channels), now)
        current = times(db)
        fresh = {name: sorted(found - known.get(name, set())) for name, found in current.items()}
        yield now, {name: found for name, found in fresh.items() if found}
        known = current


def times(db: Connection) -> dict[str, set[int]]:
    """All times of entry, by channel."""
    p = t.placement.c
    found: dict[str, set[int]] = {}
    for channel, added in db.execute(select(p.channel, p.added)):
        found.setdefault(channel, set()).add(added)
    return found


@several
@given(batches)
def test_times_rise_in_every_channel_whatever_the_clock_does(
    engine: Engine, happening: list[tuple[int, list[Channel]]]
) -> None:
    """Standing still or going backwards: each entry has a later time than those before it."""
    with undone(engine) as db:
        found = run(db, happening)
    expected = [channel.name for _, channels in happening for channel in channels]
    assert {name: len(given_out) for name, given_out in found.items()} == {
        name: expected.count(name) for name in expected
    }
    for given_out in found.values():
        assert all(one < other for one, other in pairwise(given_out))


@several
@given(batches)
def test_no_two_channels_of_a_reader_share_a_time(
    engine: Engine, happening: list[tuple[int, list[Channel]]]
) -> None:
    """Each kind of channel has a lane: merged by time, nothing is ever split or swallowed."""
    with undone(engine) as db:
        found = run(db, happening)
    for name, given_out in found.items():
        (lane,) = {Channel(kind, "").kind.lane for kind in ChannelKind if _is_of(name, kind)}
        assert {added % LANES for added in given_out} == {lane}


def _is_of(name: str, kind: ChannelKind) -> bool:
    return name.startswith(f"{kind.value}:") or (":" not in name and kind.lane == 0)


A, B = CHANNELS[:2]


@several
@given(st.lists(st.tuples(st.integers(-20, 20).filter(bool), something_entering), max_size=6))
@example([(-8, [A]), (-8, [A, A]), (16, [B])])
def test_nothing_enters_before_what_others_have_been_given(
    engine: Engine, happening: list[tuple[int, list[Channel]]]
) -> None:
    """Whatever the clock does, who reads on after the last time of some channels misses nothing
    that enters others later."""
    with undone(engine) as db:
        newest = 0
        for _, fresh in one_by_one(db, happening):
            entered = [added for found in fresh.values() for added in found]
            assert all(added > newest for added in entered)
            newest = max([newest, *entered])


@several
@given(st.integers(-5_000, -1), st.integers(1, 6), st.integers(1, 6))
def test_a_clock_that_is_behind_does_not_tell_how_much_entered_elsewhere(
    engine: Engine, moved: int, one: int, other: int
) -> None:
    """R11: the time of the next entry is the same, whether one or six came before it."""
    hidden, shown = CHANNELS[3], CHANNELS[0]
    with undone(engine) as db:
        after_one = run(db, [(0, [hidden] * one), (moved, [shown])])
    with undone(engine) as db:
        after_other = run(db, [(0, [hidden] * other), (moved, [shown])])
    assert after_one[shown.name] == after_other[shown.name]


@several
@given(batches_in_time, st.sampled_from(CHANNELS))
def test_a_channel_s_times_tell_nothing_of_other_channels(
    engine: Engine, happening: list[tuple[int, list[Channel]]], watched: Channel
) -> None:
    """R11: with everything else left out, the same times come out, as long as the clock works."""
    alone = [
        (moved, [item for item in channels if item == watched]) for moved, channels in happening
    ]
    with undone(engine) as db:
        among_others = run(db, happening)
    with undone(engine) as db:
        assert run(db, alone).get(watched.name) == among_others.get(watched.name)


@several
@given(st.lists(st.sampled_from(CHANNELS), min_size=1, max_size=9))
def test_entries_of_one_moment_follow_without_a_gap(
    engine: Engine, channels: list[Channel]
) -> None:
    """The first is at the moment, each other one the smallest step later: no room for guesses."""
    with undone(engine) as db:
        found = run(db, [(0, channels)])
    for given_out in found.values():
        assert given_out[0] - NOON < LANES
        assert all(other - one == LANES for one, other in pairwise(given_out))


@several
@given(st.integers(-9, 9), st.integers(1, 3))
def test_a_time_is_never_given_again(engine: Engine, moved: int, count: int) -> None:
    """What was removed leaves its time behind, even as the last one of its channel."""
    channel = CHANNELS[1]
    with undone(engine) as db:
        first = run(db, [(0, [channel] * count)])[channel.name]
        remove(db, [(channel.name, added) for added in first])
        second = run(db, [(moved, [channel])])[channel.name]
        assert second[0] > first[-1]


# through the commands


def entries(world: World, channel: str) -> list[tuple[str, int]]:
    """Ids and times of entry in a channel, in order."""
    p = t.placement.c
    query = select(p.stix_id, p.added).where(p.channel == channel).order_by(p.added)
    with world.house.reading() as db:
        return [(stix_id, added) for stix_id, added in db.execute(query)]


def post_a_day(world: World, *, with_hidden: bool) -> list[list[int]]:
    """A day of sharing; the times in `members` and `public` since its beginning."""
    start, before = timestamps.from_datetime(world.now), len(entries(world, "members"))
    public_before = len(entries(world, "public"))
    for label in ("clear", "amber", "green"):
        hidden = indicator("red")
        if with_hidden:
            world.share("bob", hidden, indicator("red"), recipients=[world.identity("Alpha")])
            world.share("bob", indicator("green"), recipients=[world.identity("bob")])
        world.share("ann", indicator(label), indicator("clear"))
        if with_hidden:
            world.share("bob", later(hidden), recipients=[world.identity("bob")])
        world.advance(seconds=1)
    found = [entries(world, "members")[before:], entries(world, "public")[public_before:]]
    return [[added - start for _, added in channel] for channel in found]


def test_hidden_objects_leave_no_trace_in_the_times_of_others(world: World) -> None:
    """R11: a day with objects for named recipients has the same times as one without."""
    world.member("Alpha", "ann")
    world.member("Beta", "bob")
    days = []
    for with_hidden in (False, True, False):
        days.append(post_a_day(world, with_hidden=with_hidden))
        world.advance(days=1)
    assert days[0] == days[1] == days[2]
    assert [len(channel) for channel in days[0]] == [6, 4]


def test_a_withdrawn_object_leaves_its_time_behind(world: World) -> None:
    """With the clock standing still, what comes after a withdrawal is later than what went."""
    world.member("Alpha", "ann")
    gone = indicator("amber")
    world.share("ann", indicator("amber"), gone)
    before = dict(entries(world, "members"))
    answer = world.taxii(
        "ann", f"{world.objects_url('members', 'attacks')}{gone['id']}/", method="DELETE"
    )
    assert answer.status_code == 200
    world.share("ann", gone, indicator("amber"))
    after = dict(entries(world, "members"))
    assert after[gone["id"]] > before[gone["id"]] == max(before.values())
    assert len(set(before.values()) | set(after.values())) == 4
