"""Unique words planted in everything that is withheld may turn up nowhere for those excluded.

Who may read which word is written down here, by hand, and not asked of the code under test.
"""

import logging
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from cloudsirt.auth import gate
from cloudsirt.auth.permissions import Permission
from tests.objects import indicator, later, part, report
from tests.proofs.crawling import crawl
from tests.world import World

PEOPLE = ("ann", "abe", "bob", "ben", "rita", "mia", "lee", None)
"""Poster, colleague, named contact, contact's colleague, researcher, partner, lapsed, anybody."""

MEMBERS = {"ann", "abe", "bob", "ben"}


def canary(word: str) -> dict[str, Any]:
    """An object's properties with the word in every field that holds text."""
    return {
        "name": f"name-{word}",
        "description": f"description-{word}",
        "pattern": f"[domain-name:value = '{word}.example.org']",
        "labels": [f"label-{word}"],
        "external_references": [{"source_name": f"source-{word}", "external_id": f"id-{word}"}],
        "x_example_note": f"custom-{word}",
    }


class Story:
    """What is shared, and by hand: who may read which word."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.readers: dict[str, set[str | None]] = {}
        self.ids: list[str] = []

    def tell(self, word: str, readers: set[str | None], item: dict[str, Any], **how: Any) -> None:
        """Share an object that holds the word; the readers may read it, and nobody else."""
        status = self.world.share("ann", item, **how)
        assert status["success_count"] == 1, status
        self.readers[word] = readers
        self.ids.extend((item["id"], status["id"]))


@pytest.fixture
def story(world: World) -> Story:
    """Everything that can be withheld, each with a word of its own."""
    world.member("Alpha", "ann")
    world.person("abe", "Alpha")
    world.member("Beta", "bob", "analyst", "incident-contact")
    world.person("ben", "Beta")
    world.researcher("Working Group", "rita")
    world.organisation("Ministry", "partner")
    world.person("mia", "Ministry")
    world.organisation("Gamma")
    world.sign_nda("Gamma", until=world.now + timedelta(minutes=1))
    world.person("lee", "Gamma", "incident-contact")
    told = Story(world)
    _tell(told, world)
    world.advance(hours=1)
    world.work()
    return told


def _tell(told: Story, world: World) -> None:
    beta, ministry = world.identity("Beta"), world.identity("Ministry")
    later_on = (world.now + timedelta(days=9)).isoformat()[:19] + "Z"
    told.tell("quokka", {"ann", "bob"}, indicator("RED", **canary("quokka")), recipients=[beta])
    told.tell("wombat", set(MEMBERS), indicator("AMBER", **canary("wombat")))
    told.tell("numbat", {*MEMBERS, "rita"}, indicator("GREEN", **canary("numbat")))
    told.tell("dunnart", set(PEOPLE), indicator("CLEAR", **canary("dunnart")))
    named = indicator("AMBER", **canary("bettong"))
    told.tell("bettong", {"ann", "abe", "mia"}, named, recipients=[ministry])
    staged = indicator("CLEAR", **canary("potoroo"))
    told.tell("potoroo", set(MEMBERS), staged, release={"research": later_on})
    held = indicator("AMBER", **canary("bilby"))
    told.tell("bilby", {"ann", "abe"}, held, release={"members": later_on})
    whole = indicator(
        "CLEAR",
        description="part-mulgara",
        granular_markings=[{**part("AMBER", "description")}],
    )
    told.tell("mulgara", set(MEMBERS), whole)
    own = world.identity("Alpha")
    anonymous = indicator("CLEAR", created_by_ref=own, x_example_note="with-kowari")
    told.tell("kowari", set(PEOPLE), anonymous, attribution="none")
    tightened = indicator("CLEAR", **canary("phascogale"))
    told.tell("phascogale", set(MEMBERS), tightened)
    world.share("ann", later(tightened, label="AMBER"))
    hidden = told.ids[2]
    words = report("CLEAR", hidden, told.ids[6], name="story-antechinus")
    told.tell("antechinus", set(PEOPLE), words)
    gone = indicator("CLEAR", **canary("planigale"))
    told.tell("planigale", set(), gone)
    path = f"{world.objects_url('members', 'attacks')}{gone['id']}/"
    assert world.taxii("ann", path, method="DELETE").status_code == 200


def test_every_word_reaches_those_whom_it_is_for_and_nobody_else(
    story: Story, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Every page, link, header and TAXII answer is searched, as each kind of person."""
    caplog.set_level(logging.DEBUG)
    found: dict[str, set[str | None]] = {word: set() for word in story.readers}
    for name in PEOPLE:
        visits = crawl(world, name, story.ids)
        assert len(visits) > 100
        assert [visit.path for visit in visits if visit.status >= 500] == []
        everything = "".join(visit.text for visit in visits)
        for word in story.readers:
            if word in everything:
                found[word].add(name)
    assert story.readers == found
    assert [word for word in story.readers if word in caplog.text] == []


def test_a_source_that_stays_unnamed_is_named_nowhere(story: Story, world: World) -> None:
    """R6: outside its organisation no page shows who shared what was shared namelessly."""
    (anonymous,) = [
        item for item in world.read("bob") if item.get("x_example_note") == "with-kowari"
    ]
    page = next(
        visit for visit in crawl(world, "bob", [anonymous["id"]]) if anonymous["id"] in visit.path
    )
    assert "Alpha" not in page.text
    assert world.organisations["Alpha"] not in page.text


def test_a_route_that_leaks_is_found_without_being_listed(story: Story, world: World) -> None:
    """The crawler visits whatever the application serves, whoever added it."""

    @gate.needs(Permission.PUBLIC_READ)
    def leak() -> str:
        return "<p>name-quokka</p>"

    _add_route(world.app, leak)
    visits = crawl(world, None, story.ids)
    assert [visit.path for visit in visits if "quokka" in visit.text] == ["/leak"]


def _add_route(app: Flask, view: Any) -> None:
    """Add a route to an application that has answered already."""
    app._got_first_request = False  # what Flask remembers of that
    app.add_url_rule("/leak", "leak", view)
