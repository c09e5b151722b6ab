"""Placements are a function of the submissions, the decisions and the time: after any history.

Every placement, flag and derivative is computed anew from what was submitted, by code that does
not place step by step, and compared with the tables. The audit trail must hold as well.
"""

from hypothesis import HealthCheck, given, settings

from cloudsirt.audit.verify import verify_trail
from feeds.recomputing import compare_placements
from tests.proofs.conftest import Worlds
from tests.proofs.histories import History, histories
from tests.proofs.replaying import replay
from tests.world import World

slow = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def problems(world: World) -> list[str]:
    """What differs from the rules, and where the audit trail breaks."""
    with world.house.reading() as db:
        compared = compare_placements(db, world.now, world.house.workshop)
        entries, breaks = verify_trail(db, world.house.keys.verifies)
    assert entries > 0
    return [*compared.problems, *breaks]


def assert_follows(history: History, worlds: Worlds) -> None:
    """Nothing differs after any action once the worker has made its round, nor is there a fault."""
    with worlds() as world:

        def watch(at: int, world: World) -> None:
            world.work()
            assert problems(world) == [], f"after action {at}"

        run = replay(history, world, watch=watch)
        assert [answer for answer in run.answers.values() if answer.status >= 500] == []


@settings(slow, max_examples=100)
@given(histories(max_size=12))
def test_placements_follow_every_history(worlds: Worlds, history: History) -> None:
    """SQLite: after each action, what stands is what the rules want of everything so far."""
    assert_follows(history, worlds)
