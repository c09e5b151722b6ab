"""How people come to their account and keep it: invitations, passwords, time zone, the end.

C32: whether an address is known here is told to nobody.
"""

import re
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner
from sqlalchemy import event, func, select

from cloudsirt import tables as t
from cloudsirt.auth import passwords
from cloudsirt.cli import cloudsirt
from cloudsirt.errors import NotPermitted
from cloudsirt.house import OPERATOR
from cloudsirt.inviting import invite_again
from membership import register
from membership.organisation import Ending
from tests.objects import indicator
from tests.plumbing.pages import Portal, words_of
from tests.world import PASSWORD, World

NEW = "quite another password"
BOTH = {"password": NEW, "again": NEW}


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two members and the secretariat; nothing waits in the outbox."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    world.member("Alpha", "ann")
    world.member("Beta", "bob")
    world.member("Office", "sue", "secretariat")
    world.work()
    world.advance(seconds=10)
    return world


def tags(world: World) -> list[str]:
    """What the audit trail says happened, in order."""
    with world.house.reading() as db:
        query = select(t.audit_entry.c.tag).order_by(t.audit_entry.c.number)
        return list(db.execute(query).scalars())


def sign_in(world: World, name: str, password: str, status: int = 303) -> Portal:
    """Try to sign in at the form."""
    portal = Portal(world, None)
    portal.send("/sign-in", "/sign-in", status, email=f"{name}@example.org", password=password)
    return portal


def forget(world: World, name: str) -> str:
    """Ask for a new password, and read the link in the letter."""
    Portal(world, None).send("/forgot", "/forgot", 200, email=f"{name}@example.org")
    return world.link(name)


def zone(world: World, name: str) -> str:
    """In which time zone somebody reads."""
    with world.house.working(OPERATOR) as work:
        return work.membership.person(world.people[name]).zone


# invitations


def test_whoever_is_invited_chooses_a_password_and_is_there(world: World) -> None:
    """The letter, the page with who invites whom, and the account; the link serves once."""
    world.invite("ina", "Alpha", "analyst", "representative")
    link = world.link("ina")
    portal = Portal(world, None)
    words = portal.words(link)
    assert "Welcome, Ina" in words
    assert "Alpha (Analyst, Representative)" in words
    portal.send(link, link, zone="Europe/Berlin", password=NEW, again=NEW)
    assert portal.last is not None
    assert portal.last.location == "/account/"
    assert "Ina" in portal.words("/account/")
    assert zone(world, "ina") == "Europe/Berlin"
    assert tags(world)[-2:] == ["account:person:arrived", "account:session:started"]
    Portal(world, None).page(link, 404)
    sign_in(world, "ina", NEW)


def test_the_form_says_what_is_wrong_where_it_is_wrong(world: World) -> None:
    """Errors are tied to their fields, passwords are never sent back, and nothing was used up."""
    world.invite("ina", "Alpha")
    link = world.link("ina")
    portal = Portal(world, None)
    short = portal.send(link, link, 400, password="short", again="short", zone="UTC")
    assert re.search(
        r'id="password"[^>]*aria-describedby="password-problem[^>]*aria-invalid', short
    )
    assert "12 to 256 characters" in words_of(short)
    other = portal.send(link, link, 400, password=NEW, again=NEW + "!", zone="Europe/Paris")
    assert re.search(r'id="again"[^>]*aria-describedby="again-problem"[^>]*aria-invalid', other)
    assert '<option value="Europe/Paris" selected>' in other
    nowhere = portal.send(link, link, 400, zone="Nowhere/Land", password=NEW, again=NEW)
    assert re.search(r'id="zone"[^>]*aria-invalid', nowhere)
    for page in (short, other, nowhere):
        assert NEW not in page
        assert 'value="short"' not in page
    portal.send(link, link, password=NEW, again=NEW, zone="UTC")


