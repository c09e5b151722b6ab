"""Last polls: what tokens asked, for those who hold them, without a write for each."""

import re
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from cloudsirt.auth import passwords
from cloudsirt.auth.permissions import Scope
from cloudsirt.polling import keep_writing, last_polls, write_waiting
from cloudsirt.polls import KEPT, ROOM, Notebook, Poll, PollStore
from tests.conformance.served import prepare, serving
from tests.objects import fresh_id, indicator
from tests.plumbing.pages import Portal
from tests.world import START, World

EVERYTHING = "members/everything"


SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two members; Alpha has an analyst and a service account beside its representative."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    world.member("Alpha", "ann", "representative")
    world.person("ana", "Alpha", "analyst")
    world.person("bot", "Alpha", "service")
    world.member("Beta", "bob")
    return world


def tokens_of(world: World, name: str) -> list[str]:
    """The ids of somebody's tokens."""
    with world.house.housekeeping() as accounts:
        return [token.id for token in accounts.tokens_of(world.people[name])]


def lines(world: World, name: str) -> list[Poll]:
    """What somebody's tokens asked, the newest first."""
    with world.house.reading() as db:
        return last_polls(world.house, db, tokens_of(world, name))


def kept(world: World, name: str) -> list[Poll]:
    """What of it is in the database."""
    with world.house.reading() as db:
        return PollStore(db).of(tokens_of(world, name))


def ask(world: World, name: str, path: str, **options: str) -> Poll:
    """Ask something a second later; the line of it."""
    world.advance(seconds=1)
    world.taxii(name, path, **options)
    return lines(world, name)[0]


def poll(number: int, whose: str = "one") -> Poll:
    """A made-up line, with a minute of its own."""
    at = START + timedelta(minutes=number)
    return Poll(f"{whose}-{number:05}", whose, at, "GET", "discovery", None, 200, None)


ASKED = (
    ("?limit=1&match[type]=indicator,malware", "limit 1, 2 types", 1, None),
    ("?match[id]=indicator--secret", "1 id", 0, None),
    ("?match[version]=all&match[spec_version]=2.1", "1 version, 1 spec version", 2, None),
    ("?added_after=2026-01-01T00:00:00Z", "added after 2026-01-01T00:00:00.000000Z", 2, None),
    ("?added_after=secret", "added after what is no timestamp", None, "Bad request"),
    ("?limit=secret", "a limit that is none", None, "Not possible"),
    ("?next=secret", "next page", None, "Bad request"),
)


@SQLITE
def test_a_line_says_what_was_asked_and_how_it_was_answered(world: World) -> None:
    """In words, with the number of objects and the title of an error; no value but a time."""
    world.share("ann", indicator("TLP:GREEN"), indicator("TLP:GREEN"))
    for query, words, objects, problem in ASKED:
        line = ask(world, "bob", world.objects_url() + query)
        assert line.asked == f"{EVERYTHING}: objects, {words}"
        assert (line.method, line.objects, line.problem) == ("GET", objects, problem)
        assert line.status == (400 if problem else 200)
        assert line.at == world.now
    assert "secret" not in repr(lines(world, "bob"))


ADDRESSES = (
    ("", "discovery", 200),
    ("members/", "members: the API root", 200),
    ("members/collections/", "members: its collections", 200),
    ("members/collections/attacks/", "members/attacks: the collection", 200),
    ("members/collections/attacks/manifest/", "members/attacks: manifest", 200),
    ("members/collections/secret/objects/", "members/an unknown collection: objects", 404),
    ("members/collections/attacks/objects/secret/", "members/attacks: one object", 404),
    (
        "members/collections/attacks/objects/secret/versions/",
        "members/attacks: versions of one object",
        404,
    ),
    ("members/status/secret/", "members: a status", 404),
    ("secret/", "an unknown address", 404),
    ("members/secret/", "an unknown address", 404),
    ("members/collections/attacks/secret/", "members/attacks: an unknown address", 404),
    ("research/", "research: the API root", 403),
)


@SQLITE
def test_addresses_have_names(world: World) -> None:
    """Every address is said in words, whatever somebody wrote into it."""
    for path, words, status in ADDRESSES:
        line = ask(world, "bob", path)
        assert (line.asked, line.status) == (words, status)


@SQLITE
def test_a_submission_says_how_many_were_not_taken(world: World) -> None:
    """The total, and the failures; what is in them is not said."""
    world.post("ann", {"objects": [indicator("TLP:GREEN"), {**indicator(), "pattern": "no"}]})
    (line,) = lines(world, "ann")
    assert (line.method, line.status, line.objects) == ("POST", 202, 2)
    assert (line.asked, line.problem) == ("members/attacks: objects", "1 not taken")


