"""The unit of work: one transaction, one instant, and no change without an audit entry."""

from dataclasses import dataclass
from typing import ClassVar

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from cloudsirt import tables as t
from cloudsirt.house import OPERATOR
from membership import register
from membership.errors import AlreadyRegistered, IllegalTransition
from membership.organisation import Category
from membership.store import MembershipStore
from membership.tables import organisation
from tests.world import START, World


@dataclass(frozen=True, slots=True)
class Noted:
    """Something happened."""

    tag: ClassVar[str] = "test:thing:noted"
    about: str


@pytest.fixture
def start(world: World) -> tuple[int, int]:
    """What there is before the test does anything: CloudSIRT itself."""
    return count(world)


def count(world: World, start: tuple[int, int] = (0, 0)) -> tuple[int, int]:
    """How many organisations and audit entries there are more than at the start."""
    with world.house.reading() as db:
        counts = [
            db.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (organisation, t.audit_entry)
        ]
    return counts[0] - start[0], counts[1] - start[1]


def test_a_change_commits_with_its_entries(world: World, start: tuple[int, int]) -> None:
    """Both are there afterwards, at the one instant of the work, in the actor's name."""
    with world.house.working("person:one") as work:
        _, events = register.register_organisation(
            work.membership, id_="a", name="Alpha", category=Category.CSIRT, at=work.at
        )
        world.advance(hours=1)
        work.record(*events, Noted("a"))
    assert count(world, start) == (1, 2)
    with world.house.reading() as db:
        rows = db.execute(select(t.audit_entry).order_by(t.audit_entry.c.number)).all()[-2:]
        assert MembershipStore(db).organisation("a").registered == START
    assert [(row.number, row.at, row.actor) for row in rows] == [
        (start[1] + 1, START, "person:one"),
        (start[1] + 2, START, "person:one"),
    ]
    assert rows[1].tag == "test:thing:noted"
    assert rows[1].data == '{"about":"a"}'


def test_a_change_without_an_event_does_not_commit(world: World, start: tuple[int, int]) -> None:
    """Forgetting the event is a fault of ours, and undoes the change."""
    with pytest.raises(RuntimeError, match="without an event"), world.house.working("x") as work:
        register.register_organisation(
            work.membership, id_="a", name="Alpha", category=Category.CSIRT, at=work.at
        )
    assert count(world, start) == (0, 0)


def test_a_work_that_changes_and_records_nothing_leaves_nothing(
    world: World, start: tuple[int, int]
) -> None:
    """Looking on is no fault: a round of the worker with nothing due writes no entry."""
    with world.house.working(OPERATOR) as work:
        assert len(work.membership.organisations()) == start[0]
    assert count(world, start) == (0, 0)


def test_an_event_without_a_change_is_kept(world: World, start: tuple[int, int]) -> None:
    """What happened is remembered even where no table shows it."""
    with world.house.working(OPERATOR) as work:
        work.record(Noted("nothing"))
    assert count(world, start) == (0, 1)


def test_a_domain_error_rolls_everything_back_with_its_entries(
    world: World, start: tuple[int, int]
) -> None:
    """What was done and recorded before the refusal goes with it, and the next entry follows."""

    def admit_twice() -> None:
        with world.house.working(OPERATOR) as work:
            _, events = register.register_organisation(
                work.membership, id_="a", name="Alpha", category=Category.CSIRT, at=work.at
            )
            work.record(*events)
            work.record(*register.admit(work.membership, "a", ground="test", at=work.at))
            work.record(*register.admit(work.membership, "a", ground="test", at=work.at))

    with pytest.raises(IllegalTransition):
        admit_twice()
    assert count(world, start) == (0, 0)
    world.organisation("Beta")
    assert count(world, start) == (1, 2)
    with pytest.raises(AlreadyRegistered):
        world.organisation("Beta")
    assert count(world, start) == (1, 2)


@pytest.mark.parametrize(
    "statement",
    [
        insert(t.attempt).values(key=b"k", failures=1, since=START),
        update(organisation).values(name="Mine"),
        delete(t.token),
        text("DELETE FROM cloudsirt_session"),
        text("update cloudsirt_audit_head set number = 0"),
    ],
)
def test_a_write_outside_a_unit_of_work_is_refused(world: World, statement: object) -> None:
    """Whoever reads cannot write: the statement itself is stopped."""
    world.organisation("Alpha")
    before = count(world)
    with world.house.reading() as db, pytest.raises(RuntimeError, match="outside a unit of work"):
        db.execute(statement)  # type: ignore[call-overload]
    assert count(world) == before


@pytest.mark.postgres
@pytest.mark.parametrize("engine_name", ["postgres"], indirect=True)
def test_postgresql_itself_refuses_to_write_while_reading(world: World) -> None:
    """A write that no look at its first word gives away is refused by the database."""
    world.organisation("Alpha")
    hidden = "WITH gone AS (DELETE FROM cloudsirt_token RETURNING id) SELECT * FROM gone"
    with world.house.reading() as db, pytest.raises(DBAPIError, match="read-only transaction"):
        db.execute(text(hidden))


def test_a_reading_transaction_sees_one_state(world: World) -> None:
    """What commits in between is not seen, so that an answer is never of two minds."""
    with world.house.reading() as db:
        before = MembershipStore(db).organisations()
        world.organisation("Alpha")
        assert MembershipStore(db).organisations() == before
    with world.house.reading() as db:
        assert len(MembershipStore(db).organisations()) == len(before) + 1


def test_housekeeping_changes_marks_of_use_and_nothing_else(world: World) -> None:
    """Sessions, attempts and token uses need no entry; every other table does."""
    world.member("Alpha", "ann")
    before = count(world)
    with world.house.housekeeping() as accounts:
        accounts.set_failures(b"k" * 32, 1, START)
        accounts.touch_tokens({"some": START})
        accounts.end_sessions_of(world.people["ann"])

    def misuse() -> None:
        with world.house.housekeeping() as accounts:
            accounts.set_failures(b"l" * 32, 1, START)
            accounts.revoke_token("some", START)

    with pytest.raises(RuntimeError, match="cloudsirt_token changes only in a unit of work"):
        misuse()
    with world.house.reading() as db:
        assert db.execute(select(t.attempt.c.key)).scalars().all() == [b"k" * 32]
        assert db.execute(select(t.password)).all() == []
    assert count(world) == before


def test_what_may_change_without_an_entry_decides_nothing(world: World) -> None:
    """The list of exceptions holds no table of members, objects, rights or entries."""
    assert {
        "cloudsirt_session",
        "cloudsirt_sign_in",
        "cloudsirt_attempt",
        "cloudsirt_token_use",
        "cloudsirt_poll",
        "cloudsirt_letter",
        "cloudsirt_forgotten",
        "cloudsirt_peer_mark",
        "cloudsirt_peer_run",
    } == t.HOUSEKEEPING
