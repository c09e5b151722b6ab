"""Pulling: resumable, as one small principal, and nobody's rights but its own."""

from pathlib import Path

import orjson
import pytest
from sqlalchemy import select

from cloudsirt import tables as t
from cloudsirt.errors import PeerRefused
from cloudsirt.peers import pulling
from cloudsirt.peers.running import run_peer
from cloudsirt.posting import prepare
from tests.cloudsirt.peers.arrange import error, mark, pull_of, run, runs, secret, trust
from tests.objects import fresh_id, ids, indicator, later, marked, report
from tests.plumbing.peers import COLLECTION, Odd, Served
from tests.world import World


def pages(other: Served) -> list[str]:
    """The requests for objects that came to the peer."""
    return [asked for asked in other.asked if "/objects/" in asked]


def test_a_run_that_failed_goes_on_where_it_was(world: World, other: Served) -> None:
    """Pages that were taken in are not asked for again; nothing comes twice or is missed."""
    items = [indicator("TLP:GREEN") for _ in range(8)]
    other.world.share("pia", *items)
    pull = pull_of(world, other.url(), credentials=trust(world, other))
    other.refuse = lambda asked: "/objects/" in asked and len(pages(other)) == 2
    assert "503" in error(world, pull)
    assert len(world.read("bob")) == 3

    other.refuse = lambda asked: False
    assert run(world, pull) == (5, 5, 0, 0)
    assert world.read("bob") == items
    assert len(pages(other)) == 4
    assert pages(other)[1] == pages(other)[2]


