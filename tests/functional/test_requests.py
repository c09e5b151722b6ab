"""Wider release by consent: asking, answering, and what goes out instead (R10; R6, R11).

The original never changes; who contributed it stays as unnamed as the contributor wants to be.
"""

import threading
from typing import Any

import orjson
import pytest
from argon2 import PasswordHasher

from cloudsirt import editing, stewarding
from cloudsirt.auth import passwords
from cloudsirt.editing import NotAccepted
from cloudsirt.errors import NotPermitted
from feeds.errors import AlreadyDecided, FeedError, RequestRefused, UnknownObject, UnknownRequest
from feeds.markings import MARKING_OF, REGISTRY
from feeds.recomputing import compare_placements
from feeds.requests import ReleaseRequest, RequestStore
from tests.objects import indicator, later, malware, part, relationship, report
from tests.plumbing.pages import Portal
from tests.world import World
from tlp import Label

PERSONAL = "Ask jane.doe@corp.example.net about it."
WHY = "Our clients are hit by it, too."


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two members with several people, the secretariat, a working group and a partner."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    world.member("Alpha", "ann")
    world.person("alf", "Alpha", "representative")
    world.person("ida", "Alpha", "incident-contact")
    world.member("Beta", "bob")
    world.person("bea", "Beta")
    world.member("Office", "sue", "secretariat")
    world.researcher("Group", "ros")
    world.organisation("Ministry", "partner")
    world.person("pam", "Ministry")
    return world


def assert_as_the_rules_say(world: World) -> None:
    """Everything stands where the rules want it."""
    with world.house.reading() as db:
        assert compare_placements(db, world.now, world.house.workshop).problems == []


def ask(world: World, name: str, stix_id: str, wanted: Label = Label.GREEN) -> ReleaseRequest:
    """Ask as somebody, a while after what was asked before; the request as kept."""
    world.advance(seconds=1)
    stewarding.ask(world.house, world.principal(name), stix_id, wanted, WHY)
    with world.house.reading() as db:
        return RequestStore(db).asked_by(world.people[name])[0]


def request_of(world: World, id_: str) -> ReleaseRequest:
    """A request as kept now."""
    with world.house.reading() as db:
        found = RequestStore(db).request(id_)
    assert found is not None
    return found


def edition_path(request: ReleaseRequest) -> str:
    """Where the edition for a request is prepared."""
    return f"/requests/{request.id}/edition"


def draft_of(world: World, name: str, request: ReleaseRequest, label: Label) -> editing.Draft:
    """The first draft of an edition, as somebody would release it untouched."""
    who = world.principal(name)
    with world.house.reading() as db:
        item = editing.latest_own(db, who, request.origin)
        assert item is not None
        made = editing.first_edition(db, who, item, label, world.now)
    return editing.edition_draft(item, editing.as_text(made.value), label, item.attribution)


def release(world: World, portal: Portal, request: ReleaseRequest, **changes: str) -> None:
    """Prepare, preview and release an edition in the portal."""
    path = edition_path(request)
    form = portal.form(portal.page(path), path)
    preview = portal.submit(form, 200, button="preview", **changes)
    portal.submit(portal.form(preview, path), button="release")
    assert_as_the_rules_say(world)


# asking


def test_a_request_goes_to_the_contributor_and_its_answer_comes_back(world: World) -> None:
    """From the form on the object's page to the answer on the asker's list."""
    item = indicator("TLP:AMBER", name="Miner pool")
    world.share("ann", item)
    bob = Portal(world, "bob")
    bob.send(f"/objects/{item['id']}", "/requests", wanted="green", reason=WHY)
    assert "Waits for an answer" in bob.words("/requests")
    alf = Portal(world, "alf")
    words = alf.words("/requests")
    assert "Asked by Bob, Beta" in words
    assert WHY in words
    alf.send("/requests", "/refuse", answer="Not before the arrests.")
    words = bob.words("/requests")
    assert "Refused" in words
    assert "Not before the arrests." in words
    assert world.ids("ros", "research") == set()


