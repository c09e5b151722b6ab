"""The NDA on its pages: reading, signing, papers, acknowledging, ending, and who may do what.

Bylaws: no NDA in force, no access to the members perimeter, at that very request.
"""

import io
import re
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from cloudsirt.auth import passwords
from cloudsirt.keys import verifies_with
from membership.bylaws import BYLAWS
from membership.store import MembershipStore
from tests.cloudsirt.uploads.files import pdf
from tests.plumbing.pages import Portal, forms_of, words_of
from tests.world import PASSWORD, World

PAGE, DESK = "/organisation/nda", "/secretariat/nda"
NEW = "multi-party NDA, 2027 edition"


@pytest.fixture
def engine_name() -> str:
    """What the pages ask of the database, the tests of the commands ask on both engines."""
    return "sqlite"


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Alpha, admitted and not bound, with two signatories; Beta, a member; the secretariat."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    world.organisation("Alpha")
    world.person("ann", "Alpha", "signatory", acknowledged=False)
    world.person("abe", "Alpha", "signatory", acknowledged=False)
    world.person("amy", "Alpha", "analyst", acknowledged=False)
    world.person("roy", "Alpha", "representative", acknowledged=False)
    world.member("Beta", "bob", "signatory")
    world.member("Office", "sue", "secretariat")
    return world


def form_data(portal: Portal, page: str, action: str) -> dict[str, str]:
    """What the form that goes to an action sends by itself."""
    return dict(portal.form(portal.page(page), action).fields)


def send_file(
    portal: Portal, page: str, action: str, field: str, content: bytes, status: int, **more: str
) -> str:
    """Send a form with a file in it."""
    form = portal.form(portal.page(page), action)
    file = (io.BytesIO(content), "signed.pdf")
    answer = portal.client.post(
        form.action,
        data={**form.fields, **more, field: file},
        content_type="multipart/form-data",
    )
    assert answer.status_code == status, answer.text
    return answer.text


def signatures(world: World, name: str) -> int:
    """How many signatures an organisation has."""
    with world.house.reading() as db:
        return len(MembershipStore(db).signatures(world.organisations[name]))


def reads(world: World, name: str) -> bool:
    """Whether the TAXII root of the members opens for somebody, at this request."""
    return world.taxii(name, world.objects_url()).status_code == 200


# reading


def test_everybody_of_an_organisation_reads_the_text_and_the_state(world: World) -> None:
    """Who signs is named; the form is for signatories only, papers for representatives as well."""
    for name, may_sign, may_hand_in in (
        *(("ann", True, True), ("roy", False, True), ("amy", False, False)),
    ):
        portal = Portal(world, name)
        text = portal.page(PAGE)
        assert "Your organisation has not signed the NDA." in text
        assert "The Traffic Light Protocol decides" in text
        actions = [form.action for form in forms_of(text)]
        assert ("/organisation/nda/sign" in actions) is may_sign
        assert ("/organisation/nda/uploads" in actions) is may_hand_in
        if not may_sign:
            assert "Signs for Alpha: Abe, Ann." in words_of(text)


def test_the_exact_text_is_downloaded(world: World) -> None:
    """To the byte, as a file; with the digest that the page shows."""
    ann = Portal(world, "ann")
    digest = form_data(ann, PAGE, "/sign")["digest"]
    answer = ann.client.get(f"/nda/texts/{digest}/download")
    with world.house.reading() as db:
        assert answer.data == MembershipStore(db).ndas.content(BYLAWS.nda_text)
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert digest in ann.page(f"/nda/texts/{digest}")
    ann.page("/nda/texts/" + "0" * 64, 404)


def test_a_draft_is_for_the_board_and_the_secretariat(world: World) -> None:
    """Everybody else is told that there is none."""
    world.member("Seat", "bea", "board")
    digest = world.propose_nda(NEW)
    for name, status in (("bea", 200), ("sue", 200), ("bob", 404), ("amy", 404)):
        portal = Portal(world, name)
        for path in (f"/nda/texts/{digest}", f"/nda/texts/{digest}/download"):
            portal.page(path, status)


# signing


def test_signing_opens_the_members_perimeter_once_it_is_acknowledged(world: World) -> None:
    """At the very next request over TAXII; whoever has not acknowledged waits."""
    ann = Portal(world, "ann")
    assert not reads(world, "ann")
    ann.send(PAGE, "/sign", password=PASSWORD)
    assert not reads(world, "ann")
    assert "Bound by “multi-party NDA, 2026 edition” until 29 Feb 2028" in ann.words(PAGE)
    ann.send("/acknowledge", "/acknowledge")
    assert reads(world, "ann")
    assert not reads(world, "amy")
    assert "You acknowledged this text" in ann.words("/acknowledge")


