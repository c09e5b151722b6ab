"""An organisation runs itself: its pages, who may change what, and what ends at once."""

import re
from threading import Barrier, Thread

import pytest
from argon2 import PasswordHasher

from cloudsirt import issuing, organising
from cloudsirt.accounts import AccountStore
from cloudsirt.auth import passwords
from cloudsirt.auth.permissions import Scope
from cloudsirt.house import OPERATOR
from membership import register
from membership.person import Role
from membership.store import MembershipStore
from tests.objects import indicator
from tests.plumbing.pages import Portal, words_of
from tests.world import PASSWORD, World

PAGES = (
    "/organisation/",
    "/organisation/people",
    "/organisation/services",
    "/organisation/record",
    "/organisation/settings",
    "/directory",
)
TOKEN = re.compile(r"cst_[\w-]+")


@pytest.fixture
def engine_name() -> str:
    """What a page shows does not depend on the engine."""
    return "sqlite"


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A member with two representatives and an analyst, another member, the secretariat."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    world.member("Alpha", "ann", "representative")
    world.person("alf", "Alpha", "representative", "incident-contact")
    world.person("ana", "Alpha", "analyst")
    world.person("bot", "Alpha", "service")
    world.member("Beta", "bob", "representative")
    world.member("Office", "sue", "secretariat")
    return world


def filled(portal: Portal, status: int = 303, button: str = "save", **changes: str) -> str:
    """Fill in the record and press a button."""
    form = portal.form(portal.page("/organisation/record/edit"), "/record/edit")
    for name in [name for name in form.fields if name.endswith((".remove", ".roles"))]:
        del form.fields[name]
    dotted = {name.replace("__", "."): value for name, value in changes.items()}
    return portal.submit(form, status, button, **dotted)


# who may do what


def test_everybody_of_it_sees_and_representatives_change(world: World) -> None:
    """An analyst reads every page, and finds no form on any; a representative does."""
    ana, ann = Portal(world, "ana"), Portal(world, "ann")
    for path in PAGES:
        assert 'method="post"' not in ana.page(path).partition("<main")[2], path
        ann.page(path)
    for path in PAGES[1:3]:
        assert 'method="post"' in ann.page(path).partition("<main")[2], path


@pytest.mark.parametrize("name", ["ana", "sue"])
def test_nobody_else_changes_anything(world: World, name: str) -> None:
    """Every form of the pages, sent by somebody who does not represent anybody."""
    portal, person = Portal(world, name), world.people["ana"]
    for path in (
        "/organisation/people",
        f"/organisation/people/{person}/roles",
        f"/organisation/people/{person}/name",
        f"/organisation/people/{person}/invite-again",
        "/organisation/services",
        f"/organisation/services/{world.people['bot']}/acknowledge",
        "/organisation/record/edit",
        "/organisation/record/confirm",
        "/organisation/settings/defaults",
        "/organisation/settings/listing",
        "/organisation/leave",
    ):
        data = {
            "name": "Eve",
            "email": "eve@example.org",
            "roles": "analyst",
            "label": "green",
            "attribution": "none",
            "listing": "nothing",
            "public_listing": "nothing",
            "password": PASSWORD,
        }
        assert portal.client.post(path, data=_with_token(portal, data)).status_code in (403, 404)
    words = Portal(world, "ann").words("/organisation/people")
    assert "Eve" not in words


def _with_token(portal: Portal, data: dict[str, str]) -> dict[str, str]:
    found = re.search(r'name="csrf_token" value="(\w+)"', portal.page("/desk"))
    assert found is not None
    return {"csrf_token": found[1], **data}


def test_the_people_of_others_are_not_there(world: World) -> None:
    """The same page for somebody else's person and for nobody's id."""
    ann, bob = Portal(world, "ann"), world.people["bob"]
    texts = []
    for id_ in (bob, "00000000-0000-4000-8000-000000000000"):
        texts.append(ann.page(f"/organisation/people/{id_}", 404))
        ann.post(f"/organisation/people/{id_}/roles", 404, roles="analyst")
        ann.post(f"/organisation/people/{id_}/remove", 404, confirmed="yes")
        ann.post(f"/organisation/services/{id_}/tokens/new", 404, password=PASSWORD)
    assert texts[0] == texts[1]


