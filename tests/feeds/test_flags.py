"""The flags of precedence are right as soon as something enters, and no others are written."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, insert, select

from feeds import tables as t
from feeds import timestamps
from feeds.placing import Entry, place, remove, resettle
from feeds.precedence import Flags, Place, Rank, settle
from feeds.topics import Topic
from tests.feeds.test_placing import undone
from tests.feeds.test_plans import watched
from tests.objects import indicator
from tests.world import World
from tlp import Channel, Perimeter

several = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
NOON = timestamps.parse("2026-03-02T12:00:00Z")
MEMBERS, OWN = Channel.perimeter(Perimeter.MEMBERS), Channel.organisation("own")
ATTACKS, SOURCES = Topic.ATTACKS, Topic.SOURCES
# Objects 0 to 7 with an origin, a version and a rank each; each may stand under several topics.
facts = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 2), st.sampled_from(Rank)),
    min_size=8,
    max_size=8,
)
entering = st.lists(
    st.tuples(
        st.integers(0, 7), st.sampled_from([MEMBERS, OWN]), st.sampled_from([ATTACKS, SOURCES])
    ),
    max_size=8,
)
# Some enter, then some of all that stand leave, and so on.
happenings = st.lists(st.tuples(entering, st.sets(st.integers(0, 20), max_size=3)), max_size=5)
Fact = tuple[str, int, Rank]
Move = tuple[int, Channel, Topic]
p = t.placement.c


@pytest.fixture
def engine(world: World, engine: Engine) -> Engine:
    """A database with one object to copy, without the guard of the house."""
    world.member("Alpha", "ann")
    world.share("ann", indicator("red"), recipients=[world.identity("ann")])
    return engine


def keep(db: Connection, given_facts: Sequence[Fact]) -> int:
    """Objects for these facts, with consecutive keys; the first of them."""
    pattern = dict(db.execute(select(t.object_)).one()._mapping)
    first = int(pattern["key"]) + 1
    for key, (origin, version, _) in enumerate(given_facts, first):
        own = {"key": key, "stix_id": origin, "version_at": version, "contributor": f"of {key}"}
        db.execute(insert(t.object_).values({**pattern, **own}))
    return first


def entries(first: int, given_facts: Sequence[Fact], moves: Sequence[Move]) -> list[Entry]:
    """What enters, as placing takes it."""
    return [
        Entry(
            *(channel, topic, first + number, given_facts[number][0], "indicator"),
            version_at=given_facts[number][1],
            origin=given_facts[number][0],
            origin_at=given_facts[number][1],
            rank=given_facts[number][2],
        )
        for number, channel, topic in moves
    ]


def standing(db: Connection) -> list[Any]:
    """All placements, by channel, origin and time."""
    return list(db.execute(select(t.placement).order_by(p.channel, p.origin, p.added)))


def flags_of(row: Any) -> Flags:
    """What is stored of a placement."""
    return Flags(row.first, row.copy, row.superseded)


def assert_settled(db: Connection) -> None:
    """Every flag is what follows from all that stands with the same origin in the same channel."""
    for _, group in groupby(standing(db), key=lambda row: (row.channel, row.origin)):
        rows = list(group)
        expected = settle([Place(r.added, r.object, r.origin_at, Rank(r.rank)) for r in rows])
        assert {row.added: flags_of(row) for row in rows} == expected


@several
@given(facts, happenings)
def test_flags_are_those_of_all_that_stands(
    engine: Engine, given_facts: list[Fact], happening: list[tuple[list[Move], set[int]]]
) -> None:
    """Whatever enters beside whatever stands, at once or one by one, and whatever leaves."""
    with undone(engine) as db:
        first = keep(db, given_facts)
        for number, (moves, leaving) in enumerate(happening):
            place(db, entries(first, given_facts, moves), NOON + number)
            assert_settled(db)
            gone = [row for at, row in enumerate(standing(db)) if at in leaving]
            remove(db, [(row.channel, row.added) for row in gone])
            resettle(db, [(row.channel, row.origin) for row in gone])
            assert_settled(db)


def play(db: Connection, given_facts: Sequence[Fact], *batches: Sequence[Move]) -> list[Flags]:
    """Let batches enter one after the other; the flags of each object among members, in order."""
    first = keep(db, given_facts)
    for number, moves in enumerate(batches):
        place(db, entries(first, given_facts, moves), NOON + number)
    rows = [row for row in standing(db) if row.channel == MEMBERS.name and row.object >= first]
    return [flags_of(row) for row in sorted(rows, key=lambda row: (row.object, row.added))]


SHOWN = Flags(first=True, copy=False, superseded=False)
OLD = Flags(first=True, copy=False, superseded=True)
COPY = Flags(first=True, copy=True, superseded=False)
AGAIN = Flags(first=False, copy=False, superseded=False)
VERSIONS: list[Fact] = [("a", 1, Rank.CREATOR), ("a", 2, Rank.CREATOR)]
COPIES: list[Fact] = [("a", 1, Rank.COPY), ("a", 1, Rank.CREATOR)]
ONE, TWO = (0, MEMBERS, ATTACKS), (1, MEMBERS, ATTACKS)


@pytest.mark.parametrize(
    ("given_facts", "batches", "expected"),
    [
        pytest.param(VERSIONS, [[ONE], [TWO]], [OLD, SHOWN], id="a later version"),
        pytest.param(VERSIONS, [[TWO], [ONE]], [OLD, SHOWN], id="an earlier version, late"),
        pytest.param(VERSIONS, [[ONE, TWO]], [OLD, SHOWN], id="two versions at once"),
        pytest.param(COPIES, [[ONE], [TWO]], [COPY, SHOWN], id="the creator's, after a copy"),
        pytest.param(COPIES, [[ONE, TWO]], [COPY, SHOWN], id="both at once"),
        pytest.param(COPIES[:1], [[ONE]], [SHOWN], id="a copy alone"),
        pytest.param(
            VERSIONS[:1], [[ONE], [(0, MEMBERS, SOURCES)]], [SHOWN, AGAIN], id="another topic"
        ),
        pytest.param(
            VERSIONS, [[ONE], [(1, OWN, ATTACKS)]], [SHOWN], id="a later version, elsewhere"
        ),
    ],
)
def test_what_enters_and_what_stood_there_agree(
    engine: Engine,
    given_facts: list[Fact],
    batches: list[list[Move]],
    expected: list[Flags],
) -> None:
    """Both sides get their flags when one enters beside the other."""
    with undone(engine) as db:
        assert play(db, given_facts, *batches) == expected


def test_what_stands_is_written_again_only_where_it_changes(engine: Engine) -> None:
    """New objects cost no update; a later version costs one for each earlier one beside it."""
    alone: list[Fact] = [(origin, 1, Rank.CREATOR) for origin in "bc"]
    with undone(engine) as db:
        first = keep(db, [*VERSIONS, *alone])
        place(db, entries(first, [*VERSIONS, *alone], [ONE]), NOON)
        with watched(db) as seen:
            moves = [(number, MEMBERS, ATTACKS) for number in (1, 2, 3)]
            place(db, entries(first, [*VERSIONS, *alone], moves), NOON + 1)
    updates = [given_values for text, given_values in seen if text.startswith("UPDATE")]
    assert [len(rows) if isinstance(rows, list) else 1 for rows in updates] == [1]


def test_versions_and_copies_in_one_envelope_and_after(world: World) -> None:
    """Through the commands: a member's own versions, in any order, and another's copy of what only
    they could read; each channel shows one, and every version can be asked for."""
    world.member("Alpha", "ann")
    world.member("Beta", "bob")
    first = indicator("amber", created="2026-02-01T08:00:00.000Z")
    second = {**first, "modified": "2026-02-02T08:00:00.000Z", "name": "Second"}
    third = {**first, "modified": "2026-02-03T08:00:00.000Z", "name": "Third"}
    world.share("ann", third, first, recipients=[world.identity("Alpha")])
    world.share("bob", first)
    world.share("ann", second, recipients=[world.identity("Alpha")])
    with world.house.reading() as db:
        assert_settled(db)
    assert [item["name"] for item in world.read("ann") if item["id"] == first["id"]] == ["Third"]
    assert [item["name"] for item in world.read("bob")] == [first["name"]]