def test_researchers_ask_about_what_they_read(world: World) -> None:
    """A working group may ask for TLP:CLEAR of what is TLP:GREEN."""
    item = indicator("TLP:GREEN")
    world.share("ann", item)
    request = ask(world, "ros", item["id"], Label.CLEAR)
    release(world, Portal(world, "ann"), request)
    (public,) = world.read(None, "public")
    assert public["id"] == request_of(world, request.id).edition


def test_what_cannot_be_read_cannot_be_asked_about(world: World) -> None:
    """R11: the same answer as for an id that is not here at all."""
    hidden = indicator("TLP:AMBER")
    world.share("ann", hidden, recipients=[world.identity("ann")])
    bob = Portal(world, "bob")
    told = {
        bob.post(f"/objects/{stix_id}/requests", 404, wanted="green", reason=WHY)
        for stix_id in (hidden["id"], indicator()["id"])
    }
    assert len(told) == 1
    for name in ("bob", "ros"):
        with pytest.raises(UnknownObject):
            ask(world, name, hidden["id"])


@pytest.mark.parametrize(
    ("name", "label", "wanted", "said"),
    [
        ("bob", "TLP:GREEN", Label.AMBER, "not milder"),
        ("bob", "TLP:GREEN", Label.GREEN, "not milder"),
        ("bob", "TLP:CLEAR", Label.CLEAR, "everybody already"),
        ("alf", "TLP:AMBER", Label.GREEN, "Your own organisation"),
    ],
)
def test_what_makes_no_sense_is_refused(
    world: World, name: str, label: str, wanted: Label, said: str
) -> None:
    """A sentence; nothing is kept."""
    item = indicator(label)
    world.share("ann", item)
    with pytest.raises(RequestRefused, match=said):
        ask(world, name, item["id"], wanted)


@pytest.mark.parametrize(("reason", "said"), [("  ", "is missing"), ("x" * 2_001, "too long")])
def test_what_was_written_is_kept_where_it_is_refused(world: World, reason: str, said: str) -> None:
    """The form comes back with everything in it."""
    item = indicator("TLP:AMBER")
    world.share("ann", item)
    bob = Portal(world, "bob")
    page = bob.post(f"/objects/{item['id']}/requests", 400, wanted="green", reason=reason)
    assert said in page
    form = bob.form(page, "/requests")
    assert form.fields["reason"] == reason
    assert form.fields["wanted"] == "green"


def test_one_request_is_open_at_a_time_for_a_person_and_an_object(world: World) -> None:
    """A colleague may ask as well; after an answer one may ask again."""
    item = indicator("TLP:AMBER")
    world.share("ann", item)
    first = ask(world, "bob", item["id"])
    with pytest.raises(RequestRefused, match="already"):
        ask(world, "bob", item["id"], Label.CLEAR)
    ask(world, "bea", item["id"])
    stewarding.refuse(world.house, world.principal("ann"), first.id, "No.")
    assert ask(world, "bob", item["id"]).id != first.id


def test_who_neither_is_a_member_nor_a_working_group_does_not_ask(world: World) -> None:
    """A partner reads what is public, and what is addressed to it."""
    item = indicator("TLP:AMBER")
    world.share("ann", item, recipients=[world.identity("Ministry")])
    assert world.ids("pam", "public") == {item["id"]}
    with pytest.raises(NotPermitted):
        ask(world, "pam", item["id"])
    assert "Ask for a wider release" not in Portal(world, "pam").page(f"/objects/{item['id']}")


def test_a_request_is_taken_back_by_whoever_made_it_alone(world: World) -> None:
    """To anybody else there is no such request."""
    item = indicator("TLP:AMBER")
    world.share("ann", item)
    request = ask(world, "bob", item["id"])
    for name in ("bea", "ann", "sue"):
        Portal(world, name).post(f"/requests/{request.id}/take-back", 404)
    bob = Portal(world, "bob")
    bob.send("/requests", "/take-back")
    assert "Taken back" in bob.words("/requests")
    with pytest.raises(AlreadyDecided):
        stewarding.refuse(world.house, world.principal("ann"), request.id, "No.")