@SQLITE
def test_what_is_hidden_shows_in_no_line(world: World) -> None:
    """R11: the count is of what the caller got, and absent and hidden are one line."""
    hidden = indicator("TLP:RED")
    world.share("ann", indicator("TLP:GREEN"))
    world.share("ann", hidden, recipients=[world.identity("ana")])
    assert ask(world, "bob", world.objects_url()).objects == 1
    found = [
        ask(world, "bob", f"{world.objects_url()}{id_}/")
        for id_ in (hidden["id"], fresh_id("indicator"))
    ]
    assert len({(line.asked, line.objects, line.status, line.problem) for line in found}) == 1


@SQLITE
def test_a_token_that_is_good_no_longer_is_seen_at_work(world: World) -> None:
    """Revoked, or with another's name: 401 on its holder's page; a text nobody has: nowhere."""
    world.revoke_token("bob")
    line = ask(world, "bob", "members/")
    assert (line.status, line.problem) == (401, "Unauthorized")
    world.tokens["bob"] = "cst_nonsense"
    world.taxii("bob", "members/")
    world.taxii(None, "public/")
    assert len(lines(world, "bob")) == 1
    assert len(world.house.notebook.take()) == 1


def test_a_poll_writes_nothing_by_itself(world: World) -> None:
    """Lines wait in the process, are shown from there, and are written together."""
    for _ in range(5):
        ask(world, "bob", world.objects_url())
    assert kept(world, "bob") == []
    shown = lines(world, "bob")
    write_waiting(world.house)
    assert kept(world, "bob") == shown
    assert lines(world, "bob") == shown
    assert world.house.notebook.take() == []


def test_fifty_are_kept_for_each_token(world: World) -> None:
    """The newest, by token; in the memory and in the database."""
    with world.house.housekeeping() as accounts:
        accounts.polls.add([poll(number) for number in range(KEPT)])
        accounts.polls.add([poll(0, "two")])
        accounts.polls.add([poll(number) for number in range(KEPT, KEPT + 7)])
        accounts.polls.add([])
    with world.house.reading() as db:
        store = PollStore(db)
        assert store.of(["one"]) == [poll(number) for number in range(KEPT + 6, 6, -1)]
        assert store.of(["two"]) == [poll(0, "two")]
        assert len(last_polls(world.house, db, ["one", "two"])) == KEPT


def test_a_notebook_has_room_for_so_much() -> None:
    """Of a token what would be kept of it, and no more tokens than there is room for."""
    book = Notebook()
    for number in range(KEPT + 3):
        book.note(poll(number))
    assert book.waiting(["one", "none"]) == [poll(number) for number in range(3, KEPT + 3)]
    for number in range(ROOM + 5):
        book.note(poll(0, f"token-{number}"))
    assert len(book.take()) == KEPT + ROOM - 1


@SQLITE
def test_a_thread_writes_what_waits(world: World) -> None:
    """Until it is told to stop; a write that fails is let go, and the next one is tried."""
    written, stop = threading.Event(), threading.Event()
    attempts: list[int] = []

    class House:
        """The world's house, of which the first write fails."""

        notebook = world.house.notebook

        @staticmethod
        def housekeeping() -> object:
            """Fail once."""
            attempts.append(1)
            if len(attempts) == 1:
                world.house.notebook.note(poll(2))
                raise OSError("no database")
            written.set()
            return world.house.housekeeping()

    world.house.notebook.note(poll(1))
    arguments = (House, stop, 0.01)
    thread = threading.Thread(target=keep_writing, args=arguments)
    thread.start()
    assert written.wait(30)
    stop.set()
    thread.join()
    with world.house.reading() as db:
        assert PollStore(db).of(["one"]) == [poll(2)]


@SQLITE
def test_a_server_that_is_stopped_writes_what_waits(database_url: str, tmp_path: Path) -> None:
    """A poll of the last seconds is there when it is started again."""
    site = prepare(database_url, tmp_path)
    with serving(site, tmp_path / "log"):
        assert site.ask("bob", "/taxii2/members/").status == 200
    (line,) = kept(site.world, "bob")
    assert (line.asked, line.status) == ("members: the API root", 200)
    site.world.close()


@SQLITE
def test_holders_see_their_own_and_nobody_elses(world: World) -> None:
    """On the account page; a service account's are for the representatives alone."""
    for name in ("bob", "bot", "ana"):
        world.tokens[name] = world.issue_token(name, scopes=[Scope.TAXII_READ])
    ask(world, "bob", "members/collections/sources/")
    ask(world, "bot", "members/collections/compromises/")
    ask(world, "ana", "members/collections/attacks/")
    services = "/organisation/services"
    seen = {
        (name, page): set(
            re.findall(r"members/(\w+): the collection", Portal(world, name).page(page))
        )
        for name in ("ann", "ana", "bob")
        for page in ("/account/", services)
    }
    assert seen == {
        ("ann", "/account/"): set(),
        ("ann", services): {"compromises"},
        ("ana", "/account/"): {"attacks"},
        ("ana", services): set(),
        ("bob", "/account/"): {"sources"},
        ("bob", services): set(),
    }