def test_a_wrong_password_signs_nothing(world: World) -> None:
    """The page says so, and still has the form; somebody else's password will not do."""
    ann = Portal(world, "ann")
    for wrong in ("", "not the password", PASSWORD + " "):
        text = ann.send(PAGE, "/sign", 401, password=wrong)
        assert "The password is not right." in text
        assert ann.form(text, "/sign")
    assert signatures(world, "Alpha") == 0


def test_two_signatories_at_once_sign_once(world: World) -> None:
    """Each filled in the form before the other sent it; and a button pressed twice."""
    ann, abe = Portal(world, "ann"), Portal(world, "abe")
    first, second = (portal.form(portal.page(PAGE), "/sign") for portal in (ann, abe))
    ann.submit(first, password=PASSWORD)
    text = abe.submit(second, 409, password=PASSWORD)
    assert "Alpha has signed this text already" in text
    ann.submit(first, 409, password=PASSWORD)
    assert signatures(world, "Alpha") == 1


def test_only_a_signatory_signs_and_for_their_own(world: World) -> None:
    """A form that no page offered is refused, whoever sends it."""
    digest = form_data(Portal(world, "ann"), PAGE, "/sign")["digest"]
    for name in ("amy", "roy", "sue"):
        portal = Portal(world, name)
        portal.post(f"{PAGE}/sign", 403, digest=digest, password=PASSWORD)
    world.suspend("Alpha")
    Portal(world, "ann").post(f"{PAGE}/sign", 403, digest=digest, password=PASSWORD)
    assert signatures(world, "Alpha") == 0


def test_what_is_signed_is_what_was_shown(world: World) -> None:
    """A text that was adopted while the form was open is shown first."""
    ann = Portal(world, "ann")
    form = ann.form(ann.page(PAGE), "/sign")
    world.adopt_nda(NEW)
    text = ann.submit(form, 409, password=PASSWORD)
    assert "There is a new text by now" in text
    assert f"The text that is called {NEW}." in text
    ann.submit(ann.form(text, "/sign"), password=PASSWORD)
    assert f"Bound by “{NEW}”" in ann.words(PAGE)


def test_the_receipt_verifies_with_the_public_key(world: World) -> None:
    """Both are downloaded, the key by anybody; another organisation gets neither."""
    ann = Portal(world, "ann")
    ann.send(PAGE, "/sign", password=PASSWORD)
    path = re.search(r'href="([^"]+/receipt\.txt)"', ann.page(PAGE))
    assert path is not None
    receipt = ann.client.get(path[1]).data
    signature = ann.client.get(path[1].replace(".txt", ".sig")).data
    key = world.client().get("/keys/audit.pub").data
    assert verifies_with(key, signature, receipt)
    assert b"organisation: Alpha\n" in receipt
    assert b"signatory: Ann\n" in receipt
    assert b"effective from: 2026-03-01T12:00:00.000000Z\n" in receipt
    for name, status in (("bob", 404), ("amy", 200), ("sue", 200)):
        assert Portal(world, name).client.get(path[1]).status_code == status
    world.end_nda("Office")
    assert Portal(world, "sue").client.get(path[1]).status_code == 404


# when a text stops counting


def test_a_text_that_stops_counting_closes_the_members_perimeter(world: World) -> None:
    """At the very next request; a signature on the new one opens it again."""
    world.adopt_nda(NEW)
    bob = Portal(world, "bob")
    assert "Yours counts until" in bob.words(PAGE)
    world.advance(days=90, microseconds=-1)
    assert reads(world, "bob")
    world.advance(microseconds=1)
    assert not reads(world, "bob")
    bob = Portal(world, "bob")
    assert "sign the new one" in bob.words(PAGE)
    assert "The text that your organisation signed" in bob.words("/account/")
    bob.send(PAGE, "/sign", password=PASSWORD)
    assert not reads(world, "bob")
    bob.send("/acknowledge", "/acknowledge")
    assert reads(world, "bob")