def test_a_derivative_is_asked_about_under_its_own_id(world: World) -> None:
    """R7: whoever reads the derivative is told of it alone; its contributor, of the original."""
    item = indicator("TLP:GREEN", name="Whole", description="Members only: the original's text.")
    item["granular_markings"] = [part("TLP:AMBER", "description")]
    world.share("ann", item, attribution="none")
    (seen,) = world.read("ros", "research")
    assert seen["id"] != item["id"]
    request = ask(world, "ros", seen["id"], Label.CLEAR)
    assert request.origin == item["id"]
    ros = Portal(world, "ros").page("/requests")
    assert seen["id"] in ros
    assert item["id"] not in ros
    assert f"/objects/{item['id']}" in Portal(world, "ann").page("/requests")


# who sees and answers


def test_an_unnamed_contributor_stays_unnamed_to_whoever_asked(world: World) -> None:
    """R6: on no page, in no answer, before and after; its id neither."""
    item = indicator("TLP:AMBER", name="Unsigned")
    world.share("ann", item, attribution="none")
    request = ask(world, "bob", item["id"])
    bob = Portal(world, "bob")
    pages = ["/requests", "/desk", "/feed", f"/objects/{item['id']}", "/releases", "/held"]
    telling = ("Alpha", "Ann", "Alf", world.organisations["Alpha"], world.people["ann"])
    for path in pages:
        assert not [word for word in telling if word in bob.page(path)], path
    release(world, Portal(world, "ann"), request, answer="With pleasure.")
    edition = request_of(world, request.id).edition
    for path in (*pages, f"/objects/{edition}", f"/objects/{edition}/raw"):
        assert not [word for word in telling if word in bob.page(path)], path
    assert "With pleasure." in bob.page("/requests")
    for name in ("ros", "sue"):
        assert "Alpha" not in Portal(world, name).page(f"/objects/{edition}")


@pytest.mark.parametrize("name", ["bea", "ros", "pam"])
def test_a_request_is_between_two_parties(world: World, name: str) -> None:
    """Nobody else sees that it exists, and no address of it answers."""
    item = indicator("TLP:GREEN", name="Asked about")
    world.share("ann", item)
    request = ask(world, "bob", item["id"], Label.CLEAR)
    other = Portal(world, name)
    page = other.page("/requests")
    assert request.id not in page
    assert item["id"] not in page
    status = 404 if name == "bea" else 403
    other.page(edition_path(request), status)
    other.post(f"/requests/{request.id}/refuse", status, answer="No.")
    other.post(f"/requests/{request.id}/proposals", 403, text="Do it.")


def test_analysts_and_representatives_answer(world: World) -> None:
    """An incident contact sees the request, and is told who answers."""
    item = indicator("TLP:AMBER")
    world.share("ann", item)
    request = ask(world, "bob", item["id"])
    ida = Portal(world, "ida")
    assert "Analysts and representatives" in ida.words("/requests")
    ida.post(f"/requests/{request.id}/refuse", 403, answer="No.")
    ida.page(edition_path(request), 403)
    assert request_of(world, request.id).state.value == "open"


def test_a_request_about_red_is_answered_by_whoever_posted_it(world: World) -> None:
    """R3: colleagues of that account do not even see it."""
    red = indicator("TLP:RED", name="For Bob")
    world.share("ann", red, recipients=[world.identity("bob")])
    request = ask(world, "bob", red["id"], Label.AMBER)
    alf = Portal(world, "alf")
    assert red["id"] not in alf.page("/requests")
    alf.page(edition_path(request), 404)
    alf.post(f"/requests/{request.id}/refuse", 404, answer="No.")
    release(world, Portal(world, "ann"), request)
    assert request_of(world, request.id).edition in world.ids("bea")


