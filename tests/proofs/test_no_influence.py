"""R11: what a reader may not read changes no answer that they get.

A random history is performed twice, with and without one submission. Whoever could never read
anything of it must find the same bytes everywhere: in their channels after every action, in the
answers to their own submissions, and at the end on every page and in every TAXII answer.
"""

import os
import time
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from tests.proofs.conftest import Worlds
from tests.proofs.crawling import Visit, crawl
from tests.proofs.histories import History, histories
from tests.proofs.replaying import Run, replay, seeded
from tests.proofs.things import id_of
from tests.proofs.witnessing import ANYONE, Pair, Witness, own_answers
from tests.world import World

MASKED: tuple[str, ...] = ()
"""What may differ between two runs: nothing. Time stands still in both, ids and secrets follow
from the place in the history, and the test client sends no date."""

slow = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
UNKNOWN = "indicator--00000000-0000-4000-8000-000000000000"


def assert_no_influence(history: History, choice: int, worlds: Worlds) -> None:
    """One submission of the history makes no difference to those who can never read of it."""
    posts = history.posts()
    assume(bool(posts))
    at = posts[choice % len(posts)][0]
    people = (*(person.name for person in history.consortium.people), ANYONE)
    with ExitStack() as both:
        sides = [(both.enter_context(worlds()), Witness(people)) for _ in range(2)]
        runs = [
            replay(history, world, without=without, watch=witness.note)
            for (world, witness), without in zip(sides, (None, at), strict=True)
        ]
        pair = Pair(history, at, sides[0][1], sides[1][1])
        uninvolved = list(pair.uninvolved())
        assume(bool(uninvolved))
        for person in uninvolved:
            assert_same_channels(pair, person)
            assert_same_answers(runs, person, at)
        person = uninvolved[choice % len(uninvolved)]
        pages = [surfaces(world, history, person) for world, _ in sides]
        assert pages[0] == pages[1]


def assert_same_channels(pair: Pair, person: str) -> None:
    """After each action the person's channels hold the same, to the time of entry."""
    whole = [state[person] for state in pair.whole.found]
    less = [state[person] for state in pair.less.found]
    assert whole == less


def assert_same_answers(runs: list[Run], person: str, at: int) -> None:
    """The person's own submissions were answered alike, whatever they collided with."""
    whole, less = (own_answers(run, person) for run in runs)
    whole.pop(at, None)
    assert whole == less


def surfaces(world: World, history: History, person: str) -> list[Visit]:
    """Every page and answer that the person can get at the end, asking for every id there is."""
    things = {item.thing for _, post in history.posts() for item in post.items}
    ids = [UNKNOWN, *sorted(id_of(thing) for thing in things)]
    with seeded(f"visiting as {person}"):
        return crawl(world, None if person == ANYONE else person, ids)


@settings(slow, max_examples=60)
@given(histories(max_size=8), st.integers(0, 1_000))
def test_what_cannot_be_read_is_not_felt(worlds: Worlds, history: History, choice: int) -> None:
    """SQLite: on every surface, for a random reader of a random history."""
    assert_no_influence(history, choice, worlds)


@pytest.mark.postgres
@settings(slow, max_examples=6, phases=(Phase.generate,))
@given(histories(max_size=6), st.integers(0, 1_000))
def test_what_cannot_be_read_is_not_felt_on_postgresql(
    postgres_worlds: Worlds, history: History, choice: int
) -> None:
    """PostgreSQL: the same."""
    assert_no_influence(history, choice, postgres_worlds)


@pytest.mark.deep
def test_for_as_long_as_it_is_told(worlds: Worlds) -> None:
    """Runs for CLOUDSIRT_DEEP_SECONDS; a failure prints the seed and the smallest history."""
    end = time.monotonic() + float(os.environ.get("CLOUDSIRT_DEEP_SECONDS", "60"))

    @settings(slow, max_examples=100, print_blob=True, database=None)
    @given(histories(max_size=14), st.integers(0, 1_000))
    def search(history: History, choice: int) -> None:
        assert_no_influence(history, choice, worlds)

    while time.monotonic() < end:
        search()
