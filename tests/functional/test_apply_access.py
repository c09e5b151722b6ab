"""An application is opened by its link and by nothing else, and tells nobody who applies."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from cloudsirt.auth.gate import permission_of
from cloudsirt.auth.permissions import Permission
from cloudsirt.house import OPERATOR
from cloudsirt.links import Purpose
from membership.applications.application import State
from membership.applications.store import ApplicationStore
from membership.events import OrganisationAdmitted
from membership.organisation import Listing
from tests.plumbing.applicant import Applicant, complete, links_to
from tests.plumbing.pages import Portal, words_of
from tests.world import World

sqlite_only = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@sqlite_only
def test_another_browser_goes_on_with_the_link(world: World) -> None:
    """What was saved is there; opening the letter alone changes nothing, and shows nothing."""
    applicant = Applicant(world).begin()
    applicant.fill("organisation", name="Alder CERT")
    other = Applicant(world)
    other.page("/apply/overview", 403)
    text = other.page(f"/apply/open/{applicant.link()}")
    assert "Alder" not in text
    other.page("/apply/overview", 403)
    other.open(applicant.link())
    assert "Alder CERT" in other.page("/apply/organisation")
    other.send("/apply/overview", "/apply/leave")
    other.page("/apply/overview", 403)
    assert "Alder CERT" in applicant.page("/apply/organisation")


@sqlite_only
def test_only_the_button_confirms_the_address(world: World) -> None:
    """Mail scanners follow links, and that is no reading of the letter."""
    applicant = Applicant(world)
    applicant.ask()
    applicant.page(f"/apply/open/{applicant.link()}")
    assert applicant.application().confirmed is None
    applicant.open(applicant.link())
    assert applicant.application().confirmed == world.now


@sqlite_only
def test_strange_and_old_links_open_nothing(world: World) -> None:
    """A forged one, none, and one that expired get the same page."""
    applicant = Applicant(world).begin()
    good = applicant.link()
    forged = ("A" if good[-1] != "A" else "B").join((good[:-1], ""))
    for bad in (forged, "x", good[:-1], good.swapcase()):
        stranger = Applicant(world)
        assert "No application is open here" in stranger.page(f"/apply/open/{bad}", 403)
        stranger.client.set_cookie("cloudsirt-application", bad)
        stranger.page("/apply/status", 403)
    world.advance(days=Purpose.APPLICATION.lasts // timedelta(days=1) + 1)
    applicant.page("/apply/overview", 403)
    applicant.page(f"/apply/open/{good}", 403)


@sqlite_only
def test_every_page_asks_for_the_link(world: World) -> None:
    """All but the two that everybody may see: what is new is closed until it says otherwise."""
    visitor, seen = Applicant(world), set[str]()
    views = world.app.view_functions
    for rule in world.app.url_map.iter_rules():
        if permission_of(views[rule.endpoint]) is not Permission.APPLICATION_OWN:
            continue
        path = rule.rule.replace("<name>", "contacts")
        token = visitor.form(visitor.page("/apply"), "/apply").fields["csrf_token"]
        if "GET" in (rule.methods or ()):
            answer = visitor.client.get(path)
        else:
            answer = visitor.client.post(path, data={"csrf_token": token})
        if answer.status_code != 403:
            seen.add(path)
    assert seen == {"/apply", "/apply/sent", "/apply/leave"}


PATHS = (
    *("overview", "organisation", "profile", "category", "contacts", "resources", "assurance"),
    *("sponsors", "review", "status", "category/csirt-statute"),
)


@sqlite_only
def test_nobody_else_sees_it(world: World) -> None:
    """Not a visitor, not another applicant, not a member; nothing of it is kept by a cache."""
    applicant = Applicant(world).begin()
    complete(applicant)
    file = re.search(r"/apply/files/[0-9a-f-]+", applicant.page("/apply/review"))
    assert file is not None
    world.member("Beta", "bob")
    others = [Applicant(world), Applicant(world, "other@example.org").begin(), Portal(world, "bob")]
    for path in PATHS:
        answer = applicant.client.get(f"/apply/{path}")
        assert answer.status_code == 200, path
        assert answer.headers["Cache-Control"] == "private, no-store"
        for other in others:
            assert "Alder" not in other.client.get(f"/apply/{path}").text
    for other in others:
        assert other.client.get(file[0]).status_code in (403, 404)


@sqlite_only
def test_the_answer_is_the_same_for_every_address(world: World) -> None:
    """Known or not, written to or not: nobody learns who applied, and nobody is flooded."""
    applicant = Applicant(world).begin()
    stranger = Applicant(world, "nobody@example.org")
    for _ in range(5):
        world.advance(seconds=1)
        applicant.ask()
        stranger.ask()
        assert applicant.last is not None
        assert stranger.last is not None
        assert applicant.last.location == stranger.last.location == "/apply/sent"
    assert len(links_to(world, applicant.application().id)) == 3
    with world.house.reading() as db:
        assert len(ApplicationStore(db).applications_of("nobody@example.org")) == 1
    world.advance(hours=2)
    applicant.ask()
    assert len(links_to(world, applicant.application().id)) == 4


@sqlite_only
def test_one_network_cannot_write_to_the_world(world: World) -> None:
    """Many addresses from one place are too many."""
    visitor = Applicant(world)
    form = visitor.form(visitor.page("/apply"), "/apply")
    for number in range(60):
        visitor.submit(form, email=f"person{number}@example.org", zone="UTC")
    text = visitor.submit(form, 429, email="another@example.org", zone="UTC")
    assert "too often from your network" in text


@sqlite_only
@pytest.mark.parametrize(
    ("email", "zone", "told"),
    [
        ("not an address", "UTC", "written like soc@example.org"),
        ("", "UTC", "written like soc@example.org"),
        ("soc@example.org", "Mars/Olympus", "not a time zone that we know"),
    ],
)
def test_what_is_no_address_is_said_beside_the_field(
    world: World, email: str, zone: str, told: str
) -> None:
    """And what was typed is still there."""
    text = Applicant(world).send("/apply", "/apply", 400, email=email, zone=zone)
    assert told in text
    assert f'value="{email}"' in text


@sqlite_only
def test_who_is_a_member_is_not_found_out_by_naming_sponsors(world: World) -> None:
    """An unlisted member and an invented one get the same answer; an id, or public name, works."""

    world.member("Quiet Cloud", "quinn")
    world.member("Open Cloud", "olga")
    with world.house.working(OPERATOR) as work:
        found = work.membership.organisation(world.organisations["Open Cloud"])
        work.membership.save_organisation(replace(found, public_listing=Listing.NAME))
        work.record(OrganisationAdmitted(found.id, "a test"))
    applicant = Applicant(world).begin()
    told = {
        words_of(applicant.fill("sponsors", 400, sponsor=name)).replace(name, "…")
        for name in ("Quiet Cloud", "No Such Cloud", f"identity--{'0' * 36}")
    }
    assert len(told) == 1
    applicant.fill("sponsors", sponsor="open cloud")
    kept = world.organisations["Open Cloud"]
    applicant.fill("sponsors", sponsor=world.identity("Quiet Cloud"), kept=kept)
    assert applicant.application().sponsors == (kept, world.organisations["Quiet Cloud"])


@sqlite_only
def test_a_form_that_is_not_ours_changes_nothing(world: World) -> None:
    """A cookie is sent along by browsers; the token of the form is not."""
    applicant = Applicant(world).begin()
    answer = applicant.client.post("/apply/withdraw", data={"confirmed": "yes"})
    assert answer.status_code == 403
    assert applicant.application().state is State.DRAFT


@sqlite_only
def test_the_cookie_is_kept_from_scripts_and_other_sites(world: World) -> None:
    """It holds the link, which is all that the applicant has."""
    applicant = Applicant(world).begin()
    assert applicant.last is not None
    cookie = applicant.last.headers["Set-Cookie"]
    assert cookie.startswith("cloudsirt-application=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@sqlite_only
def test_the_front_page_leads_to_the_form(world: World) -> None:
    """Where it says who can join."""
    assert 'href="/apply"' in Portal(world, None).page("/")