# people


def test_somebody_is_invited_arrives_and_is_an_analyst(world: World) -> None:
    """The letter has the link; until then the page says who is not here yet."""
    ann = Portal(world, "ann")
    form = ann.form(ann.page("/organisation/people"), "/people")
    form.fields.pop("roles")
    ann.submit(form, name="Eve", email="eve@example.org", roles="analyst")
    assert "Eve eve@example.org Analyst Not here yet" in ann.words("/organisation/people")
    assert world.link("eve").startswith("/welcome/")
    found = re.search(
        r"/organisation/people/([0-9a-f-]{36})\">Eve", ann.page("/organisation/people")
    )
    assert found is not None
    first = world.link("eve")
    ann.send(f"/organisation/people/{found[1]}", "/invite-again")
    world.advance(seconds=1)
    assert world.link("eve") != first


def test_an_address_that_is_taken_is_not_said_to_be(world: World) -> None:
    """One of another organisation, in the same words as one's own (C32)."""
    ann, said = Portal(world, "ann"), []
    for email in ("bob@example.org", "ana@example.org"):
        form = ann.form(ann.page("/organisation/people"), "/people")
        text = ann.submit(form, 400, name="Eve", email=email, roles="analyst")
        assert "Beta" not in text
        said.append(re.findall(r'role="alert">([^<]*)<', text))
    assert said[0] == said[1]
    assert "cannot be invited" in said[0][0]


def test_roles_are_changed_and_the_person_is_told(world: World) -> None:
    """By letter, with what they are now."""
    ann, ana = Portal(world, "ann"), world.people["ana"]
    form = ann.form(ann.page(f"/organisation/people/{ana}"), "/roles")
    form.fields["roles"] = "incident-contact"
    ann.submit(form)
    assert "Incident contact" in ann.words("/organisation/people")
    letter = world.letter("ana")
    assert "You were given: Incident contact." in letter
    assert "No longer yours: Analyst." in letter


def test_the_last_representative_is_told_why_not(world: World) -> None:
    """On the page, with what was wrong; the account stays."""
    bob = Portal(world, "bob")
    path = f"/organisation/people/{world.people['bob']}"
    assert "The only representative" in bob.words(path)
    form = bob.form(bob.page(path), "/roles")
    form.fields["roles"] = "analyst"
    assert "Make somebody else a representative first" in bob.submit(form, 400)
    bob.post(f"{path}/remove", 403, confirmed="yes")


def test_a_removed_person_is_out_at_the_next_request(world: World) -> None:
    """Session, token, cursor, and the letters that wait; what they shared stays."""
    shared = [indicator("TLP:AMBER", name=f"Number {number}") for number in range(3)]
    world.share("ana", *shared)
    ana, url = Portal(world, "ana"), world.objects_url()
    page = world.taxii("ana", f"{url}?limit=1").json
    assert page is not None
    principal = world.principal("ann")
    organising.set_roles(world.house, principal, world.people["ana"], _roles("signatory"))
    ann = Portal(world, "ann")
    path = f"/organisation/people/{world.people['ana']}"
    sure = ann.send(path, "/remove", 200)
    assert "sessions, API tokens, and letters" in sure
    assert ana.client.get("/feed").status_code == 200
    ann.submit(ann.form(sure, "/remove"))
    assert ana.client.get("/feed").status_code == 303
    assert world.taxii("ana", url).status_code == 401
    assert world.taxii("ana", f"{url}?limit=1&next={page['next']}").status_code == 401
    world.work()
    subjects = [letter["Subject"] for letter in world.letters("ana")]
    assert subjects == ["Your CloudSIRT account has ended"]
    assert {item["id"] for item in shared} <= world.ids("bob")


