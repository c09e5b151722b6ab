"""Placements are a function of the submissions, the decisions and the time: after any history.

Every placement, flag and derivative is computed anew from what was submitted, by code that does
not place step by step, and compared with the tables. The audit trail must hold as well.
"""

from hypothesis import HealthCheck, given, settings
from sqlalchemy import delete, update

from cloudsirt.audit.verify import verify_trail
from cloudsirt.database import make_engine
from feeds import tables as t
from feeds.recomputing import BATCH, compare_placements
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


@settings(slow, max_examples=40)
@given(histories(max_size=12))
def test_what_stands_where_does_not_depend_on_batches(worlds: Worlds, history: History) -> None:
    """Nothing is placed and every derivative is wrong, so that whatever should be is missing: the
    same in batches of any size, however it depends on other things."""

    def watch(at: int, world: World) -> None:
        world.work()

    with worlds() as world:
        replay(history, world, watch=watch)
        engine = make_engine(world.database_url)
        with engine.begin() as db:
            db.execute(delete(t.placement))
            is_derived = t.object_.c.derived_from.is_not(None)
            db.execute(update(t.object_).where(is_derived).values(digest=b"another"))
            whole, one, three = (
                compare_placements(db, world.now, world.house.workshop, batch=size)
                for size in (BATCH, 1, 3)
            )
        engine.dispose()
        assert (whole.objects, whole.placements) == (one.objects, 0) == (three.objects, 0)
        assert sorted(whole.problems) == sorted(one.problems) == sorted(three.problems)
