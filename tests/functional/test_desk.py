"""The desk: releases and holds as people see and change them, and who may do what.

R5 (not simultaneously), R11 (no influence), the bylaws on personal data.
"""

import re
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from cloudsirt.auth import passwords
from feeds.recomputing import compare_placements
from tests.objects import indicator, later, report
from tests.plumbing.pages import Portal, forms_of
from tests.world import START, World

PERSONAL = "Ask jane.doe@corp.example.net about it."
TOMORROW, NEXT_WEEK = START + timedelta(days=1), START + timedelta(days=7)


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two members, the secretariat, a working group and a partner."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    world.member("Alpha", "ann")
    world.person("alf", "Alpha", "representative")
    world.member("Beta", "bob")
    world.member("Office", "sue", "secretariat")
    world.researcher("Group", "ros")
    world.organisation("Ministry", "partner")
    world.person("pam", "Ministry")
    return world


def stamp(days: int) -> str:
    """A release time that many days after the start."""
    return (START + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def field(days: int) -> str:
    """The same as a browser's field sends it."""
    return (START + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def assert_as_the_rules_say(world: World) -> None:
    """Everything stands where the rules want it."""
    with world.house.reading() as db:
        assert compare_placements(db, world.now, world.house.workshop).problems == []


# the calendar


def test_the_calendar_shows_ones_own_releases_and_when(world: World) -> None:
    """Every perimeter that is still to come, with its time; what has no time of its own follows."""
    staged = indicator("TLP:CLEAR", name="Staged scanner")
    world.share("ann", staged, release={"research": stamp(1)})
    world.share("ann", indicator("TLP:CLEAR", name="Not staged"))
    for name in ("ann", "alf"):
        words = Portal(world, name).words("/releases")
        assert "Staged scanner" in words
        assert words.count("2 Mar 2026, 12:00 UTC") == 2
        assert "CSA working groups" in words
        assert "Public" in words
        assert "Not staged" not in words


@pytest.mark.parametrize("address", ["/releases", "/held"])
def test_no_mark_on_a_page_counts_what_others_stored(world: World, address: str) -> None:
    """The names of a page's parts follow from their places on it, and from nothing else (R11)."""
    for _ in range(3):
        world.share("bob", indicator("TLP:RED"), recipients=[world.identity("sue")])
    for number in range(2):
        text = f"Ask jane.doe{number}@corp.example.net about it."
        world.share("ann", indicator("TLP:CLEAR", description=text), release={"public": stamp(1)})
    page = Portal(world, "ann").page(address)
    assert re.findall(r'<li class="case" id="([^"]+)"', page) == ["object-1", "object-2"]


@pytest.mark.parametrize("name", ["bob", "ros", "pam"])
def test_nobody_sees_the_releases_of_others(world: World, name: str) -> None:
    """A plan is its contributor's, although members read the object already (R11)."""
    staged = indicator("TLP:CLEAR", name="Staged scanner")
    world.share("ann", staged, release={"research": stamp(1)})
    page = Portal(world, name).page("/releases")
    assert staged["id"] not in page
    assert "Staged scanner" not in page
    assert "2 Mar 2026" not in page


def test_the_secretariat_sees_what_it_may_read_of_others_and_no_more(world: World) -> None:
    """What waits for the members perimeter, or is addressed to others, it does not know."""
    readable = indicator("TLP:CLEAR", name="Readable")
    waiting = indicator("TLP:CLEAR", name="Not even for members")
    world.share("ann", readable, release={"research": stamp(1)})
    world.share("ann", waiting, release={"members": stamp(1)})
    sue = Portal(world, "sue")
    words = sue.words("/releases")
    assert "Readable" in words
    assert "Alpha" in words
    assert "Not even for members" not in words
    sue.post(f"/releases/{readable['id']}", 403, perimeter="public", action="stop", confirmed="yes")
    sue.post(f"/releases/{waiting['id']}", 404, perimeter="public", action="stop", confirmed="yes")


def test_the_secretariat_is_not_told_who_wants_to_stay_unnamed(world: World) -> None:
    """R6: attribution holds for the secretariat as for every other reader."""
    world.share(
        "ann",
        indicator("TLP:CLEAR", name="Unsigned", description=PERSONAL),
        release={"research": stamp(1)},
        attribution="none",
    )
    sue = Portal(world, "sue")
    for path in ("/releases", "/held"):
        words = sue.words(path)
        assert "Unsigned" in words
        assert "Contributor not named" in words
        assert "Alpha" not in words


def test_a_release_is_moved_stopped_and_given_a_time_again(world: World) -> None:
    """Three presses of a button, each of which the worker then follows."""
    staged = indicator("TLP:GREEN")
    world.share("ann", staged, release={"research": stamp(1)})
    ann, path = Portal(world, "ann"), f"/releases/{staged['id']}"
    ann.send("/releases", path, button="move", when=field(3))
    world.now = START + timedelta(days=2)
    world.work()
    assert world.ids("ros", "research") == set()
    ann = Portal(world, "ann")
    sure = ann.form(ann.send("/releases", path, 200, button="stop"), path)
    ann.submit(sure)
    assert "Stopped" in ann.words("/releases")
    world.now = START + timedelta(days=4)
    world.work()
    assert world.ids("ros", "research") == set()
    ann = Portal(world, "ann")
    ann.send("/releases", path, button="move", when=field(5))
    world.now = START + timedelta(days=6)
    world.work()
    assert world.ids("ros", "research") == {staged["id"]}
    assert_as_the_rules_say(world)


def test_releasing_at_once_is_asked_for_twice(world: World) -> None:
    """The first press tells what follows and changes nothing."""
    staged = indicator("TLP:GREEN")
    world.share("ann", staged, release={"research": stamp(1)})
    ann, path = Portal(world, "ann"), f"/releases/{staged['id']}"
    sure = ann.send("/releases", path, 200, button="now")
    assert world.ids("ros", "research") == set()
    ann.submit(ann.form(sure, path))
    assert world.ids("ros", "research") == {staged["id"]}
    assert_as_the_rules_say(world)


def test_a_stop_says_beforehand_what_else_goes(world: World) -> None:
    """R9: an earlier version that is there goes with a later one that is stopped."""
    first = indicator("TLP:GREEN")
    world.share("ann", first)
    world.share("ann", later(first), release={"research": stamp(1)})
    ann, path = Portal(world, "ann"), f"/releases/{first['id']}"
    sure = ann.send("/releases", path, 200, button="stop")
    assert "An earlier version is there already" in sure
    ann.submit(ann.form(sure, path))
    assert world.ids("ros", "research") == set()
    assert_as_the_rules_say(world)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"perimeter": "public", "when": field(3)}, "TLP:GREEN may never reach the public"),
        ({"perimeter": "members", "when": field(3)}, "reached the members perimeter already"),
        ({"perimeter": "research", "when": "soon"}, "Give a day and a time"),
        ({"perimeter": "moon", "when": field(3)}, "Say which perimeter"),
    ],
)
def test_what_cannot_be_set_is_said(world: World, changes: dict[str, str], said: str) -> None:
    """A sentence, and nothing has changed."""
    staged = indicator("TLP:GREEN")
    world.share("ann", staged, release={"research": stamp(1)})
    ann = Portal(world, "ann")
    answer = ann.post(f"/releases/{staged['id']}", 400, action="move", **changes)
    assert said in answer
    assert "2 Mar 2026, 12:00 UTC" in ann.words("/releases")


