"""The form for sharing, and its preview, which is exactly what then happens.

R1 to R9 (who would get what, from when), R11 (the preview tells of one's own submission only).
"""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from sqlalchemy import select, text, update
from werkzeug.serving import make_server

from cloudsirt import clock
from cloudsirt import tables as roof
from cloudsirt.auth import sessions
from cloudsirt.database import METADATA
from cloudsirt.house import OPERATOR
from cloudsirt.previewing import Preview, preview
from cloudsirt.work import Work
from feeds import tables, timestamps
from feeds.events import FeedEvent
from feeds.forecasts import Absence, Shape, Step
from feeds.markings import MARKING_OF, REGISTRY
from feeds.recomputing import compare_placements
from feeds.settling import settle_ids
from feeds.topics import Topic
from tests.objects import (
    TIME,
    address,
    fresh_id,
    indicator,
    later,
    malware,
    marked,
    relationship,
    report,
    statement,
)
from tests.world import PASSWORD, World
from tlp import Label, Perimeter, RecipientKind

RESEARCH_AT, PUBLIC_AT = "2026-04-01T09:00:00.000000Z", "2026-05-01T09:00:00.000000Z"
RELEASE = {"research": RESEARCH_AT, "public": PUBLIC_AT}
PERSONAL = "Ask jane.doe@corp.example.net about it."


@pytest.fixture
def world(world: World) -> World:
    """Two members, a working group and a partner; Ann shares."""
    world.member("Alpha", "ann")
    world.person("alf", "Alpha")
    world.member("Beta", "bob", "analyst", "incident-contact")
    world.person("ben", "Beta")
    world.researcher("Group", "ros")
    world.organisation("Ministry", "partner")
    world.person("pam", "Ministry", "incident-contact")
    world.person("pia", "Ministry")
    return world


one_engine = pytest.mark.parametrize("engine_name", ["sqlite"])
"""For what is decided before anything is stored."""


# a browser


class Fields(HTMLParser):
    """The values in the form for sharing, as a browser would send them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._inside, self._open, self._text = False, "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = "/share" in found.get("action", "")
        if not self._inside:
            return
        is_box = found.get("type") in ("radio", "checkbox")
        if tag == "input" and (not is_box or "checked" in found):
            self.values.setdefault(found["name"], []).append(found["value"])
        elif tag in ("textarea", "select"):
            self._open, self._text = found["name"], ""
            self._first = ""
        elif tag == "option":
            self._first = self._first or found["value"]
            if "selected" in found:
                self.values[self._open] = [found["value"]]

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._inside:
            self.values[self._open] = [self._text.removeprefix("\n")]


def signed_in(world: World, name: str) -> FlaskClient:
    """A browser in which somebody is signed in."""
    world.set_password(name)
    client, secret = world.client(), clock.new_secret()
    sessions.sign_in(world.house, f"{name}@example.org", PASSWORD, secret)
    client.set_cookie("cloudsirt", secret)
    return client


def form(client: FlaskClient, **values: Any) -> dict[str, Any]:
    """A fresh form, filled in: by default with an indicator that is TLP:GREEN."""
    page = client.get("/share")
    assert page.status_code == 200
    filled = {
        "title": "Scanner",
        "pattern": "[ipv4-addr:value = '203.0.113.7']",
        "label": "green",
    }
    return {**Fields(page.text).values, **filled, **values}


def bundle(*objects: Any) -> str:
    """Objects as somebody would paste them."""
    document = {"type": "bundle", "id": fresh_id("bundle"), "objects": list(objects)}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


def words(page: str) -> str:
    """What a page says, without tags and with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def everything(world: World) -> dict[str, Any]:
    """Every row of every table, and how far every sequence has counted."""
    with world.house.reading() as db:
        found: dict[str, Any] = {
            table.name: sorted(map(repr, db.execute(select(table))))
            for metadata in METADATA
            for table in metadata.sorted_tables
        }
        if db.dialect.name == "postgresql":
            query = text("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1")
            found["sequences"] = [tuple(row) for row in db.execute(query)]
    return found


# the preview is what then happens


def foreseen(world: World, objects: list[Any], **handling: Any) -> Preview:
    """The preview of what Ann would share."""
    document: dict[str, Any] = {"objects": objects}
    if handling:
        document["x_cloudsirt_handling"] = handling
    body = orjson.dumps(document)
    return preview(world.house, world.principal("ann"), Topic.ATTACKS, body)


