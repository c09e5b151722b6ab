"""What was read is remembered while nothing is recorded, and not an instant longer."""

from dataclasses import dataclass

from cloudsirt.remembering import Memory
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
    """And again after anything was recorded, or when it was forgotten."""
    memory, read = Memory(), Reading()
    assert memory.recall(b"one", "page", read) == Heavy(1)
    assert memory.recall(b"one", "page", read) == Heavy(1)
    assert memory.recall(b"two", "page", read) == Heavy(2)
    assert memory.recall(b"one", "page", read) == Heavy(3)
    memory.forget("page")
    memory.forget("never asked")
    assert memory.recall(b"one", "page", read) == Heavy(4)


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


def test_standing_ends_with_time_alone(world: World) -> None:
    """Nothing is recorded when an NDA runs out, and yet it is felt."""
    world.organisation("Alpha", "csirt")
    world.sign_nda("Alpha", until=world.now.replace(day=2))
    world.person("ann", "Alpha")
    assert world.taxii("ann", world.objects_url()).status_code == 200
    world.advance(days=3)
    assert world.taxii("ann", world.objects_url()).status_code == 403