def _roles(*values: str) -> list[Role]:
    return [Role(value) for value in values]


# tokens


def test_a_token_is_shown_once(world: World) -> None:
    """In the answer to the form, and on no page after; it works."""
    ann, bot = Portal(world, "ann"), world.people["bot"]
    path = f"/organisation/services/{bot}/tokens/new"
    form = ann.form(ann.page(path), "/tokens/new")
    text = ann.submit(form, 200, label="SIEM, Lisbon", password=PASSWORD, scopes="taxii:read")
    (token,) = set(TOKEN.findall(text))
    world.tokens["bot"] = token
    assert world.taxii("bot", world.objects_url()).status_code == 200
    for page in (*PAGES, "/account/", path):
        assert token not in ann.page(page)
    words = ann.words("/organisation/services")
    assert "SIEM, Lisbon" in words
    assert "taxii:read" in words
    assert "An API token was issued" in _sent(world, "alf")


def _sent(world: World, name: str) -> list[str]:
    """The subjects of the letters to somebody, after one round of the worker."""
    world.work()
    return [str(letter["Subject"]) for letter in world.letters(name)]


def test_a_token_needs_the_password(world: World) -> None:
    """A browser left open issues none; what was written stays."""
    ann, bot = Portal(world, "ann"), world.people["bot"]
    for path in (f"/organisation/services/{bot}/tokens/new", "/account/tokens/new"):
        form = ann.form(ann.page(path), "/tokens/new")
        text = ann.submit(form, 401, label="Kept", password="wrong", scopes="taxii:read")
        assert "The password is not right." in text
        assert 'value="Kept"' in text
        assert not TOKEN.findall(text)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"label": " "}, "Say which tool"),
        ({"scopes": "everything"}, "Choose what the token is for"),
        ({"days": "36500"}, "Choose how long"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused(
    world: World, changes: dict[str, str], said: str
) -> None:
    """With what is missing."""
    ann = Portal(world, "ann")
    form = ann.form(ann.page("/account/tokens/new"), "/tokens/new")
    data = {"label": "Tool", "password": PASSWORD, "scopes": "taxii:read", **changes}
    assert said in ann.submit(form, 400, **data)


def test_tokens_are_revoked_by_whose_they_are(world: World) -> None:
    """A service account's by a representative, one's own by oneself; at the next request."""
    ann, bot = Portal(world, "ann"), world.people["bot"]
    ann.send("/organisation/services", "/revoke")
    assert world.taxii("bot", world.objects_url()).status_code == 401
    assert "An API token was revoked" in _sent(world, "alf")
    ana = Portal(world, "ana")
    ana.send("/account/", "/revoke")
    assert "An API token was revoked" in _sent(world, "ana")
    assert world.taxii("ana", world.objects_url()).status_code == 401
    with world.house.reading() as db:
        (others,) = AccountStore(db).tokens_of(world.people["bob"])
    ann.post(f"/account/tokens/{others.id}/revoke", 403)
    ann.post(f"/organisation/services/{bot}/tokens/{others.id}/revoke", 403)
    assert world.taxii("bob", world.objects_url()).status_code == 200


def test_a_service_account_is_made_and_reads(world: World) -> None:
    """On the word of a representative who has acknowledged the NDA; nobody else's word."""
    ann = Portal(world, "ann")
    form = ann.form(ann.page("/organisation/services"), "/services")
    ann.submit(form, name="SIEM", email="siem@example.org")
    assert "SIEM" in ann.words("/organisation/services")
    found = re.search(
        r"/organisation/services/([0-9a-f-]{36})/tokens/new", ann.page("/organisation/services")
    )
    assert found is not None
    with world.house.reading() as db:
        siem = MembershipStore(db).person_by_email("siem@example.org")
    world.people["siem"] = siem.id
    wish = issuing.Wish("test", (Scope.TAXII_READ,), 30)
    principal = world.principal("ann")
    world.tokens["siem"] = issuing.issue_service_token(
        world.house, principal, siem.id, wish, PASSWORD
    )
    assert world.taxii("siem", world.objects_url()).status_code == 200
    world.person("new", "Alpha", "representative", acknowledged=False)
    new = Portal(world, "new")
    form = new.form(new.page("/organisation/services"), "/services")
    assert "Acknowledge the NDA yourself first" in new.submit(
        form, 400, name="Other", email="other@example.org"
    )


# the record


def test_a_record_is_filled_in_grows_and_comes_back(world: World) -> None:
    """Room for another contact is drawn without losing what was typed."""
    ann = Portal(world, "ann")
    text = filled(ann, 200, "more-contacts", country="pt", contacts__0__name="Ina")
    assert 'name="contacts.1.name"' in text
    form = ann.form(text, "/record/edit")
    for name in [name for name in form.fields if name.endswith((".remove", ".roles"))]:
        del form.fields[name]
    assert form.fields["country"] == "pt"
    data = {
        "contacts.1.name": "Ola",
        "contacts.1.email": "ola@example.org",
        "contacts.1.roles": "incident-contact",
        "networks": "192.0.2.0/24\r\n2001:db8::/32",
        "asns": "AS64500, 64501",
    }
    ann.submit(form, 303, "save", **data)
    words = Portal(world, "ana").words("/organisation/record")
    for said in ("PT", "Ina", "Ola, ola@example.org, incident contact", "2001:db8::/32", "AS64501"):
        assert said in words


def test_what_is_wrong_is_said_at_its_field(world: World) -> None:
    """With everything still there, and nothing changed."""
    ann = Portal(world, "ann")
    text = filled(
        ann,
        400,
        country="Portugal",
        asns="many",
        contacts__0__email="nobody",
        assurances__0__scheme="c5",
        assurances__0__valid_from="soon",
        domains="example.org",
    )
    for field in ("country", "asns", "contacts.0.email", "assurances.0.valid_from"):
        assert f'href="#{field}"' in text, field
        assert f'id="{field}-problem"' in text, field
    assert "example.org" in ann.form(text, "/record/edit").fields["domains"]
    assert "Nothing is here yet" in ann.words("/organisation/record")


def test_a_reviewed_change_goes_to_the_secretariat_and_back(world: World) -> None:
    """Asked, seen with before and after, refused with a reason; asked again, granted."""
    ann, sue = Portal(world, "ann"), Portal(world, "sue")
    filled(ann, country="PT", networks="192.0.2.0/24")
    filled(ann, country="ES", networks="192.0.2.0/24\n198.51.100.0/24")
    words = sue.words("/secretariat/records")
    assert "Alpha" in words
    assert "Country PT ES" in words
    assert "Networks Nothing 198.51.100.0/24 1" in words
    assert "A change of its record waits." in sue.words("/secretariat")
    assert "A change of a record waits for you" in _sent(world, "sue")
    assert "Say why" in sue.send("/secretariat/records", "/refuse", 409)
    sue.send("/secretariat/records", "/refuse", answer="No proof of it.")
    words = ann.words("/organisation/record")
    assert "No proof of it." in words
    assert "Country reviewed PT" in words
    assert "Your change of the record is answered" in _sent(world, "alf")
    filled(ann, country="ES")
    sue.send("/secretariat/records", "/grant")
    assert "Country reviewed ES" in ann.words("/organisation/record")
    assert "Your change of the record is granted" in _sent(world, "alf")
    Portal(world, "bob").page("/secretariat/records", 403)


def test_two_representatives_at_once_make_one_request(world: World) -> None:
    """One form goes through; the other comes back with what waits."""
    portals = [Portal(world, name) for name in ("ann", "alf")]
    filled(portals[0], country="PT")
    forms = [
        portal.form(portal.page("/organisation/record/edit"), "/record/edit") for portal in portals
    ]
    start, answers = Barrier(2), []

    def send(index: int) -> None:
        form, portal = forms[index], portals[index]
        fields = {name: text for name, text in form.fields.items() if not name.endswith("remove")}
        data = {**fields, "country": ("ES", "FR")[index], "action": "save"}
        start.wait()
        answers.append(portal.client.post(form.action, data=data))

    threads = [Thread(target=send, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    (told,) = [answer.text for answer in answers if answer.status_code == 409]
    assert "A request waits for the secretariat already: country." in told


def test_an_old_form_overwrites_nothing(world: World) -> None:
    """The second to save is told, with what was typed still there."""
    ann, alf = Portal(world, "ann"), Portal(world, "alf")
    filled(ann, country="PT")
    form = alf.form(alf.page("/organisation/record/edit"), "/record/edit")
    filled(ann, website="https://ann.example")
    form.fields.pop("contacts.0.remove", None)
    text = alf.submit(form, 409, "save", website="https://alf.example")
    assert "changed the record in between" in text
    assert "https://alf.example" in text
    assert "https://ann.example" in ann.words("/organisation/record")


def test_the_record_is_confirmed_once_a_year(world: World) -> None:
    """A month before, the home says so and a letter comes; a press of the button ends it."""
    ann = Portal(world, "ann")
    filled(ann, country="PT")
    world.advance(days=340)
    assert organising.remind_confirmations(world.house) == 3
    assert "Please confirm the record" in "; ".join(_sent(world, "ann"))
    ann = Portal(world, "ann")
    assert "The record is to be confirmed by 1 Mar 2027" in ann.words("/organisation/")
    ann.send("/organisation/record", "/confirm")
    assert "to be confirmed" not in ann.words("/organisation/")
    world.advance(days=30)
    words = Portal(world, "sue").words("/secretariat/records")
    assert "Beta 1 Mar 2027 Never Empty" in words
    assert "Alpha" not in words


# settings, leaving, suspension


def test_defaults_hold_for_what_is_shared_from_then_on(world: World) -> None:
    """The label of what is unmarked, and under whose name."""
    ann = Portal(world, "ann")
    ann.send("/organisation/settings", "/defaults", label="green", attribution="none")
    thing = indicator(None, name="Unmarked")
    world.share("ana", thing)
    words = Portal(world, "bob").words("/feed")
    assert "Unmarked" in words
    assert "Alpha" not in words


def test_leaving_ends_everything_and_keeps_what_was_given(world: World) -> None:
    """The password is asked; then everybody of it reads what anyone reads."""
    world.share("ana", indicator("TLP:AMBER", name="From Alpha"))
    ann = Portal(world, "ann")
    assert "The password is not right." in ann.send(
        "/organisation/leave", "/leave", 401, password="wrong"
    )
    ann.send("/organisation/leave", "/leave", password=PASSWORD)
    words = ann.words("/organisation/")
    assert "Has left" in words
    assert "Alpha has left on" in words
    assert world.taxii("bot", world.objects_url()).status_code == 403
    assert len(world.ids("bob")) == 1
    ann.page("/organisation/leave", 403)
    assert "The membership of your organisation has ended" in _sent(world, "alf")


def test_a_suspended_organisation_is_told_and_sees_why(world: World) -> None:
    """The letter still reaches its representatives; the page says the reason, and no form works."""
    ann = Portal(world, "ann")
    world.suspend("Alpha")
    words = ann.words("/organisation/")
    assert "Suspended" in words
    assert "The reason that was given: test" in words
    assert _sent(world, "ann") == ["A decision about your organisation"]
    ann.post("/organisation/settings/listing", 403, listing="nothing", public_listing="nothing")
    assert "is suspended" in words_of(ann.page("/organisation/people"))
    with world.house.working(OPERATOR) as work:
        work.record(*register.reinstate(work.membership, world.organisations["Alpha"]))
    assert "has ended" in world.letter("ann")
    ann.send("/organisation/settings", "/listing", listing="nothing", public_listing="nothing")