def test_somebody_elses_release_cannot_be_changed(world: World) -> None:
    """Readable: it is not theirs. Not readable: there is no such object, as for any other id."""
    readable = indicator("TLP:CLEAR")
    hidden = indicator("TLP:AMBER")
    world.share("ann", readable, release={"research": stamp(1)})
    world.share("ann", hidden, recipients=[world.identity("ann")])
    bob = Portal(world, "bob")
    wish = {"perimeter": "research", "action": "move", "when": field(3)}
    bob.post(f"/releases/{readable['id']}", 403, **wish)
    told = bob.post(f"/releases/{hidden['id']}", 404, **wish)
    unknown = bob.post(f"/releases/{indicator()['id']}", 404, **wish)
    assert told == unknown


def test_what_ended_in_between_ends_the_decision(world: World) -> None:
    """A lapsed NDA: the page is still open, the button does nothing any more."""
    staged = indicator("TLP:GREEN")
    world.share("ann", staged, release={"research": stamp(1)})
    ann = Portal(world, "ann")
    form = ann.form(ann.page("/releases"), f"/releases/{staged['id']}")
    world.end_nda("Alpha")
    ann.submit(form, 403, button="move", when=field(3))


# holds


def test_members_have_what_is_held_and_the_answer_does_not_tell(world: World) -> None:
    """The members perimeter does not wait; the submission's answer is that of any other."""
    plain = indicator("TLP:CLEAR", description="Nothing in it.")
    personal = indicator("TLP:CLEAR", description=PERSONAL)
    answers = [world.share("ann", item) for item in (plain, personal)]
    for answer, item in zip(answers, (plain, personal), strict=True):
        del answer["id"]
        assert answer["successes"] == [{"id": item["id"], "version": item["modified"]}]
        del answer["successes"]
    assert answers[0] == answers[1]
    assert world.ids("bob") == {plain["id"], personal["id"]}
    assert world.ids("ros", "research") == world.ids(None, "public") == {plain["id"]}