def test_the_secretariat_proposes_and_decides_nothing(world: World) -> None:
    """It sees what is asked about what it may read; its proposal reaches the contributor."""
    item, hidden = indicator("TLP:AMBER"), indicator("TLP:AMBER")
    world.share("ann", item)
    world.share("ann", hidden, recipients=[world.identity("bob")])
    request, unseen = ask(world, "bob", item["id"]), ask(world, "bob", hidden["id"])
    sue = Portal(world, "sue")
    page = sue.page("/requests")
    assert item["id"] in page
    assert hidden["id"] not in page
    sue.send("/requests", "/proposals", text="Green would do; leave out the pool's name.")
    sue.post(f"/requests/{unseen.id}/proposals", 404, text="Green would do.")
    sue.page(edition_path(request), 403)
    sue.post(f"/requests/{request.id}/refuse", 403, answer="No.")
    assert "Green would do" in Portal(world, "ann").words("/requests")
    assert "Green would do" not in Portal(world, "bob").words("/requests")


def test_what_is_withdrawn_is_asked_about_no_more(world: World) -> None:
    """R12: gone from the contributor's list; the asker keeps the id and their own words."""
    item = indicator("TLP:AMBER", name="Soon gone")
    world.share("ann", item)
    request = ask(world, "bob", item["id"])
    ann = Portal(world, "ann")
    stewarding.withdraw_object(world.house, world.principal("ann"), item["id"])
    assert item["id"] not in ann.page("/requests")
    ann.page(edition_path(request), 404)
    page = Portal(world, "bob").page("/requests")
    assert item["id"] in page
    assert "Soon gone" not in page


# the edition


def test_the_edition_is_another_object_and_the_original_stays(world: World) -> None:
    """A new id, the chosen label, the creator by attribution; the original as it was."""
    item = indicator("TLP:AMBER", created_by_ref=world.identity("Alpha"), name="Miner pool")
    world.share("ann", item)
    before = world.read("bob")
    request = ask(world, "bob", item["id"])
    release(world, Portal(world, "alf"), request)
    edition = request_of(world, request.id).edition
    assert edition != item["id"]
    found = {value["id"]: value for value in world.read("bob")}
    assert [found[item["id"]]] == before
    made = found[str(edition)]
    assert made["object_marking_refs"] == [MARKING_OF[Label.GREEN]]
    assert made["created_by_ref"] == world.identity("Alpha")
    assert made["pattern"] == item["pattern"]
    assert world.ids("ros", "research") == {edition}
    assert world.ids(None, "public") == set()


def test_the_first_draft_leaves_out_what_the_wider_audience_may_not_see(world: World) -> None:
    """Stricter parts with their markings, references to what is not there, an unnamed creator."""
    hidden, shown = malware("TLP:AMBER"), malware("TLP:GREEN")
    item = report(
        "TLP:AMBER",
        hidden["id"],
        shown["id"],
        created_by_ref=world.identity("Alpha"),
        description="Strictly for members: the pool of AS64500.",
    )
    item["granular_markings"] = [
        part("TLP:AMBER+STRICT", "description"),
        part("TLP:GREEN", "name"),
    ]
    world.share("ann", hidden, shown, item, attribution="none")
    (derived,) = [value for value in world.read("bob") if value["type"] == "report"]
    draft = draft_of(world, "ann", ask(world, "bob", derived["id"]), Label.GREEN)
    value: dict[str, Any] = orjson.loads(draft.text)
    assert value["object_refs"] == [shown["id"]]
    assert "description" not in value
    assert "granular_markings" not in value
    assert "created_by_ref" not in value
    assert value["name"] == item["name"]
    assert [REGISTRY[ref] for ref in value["object_marking_refs"]] == [Label.GREEN]


def test_what_cannot_be_left_out_is_said(world: World) -> None:
    """A relationship needs both ends: the page names the one that its readers cannot see."""
    hidden, shown = indicator("TLP:AMBER"), malware("TLP:GREEN")
    tie = relationship("TLP:AMBER", hidden["id"], shown["id"])
    world.share("ann", hidden, shown, tie)
    request = ask(world, "bob", tie["id"])
    ann, path = Portal(world, "ann"), edition_path(request)
    page = ann.page(path)
    assert f"It names {hidden['id']}" in page
    preview = ann.submit(ann.form(page, path), 200, button="preview")
    assert "What it names does not go there." in preview