def test_the_text_on_the_page_is_the_one_acknowledged(world: World) -> None:
    """A form that was open while the organisation signed another text is refused."""
    world.person("ben", "Beta", acknowledged=False)
    ben = Portal(world, "ben")
    form = ben.form(ben.page("/acknowledge"), "/acknowledge")
    world.adopt_nda(NEW)
    world.sign_nda("Beta")
    text = ben.submit(form, 409)
    assert f"The text has changed: read “{NEW}” first." in text
    ben.submit(ben.form(text, "/acknowledge"))
    assert reads(world, "ben")


def test_who_is_no_member_has_nothing_to_sign_or_acknowledge(world: World) -> None:
    """The pages say so, and offer no form."""
    world.researcher("Group", "ros")
    ros = Portal(world, "ros")
    assert "is no member (CSA working group), and signs no NDA" in ros.words(PAGE)
    assert "nothing for you to acknowledge" in ros.words("/acknowledge")
    for path in (PAGE, "/acknowledge"):
        assert [form.action for form in forms_of(ros.page(path))] == ["/sign-out"]


# on paper


def test_a_paper_is_handed_in_and_accepted(world: World) -> None:
    """By a representative; the secretariat downloads it, accepts it, and the member is bound."""
    roy, sue = Portal(world, "roy"), Portal(world, "sue")
    send_file(roy, PAGE, "/uploads", "document", pdf(), 303)
    assert "waits for the secretariat" in roy.words(PAGE)
    text = sue.page(DESK)
    path = re.search(r'href="(/nda/uploads/[^"]+)"', text)
    assert path is not None
    assert sue.client.get(path[1]).data == pdf()
    for name, status in (("amy", 200), ("bob", 404)):
        assert Portal(world, name).client.get(path[1]).status_code == status
    accept = next(form for form in forms_of(text) if form.action.endswith("/accept"))
    assert "A date is written like" in sue.submit(accept, 400, since="soon")
    sue.submit(accept, since="2026-02-28", until="2028-03-01")
    assert "Bound by “multi-party NDA, 2026 edition” until 1 Mar 2028, 00:00 UTC" in roy.words(PAGE)
    assert "was accepted already" in sue.submit(accept, 409)


def test_nobody_decides_on_a_paper_of_their_own_organisation(world: World) -> None:
    """Who hands in for an organisation would else make signatures of it, being no signatory."""
    world.person("oda", "Office", "representative", "secretariat")
    world.member("Desk", "deb", "secretariat")
    oda, deb = Portal(world, "oda"), Portal(world, "deb")
    world.end_nda("Office")
    send_file(oda, PAGE, "/uploads", "document", pdf(), 303)
    world.sign_nda("Office")
    for action in ("accept", "refuse"):
        assert "their own organisation" in oda.send(DESK, f"/{action}", 403, reason="None.")
    deb.send(DESK, "/refuse", reason="Page 2 is missing.")


def test_a_paper_that_is_refused_comes_back_with_the_reason(world: World) -> None:
    """Then another one can be handed in; or taken back."""
    ann, sue = Portal(world, "ann"), Portal(world, "sue")
    send_file(ann, PAGE, "/uploads", "document", pdf(), 303)
    refuse = next(form for form in forms_of(sue.page(DESK)) if form.action.endswith("/refuse"))
    assert "Give a reason" in sue.submit(refuse, 400, reason=" ")
    sue.submit(refuse, reason="The last page is missing.")
    assert "The last page is missing." in ann.words(PAGE)
    send_file(ann, PAGE, "/uploads", "document", pdf(), 303)
    ann.send(PAGE, "/take-back")
    assert "taken back" in ann.words(PAGE)
    assert "No document waits." in sue.words(DESK)


@pytest.mark.parametrize("content", [b"", b"plain text", b"%PDF-", b"\x89PNG\r\n\x1a\n", b"MZ"])
def test_what_is_no_pdf_is_not_kept(world: World, content: bytes) -> None:
    """The page says what to send instead."""
    ann = Portal(world, "ann")
    send_file(ann, PAGE, "/uploads", "document", content, 400)
    assert "waits for the secretariat" not in ann.words(PAGE)


def test_one_paper_waits_at_a_time(world: World) -> None:
    """Two people at once: the second is told."""
    ann, roy = Portal(world, "ann"), Portal(world, "roy")
    form = roy.form(roy.page(PAGE), "/uploads")
    send_file(ann, PAGE, "/uploads", "document", pdf(), 303)
    file = (io.BytesIO(pdf()), "signed.pdf")
    answer = roy.client.post(form.action, data={**form.fields, "document": file})
    assert answer.status_code == 409
    assert "waits for the secretariat already" in answer.text


# ending