def test_a_hold_shows_what_was_found_and_is_cleared_in_two_steps(world: World) -> None:
    """Path, kind and excerpt; then what follows; then it leaves."""
    personal = indicator("TLP:CLEAR", description=PERSONAL)
    world.share("ann", personal)
    alf, path = Portal(world, "alf"), f"/held/{personal['id']}/clear"
    words = alf.words("/held")
    assert "E-mail address in description" in words
    assert "jane.doe@corp.example.net" in words
    assert "Kept from: CSA working groups, Public" in words
    sure = alf.send("/held", path, 200)
    assert world.ids(None, "public") == set()
    alf.submit(alf.form(sure, path))
    assert world.ids(None, "public") == world.ids("ros", "research") == {personal["id"]}
    assert "Nothing of your organisation is held" in alf.words("/held")
    assert_as_the_rules_say(world)


def test_what_was_posted_meanwhile_is_not_cleared_unseen(world: World) -> None:
    """The decision is about the content that was on the page."""
    personal = indicator("TLP:CLEAR", description=PERSONAL)
    world.share("ann", personal)
    ann, path = Portal(world, "ann"), f"/held/{personal['id']}/clear"
    sure = ann.form(ann.send("/held", path, 200), path)
    world.share("ann", later(personal, description=f"{PERSONAL} And john.roe@corp.example.net."))
    ann.submit(sure, 409)
    assert world.ids(None, "public") == set()
    assert_as_the_rules_say(world)


def test_the_secretariat_sees_and_proposes_and_decides_nothing(world: World) -> None:
    """Its proposal reaches the contributor; the buttons of the contributor are not for it."""
    personal = indicator("TLP:CLEAR", description=PERSONAL)
    hidden = indicator("TLP:CLEAR", description=PERSONAL)
    world.share("ann", personal)
    world.share("ann", hidden, release={"members": stamp(1)})
    sue = Portal(world, "sue")
    words = sue.words("/held")
    assert "jane.doe@corp.example.net" in words
    assert hidden["id"] not in sue.page("/held")
    sue.send("/held", f"/held/{personal['id']}/proposals", text="Leave the address out, please.")
    sue.post(f"/held/{hidden['id']}/proposals", 404, text="Leave it out.")
    for status in (403, 403):
        sue.post(f"/held/{personal['id']}/clear", status, digest="0" * 64, confirmed="yes")
    sue.client.get(f"/held/{personal['id']}/redact")
    assert "Leave the address out, please." in Portal(world, "ann").words("/held")
    assert world.ids(None, "public") == set()


@pytest.mark.parametrize("name", ["bob", "ros", "pam"])
def test_nobody_else_sees_or_decides_about_holds(world: World, name: str) -> None:
    """Not what is held, not what was found, and no button works."""
    personal = indicator("TLP:CLEAR", description=PERSONAL)
    world.share("ann", personal)
    other = Portal(world, name)
    page = other.page("/held")
    assert personal["id"] not in page
    assert "jane.doe" not in page
    other.post(f"/held/{personal['id']}/clear", 403, digest="0" * 64, confirmed="yes")
    other.post(f"/held/{personal['id']}/proposals", 403, text="Hello")
    other.page(f"/held/{personal['id']}/redact", 403)


