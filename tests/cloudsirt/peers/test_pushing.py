"""Pushing: one channel, as one account reads it, once; and what never leaves."""

from typing import Any

import orjson
import pytest
from sqlalchemy import select

from cloudsirt import tables as t
from cloudsirt.errors import PeerRefused
from cloudsirt.peers import collection, pushing
from cloudsirt.peers.running import run_peer
from feeds.topics import Topic
from tests.cloudsirt.peers.arrange import error, mark, push_of, run, trust
from tests.objects import ids, indicator, malware, relationship
from tests.plumbing.peers import COLLECTION, Odd, Served
from tests.world import TAXII, World
from tlp import Perimeter

ATTACKS = ("members", "attacks")


def test_only_the_chosen_channel_leaves(world: World, other: Served) -> None:
    """Nothing of a narrower one, nothing that is addressed by name, whoever the account is."""
    public = indicator("TLP:CLEAR")
    world.share("bob", public, indicator("TLP:GREEN"), indicator("TLP:AMBER+STRICT"))
    world.share("bob", indicator("TLP:RED"), recipients=[world.identity("relay")])
    world.share("bob", indicator("TLP:CLEAR"), recipients=[world.identity("Relay")])
    push = push_of(world, other.url(*ATTACKS), credentials=trust(world, other))
    assert run(world, push) == (1, 1, 0, 0)
    assert other.world.ids("pia") == ids(public)


def test_members_information_goes_to_a_member_only(world: World, other: Served) -> None:
    """With the reason; and only what carries its own marking, or nobody there could honour it."""
    strict, green = indicator("TLP:AMBER+STRICT"), indicator("TLP:GREEN")
    world.share("bob", strict, green, malware())
    world.share("bob", indicator("TLP:RED"), recipients=[world.identity("relay")])
    given: dict[str, Any] = {
        "channel": Perimeter.MEMBERS,
        "credentials": trust(world, other),
    }
    with pytest.raises(PeerRefused, match="to a member only"):
        push_of(world, other.url(*ATTACKS), **given)
    push = push_of(world, other.url(*ATTACKS), reason="Relay's own platform.", **given)
    assert run(world, push) == (3, 2, 0, 1)
    assert other.world.ids("pia") == ids(strict, green)
    with world.house.reading() as db:
        query = select(t.audit_entry.c.tag, t.audit_entry.c.data)
        told = {tag: orjson.loads(data) for tag, data in db.execute(query).all()}
    assert told["peer:push:added"]["reason"] == "Relay's own platform."
    assert (told["peer:push:sent"]["channel"], told["peer:push:sent"]["objects"]) == ("members", 2)


def test_a_channel_that_the_account_does_not_read(world: World, other: Served) -> None:
    """A member's account does not read the research root, so it pushes none of it."""
    world.share("bob", indicator("TLP:GREEN"))
    push = push_of(world, other.url(*ATTACKS), channel=Perimeter.RESEARCH, reason="A group.")
    assert "research" in error(world, push)
    assert other.asked == []


def test_one_topic_alone(world: World, other: Served) -> None:
    """As a client would poll its collection."""
    wanted = indicator("TLP:CLEAR")
    world.share("bob", wanted, topic="sources")
    world.share("bob", indicator("TLP:CLEAR"), topic="attacks")
    credentials = trust(world, other)
    push = push_of(world, other.url(*ATTACKS), topic=Topic.SOURCES, credentials=credentials)
    assert run(world, push) == (1, 1, 0, 0)
    assert other.world.ids("pia") == ids(wanted)


def test_a_standing_that_ended_stops_the_next_run(world: World, other: Served) -> None:
    """Even where everybody may read it: the account acts for its organisation."""
    world.share("bob", indicator("TLP:CLEAR"))
    push = push_of(world, other.url(*ATTACKS), credentials=trust(world, other))
    world.suspend("Relay")
    assert "suspended" in error(world, push)
    assert other.asked == []