def test_a_member_ends_its_nda(world: World) -> None:
    """With a reason and the password; nobody of it reads among members at the next request."""
    bob = Portal(world, "bob")
    assert "nobody of Beta reads among members" in bob.words(f"{PAGE}/end")
    text = bob.send(f"{PAGE}/end", "/end", 401, reason="We leave.", password="wrong")
    assert "The password is not right." in text
    assert "We leave." in text
    bob.send(f"{PAGE}/end", "/end", 400, reason="", password=PASSWORD)
    assert reads(world, "bob")
    bob.send(f"{PAGE}/end", "/end", reason="We leave.", password=PASSWORD)
    assert not reads(world, "bob")
    words = bob.words(PAGE)
    assert "The NDA of 2026-03-01 ended on 2026-03-01." in words
    assert re.search("Ended 1 Mar 2026, 12:00 UTC ?: We leave.", words)
    bob.send(f"{PAGE}/end", "/end", 409, reason="Again.", password=PASSWORD)


def test_the_secretariat_ends_the_nda_of_a_member(world: World) -> None:
    """With a reason and its own password; nobody else does."""
    sue, path = Portal(world, "sue"), f"{DESK}/{world.organisations['Beta']}/end"
    assert path in sue.page(DESK)
    sue.send(path, "/end", 401, reason="Breach.", password="wrong")
    assert reads(world, "bob")
    sue.send(path, "/end", reason="Breach.", password=PASSWORD)
    assert not reads(world, "bob")
    for name in ("ann", "amy", "bob"):
        portal = Portal(world, name)
        portal.page(path, 403)
        portal.post(path, 403, reason="x", password=PASSWORD)
    amy = Portal(world, "amy")
    amy.page(f"{PAGE}/end", 403)
    amy.post(f"{PAGE}/end", 403, reason="x", password=PASSWORD)


# the secretariat's page


def test_the_page_of_the_secretariat_is_its_own(world: World) -> None:
    """Members get neither the roster nor the forms, and decide about no paper."""
    ann = Portal(world, "ann")
    send_file(ann, PAGE, "/uploads", "document", pdf(), 303)
    with world.house.reading() as db:
        (upload,) = MembershipStore(db).ndas.uploads_of(world.organisations["Alpha"])
    for name in ("ann", "bob"):
        portal = Portal(world, name)
        portal.page(DESK, 403)
        portal.page(f"{DESK}/roster.csv", 403)
        for action in ("accept", "refuse"):
            portal.post(f"{DESK}/uploads/{upload.id}/{action}", 403, reason="x")
        portal.post(f"{DESK}/texts", 403, title="x")


def test_the_roster_at_a_date_soonest_end_first(world: World) -> None:
    """On the page and as a file; what was signed in the course of the day counts."""
    world.organisation("Gamma")
    world.sign_nda("Gamma", until=world.now + timedelta(days=10))
    world.advance(days=1)
    world.end_nda("Beta")
    sue = Portal(world, "sue")
    table = sue.page(f"{DESK}?at=2026-03-01").partition('id="roster"')[2]
    cells = re.findall(r'data-name="Organisation"><span>([^<]+)<', table)
    assert cells == ["Beta", "Gamma", "CloudSIRT", "Office"]
    assert re.findall(r'data-name="Organisation"><span>([^<]+)<', sue.page(DESK)) == [
        *("Gamma", "CloudSIRT", "Office"),
    ]
    answer = sue.client.get(f"{DESK}/roster.csv?at=2026-03-01")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert [line.split(",")[0] for line in answer.text.splitlines()] == [
        *("organisation", "Beta", "CloudSIRT", "Gamma", "Office"),
    ]
    assert "not known yet" in sue.page(f"{DESK}?at=2026-03-03")
    assert "A date is written like" in sue.page(f"{DESK}?at=2027-02-29")


def test_a_text_is_proposed_on_the_page(world: World) -> None:
    """A PDF or plain text; it is a draft, and the members go on signing the other one."""
    sue = Portal(world, "sue")
    send_file(sue, DESK, "/texts", "file", pdf(), 303, title=NEW)
    text = sue.page(DESK)
    assert NEW in text
    assert "Draft of" in text
    path = re.search(r'href="(/nda/texts/[^"]+)">' + NEW, text)
    assert path is not None
    assert "This text is a PDF." in sue.page(path[1])
    assert "says exactly the same" in send_file(
        sue, DESK, "/texts", "file", pdf(), 400, title="other"
    )
    assert BYLAWS.nda_text in Portal(world, "ann").page(PAGE)