def got(world: World, name: str | None, root: str, item: dict[str, Any]) -> Shape | None:
    """What somebody really gets of an object: derivatives are known by their name."""
    for found in world.read(name, root, query="match[version]=all"):
        if found["id"] == item["id"] and found.get("modified") == item.get("modified"):
            assert found == item
            return Shape(False, Label.CLEAR)
        is_alike = found["type"] == item["type"] and found.get("name") == item.get("name", "-")
        if is_alike and found["id"] != item["id"]:
            lacks = set(item) - set(found) - {"created_by_ref", "granular_markings"}
            label = REGISTRY[found["object_marking_refs"][0]]
            return Shape(True, label, tuple(sorted(lacks)))
    return None


def said(steps: tuple[Step, ...], at: datetime, *, is_checked: bool) -> Shape | None:
    """What a preview says that somebody has at a time."""
    now = timestamps.from_datetime(at)
    due = [
        step
        for step in steps
        if (step.since is None or step.since <= now) and (is_checked or not step.after_check)
    ]
    if not due:
        return None
    shape = due[-1].shape
    if not shape.is_derivative:
        return Shape(False, Label.CLEAR)
    whole = (name for name in shape.left_out if not name.endswith("(in part)"))
    return Shape(True, shape.label, tuple(sorted(whole)))


def look_through(world: World, found: Preview) -> None:
    """Somebody has looked at the personal data in everything that was shared."""
    ids = [item.examined.id for item in found.new if item.examined.findings]
    with world.house.working(OPERATOR) as work:
        o = tables.object_.c
        now = timestamps.from_datetime(work.at)
        work.db.execute(update(tables.object_).where(o.stix_id.in_(ids)).values(cleared=now))
        settle_ids(work.db, ids, work.at, world.house.workshop)
        work.record(FeedEvent("test"))


def compare(world: World, found: Preview, *, is_checked: bool) -> None:
    """Each audience has now what the preview says that it has now."""
    for item in found.new:
        value = dict(item.examined.value)
        for perimeter, name in (
            (Perimeter.MEMBERS, "bob"),
            (Perimeter.RESEARCH, "ros"),
            (Perimeter.PUBLIC, None),
        ):
            if perimeter is Perimeter.MEMBERS and found.named:
                continue  # Bob may be named; the recipients are compared below
            steps = found.perimeter_steps(item, perimeter)
            expected = said(steps, world.now, is_checked=is_checked)
            assert got(world, name, perimeter.value, value) == expected, (perimeter, value)
        for addressee in found.named:
            is_member = addressee.perimeter is Perimeter.MEMBERS
            contact, other = ("bob", "ben") if is_member else ("pam", "pia")
            is_person = addressee.recipient.kind is RecipientKind.PERSON
            for name, steps in (
                (contact, found.contact_steps(item, addressee)),
                (contact if is_person else other, found.recipient_steps(item, addressee)),
            ):
                expected = said(steps, world.now, is_checked=is_checked)
                assert got(world, name, addressee.perimeter.value, value) == expected, (name, value)
        for name, steps in (
            ("ann", found.poster_steps(item)),
            ("alf", found.colleague_steps(item)),
        ):
            expected = said(steps, world.now, is_checked=is_checked)
            assert got(world, name, "members", value) == expected, (name, value)


Case = Callable[[World], tuple[list[Any], dict[str, Any]]]
CASES: dict[str, Case] = {}


def case(make: Case) -> Case:
    """One more row of the table."""
    CASES[make.__name__] = make
    return make


@case
def labels(world: World) -> tuple[list[Any], dict[str, Any]]:
    """R2: each label that needs no recipient, and none."""
    labels = ("clear", "green", "amber", "amber+strict", None)
    return [indicator(label, name=str(label)) for label in labels], {"unmarked": "TLP:GREEN"}


@case
def red_to_an_organisation(world: World) -> tuple[list[Any], dict[str, Any]]:
    """R3: its incident contacts."""
    return [indicator("red", name="r")], {"recipients": [world.identity("Beta")]}


@case
def recipients_of_two_kinds(world: World) -> tuple[list[Any], dict[str, Any]]:
    """R4: a member organisation, and a person of a partner."""
    wanted = [world.identity("Beta"), world.identity("pam")]
    return [indicator("amber", name="a"), indicator("clear", name="c")], {"recipients": wanted}


@case
def parts_that_are_red(world: World) -> tuple[list[Any], dict[str, Any]]:
    """R3, R7: the contacts get all of it, the staff of those named a derivative."""
    part = {"marking_ref": MARKING_OF[Label.RED], "selectors": ["description"]}
    item = indicator("amber", name="p", description="Kept inside", granular_markings=[part])
    return [item], {"recipients": [world.identity(name) for name in ("Beta", "pam")]}