def test_inviting_again_ends_the_link_before(world: World) -> None:
    """One link is good at a time; whoever has a password is not invited any more."""
    world.invite("ina", "Alpha")
    first = world.link("ina")
    world.advance(minutes=1)
    with world.house.working(OPERATOR) as work:
        invite_again(work, world.people["ina"], by=OPERATOR)
    second = world.link("ina")
    Portal(world, None).page(first, 404)
    Portal(world, None).send(second, second, password=NEW, again=NEW, zone="UTC")

    def again() -> None:
        with world.house.working(OPERATOR) as work:
            invite_again(work, world.people["ina"], by=OPERATOR)

    with pytest.raises(NotPermitted, match="have a password already"):
        again()


@pytest.mark.parametrize("change", ["remove", "late"])
def test_an_invitation_ends_with_the_account_or_its_time(world: World, change: str) -> None:
    """The page and the form answer alike, and nobody gets in."""
    world.invite("ina", "Alpha")
    link = world.link("ina")
    portal = Portal(world, None)
    form = portal.form(portal.page(link), link)
    if change == "remove":
        world.remove("ina")
    else:
        world.advance(days=14)
    portal.page(link, 404)
    answer = portal.client.post(link, data={**form.fields, **BOTH})
    assert answer.status_code == 404
    sign_in(world, "ina", NEW, 401)


def test_of_two_who_follow_an_invitation_one_is_served(world: World) -> None:
    """The first to choose a password has the account."""
    world.invite("ina", "Alpha")
    link = world.link("ina")
    first, second = Portal(world, None), Portal(world, None)
    form = second.form(second.page(link), link)
    first.send(link, link, password=NEW, again=NEW, zone="UTC")
    theirs = {"password": "the other's password", "again": "the other's password"}
    answer = second.client.post(link, data={**form.fields, **theirs})
    assert answer.status_code == 404
    sign_in(world, "ina", "the other's password", 401)


# forgotten passwords


def test_a_forgotten_password_is_chosen_anew(world: World) -> None:
    """Letter, link, new password; every session ends, the link too, and a letter says so."""
    signed_in = Portal(world, "ann")
    link = forget(world, "ann")
    portal = Portal(world, None)
    assert "ann@example.org" in portal.page(link)
    portal.send(link, link, password=NEW, again=NEW)
    assert "Every session of the account has ended" in portal.words("/reset")
    signed_in.page("/account/", 303)
    portal.page(link, 404)
    sign_in(world, "ann", PASSWORD, 401)
    sign_in(world, "ann", NEW)
    world.advance(minutes=1)
    assert "was changed" in world.letter("ann")
    assert tags(world).count("account:password:reset") == 1


def test_a_reset_opens_an_account_that_was_tried_too_often(world: World) -> None:
    """Whoever locked it out from outside does not keep its owner out."""
    world.set_password("ann")
    for _ in range(10):
        sign_in(world, "ann", "wrong", 401)
    sign_in(world, "ann", PASSWORD, 429)
    link = forget(world, "ann")
    Portal(world, None).send(link, link, password=NEW, again=NEW)
    sign_in(world, "ann", NEW)


def statements_of(world: World, act: Callable[[], object]) -> list[str]:
    """What is asked of the database meanwhile."""
    found: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        found.append(statement)

    event.listen(world.house.database.engine, "before_cursor_execute", note)
    act()
    event.remove(world.house.database.engine, "before_cursor_execute", note)
    return found


@pytest.mark.parametrize("address", ["ann@example.org", "tool@example.org", "old@example.org"])
def test_nobody_learns_whether_an_address_is_known(world: World, address: str) -> None:
    """C32: the same answer, and the same work for it, as for an address that never was."""
    world.person("tool", "Alpha", "service")
    world.person("old", "Alpha")
    world.remove("old")
    answers, work = [], []
    for email in (address, "nobody@example.org"):
        portal = Portal(world, None)
        form = portal.form(portal.page("/forgot"), "/forgot")
        data = {**form.fields, "email": email}
        work.append(
            statements_of(
                world,
                lambda portal=portal, data=data: answers.append(  # type: ignore[misc]
                    portal.client.post("/forgot", data=data)
                ),
            )
        )
    assert answers[0].status_code == answers[1].status_code == 200
    assert _without_token(answers[0].text) == _without_token(answers[1].text)
    assert work[0] == work[1]
    assert any("INSERT" in statement for statement in work[0])


