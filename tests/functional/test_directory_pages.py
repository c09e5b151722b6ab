"""The directory as pages: the roster is each organisation's own to show (C31).

A hidden organisation is on no page of another member, not by name and not by id, and on none of
anybody else's; what it shares under its own name still carries it.
"""

import re

import pytest
from argon2 import PasswordHasher

from cloudsirt.auth import passwords
from cloudsirt.house import OPERATOR
from membership import choices
from membership.events import ListingSet
from membership.organisation import Listing
from membership.person import Role
from membership.record import Contact, Record
from membership.records.store import RecordStore
from tests.objects import indicator
from tests.plumbing.pages import Portal
from tests.proofs.crawling import signed_in
from tests.world import World

HIDDEN = "Zephyr Hidden Cloud"


@pytest.fixture
def engine_name() -> str:
    """What a page shows does not depend on the engine."""
    return "sqlite"


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Members of every listing, a working group, a partner, the secretariat, and the Board."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    world.member("Alpha", "ann", "representative", "board")
    world.member(HIDDEN, "zoe", "representative", "analyst")
    world.member("Named", "nat", "representative")
    world.member("Open", "oda", "representative")
    world.member("Office", "sue", "secretariat")
    world.researcher("Group", "ros")
    world.organisation("Ministry", "partner")
    world.person("pam", "Ministry")
    show(world, HIDDEN, "nothing", "nothing")
    show(world, "Named", "name", "nothing")
    show(world, "Open", "contacts", "contacts")
    for name in (HIDDEN, "Named", "Open"):
        record(world, name)
    return world


def show(world: World, name: str, listing: str, public: str) -> None:
    """Choose what others see of an organisation."""
    with world.house.working(OPERATOR) as work:
        found = choices.set_listing(
            work.membership,
            world.organisations[name],
            listing=Listing(listing),
            public_listing=Listing(public),
        )
        work.record(*found)


def record(world: World, name: str) -> None:
    """Give an organisation a record with words of its own in every field that may be shown."""
    word = name.split(maxsplit=1)[0].lower()
    made = Record(
        name=name,
        country="PT",
        website=f"https://{word}.example",
        domains=(f"{word}.example",),
        contacts=(
            Contact("Ina", f"soc@{word}.example", roles=frozenset({Role.INCIDENT_CONTACT})),
            Contact("Rea", f"rea@{word}.example", roles=frozenset({Role.REPRESENTATIVE})),
        ),
    )
    with world.house.working(OPERATOR) as work:
        RecordStore(work.db).save_record(world.organisations[name], made, work.at)
        work.record(ListingSet(world.organisations[name], "as before", "as before"))


def every_page(world: World, name: str | None) -> dict[str, str]:
    """What somebody gets from every route that takes no argument, and the pages it links to."""
    browser = signed_in(world, name)
    waiting = [
        rule.rule
        for rule in world.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments
    ]
    found: dict[str, str] = {}
    while waiting:
        path = waiting.pop()
        if path in found or path.startswith(("/static", "/taxii2")):
            continue
        answer = browser.get(path)
        found[path] = f"{answer.headers}\n{answer.text}"
        waiting.extend(
            re.findall(r'href="(/(?:directory|objects|organisation)[^"#?]*)"', answer.text)
        )
    return found


@pytest.mark.parametrize("name", ["ann", "oda", "ros", "pam", None])
def test_a_hidden_organisation_is_on_no_page_of_others(world: World, name: str | None) -> None:
    """Neither its name nor its id, on any page, although it shares without its name."""
    world.share("zoe", indicator("TLP:CLEAR", name="From somebody"), attribution="none")
    pages = every_page(world, name)
    assert len(pages) > 10
    for path, text in pages.items():
        assert "Zephyr" not in text, path
        assert world.organisations[HIDDEN] not in text, path
        assert "zephyr.example" not in text, path


