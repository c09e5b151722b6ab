"""Withdrawing in the portal, and the notices of it: by id only, to those who could read (R12)."""

import orjson
import pytest
from argon2 import PasswordHasher

from cloudsirt.auth import passwords
from feeds import timestamps
from tests.objects import indicator, later, part, report
from tests.plumbing.pages import Portal
from tests.world import World


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two members, a working group and a partner."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    world.member("Alpha", "ann")
    world.person("alf", "Alpha")
    world.member("Beta", "bob")
    world.researcher("Group", "ros")
    world.organisation("Ministry", "partner")
    world.person("pam", "Ministry")
    return world


def withdraw(world: World, name: str, stix_id: str) -> None:
    """Withdraw an object as somebody does it: on its page, and sure of it."""
    portal, path = Portal(world, name), f"/objects/{stix_id}/withdraw"
    assert path in portal.page(f"/objects/{stix_id}")
    portal.send(path, path)


def noticed(world: World, name: str) -> list[str]:
    """The ids that a tool with somebody's session is told."""
    answer = Portal(world, name).client.get("/withdrawn.json")
    assert answer.status_code == 200
    return [item["id"] for item in orjson.loads(answer.data)["withdrawn"]]


def test_what_is_withdrawn_is_gone_and_its_readers_are_told(world: World) -> None:
    """Everywhere at once; id and time, and nothing of what it said."""
    item = indicator("TLP:CLEAR", name="Wrongly accused")
    world.share("ann", item)
    world.advance(minutes=5)
    withdraw(world, "alf", item["id"])
    for name, root in (("ann", "members"), ("bob", "members"), ("ros", "research")):
        assert world.ids(name, root) == set()
        assert noticed(world, name) == [item["id"]]
    page = Portal(world, "bob").page("/withdrawn")
    assert item["id"] in page
    assert "1 Mar 2026, 12:05 UTC" in page
    assert "Wrongly accused" not in page
    assert world.ids(None, "public") == set()


def test_the_document_holds_ids_and_times(world: World) -> None:
    """For tools; the time is that of the withdrawal, in UTC."""
    item = indicator("TLP:AMBER")
    world.share("ann", item)
    withdraw(world, "ann", item["id"])
    answer = Portal(world, "bob").client.get("/withdrawn.json")
    at = timestamps.show(timestamps.from_datetime(world.now))
    assert answer.content_type == "application/json"
    assert orjson.loads(answer.data) == {"withdrawn": [{"id": item["id"], "at": at}]}


def test_only_those_are_told_who_could_read_it(world: World) -> None:
    """R11: a notice of something hidden would tell that it was there."""
    amber, addressed = indicator("TLP:AMBER"), indicator("TLP:GREEN")
    world.share("ann", amber)
    world.share("ann", addressed, recipients=[world.identity("pam")])
    for item in (amber, addressed):
        withdraw(world, "ann", item["id"])
    assert noticed(world, "bob") == [amber["id"]]
    assert noticed(world, "ros") == []
    assert noticed(world, "pam") == [addressed["id"]]
    public = world.client().get("/advisories/withdrawn").text
    assert amber["id"] not in public
    assert addressed["id"] not in public


def test_the_public_is_told_of_what_was_public(world: World) -> None:
    """Without signing in, the same page for everybody."""
    clear, green = report("TLP:CLEAR", indicator()["id"]), indicator("TLP:GREEN")
    world.share("ann", clear, green)
    for item in (clear, green):
        withdraw(world, "ann", item["id"])
    answer = world.client().get("/advisories/withdrawn")
    assert answer.status_code == 200
    assert clear["id"] in answer.text
    assert green["id"] not in answer.text
    assert clear["name"] not in answer.text


def test_whoever_read_a_derivative_is_told_of_the_derivative(world: World) -> None:
    """R7: the original's id is not theirs to know, now neither."""
    item = indicator("TLP:GREEN", description="Members only.")
    item["granular_markings"] = [part("TLP:AMBER", "description")]
    world.share("ann", item)
    (derived,) = world.ids("ros", "research")
    withdraw(world, "ann", item["id"])
    assert noticed(world, "ros") == [derived]
    assert item["id"] not in Portal(world, "ros").page("/withdrawn")


def test_what_comes_back_is_not_withdrawn_any_more(world: World) -> None:
    """Posted again, its notice goes."""
    item = indicator("TLP:AMBER")
    world.share("ann", item)
    withdraw(world, "ann", item["id"])
    world.share("ann", later(item))
    assert noticed(world, "bob") == []
    assert world.ids("bob") == {item["id"]}


def test_a_page_tells_of_an_id_once(world: World) -> None:
    """However many versions and channels it went from."""
    item = indicator("TLP:AMBER")
    world.share("ann", item, later(item))
    withdraw(world, "ann", item["id"])
    for name in ("ann", "bob"):
        assert noticed(world, name) == [item["id"]]


def test_withdrawing_is_asked_for_twice(world: World) -> None:
    """The first page says what follows; only its button does it."""
    item = indicator("TLP:AMBER", name="Miner pool")
    world.share("ann", item)
    words = Portal(world, "ann").words(f"/objects/{item['id']}/withdraw")
    assert "Miner pool" in words
    assert "All its versions go from every perimeter at once" in words
    assert world.ids("bob") == {item["id"]}


def test_only_the_contributor_withdraws(world: World) -> None:
    """Readable: not theirs. Not readable: no such object, as for an id that is nowhere."""
    readable, hidden = indicator("TLP:AMBER"), indicator("TLP:AMBER")
    world.share("ann", readable)
    world.share("ann", hidden, recipients=[world.identity("ann")])
    bob = Portal(world, "bob")
    bob.page(f"/objects/{readable['id']}/withdraw", 403)
    bob.post(f"/objects/{readable['id']}/withdraw", 403)
    for stix_id in (hidden["id"], indicator()["id"]):
        bob.page(f"/objects/{stix_id}/withdraw", 404)
        bob.post(f"/objects/{stix_id}/withdraw", 404)
    assert readable["id"] in world.ids("ann")
    assert hidden["id"] in world.ids("ann")


def test_the_notices_need_a_session(world: World) -> None:
    """The public page is public; the others send visitors to sign in."""
    client = world.client()
    for path in ("/withdrawn", "/withdrawn.json", "/desk", "/requests", "/releases", "/held"):
        answer = client.get(path)
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/sign-in")