def test_leaving_the_data_out_is_a_new_version_that_leaves(world: World) -> None:
    """Edit, preview, post; the held version never leaves, and is not on the list any more."""
    personal = indicator("TLP:CLEAR", description=PERSONAL)
    world.share("ann", personal)
    ann, path = Portal(world, "ann"), f"/held/{personal['id']}/redact"
    form = ann.form(ann.page(path), path)
    text = form.fields["text"].replace("jane.doe@corp.example.net", "the contact")
    preview = ann.submit(form, 200, button="preview", text=text)
    assert "Ask the contact about it." in preview
    assert world.ids(None, "public") == set()
    ann.submit(ann.form(preview, path), button="release")
    (public,) = world.read(None, "public")
    assert public["description"] == "Ask the contact about it."
    assert public["id"] == personal["id"]
    assert "Nothing of your organisation is held" in ann.words("/held")
    assert_as_the_rules_say(world)


def test_a_redaction_keeps_the_times_and_stops_of_what_it_replaces(world: World) -> None:
    """R5: leaving something out does not let the rest out earlier."""
    personal = indicator("TLP:CLEAR", description=PERSONAL)
    world.share("ann", personal, release={"research": stamp(1), "public": stamp(2)})
    ann = Portal(world, "ann")
    released = f"/releases/{personal['id']}"
    page = ann.page("/releases")
    forms = [form for form in forms_of(page) if form.fields.get("perimeter") == "public"]
    sure = ann.submit(forms[0], 200, button="stop")
    ann.submit(ann.form(sure, released))
    path = f"/held/{personal['id']}/redact"
    form = ann.form(ann.page(path), path)
    text = form.fields["text"].replace("jane.doe@corp.example.net", "the contact")
    preview = ann.form(ann.submit(form, 200, button="preview", text=text), path)
    ann.submit(preview, button="release")
    assert world.ids("ros", "research") == set()
    words = ann.words("/releases")
    assert "2 Mar 2026, 12:00 UTC" in words
    assert "Stopped" in words
    world.now = START + timedelta(days=3)
    world.work()
    (found,) = world.read("ros", "research")
    assert found["description"] == "Ask the contact about it."
    assert world.ids(None, "public") == set()
    assert_as_the_rules_say(world)


# the desk itself


def test_the_desk_counts_what_concerns_the_person(world: World) -> None:
    """Each line leads to its page; what others wait for is no number here."""
    world.share("ann", indicator("TLP:CLEAR"), release={"research": stamp(1)})
    world.share("ann", indicator("TLP:CLEAR", description=PERSONAL))
    world.share("bob", indicator("TLP:CLEAR", description=PERSONAL))
    ann = Portal(world, "ann")
    words = ann.words("/desk")
    assert "1 due or stopped" in words
    assert "1 held" in words
    assert "0 to answer" in words
    assert "of others" not in words
    assert "2 of others" in Portal(world, "sue").words("/desk")
    for path in ("/releases", "/held", "/requests", "/withdrawn"):
        assert f'href="{path}"' in ann.page("/desk")


@pytest.mark.parametrize("name", ["ros", "pam"])
def test_who_contributes_nothing_has_a_short_desk(world: World, name: str) -> None:
    """Requests and withdrawals only."""
    words = Portal(world, name).words("/desk")
    assert "Releases" not in words
    assert "Held" not in words
    assert "Requests" in words
    assert "Withdrawn" in words


def test_the_object_page_leads_to_what_its_contributor_can_do(world: World) -> None:
    """One's own: release, hold, withdraw. Others': the form that asks, and none of these."""
    item = indicator("TLP:GREEN", description=PERSONAL)
    world.share("ann", item, release={"research": stamp(1)})
    page = Portal(world, "ann").page(f"/objects/{item['id']}")
    for path in ("/releases", "/held", f"/objects/{item['id']}/withdraw"):
        assert f'href="{path}"' in page
    assert f"/objects/{item['id']}/requests" not in page
    page = Portal(world, "bob").page(f"/objects/{item['id']}")
    assert f"/objects/{item['id']}/requests" in page
    for path in ("/releases", "/held", f"/objects/{item['id']}/withdraw"):
        assert f'href="{path}"' not in page


def test_a_red_object_is_unknown_to_a_colleague_on_the_desk(world: World) -> None:
    """R3: of the contributor's side, the account that posted it alone."""
    red = report("TLP:RED", indicator()["id"], name="For Bob only")
    world.share("ann", red, recipients=[world.identity("bob")])
    alf = Portal(world, "alf")
    alf.page(f"/objects/{red['id']}/withdraw", 404)
    alf.post(f"/objects/{red['id']}/withdraw", 404)
    alf.post(f"/releases/{red['id']}", 404, perimeter="public", action="move", when=field(1))
    assert red["id"] in world.ids("bob")