@case
def a_recipient_who_may_not_see_what_is_named(world: World) -> tuple[list[Any], dict[str, Any]]:
    """R8 among named recipients: a partner does not see what members see."""
    one = indicator("amber", name="one")
    world.share("ann", one)
    wanted = [world.identity("Beta"), world.identity("Ministry")]
    items = [report("amber", one["id"], name="r"), relationship("amber", one["id"], one["id"])]
    return items, {"recipients": wanted}


@case
def releases(world: World) -> tuple[list[Any], dict[str, Any]]:
    """R5: one time for each outer perimeter."""
    return [indicator("clear", name="c")], {"release": RELEASE}


@case
def a_release_to_the_public_only(world: World) -> tuple[list[Any], dict[str, Any]]:
    """R5: the working groups do not wait."""
    return [indicator("clear", name="c")], {"release": {"public": PUBLIC_AT}}


@case
def a_release_to_the_members(world: World) -> tuple[list[Any], dict[str, Any]]:
    """R5: nobody comes before the members."""
    return [indicator("clear", name="c")], {"release": {"members": RESEARCH_AT}}


@case
def a_release_that_is_over(world: World) -> tuple[list[Any], dict[str, Any]]:
    """R5: a time that has passed keeps nothing back."""
    return [indicator("clear", name="c")], {"release": {"public": TIME}}


@case
def personal_data(world: World) -> tuple[list[Any], dict[str, Any]]:
    """The bylaws: what may be personal waits for a person, the rest does not."""
    held = indicator("clear", name="held", description=PERSONAL)
    return [held, report("green", held["id"], name="names it"), indicator("clear", name="c")], {}


@case
def personal_data_and_releases(world: World) -> tuple[list[Any], dict[str, Any]]:
    """Both must be over."""
    return [indicator("clear", name="c", description=PERSONAL)], {"release": RELEASE}


@case
def stricter_parts(world: World) -> tuple[list[Any], dict[str, Any]]:
    """R1, R7: the rest goes out as a derivative, unless it cannot stand by itself."""
    part = {"marking_ref": MARKING_OF[Label.AMBER], "selectors": ["description"]}
    name = {"marking_ref": MARKING_OF[Label.AMBER], "selectors": ["pattern"]}
    return [
        indicator("clear", name="p", description="Kept inside", granular_markings=[part]),
        indicator("clear", name="q", granular_markings=[name]),
        indicator("green", name="d", description=PERSONAL, granular_markings=[part]),
    ], {"release": {"research": RESEARCH_AT}}


@case
def unnamed(world: World) -> tuple[list[Any], dict[str, Any]]:
    """R6: nobody learns who shares."""
    own = world.identity("Alpha")
    return [indicator("clear", name="c", created_by_ref=own), indicator("clear", name="d")], {
        "attribution": "none"
    }


@case
def named_among_members(world: World) -> tuple[list[Any], dict[str, Any]]:
    """R6: and an object about the source itself has no derivative."""
    own = world.identity("Alpha")
    about = {**malware("clear", name="m"), "type": "identity", "id": own, "name": "Alpha"}
    about = {key: about[key] for key in about if key != "is_family"}
    items = [indicator("clear", name="c", created_by_ref=own), about]
    return items, {"attribution": "members"}


@case
def references_to_own_amber(world: World) -> tuple[list[Any], dict[str, Any]]:
    """R8 within one submission."""
    inner, outer = indicator("amber", name="a"), indicator("clear", name="c")
    return [
        inner,
        outer,
        report("clear", inner["id"], outer["id"], name="both"),
        report("clear", inner["id"], name="inner only"),
        relationship("clear", inner["id"], outer["id"]),
    ], {}


@case
def references_to_amber_of_others(world: World) -> tuple[list[Any], dict[str, Any]]:
    """R8 across members: what Ann can read counts, what she cannot does not."""
    theirs, hidden = indicator("amber", name="t"), indicator("amber", name="h")
    world.share("bob", theirs)
    world.share("bob", hidden, recipients=[world.identity("Ministry")])
    own = indicator("clear", name="c")
    return [
        own,
        report("clear", theirs["id"], own["id"], name="names theirs"),
        report("clear", hidden["id"], own["id"], name="names hidden"),
        relationship("clear", own["id"], theirs["id"]),
    ], {}


@case
def references_to_green_of_others(world: World) -> tuple[list[Any], dict[str, Any]]:
    """R8: as far as the other one has come by now."""
    theirs = indicator("green", name="t")
    world.share("bob", theirs)
    return [report("clear", theirs["id"], name="r")], {"release": RELEASE}