def _without_token(text: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", text)


@pytest.mark.parametrize("address", ["nobody@example.org", "tool@example.org", "old@example.org"])
def test_a_wish_for_an_unknown_address_leads_to_nothing(world: World, address: str) -> None:
    """No letter, no entry, and nothing is kept for longer than an hour."""
    world.person("tool", "Alpha", "service")
    world.person("old", "Alpha")
    world.remove("old")
    world.work()
    before, sent = tags(world), len(world.letters())
    Portal(world, None).send("/forgot", "/forgot", 200, email=address)
    world.work()
    assert tags(world) == before
    assert len(world.letters()) == sent
    world.advance(hours=1)
    world.work()
    with world.house.reading() as db:
        assert db.execute(select(func.count()).select_from(t.forgotten)).scalar_one() == 0


@pytest.mark.parametrize("typed", [" ANN@example.org ", "ann@example.org"])
def test_an_address_gets_three_letters_in_an_hour(world: World, typed: str) -> None:
    """However it is typed; the answer does not say that it was the fourth time."""
    answers = set()
    for _ in range(5):
        text = Portal(world, None).send("/forgot", "/forgot", 200, email=typed)
        answers.add(_without_token(text))
        world.advance(minutes=1)
        world.work()
    asked = [letter for letter in world.letters("ann") if "new password" in letter["Subject"]]
    assert len(asked) == 3
    assert len(answers) == 1
    world.advance(hours=1)
    forget(world, "ann")
    asked = [letter for letter in world.letters("ann") if "new password" in letter["Subject"]]
    assert len(asked) == 4


@pytest.mark.parametrize("email", ["", "a" * 400 + "@example.org", "a\x00b@example.org"])
def test_an_address_that_is_none_is_answered_alike(world: World, email: str) -> None:
    """And kept nowhere."""
    Portal(world, None).send("/forgot", "/forgot", 200, email=email)
    with world.house.reading() as db:
        assert db.execute(select(t.forgotten)).all() == []


def test_a_link_for_a_password_is_good_for_two_hours(world: World) -> None:
    """And for one purpose."""
    link = forget(world, "ann")
    Portal(world, None).page(link.replace("/reset/", "/welcome/"), 404)
    world.advance(hours=2)
    Portal(world, None).page(link, 404)


def test_a_password_reset_needs_a_good_new_password(world: World) -> None:
    """Nothing is used up by a form that was refused."""
    link = forget(world, "ann")
    portal = Portal(world, None)
    assert "not the same" in portal.send(link, link, 400, password=NEW, again="x")
    portal.send(link, link, password=NEW, again=NEW)


# one's own account


def test_somebody_changes_their_password(world: World) -> None:
    """With the present one; other sessions end, this one goes on, a letter says so."""
    here, there = Portal(world, "ann"), sign_in(world, "ann", PASSWORD)
    wrong = here.send(
        "/account/password", "/account/password", 403, old="not it", password=NEW, again=NEW
    )
    assert re.search(r'id="old"[^>]*aria-describedby="old-problem"[^>]*aria-invalid', wrong)
    here.send("/account/password", "/account/password", old=PASSWORD, password=NEW, again=NEW)
    assert here.last is not None
    assert "Your password is changed" in here.words(here.last.location)
    there.page("/account/", 303)
    sign_in(world, "ann", PASSWORD, 401)
    sign_in(world, "ann", NEW)
    assert "was changed" in world.letter("ann")


def test_trying_passwords_at_the_form_meets_the_limit(world: World) -> None:
    """A stolen session does not find the password out."""
    portal = Portal(world, "ann")
    page = "/account/password"
    for _ in range(10):
        portal.send(page, page, 403, old="not it", password=NEW, again=NEW)
    portal.send(page, page, 429, old=PASSWORD, password=NEW, again=NEW)


def test_a_changed_password_ends_links_to_set_another(world: World) -> None:
    """What was asked for before it is no good after it."""
    world.set_password("ann")
    link = forget(world, "ann")
    portal = sign_in(world, "ann", PASSWORD)
    portal.send("/account/password", "/account/password", old=PASSWORD, password=NEW, again=NEW)
    Portal(world, None).page(link, 404)


def test_somebody_chooses_a_time_zone(world: World) -> None:
    """Letters tell times in it; what is no zone is refused."""
    portal = Portal(world, "ann")
    portal.send("/account/", "/account/zone", zone="America/Sao_Paulo")
    assert zone(world, "ann") == "America/Sao_Paulo"
    assert '<option value="America/Sao_Paulo" selected>' in portal.page("/account/")
    portal.send("/account/", "/account/zone", 400, zone="Nowhere/Land")
    assert zone(world, "ann") == "America/Sao_Paulo"
    assert tags(world)[-1] == "account:zone:chosen"


def test_the_way_from_signing_in_to_a_new_password(world: World) -> None:
    """The link stands where it is looked for."""
    portal = Portal(world, None)
    assert "Forgot your password?" in portal.words("/sign-in")
    assert 'href="/forgot"' in portal.page("/sign-in")
    assert 'autocomplete="username"' in portal.page("/forgot")


# the end


def test_people_of_an_ended_organisation_sign_in_and_read_what_is_public(world: World) -> None:
    """C51: their sessions, tokens and links of members stop at the next request."""
    world.share("bob", indicator("TLP:GREEN", name="Members only"))
    world.share("bob", indicator("TLP:CLEAR", name="For everybody"))
    portal = Portal(world, "ann")
    assert "Members only" in portal.page("/feed")
    with world.house.working(OPERATOR) as work:
        work.record(
            *register.end_membership(
                work.membership,
                world.organisations["Alpha"],
                ending=Ending.LEFT,
                reason="test",
                at=work.at,
            )
        )
    for browser in (portal, sign_in(world, "ann", PASSWORD)):
        assert "Members only" not in browser.page("/feed")
        assert "For everybody" in browser.page("/feed")
        assert "Alpha has left on 2026-03-01" in browser.words("/account/")
    assert world.taxii("ann", world.objects_url("members")).status_code == 403
    assert len(world.ids("ann", "public")) > 0
    link = forget(world, "ann")
    Portal(world, None).send(link, link, password=NEW, again=NEW)


def test_a_removed_person_is_out_at_the_next_request(world: World) -> None:
    """Session, token, password, and the link in a letter that is on its way."""
    portal, link = Portal(world, "ann"), forget(world, "ann")
    portal.page("/account/")
    world.remove("ann")
    portal.page("/account/", 303)
    Portal(world, None).page(link, 404)
    sign_in(world, "ann", PASSWORD, 401)
    assert world.taxii("ann", world.objects_url("members")).status_code == 401


# the console


def run(world: World, monkeypatch: pytest.MonkeyPatch, *arguments: str, status: int = 0) -> str:
    """What a command prints."""
    monkeypatch.setenv("CLOUDSIRT_HOME", str(world.house.config.home))
    monkeypatch.setenv("CLOUDSIRT_DATABASE_URL", world.database_url)
    done = CliRunner().invoke(cloudsirt, list(arguments))
    assert (done.exit_code != 0) is bool(status), done.output
    return done.output


def test_the_operator_invites_and_looks_at_the_outbox(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever was registered without a link, and somebody new; no text and no link is printed."""
    alpha = world.organisations["Alpha"]
    run(world, monkeypatch, "person", "invite", "--email", "ann@example.org")
    run(world, monkeypatch, "person", "invite", "--email", "x@example.org", status=1)
    run(world, monkeypatch, "person", "invite", "--email", "x@example.org", "--name", "X", status=2)
    new = ("--email", "ina@example.org", "--org", alpha, "--name", "Ina", "--role", "analyst")
    run(world, monkeypatch, "person", "invite", *new)
    waiting = run(world, monkeypatch, "mail", "list", "--json")
    assert waiting.count('"letter":"invitation"') == 2
    assert waiting.count('"state":"waiting"') == 2
    assert '"sent":2' in run(world, monkeypatch, "mail", "send", "--json").replace(" ", "")
    listed = run(world, monkeypatch, "mail", "list")
    assert "waiting" not in listed
    for name in ("ann", "ina"):
        (letter,) = (one for one in world.letters(name) if "account" in one["Subject"])
        link = re.search(r"/welcome/(\S{64})", letter.get_content())
        assert link is not None
        assert link[1] not in listed
        assert letter["Subject"] not in listed