def test_a_push_that_failed_goes_on_where_it_was(
    world: World, other: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Envelopes that the peer took are not sent again."""
    monkeypatch.setattr(pushing, "PAGE", 2)
    items = [indicator("TLP:CLEAR") for _ in range(5)]
    world.share("bob", *items)
    push = push_of(world, other.url(*ATTACKS), credentials=trust(world, other))
    posts: list[str] = []

    def second(asked: str) -> bool:
        posts.extend([asked] if asked.startswith("POST") else [])
        return len(posts) == 2 and asked.startswith("POST")

    other.refuse = second
    assert "503" in error(world, push)
    assert run(world, push) == (3, 3, 0, 0)
    assert [item["id"] for item in other.world.read("pia")] == [item["id"] for item in items]
    assert len(posts) == 4


def test_a_worker_that_is_killed_after_the_peer_took_it(
    world: World, other: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same envelope once more: to the peer a success that changes nothing."""
    world.share("bob", indicator("TLP:CLEAR"))
    push = push_of(world, other.url(*ATTACKS), credentials=trust(world, other))

    def killed(*args: object) -> object:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(pushing, "ObjectsPushed", killed)
        with pytest.raises(KeyboardInterrupt):
            run_peer(world.house, push)
    assert mark(world, push).position is None
    world.advance(minutes=3)
    assert run(world, push) == (1, 1, 0, 0)
    assert len(other.world.read("pia")) == 1


def test_envelopes_are_as_small_as_the_peer_wants_them(
    world: World, other: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fits into none is passed over, and counted."""
    small = [indicator("TLP:CLEAR", name=f"Small {number}") for number in range(6)]
    large = indicator("TLP:CLEAR", description="x" * 2_000)
    world.share("bob", *small[:3], large, *small[3:])
    monkeypatch.setattr(pushing, "OCTETS", 1_500)
    push = push_of(world, other.url(*ATTACKS), credentials=trust(world, other))
    assert run(world, push) == (7, 6, 0, 1)
    assert [item["name"] for item in other.world.read("pia")] == [item["name"] for item in small]
    assert len([asked for asked in other.asked if asked.startswith("POST")]) == 2


def test_what_the_peer_refuses_is_counted_and_left(world: World, other: Served) -> None:
    """Its reasons are its own; the next run goes on behind it."""
    item, end = indicator("TLP:CLEAR"), malware("TLP:CLEAR")
    other.world.share("pia", {**item, "name": "Another"})
    world.share("bob", item, end, relationship("TLP:CLEAR", item["id"], end["id"]))
    push = push_of(world, other.url(*ATTACKS), credentials=trust(world, other))
    assert run(world, push) == (3, 2, 0, 1)
    assert run(world, push) == (0, 0, 0, 0)


def test_a_collection_that_takes_nothing(world: World, other: Served) -> None:
    """That of everything is read-only, and says so; wrong credentials are none."""
    world.share("bob", indicator("TLP:CLEAR"))
    push = push_of(world, other.url(), credentials=trust(world, other))
    assert "does not allow" in error(world, push)
    other.world.revoke_token("feed")
    assert "credentials" in error(world, push)


def status(pending: int, stored: int, **changes: Any) -> dict[str, Any]:
    """A status of two objects."""
    refused = 2 - pending - stored
    return {
        "id": STATUS,
        "status": "pending" if pending else "complete",
        "total_count": 2,
        "success_count": stored,
        "failure_count": refused,
        "pending_count": pending,
        **changes,
    }


STATUS = "2d086da7-4bdc-4f91-900e-d77486753710"
OBJECTS = f"POST /root/collections/{COLLECTION}/objects/"


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        (status(0, 1), None, (2, 1, 0, 1)),
        (status(2, 0), status(0, 2), (2, 2, 0, 0)),
        (status(2, 0), status(1, 1), (2, 1, 0, 0)),
    ],
    ids=["at once", "after a while", "not in time"],
)
def test_the_status_is_asked_for_until_all_is_decided(
    world: World,
    stranger: Odd,
    monkeypatch: pytest.MonkeyPatch,
    first: dict[str, Any],
    then: dict[str, Any] | None,
    expected: tuple[int, int, int, int],
) -> None:
    """For a while; what is not decided then counts as neither."""
    monkeypatch.setattr(collection, "POLL", 0.01)
    sent = [indicator("TLP:CLEAR") for _ in range(2)]
    world.share("bob", *sent)
    stranger.collection()
    root = {"title": "Odd", "versions": [TAXII], "max_content_length": 9_999}
    stranger.put("/root/", root)
    stranger.put(OBJECTS, first, status=202)
    stranger.put(f"/root/status/{STATUS}/", then)
    assert run(world, push_of(world, stranger.url)) == expected
    assert [orjson.loads(body) for body in stranger.posted] == [{"objects": sent}]


@pytest.mark.parametrize("root", [{"max_content_length": "9"}, {"max_content_length": 0}, {}])
def test_a_root_that_does_not_say_what_it_takes(
    world: World, stranger: Odd, root: dict[str, Any]
) -> None:
    """Nothing is sent on a guess."""
    world.share("bob", indicator("TLP:CLEAR"))
    stranger.collection()
    stranger.put("/root/", {"title": "Odd", "versions": [TAXII], **root})
    assert "TAXII 2.1" in error(world, push_of(world, stranger.url))
    assert stranger.posted == []


def test_a_status_that_does_not_add_up_ends_the_run(world: World, stranger: Odd) -> None:
    """Whether the peer took it is not known, so the next run sends it again."""
    world.share("bob", *[indicator("TLP:CLEAR") for _ in range(2)])
    stranger.collection()
    stranger.put("/root/", {"title": "Odd", "versions": [TAXII], "max_content_length": 9_999})
    push = push_of(world, stranger.url)
    answers: tuple[object, ...] = (status(0, 2, total_count=9), {"id": STATUS}, [], "complete")
    for broken in answers:
        stranger.put(OBJECTS, broken, status=202)
        assert "TAXII 2.1" in error(world, push)
        assert mark(world, push).position is None
