"""What was read is remembered while nothing is recorded, and not an instant longer."""

from collections.abc import Callable
from dataclasses import dataclass

import orjson
import pytest
from sqlalchemy import event, update

from cloudsirt import tables as t
from cloudsirt.app import create_app
from cloudsirt.database import make_engine
from cloudsirt.remembering import Kept, Marks, Memory, glancing, marks_of
from tests import objects
from tests.world import World


@dataclass(frozen=True)
class Heavy:
    """A value that takes half of the room."""

    number: int
    weight: int = 50


class Reading:
    """Something that is read, and how often it was."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Heavy:
        self.times += 1
        return Heavy(self.times)


def test_the_same_question_under_the_same_head_is_read_once() -> None:
    """And again after anything was recorded."""
    memory, read = Memory(), Reading()
    assert memory.recall(b"one", "page", read) == Heavy(1)
    assert memory.recall(b"one", "page", read) == Heavy(1)
    assert memory.recall(b"two", "page", read) == Heavy(2)
    assert memory.recall(b"one", "page", read) == Heavy(3)


def test_that_there_is_nothing_is_remembered_as_well() -> None:
    """It is another answer than that a question was never asked."""
    memory = Memory()
    assert memory.find(b"one", "page") is None
    assert memory.recall(b"one", "page", lambda: None) is None
    found = memory.find(b"one", "page")
    assert isinstance(found, Kept)
    assert found.value is None
    assert memory.find(b"two", "page") is None


def test_without_a_head_nothing_is_remembered() -> None:
    """Before the first record there is nothing to know a state by."""
    memory, read = Memory(), Reading()
    assert memory.recall(b"", "page", read) != memory.recall(b"", "page", read)


def test_what_was_read_while_the_head_changed_is_not_kept() -> None:
    """A reader of an older state does not leave it to those who come later."""
    memory, read = Memory(), Reading()

    def overtaken() -> Heavy:
        memory.recall(b"two", "other", read)
        return read()

    assert memory.recall(b"one", "page", overtaken) == Heavy(2)
    assert memory.recall(b"two", "page", read) == Heavy(3)


def test_the_room_is_kept_to() -> None:
    """Who was asked least recently goes first."""
    memory, read = Memory(room=100), Reading()
    for question in ("one", "two", "one", "three", "one"):
        memory.recall(b"head", question, read)
    assert read.times == 3
    memory.recall(b"head", "two", read)
    assert read.times == 4


def test_whatever_changes_is_seen_by_the_very_next_request(world: World) -> None:
    """New, withdrawn, suspended, revoked: with a page and a caller that were just remembered."""
    world.member("Alpha", "ann")
    world.member("Beta", "bob")
    first, second = objects.indicator("green"), objects.indicator("green")
    world.share("ann", first)
    assert world.ids("bob") == world.ids("bob") == objects.ids(first)
    world.share("ann", second)
    assert world.ids("bob") == world.ids("bob") == objects.ids(first, second)
    path = f"{world.objects_url('members', 'attacks')}{first['id']}/"
    assert world.taxii("ann", path, method="DELETE").status_code == 200
    assert world.ids("bob") == objects.ids(second)
    assert world.taxii("bob", path).status_code == 404
    world.suspend("Beta")
    assert world.taxii("bob", world.objects_url()).status_code == 403
    world.revoke_token("bob")
    assert world.taxii("bob", world.objects_url()).status_code == 401


def test_what_is_remembered_needs_no_transaction(world: World) -> None:
    """Who asks, and the page: the end of the audit trail is all that is looked at."""
    world.member("Alpha", "ann")
    world.share("ann", objects.indicator("green"))
    begun: list[object] = []
    event.listen(world.house.database.engine, "begin", begun.append)
    first = world.taxii("ann", world.objects_url())
    assert begun
    begun.clear()
    again = world.taxii("ann", world.objects_url())
    assert (again.data, again.headers) == (first.data, first.headers)
    assert world.taxii("ann", f"{world.objects_url()}?limit=0").status_code == 400
    assert world.taxii("ann", world.objects_url("research")).status_code == 403
    assert not begun


def test_a_glance_sees_what_was_recorded_last(world: World) -> None:
    """As a transaction that begins at the same moment does."""
    glance = glancing(world.house.database)
    before = glance()
    world.member("Alpha", "ann")
    world.share("ann", objects.indicator("green"))
    assert before != glance() == marks(world)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda world: world.suspend("Alpha"), 503),
        (lambda world: world.revoke_token("ann"), 401),
        (lambda world: world.suspend("Beta"), 200),
        (lambda world: world.share("bob", objects.indicator("green")), 200),
    ],
)
def test_a_page_is_read_for_whoever_asks_in_the_same_state(
    world: World, monkeypatch: pytest.MonkeyPatch, change: Callable[[World], object], status: int
) -> None:
    """The state may change after the caller was known. What then decides is who they are in the
    state in which the page is read."""
    world.member("Alpha", "ann")
    world.member("Beta", "bob")
    world.share("ann", objects.indicator("green"))
    known = marks(world)
    monkeypatch.setattr("cloudsirt.exchange.glancing", lambda database: lambda: known)
    world.app = create_app(world.house)
    assert world.taxii("ann", world.objects_url()).status_code == 200
    change(world)
    answer = world.taxii("ann", f"{world.objects_url()}?limit=5")
    assert answer.status_code == status
    assert world.house.notebook.take()[-1].status == status


def test_submissions_alone_leave_the_register_known(world: World) -> None:
    """What was read of who somebody is holds through them, and through nothing else."""
    world.member("Alpha", "ann")
    before = marks(world)
    world.share("ann", objects.indicator("green"))
    after = marks(world)
    assert after.head != before.head
    assert after.register == before.register
    world.organisation("Beta", "csirt")
    changed = marks(world)
    assert changed.register == changed.head
    world.share("ann", objects.indicator("green"))
    assert marks(world).register == changed.register


def test_what_an_earlier_release_recorded_may_concern_the_register(world: World) -> None:
    """It knows of no mark for it, so the whole head stands for that."""
    world.member("Alpha", "ann")
    world.share("ann", objects.indicator("green"))
    known = marks(world)
    engine = make_engine(world.database_url)
    with engine.begin() as db:
        db.execute(update(t.audit_head).values(number=t.audit_head.c.number + 1, hash=b"other"))
    engine.dispose()
    assert marks(world) == Marks(b"other", b"other")
    assert known.register != known.head


def marks(world: World) -> Marks:
    """By what the state of this world is known."""
    with world.house.reading() as db:
        return marks_of(db)


def test_whoever_loses_their_standing_posts_nothing_more(world: World) -> None:
    """Suspended between two submissions, and revoked between two more."""
    world.member("Alpha", "ann")
    assert world.share("ann", objects.indicator("green"))["success_count"] == 1
    world.suspend("Alpha")
    body = orjson.dumps({"objects": [objects.indicator("green")]})
    assert world.post("ann", body).status_code == 403
    world.revoke_token("ann")
    assert world.post("ann", body).status_code == 401


def test_standing_ends_with_time_alone(world: World) -> None:
    """Nothing is recorded when an NDA runs out, and yet it is felt."""
    world.organisation("Alpha", "csirt")
    world.sign_nda("Alpha", until=world.now.replace(day=2))
    world.person("ann", "Alpha")
    assert world.taxii("ann", world.objects_url()).status_code == 200
    world.advance(days=3)
    assert world.taxii("ann", world.objects_url()).status_code == 403