def test_a_worker_that_is_killed_repeats_one_page_at_most(
    world: World, other: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its claim lapses after a while; until then nobody else runs it."""
    items = [indicator("TLP:GREEN") for _ in range(8)]
    other.world.share("pia", *items)
    pull = pull_of(world, other.url(), credentials=trust(world, other))
    calls: list[int] = []

    def killed(*args: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return prepare(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(pulling, "prepare", killed)
    with pytest.raises(KeyboardInterrupt):
        run_peer(world.house, pull)
    with pytest.raises(PeerRefused, match="under way"):
        run_peer(world.house, pull)
    world.work()
    assert len(world.read("bob")) == 3

    world.advance(minutes=3)
    world.work()
    assert world.read("bob") == items
    assert [(item.counts.objects, item.ended is None) for item in runs(world, pull)] == [
        (5, False),
        (3, True),
    ]


def test_a_claim_that_was_lost_saves_nothing_more(
    world: World, other: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that was too slow finds that another has taken over."""
    other.world.share("pia", indicator("TLP:GREEN"))
    pull = pull_of(world, other.url(), credentials=trust(world, other))

    def slow(*args: object) -> object:
        monkeypatch.setattr(pulling, "prepare", prepare)
        world.advance(minutes=3)
        assert run(world, pull) == (1, 1, 0, 0)
        return prepare(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(pulling, "prepare", slow)
    assert "taken over" in error(world, pull)
    assert len(world.read("bob")) == 1
    with world.house.reading() as db:
        tags = db.execute(select(t.audit_entry.c.tag)).scalars().all()
    assert tags.count("feeds:submission:processed") == 1


def test_a_cursor_that_lapsed_begins_the_sweep_again(world: World, stranger: Odd) -> None:
    """What comes again is a success that changes nothing."""
    first, second = indicator("TLP:GREEN"), indicator("TLP:GREEN")
    stranger.collection()
    stranger.page({"more": True, "next": "one", "objects": [first]}, "?limit=500")
    pull = pull_of(world, stranger.url)
    stranger.put(f"/root/collections/{COLLECTION}/objects/", b"{}", status=503)
    assert "503" in error(world, pull)

    stranger.put(f"/root/collections/{COLLECTION}/objects/", b"{}", status=404)
    stranger.page({"more": False, "objects": [first, second]}, "?limit=500")
    assert run(world, pull) == (2, 1, 1, 0)
    assert mark(world, pull).next is None
    assert world.ids("bob") == ids(first, second)


def test_objects_are_relayed_and_labelled_as_the_pull_says(world: World, other: Served) -> None:
    """What is unmarked gets the pull's label; what is marked keeps its own; RED has no names."""
    plain, amber = indicator(), indicator("TLP:AMBER")
    other.world.share("pia", plain, amber, unmarked="TLP:CLEAR")
    other.world.share("pia", indicator("TLP:RED"), recipients=[other.world.identity("feed")])
    pull = pull_of(world, other.url(), credentials=trust(world, other))
    assert run(world, pull) == (3, 2, 0, 1)
    world.researcher("Group", "ros")
    assert world.ids("ros", "research") == ids(plain)
    assert world.ids("bob") == ids(plain, amber)
    assert world.ids(None, "public") == set()


def test_what_the_peer_wishes_beside_the_objects_is_not_read(world: World, stranger: Odd) -> None:
    """It has no say in who receives them here, nor in when."""
    item = indicator()
    handling = {"unmarked": "TLP:CLEAR", "recipients": [world.identity("Beta")]}
    stranger.collection()
    stranger.page({"objects": [item], "x_cloudsirt_handling": handling, "x_other": 1})
    assert run(world, pull_of(world, stranger.url)) == (1, 1, 0, 0)
    assert world.ids("rob") == ids(item)
    assert world.ids(None, "public") == set()


def test_a_peer_speaks_for_nobody_here(world: World, stranger: Odd) -> None:
    """Neither for the relaying organisation, nor for another, nor over what its people posted."""
    own = indicator("TLP:AMBER")
    world.share("rob", own)
    hostile = [
        later(own, label="TLP:CLEAR", revoked=True),
        indicator("TLP:CLEAR", created_by_ref=world.identity("Relay")),
        indicator("TLP:CLEAR", created_by_ref=world.identity("Beta")),
    ]
    stranger.collection()
    stranger.page({"objects": hostile})
    assert run(world, pull_of(world, stranger.url)) == (3, 0, 0, 3)
    assert world.read("bob") == [own]


def test_objects_keep_what_they_came_with(world: World, stranger: Odd) -> None:
    """To the digit: what is stored is what the peer sent, not what a library made of it."""
    item = {**indicator("TLP:GREEN"), "x_score": 0.5}
    text = orjson.dumps(item).replace(b'"x_score":0.5', b'"x_score": 0.50')
    stranger.collection()
    stranger.page(b'{"objects": [' + text + b"]}")
    assert run(world, pull_of(world, stranger.url)) == (1, 1, 0, 0)
    assert b'"x_score": 0.50' in world.taxii("bob", world.objects_url()).data


def test_an_empty_collection_and_an_answer_without_objects(world: World, stranger: Odd) -> None:
    """Nothing there is no error; a sweep without a time of entry begins where the last one did."""
    stranger.collection()
    stranger.page({"more": False}, added=None)
    pull = pull_of(world, stranger.url)
    assert run(world, pull) == (0, 0, 0, 0)
    assert mark(world, pull).position is None
    stranger.page({"objects": []})
    assert run(world, pull) == (0, 0, 0, 0)
    assert mark(world, pull).position is not None


def test_a_standing_that_ended_stops_the_next_run_with_the_reason(
    world: World, other: Served
) -> None:
    """Nothing is asked of the peer any more; in good standing again, it goes on."""
    other.world.share("pia", indicator("TLP:GREEN"))
    pull = pull_of(world, other.url(), credentials=trust(world, other))
    world.end_nda("Relay")
    assert error(world, pull).startswith("The NDA of")
    assert other.asked == []
    world.sign_nda("Relay")
    assert run(world, pull) == (1, 1, 0, 0)


def test_a_standing_that_ends_in_the_middle_stops_there(
    world: World, other: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rights are computed for each page, in the transaction that stores it."""
    other.world.share("pia", *[indicator("TLP:GREEN") for _ in range(5)])
    pull = pull_of(world, other.url(), credentials=trust(world, other))
    calls: list[int] = []

    def suspending(*args: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            world.suspend("Relay")
        return prepare(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(pulling, "prepare", suspending)
    assert "suspended" in error(world, pull)
    assert len(world.read("bob")) == 3


@pytest.mark.parametrize("how", ["removed", "working group"])
def test_an_account_that_may_not_contribute_pulls_nothing(
    world: World, stranger: Odd, how: str
) -> None:
    """An account that has ended, and one of an organisation that only reads."""
    world.organisation("Group", "research")
    world.person("reader", "Group", "service")
    who = "relay" if how == "removed" else "reader"
    pull = pull_of(world, stranger.url, person=world.people[who])
    if how == "removed":
        world.remove("relay")
    assert ("ended" if how == "removed" else "cannot contribute") in error(world, pull)
    assert stranger.asked == []


def test_credentials_are_sent_and_kept_nowhere(world: World, stranger: Odd) -> None:
    """In the header that the file names; not in the database."""
    stranger.collection()
    stranger.page({})
    pull = pull_of(world, stranger.url, credentials=secret(world, "Bearer open-sesame"))
    assert run(world, pull) == (0, 0, 0, 0)
    assert {headers["Authorization"] for _, headers in stranger.asked} == {"Bearer open-sesame"}
    database = Path(world.database_url.removeprefix("sqlite:///"))
    for path in database.parent.glob("cloudsirt.db*"):
        assert b"open-sesame" not in path.read_bytes()
    secret(world, "Bearer open-sesame", mode=0o644)
    assert "open to others" in error(world, pull)


def test_references_that_come_later_are_no_loss(world: World, stranger: Odd) -> None:
    """A report before what it names: whole once both are there."""
    named = indicator("TLP:GREEN")
    whole = report("TLP:GREEN", named["id"])
    stranger.collection()
    stranger.page({"more": True, "next": "n", "objects": [whole]}, "?limit=500")
    stranger.page({"objects": [named, marked({**whole, "id": fresh_id("report")}, None)]})
    assert run(world, pull_of(world, stranger.url)) == (3, 3, 0, 0)
    assert {whole["id"], named["id"]} <= world.ids("bob")