@case
def references_to_own_that_is_due_later(world: World) -> tuple[list[Any], dict[str, Any]]:
    """R5 with R8: a derivative until what it names is released, then the object itself."""
    first, second = indicator("clear", name="f"), indicator("clear", name="s")
    world.share("ann", first, release=RELEASE)
    return [second, report("clear", first["id"], second["id"], name="r")], {}


@case
def an_older_version(world: World) -> tuple[list[Any], dict[str, Any]]:
    """R9: no further than the later one that is here."""
    item = indicator("clear", name="v")
    world.share("ann", later(item, label="amber"))
    return [item], {}


@case
def a_later_version(world: World) -> tuple[list[Any], dict[str, Any]]:
    """R9: relaxing opens the later one."""
    item = indicator("amber", name="v")
    world.share("ann", item)
    return [later(item, label="green", name="w")], {}


@case
def definitions(world: World) -> tuple[list[Any], dict[str, Any]]:
    """R8: a statement travels with what it marks."""
    said = statement()
    item = indicator("green", name="s")
    item["object_marking_refs"] = [*item["object_marking_refs"], said["id"]]
    return [said, item], {}


@case
def copies_and_refusals(world: World) -> tuple[list[Any], dict[str, Any]]:
    """R10: what changes nothing, and what is refused, is no surprise either."""
    own, theirs = indicator("green", name="o"), indicator("green", name="t")
    world.share("ann", own)
    world.share("bob", theirs)
    new = indicator("green", name="n")
    changed = {**own, "name": "changed"}
    return [own, theirs, new, new, changed, later(theirs), indicator("red"), {"type": "x"}], {}


@case
def observables(world: World) -> tuple[list[Any], dict[str, Any]]:
    """Objects without a version of their own."""
    item = address("203.0.113.9", "green")
    return [item, marked({**address("203.0.113.10")}, "amber")], {"attribution": "none"}


WITH_FINDINGS = ("personal_data", "personal_data_and_releases", "stricter_parts")


@pytest.mark.parametrize(
    ("name", "is_checked"),
    [*((name, False) for name in CASES), *((name, True) for name in WITH_FINDINGS)],
)
def test_the_preview_is_what_then_happens(world: World, name: str, is_checked: bool) -> None:
    """For each case, audience and time: what the preview said, and nothing else."""
    objects, handling = CASES[name](world)
    found = foreseen(world, objects, **handling)
    status = world.share("ann", *objects, **handling)
    new = [(item.examined.id, item.examined.note) for item in found.new]
    repeated = [(line.id, line.message) for line in found.repeated]
    done = [(line["id"], line.get("message", "")) for line in status.get("successes", ())]
    assert sorted(new + repeated) == sorted(done)
    assert [line.document() for line in found.refused] == status.get("failures", [])
    if is_checked:
        look_through(world, found)
    compare(world, found, is_checked=is_checked)
    for days in (45, 45):
        world.advance(days=days)
        world.work()
        compare(world, found, is_checked=is_checked)
    with world.house.reading() as db:
        assert compare_placements(db, world.now, world.house.workshop).problems == []


def test_a_preview_leaves_nothing_behind(world: World) -> None:
    """Every table is as it was, the audit trail included, and no sequence has counted.

    The cases have every kind of answer: derivatives, times, checks, each reason for an absence.
    """
    reasons: set[Absence] = set()
    kinds: set[tuple[bool, bool, bool]] = set()
    for make in CASES.values():
        objects, handling = make(world)
        before = everything(world)
        found = foreseen(world, objects, **handling)
        assert everything(world) == before
        for item in found.new:
            for perimeter in Perimeter:
                steps = found.perimeter_steps(item, perimeter)
                kinds |= {
                    (step.since is None, step.after_check, step.shape.is_derivative)
                    for step in steps
                }
                if not steps:
                    reasons.add(found.why_absent(item, perimeter))
    assert reasons == set(Absence)
    assert {(True, False, False), (True, False, True), (False, False, False)} <= kinds
    assert {(True, True, False), (False, True, False)} <= kinds


def test_a_preview_that_fails_leaves_nothing_behind(world: World) -> None:
    """Whatever goes wrong in a rehearsal, or goes well, it is undone."""
    before = everything(world)
    with world.house.rehearsing() as work:
        change_everything(work)
    with pytest.raises(ZeroDivisionError), world.house.rehearsing() as work:
        change_everything(work, divisor=0)
    assert everything(world) == before