def test_a_required_part_that_may_not_leave_is_written_anew(world: World) -> None:
    """The draft lacks it, says so, and goes out only once the text is a valid object again."""
    named = malware("TLP:GREEN")
    item = report("TLP:AMBER", named["id"], name="The operator's own name")
    item["granular_markings"] = [part("TLP:AMBER+STRICT", "name")]
    world.share("ann", named, item)
    request = ask(world, "bob", item["id"])
    ann, path = Portal(world, "ann"), edition_path(request)
    page = ann.page(path)
    assert "complete the text" in page
    form = ann.form(page, path)
    value: dict[str, Any] = orjson.loads(form.fields["text"])
    assert "name" not in value
    refused = ann.submit(form, 400, button="preview")
    assert "`name` is missing" in refused
    written = orjson.dumps({**value, "name": "A pool of miners"}).decode()
    preview = ann.submit(ann.form(refused, path), 200, button="preview", text=written)
    ann.submit(ann.form(preview, path), button="release")
    (found,) = [item for item in world.read("ros", "research") if item["type"] == "report"]
    assert found["name"] == "A pool of miners"
    assert found["object_refs"] == [named["id"]]


def test_the_preview_is_exact_and_counts_whom_it_reaches(world: World) -> None:
    """The facts, each audience with its number, and nothing has happened yet."""
    item = indicator("TLP:AMBER", name="Miner pool")
    world.share("ann", item)
    request = ask(world, "bob", item["id"])
    ann, path = Portal(world, "ann"), edition_path(request)
    before = world.ids("bob")
    words = ann.submit(ann.form(ann.page(path), path), 200, button="preview")
    assert "Miner pool" in words
    assert "203.0.113.7" in words
    # Alpha, Beta, the secretariat's own and CloudSIRT itself.
    assert "3 member organisations now" in words
    assert "1 working group now" in words
    assert "TLP:GREEN does not go there." in words
    assert world.ids("bob") == before
    assert request_of(world, request.id).state.value == "open"


def test_the_label_is_the_contributors_choice(world: World) -> None:
    """Begun again under another label, the draft is made for that one's readers."""
    item = indicator("TLP:AMBER")
    world.share("ann", item)
    request = ask(world, "bob", item["id"])
    ann, path = Portal(world, "ann"), edition_path(request)
    form = ann.form(ann.page(f"{path}?label=clear"), path)
    assert MARKING_OF[Label.CLEAR] in form.fields["text"]
    preview = ann.submit(form, 200, button="preview")
    ann.submit(ann.form(preview, path), button="release")
    assert len(world.ids(None, "public")) == 1


def test_what_was_changed_after_the_preview_is_previewed_again(world: World) -> None:
    """Nothing goes out that its releaser has not been shown."""
    item = indicator("TLP:AMBER", name="Miner pool")
    world.share("ann", item)
    request = ask(world, "bob", item["id"])
    ann, path = Portal(world, "ann"), edition_path(request)
    preview = ann.form(ann.submit(ann.form(ann.page(path), path), 200, button="preview"), path)
    changed = preview.fields["text"].replace("Miner pool", "Another name")
    again = ann.submit(preview, 200, button="release", text=changed)
    assert "changed something since the preview" in again
    assert world.ids("ros", "research") == set()
    ann.submit(ann.form(again, path), button="release")
    (found,) = world.read("ros", "research")
    assert found["name"] == "Another name"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[]", "must be a JSON object"),
        ("{}, {}", "must be one STIX object"),
        ('{"type": "indicator"}', "`spec_version`"),
    ],
)
def test_a_bad_text_is_refused_and_kept(world: World, text: str, said: str) -> None:
    """A sentence, the text as it was written, the request still open."""
    item = indicator("TLP:AMBER")
    world.share("ann", item)
    request = ask(world, "bob", item["id"])
    ann, path = Portal(world, "ann"), edition_path(request)
    page = ann.submit(ann.form(ann.page(path), path), 400, button="preview", text=text)
    assert said in page
    assert ann.form(page, path).fields["text"] == text
    assert request_of(world, request.id).state.value == "open"