def test_the_walk_would_find_it(world: World) -> None:
    """The measure itself: its own people meet it, and others do once it is listed."""
    assert any(HIDDEN in text for text in every_page(world, "zoe").values())
    show(world, HIDDEN, "name", "nothing")
    met = {path for path, text in every_page(world, "ann").items() if "Zephyr" in text}
    assert {"/directory", "/share"} <= met
    assert f"/directory/{world.organisations[HIDDEN]}" in met


def test_whoever_knows_the_identity_can_still_name_it(world: World) -> None:
    """Ids cannot be guessed: naming by one works, listed or not."""
    thing = indicator("TLP:AMBER", name="For one")
    status = world.share("ann", thing, recipients=[world.identity(HIDDEN)])
    assert status["success_count"] == 1
    assert thing["id"] in world.ids("zoe")
    assert thing["id"] not in world.ids("oda")


def test_each_sees_what_the_other_shows(world: World) -> None:
    """A name, or contacts; a page of its own for each, and the same answer for all the rest."""
    ann, ids = Portal(world, "ann"), world.organisations
    words = ann.words("/directory")
    for name in ("Named", "Open", "Office", "Group", "Ministry"):
        assert name in words
    named, opened = (ann.page(f"/directory/{ids[name]}") for name in ("Named", "Open"))
    assert "named.example" not in named
    assert "soc@open.example" in opened
    assert "rea@open.example" not in opened
    hidden = ann.page(f"/directory/{ids[HIDDEN]}", 404)
    assert hidden == ann.page("/directory/00000000-0000-4000-8000-000000000000", 404)


def test_an_organisation_sees_itself_and_how_others_do(world: World) -> None:
    """In full, with what members and everybody see of it."""
    zoe = Portal(world, "zoe")
    words = zoe.words(f"/directory/{world.organisations[HIDDEN]}")
    assert "Members see Nothing: you are not listed" in words
    assert "Everybody sees Nothing: you are not listed" in words
    assert "soc@zephyr.example" in words


@pytest.mark.parametrize("name", ["ros", "pam"])
def test_who_is_no_member_sees_the_public_list_and_themselves(world: World, name: str) -> None:
    """A working group and a partner are not members, and read no roster of them."""
    portal = Portal(world, name)
    words = portal.words("/directory")
    assert "Open" in words
    assert "Named" not in words
    portal.page(f"/directory/{world.organisations['Named']}", 404)


def test_the_public_list_has_those_that_opted_in(world: World) -> None:
    """For everybody, kept by caches, without a count of the others, Charter Members marked."""
    answer = world.client().get("/members")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "Open" in answer.text
    assert "Charter Member" in answer.text
    assert "soc@open.example" in answer.text
    for name in ("Named", "Alpha", "Office", "Group", "CloudSIRT</bdi>"):
        assert name not in answer.text.partition("<main")[2].partition("</main>")[0]
    assert "Set-Cookie" not in answer.headers


def test_who_is_suspended_or_gone_is_on_no_list(world: World) -> None:
    """From the next request on, and without a place in the list of recipients."""
    world.suspend("Open")
    assert "Open" not in world.client().get("/members").text.partition("<main")[2]
    ann = Portal(world, "ann")
    assert "Open" not in ann.words("/directory")
    assert world.identity("Open") not in ann.page("/share")


def test_the_directory_needs_a_member_in_good_standing(world: World) -> None:
    """With the NDA gone, somebody reads the public list: standing decides, as for everything."""
    world.end_nda("Alpha")
    words = Portal(world, "ann").words("/directory")
    assert "Named" not in words
    assert "Open" in words


def test_the_public_list_cannot_show_more(world: World) -> None:
    """Chosen like that, it is refused with the reason, and nothing changes."""
    nat = Portal(world, "nat")
    text = nat.send(
        "/organisation/settings", "/listing", 400, listing="name", public_listing="contacts"
    )
    assert "cannot show more than the members see" in text
    nat.send("/organisation/settings", "/listing", listing="nothing", public_listing="nothing")
    assert "Named" not in Portal(world, "ann").words("/directory")