def change_everything(work: Work, divisor: int = 1) -> None:
    """Change rows of several tables, and fail where the divisor is none."""
    work.db.execute(roof.installation.delete())
    work.db.execute(roof.audit_head.delete())
    work.accounts.set_failures(bytes(32), 3 // divisor, work.at)


# how many


def sizes(world: World) -> tuple[int, int]:
    """How many organisations a preview counts among members and working groups."""
    found = foreseen(world, [indicator("green")]).sizes
    return found[Perimeter.MEMBERS], found[Perimeter.RESEARCH]


def test_organisations_count_by_their_standing_now(world: World) -> None:
    """Admitted, not suspended, NDA in force; CloudSIRT itself, which nobody reads as, is not."""
    members, groups = sizes(world)
    assert (members, groups) == (2, 1)
    world.organisation("Applicant", "csirt", admitted=False)
    world.organisation("Unsigned", "telco")
    world.organisation("Other partner", "partner")
    assert sizes(world) == (members, groups)
    world.sign_nda("Unsigned")
    world.organisation("Second group", "research")
    assert sizes(world) == (members + 1, groups + 1)
    world.end_nda("Beta")
    world.suspend("Group")
    assert sizes(world) == (members, groups)


def test_the_page_says_how_many_and_who_joins_later(world: World) -> None:
    """Perimeters include whoever joins later; named recipients are only those."""
    client = signed_in(world, "ann")
    page = words(client.post("/share/preview", data=form(client, label="clear")).text)
    assert "2 member organisations now, and those that join later" in page
    assert "1 working group now, and those that join later" in page
    assert "Everyone" in page
    named = form(client, label="red", recipients=[world.identity("Beta")])
    page = words(client.post("/share/preview", data=named).text)
    assert "Beta (its incident contacts)" in page
    assert "Only this: 1 organisation" in page
    assert "join later" not in page


# the form


@pytest.mark.parametrize("label", [*(label.value for label in Label), ""])
def test_an_indicator_of_each_label_is_shared(world: World, label: str) -> None:
    """With what was typed in, marked as chosen, in the name of the organisation."""
    client = signed_in(world, "ann")
    wanted = form(
        client,
        label=label,
        title="  Scanner of stores ",
        description="Seen.\r\n\r\nBlock it.",
        valid_from="2026-02-01T10:30",
        valid_until="2026-09-01T00:00:30",
        topic="sources",
        recipients=[world.identity("Beta")] if label == "red" else [],
    )
    answer = client.post("/share", data=wanted)
    assert answer.status_code == 200
    assert "1 accepted, 0 refused" in words(answer.text)
    (item,) = world.read("bob", collection="sources")
    assert f'href="/objects/{item["id"]}"' in answer.text
    assert client.get(f"/objects/{item['id']}").status_code == 200
    assert item["name"] == "Scanner of stores"
    assert item["description"] == "Seen.\n\nBlock it."
    assert item["created_by_ref"] == world.identity("Alpha")
    assert item["created"] == item["modified"] == "2026-03-01T12:00:00.000000Z"
    assert item["valid_from"] == "2026-02-01T10:30:00.000000Z"
    assert item["valid_until"] == "2026-09-01T00:00:30.000000Z"
    marks = [MARKING_OF[Label(label)]] if label else None
    assert item.get("object_marking_refs") == marks
    expected = {"clear", "green"} if label in ("clear", "green") else set()
    assert bool(world.read("ros", "research")) == (label in expected)
    assert bool(world.read(None, "public")) == (label == "clear")


def test_a_bundle_is_shared_as_it_was_pasted(world: World) -> None:
    """With the label for its unmarked objects, release times in UTC, and a name for nobody."""
    client = signed_in(world, "ann")
    items = [indicator(None, name="u", x_big=9007199254740991, x_float=1.50), indicator("amber")]
    wanted = form(
        client,
        way="bundle",
        bundle=bundle(*items),
        label="clear",
        release_research="2026-04-01T09:00",
        release_public="2026-05-01T09:00",
        attribution="none",
        title="not sent",
    )
    # An object that may never reach a perimeter cannot be released to it.
    answer = client.post("/share", data=wanted)
    assert "1 accepted, 1 refused" in words(answer.text)
    assert world.read("bob") == [items[0]]
    for days, readers in ((30, []), (31, ["ros"]), (61, ["ros", None])):
        world.now = datetime(2026, 3, 1, 12, tzinfo=world.now.tzinfo)
        world.advance(days=days)
        world.work()
        found = [
            name for name in ("ros", None) if world.read(name, "research" if name else "public")
        ]
        assert found == readers
    with world.house.reading() as db:
        (handling,) = db.execute(select(tables.submission.c.handling)).scalars()
    assert orjson.loads(handling) == {
        "unmarked": "TLP:CLEAR",
        "release": {"research": RESEARCH_AT, "public": PUBLIC_AT},
        "attribution": "none",
    }


def test_the_same_form_sent_twice_is_one_indicator(world: World) -> None:
    """The id and the times travel in the form: a reload is an exact copy, however late."""
    client = signed_in(world, "ann")
    wanted = form(client)
    first = client.post("/share", data=wanted)
    world.advance(minutes=5)
    again = client.post("/share", data=wanted)
    assert (first.status_code, again.status_code) == (200, 200)
    assert "Already here; nothing changed." in again.text
    assert len(world.read("bob")) == 1
    previewed = Fields(client.post("/share/preview", data=form(client)).text).values
    for _ in range(2):
        client.post("/share", data=previewed)
    assert len(world.read("bob")) == 2


def test_another_like_it_is_another_indicator(world: World) -> None:
    """The page after sharing offers the same form with a new id."""
    client = signed_in(world, "ann")
    shared = client.post("/share", data=form(client, description="the same"))
    page = client.post("/share/again", data=Fields(shared.text).values)
    wanted = Fields(page.text).values
    assert wanted["description"] == ["the same"]
    assert client.post("/share", data=wanted).status_code == 200
    assert len(world.ids("bob")) == 2


@one_engine
def test_red_without_names_is_explained_and_nothing_is_lost(world: World) -> None:
    """R3, for an indicator of the form and for an object in a bundle."""
    client = signed_in(world, "ann")
    message = "TLP:RED reaches named recipients only."
    for path in ("/share", "/share/preview"):
        answer = client.post(path, data=form(client, label="red", description="kept"))
        assert answer.status_code == 400
        assert message in answer.text
        assert Fields(answer.text).values["description"] == ["kept"]
    answer = client.post(
        "/share/preview", data=form(client, way="bundle", bundle=bundle(indicator("red")))
    )
    assert message in answer.text
    assert "x_cloudsirt_handling" not in words(answer.text)
    assert world.read("ann") == []


WRONG: dict[str, dict[str, Any]] = {
    "no title": {"title": " "},
    "no pattern": {"pattern": ""},
    "a pattern that is none": {"pattern": "<192.0.2.1>"},
    "an unknown topic": {"topic": "weather"},
    "an unknown label": {"label": "purple"},
    "no attribution": {"attribution": "maybe"},
    "nobody": {"people": "identity--ada"},
    "a stranger": {"people": "identity--00000000-0000-4000-8000-000000000000"},
    "a recipient of another kind": {"recipients": ["indicator--x"]},
    "a time that is none": {"release_public": "tomorrow"},
    "a day that is none": {"valid_from": "2026-02-30T10:00"},
    "a release the label forbids": {"label": "amber", "release_public": "2026-04-01T09:00"},
    "a wider perimeter first": {
        "label": "clear",
        "release_research": "2026-05-01T09:00",
        "release_public": "2026-04-01T09:00",
    },
    "an end before the beginning": {
        "valid_from": "2026-02-01T10:00",
        "valid_until": "2026-01-01T10:00",
    },
    "no bundle": {"way": "bundle"},
    "a bundle that is no JSON": {"way": "bundle", "bundle": "{'objects': <b>&amp;</b>\n\n}"},
    "a bundle of nothing": {"way": "bundle", "bundle": '{"objects": []}'},
    "an envelope with its own handling": {
        "way": "bundle",
        "bundle": '{"objects": [{}], "x_cloudsirt_handling": {"attribution": "none"}}',
    },
    "an object that is none": {"way": "bundle", "bundle": '{"objects": [{"type": "indicator"}]}'},
    "an id that is none": {"indicator_id": "indicator--1"},
    "a time of making that is none": {"made": "yesterday"},
}


@one_engine
@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_and_nothing_is_lost(world: World, name: str) -> None:
    """The form comes back with every value as it was sent, and nothing is stored."""
    client = signed_in(world, "ann")
    kept = {
        "title": "A & <b>B</b> “quoted”",
        "description": "\nFirst line empty\n</textarea><script>alert(1)</script>",
        "bundle": '\n{"objects": "left alone"}',
        "people": "",
        "valid_until": "",
        "way": "indicator",
    }
    sent = form(client, **{**kept, **WRONG[name]})
    before = world.read("ann")
    for path in ("/share/preview", "/share"):
        answer = client.post(path, data=sent)
        # A refused object is part of a preview, and an error of sharing.
        assert answer.status_code in ((200, 400) if path == "/share/preview" else (400,))
        signs = ('class="problem"', "would be refused", "Nothing was shared")
        assert any(sign in answer.text for sign in signs)
        back = Fields(answer.text).values
        for field, value in sent.items():
            if field not in ("topic", "label", "attribution", "recipients"):
                expected = value if isinstance(value, list) else [value]
                assert back[field] == expected, field
        assert "<script>" not in answer.text
    assert world.read("ann") == before == []


@one_engine
def test_the_choices_of_a_form_come_back(world: World) -> None:
    """Topic, label, recipients and attribution too."""
    client = signed_in(world, "ann")
    sent = form(
        client,
        title="",
        topic="compromises",
        label="amber+strict",
        recipients=[world.identity("Beta"), world.identity("Ministry")],
        attribution="members",
    )
    back = Fields(client.post("/share/preview", data=sent).text).values
    for field in ("topic", "label", "attribution"):
        assert back[field] == [sent[field]]
    assert back["recipients"] == sent["recipients"]


def test_what_was_refused_can_be_changed_and_sent_again(world: World) -> None:
    """After sharing in part the whole form is there again; what was accepted changes nothing."""
    client = signed_in(world, "ann")
    good, bad = indicator("green"), {"type": "indicator", "id": "x"}
    shared = client.post("/share", data=form(client, way="bundle", bundle=bundle(good, bad)))
    assert "1 accepted, 1 refused" in words(shared.text)
    page = client.post("/share/again", data=Fields(shared.text).values)
    back = Fields(page.text).values
    assert orjson.loads(back["bundle"][0])["objects"] == [good, bad]
    mended = client.post("/share", data={**back, "bundle": bundle(good, indicator("green"))})
    assert "2 accepted, 0 refused" in words(mended.text)
    assert len(world.read("bob")) == 2


@one_engine
def test_what_is_typed_in_is_never_markup(world: World) -> None:
    """In the form, the preview, the refusals and the result."""
    client = signed_in(world, "ann")
    evil = "<img src=x onerror=alert(1)>"
    sent = form(client, title=evil, description=f"</textarea>{evil}", label="clear")
    refused = form(client, way="bundle", bundle=bundle({"type": evil, "id": evil}, evil))
    pages = [
        client.post(path, data=data)
        for data in (sent, refused)
        for path in ("/share/preview", "/share")
    ]
    for page in pages:
        assert "<img src=x" not in page.text
        assert "&lt;img src=x" in page.text


@one_engine
def test_a_large_bundle_fits_and_one_that_is_too_large_is_refused(world: World) -> None:
    """Objects that fare alike are shown together; what has no end is not read."""
    client = signed_in(world, "ann")
    items = [indicator("green", description="x" * 3000) for _ in range(200)]
    answer = client.post("/share/preview", data=form(client, way="bundle", bundle=bundle(*items)))
    assert answer.status_code == 200
    assert "200 objects would be shared" in words(answer.text)
    assert answer.text.count("member organisations now") == 1
    answer = client.post("/share", data=form(client, way="bundle", bundle="x" * 3_200_000))
    assert answer.status_code == 413


# who may


@one_engine
def test_only_members_in_good_standing_share(world: World) -> None:
    """Others are told why, by each address and method; nobody is asked to sign in first."""
    token = form(signed_in(world, "ann"))
    reasons = {"ros": "Only members in good standing contribute.", "pam": "Only members"}
    for name, reason in reasons.items():
        client = signed_in(world, name)
        page = client.get("/share")
        assert (page.status_code, reason in page.text) == (403, True)
        assert 'href="/share"' not in client.get("/feed").text
        sent = {
            **token,
            **Fields(client.get("/account/").text.replace("/account", "/share")).values,
        }
        for path in ("/share", "/share/preview", "/share/again"):
            assert client.post(path, data=sent).status_code == 403
    assert 'href="/share"' in signed_in(world, "ann").get("/feed").text
    anonymous = world.client().get("/share")
    assert (anonymous.status_code, anonymous.headers["Location"]) == (
        303,
        "/sign-in?next=%2Fshare",
    )


def test_a_lapse_between_preview_and_sharing_counts(world: World) -> None:
    """The very next request is refused, with the reason, and nothing is stored."""
    client = signed_in(world, "ann")
    sent = form(client)
    assert client.post("/share/preview", data=sent).status_code == 200
    world.end_nda("Alpha")
    before = everything(world)
    for path in ("/share", "/share/preview"):
        answer = client.post(path, data=sent)
        assert answer.status_code == 403
        assert "The NDA of 2026-03-01 ended on 2026-03-01." in answer.text
    assert client.get("/share").status_code == 403
    assert everything(world) == before


@one_engine
@pytest.mark.parametrize("path", ["/share", "/share/preview", "/share/again"])
def test_a_forged_form_is_refused(world: World, path: str) -> None:
    """Without the token of this browser nothing is previewed or shared."""
    client = signed_in(world, "ann")
    sent = form(client)
    for token in ("", "0" * 64, form(signed_in(world, "bob"))["csrf_token"]):
        assert client.post(path, data={**sent, "csrf_token": token}).status_code == 403
    assert client.post(path, data=sent, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert world.read("ann") == []


# no influence (R11)


def test_a_preview_tells_nothing_of_what_is_hidden(world: World) -> None:
    """The same page, whatever others share that Ann may not read."""
    client = signed_in(world, "ann")
    hidden, guessed = indicator("amber"), address("203.0.113.77", "amber")
    items = [
        report("clear", hidden["id"], guessed["id"]),
        relationship("clear", hidden["id"], guessed["id"]),
        guessed,
        hidden,
    ]
    sent = form(client, way="bundle", bundle=bundle(*items))
    before = client.post("/share/preview", data=sent).text
    theirs = [hidden, guessed, report("amber", items[0]["id"], name="Names hers")]
    world.share("bob", *theirs, recipients=[world.identity("Ministry")])
    world.share("bob", later(hidden), recipients=[world.identity("Ministry")])
    assert client.post("/share/preview", data=sent).text == before


def test_a_preview_does_not_tell_when_others_release(world: World) -> None:
    """What others share counts as it stands now; their plans are theirs to know."""
    theirs = indicator("clear")
    world.share("bob", theirs, release=RELEASE)
    found = foreseen(world, [relationship("clear", theirs["id"], theirs["id"])])
    (item,) = found.new
    assert [bool(found.perimeter_steps(item, perimeter)) for perimeter in Perimeter] == [
        True,
        False,
        False,
    ]


@one_engine
def test_the_recipients_offered_are_the_admitted_organisations(world: World) -> None:
    """Not one's own, and nobody who is still applying."""
    world.organisation("Applicant", "csirt", admitted=False)
    page = signed_in(world, "ann").get("/share").text
    offered = set(re.findall(r'name="recipients" value="([^"]+)"', page))
    assert offered >= {world.identity(name) for name in ("Beta", "Group", "Ministry")}
    assert world.identity("Alpha") not in offered
    assert "Applicant" not in page


# with a browser


@pytest.fixture
def page(world: World, browser: Browser) -> Iterator[Page]:
    """A narrow screen without scripts, in which Ann is signed in."""
    server = make_server("127.0.0.1", 0, world.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    world.set_password("ann")
    secret = clock.new_secret()
    sessions.sign_in(world.house, "ann@example.org", PASSWORD, secret)
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, base_url=address, java_script_enabled=False
    )
    context.add_cookies([{"name": "cloudsirt", "value": secret, "url": address}])
    yield context.new_page()
    context.close()
    server.shutdown()
    thread.join()
    server.server_close()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


@one_engine
@pytest.mark.browser
def test_sharing_with_the_keyboard_on_a_narrow_screen(world: World, page: Page) -> None:
    """From the form over the preview to the object's own page, without a mouse or a script."""
    page.goto("/share")
    for selector, typed in (
        ("#title", "Scanner of stores"),
        ("#pattern", "[ipv4-addr:value = '203.0.113.7']"),
        ("#label", "TLP:G"),
    ):
        tab_to(page, selector)
        page.keyboard.type(typed)
    assert not page.locator("#bundle").is_visible()
    tab_to(page, "form#share button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/share/preview")
    assert page.locator(".preview h3").inner_text() == "TLP:GREEN Scanner of stores"
    width = page.locator("html").bounding_box()
    table = page.locator(".audience").bounding_box()
    assert width is not None
    assert table is not None
    assert table["x"] + table["width"] <= width["width"] == 360
    assert world.read("bob") == []
    tab_to(page, ".preview .button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/share")
    assert page.locator("h1").inner_text() == "Shared"
    tab_to(page, ".thing a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/objects/*")
    assert page.locator("h1").inner_text() == "Scanner of stores"
    (item,) = world.read("bob")
    assert item["name"] == "Scanner of stores"