def test_an_edition_never_takes_the_place_of_what_is_there(world: World) -> None:
    """Neither a new version of the original, nor of anything else that its contributor has."""
    item, other = indicator("TLP:AMBER"), indicator("TLP:AMBER")
    world.share("ann", item, other)
    request = ask(world, "bob", item["id"])
    ann = world.principal("ann")
    for value in (item, later(item, label="TLP:GREEN"), later(other, label="TLP:GREEN")):
        drafted = draft_of(world, "ann", request, Label.GREEN)
        draft = editing.Draft(drafted.topic, orjson.dumps(value).decode(), drafted.handling)
        with pytest.raises(NotAccepted):
            editing.grant(world.house, ann, request.id, draft, "")
    assert world.ids("ros", "research") == set()
    assert request_of(world, request.id).state.value == "open"
    assert_as_the_rules_say(world)


def test_personal_data_in_an_edition_is_held_like_any_other(world: World) -> None:
    """Granted, posted, and held until somebody has decided about what was found."""
    item = indicator("TLP:AMBER", description=PERSONAL)
    world.share("ann", item)
    request = ask(world, "bob", item["id"])
    ann = Portal(world, "ann")
    release(world, ann, request)
    assert world.ids("ros", "research") == set()
    assert str(request_of(world, request.id).edition) in ann.page("/held")


# races


def test_two_people_decide_and_one_is_told(world: World) -> None:
    """One outcome, one edition; the other's answer is not recorded."""
    item = indicator("TLP:AMBER")
    world.share("ann", item)
    request = ask(world, "bob", item["id"])
    ann, alf, path = Portal(world, "ann"), Portal(world, "alf"), edition_path(request)
    form = ann.form(ann.submit(ann.form(ann.page(path), path), 200, button="preview"), path)
    refusing = alf.form(alf.page("/requests"), "/refuse")
    ann.submit(form, button="release")
    told = alf.submit(refusing, 409, answer="No.")
    assert "was granted already" in told
    assert request_of(world, request.id).answer == ""
    alf.page(path, 409)


def test_of_many_who_grant_at_once_one_releases(world: World) -> None:
    """The edition and the answer are one transaction: the editions of the others do not exist."""
    item = indicator("TLP:AMBER")
    world.share("ann", item)
    request = ask(world, "bob", item["id"])
    outcomes: list[str | type[Exception]] = []
    start = threading.Barrier(4)

    def decide(name: str) -> None:
        draft = draft_of(world, name, request, Label.GREEN)
        who = world.principal(name)
        start.wait()
        try:
            outcomes.append(editing.grant(world.house, who, request.id, draft, ""))
        except FeedError as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=decide, args=(name,)) for name in ("ann", "alf") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (edition,) = [found for found in outcomes if isinstance(found, str)]
    assert [found for found in outcomes if found != edition] == [AlreadyDecided] * 3
    assert world.ids("ros", "research") == {edition}
    assert request_of(world, request.id).edition == edition
    assert_as_the_rules_say(world)


def test_standing_that_ends_ends_the_right_to_answer(world: World) -> None:
    """A suspended organisation decides nothing any more, whatever page is open."""
    item = indicator("TLP:AMBER")
    world.share("ann", item)
    request = ask(world, "bob", item["id"])
    ann = world.principal("ann")
    draft = draft_of(world, "ann", request, Label.GREEN)
    world.suspend("Alpha")
    with pytest.raises(NotPermitted):
        editing.grant(world.house, ann, request.id, draft, "")
    with pytest.raises(NotPermitted):
        stewarding.refuse(world.house, ann, request.id, "No.")
    assert world.ids("ros", "research") == set()


def test_a_request_that_does_not_exist_is_unknown(world: World) -> None:
    """As one that is somebody else's."""
    with pytest.raises(UnknownRequest):
        stewarding.refuse(world.house, world.principal("ann"), "no such id", "No.")
