"""The applicant's form: in steps, saved as it goes, nothing lost and nothing stored half."""

import re

import pytest
from werkzeug.test import TestResponse

from cloudsirt.checking.applications import check_application
from membership.applications.application import State
from membership.applications.store import ApplicationStore
from tests.cloudsirt.uploads.files import pdf
from tests.plumbing.applicant import Applicant, ask_more, complete
from tests.plumbing.pages import words_of
from tests.world import World

sqlite_only = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def test_from_an_empty_form_to_a_submitted_application(world: World) -> None:
    """The whole way through the pages, and then what is awaited from whom."""
    applicant = Applicant(world).begin()
    assert applicant.application().confirmed == world.now
    assert "Not begun" in applicant.words("/apply/overview")
    complete(applicant)
    applicant.fill(
        "resources", asns="AS64500 64501", networks="192.0.2.0/24", domains="Alder.Example.org"
    )
    applicant.fill(
        "assurance",
        assurances__0__scheme="iso-27001",
        assurances__0__reference="IS 1",
        assurances__0__valid_until="2027-01-01",
    )
    review = applicant.words("/apply/review")
    assert "Still missing" not in review
    for told in ("Alder CERT", "By statute 12", "Statute.pdf", "AS64501", "192.0.2.0/24", "IS 1"):
        assert told in review
    applicant.send("/apply/review", "/apply/review")
    found = applicant.application()
    assert found.state is State.SUBMITTED
    assert found.record.country == "PT"
    assert found.record.domains == ("alder.example.org",)
    status = applicant.words("/apply/status")
    assert "submitted" in status
    assert "The secretariat takes the application up." in status
    assert "It was submitted." in status
    assert "for documentation (RFC 5398)" in applicant.words("/apply/review")
    assert applicant.client.get("/apply/contacts").location == "/apply/status"


@sqlite_only
def test_what_is_missing_leads_to_its_field(world: World) -> None:
    """Nothing is handed in half, and the page says what to do where."""
    applicant = Applicant(world).begin()
    page = applicant.page("/apply/review")
    for place in (
        "/apply/organisation#name",
        "/apply/profile#profile.team",
        "/apply/category#category",
        "/apply/contacts#contacts",
    ):
        assert f'href="{place}"' in page
        path, _, anchor = place.partition("#")
        assert f'id="{anchor}"' in applicant.page(path)
    applicant.fill("category", category="csirt")
    assert 'href="/apply/category/csirt-statute#text"' in applicant.page("/apply/review")
    text = applicant.send("/apply/review", "/apply/review", 400)
    assert "Something is still missing." in text
    assert applicant.application().state is State.DRAFT


@sqlite_only
def test_a_file_is_given_out_to_be_saved_and_never_shown(world: World) -> None:
    """As an attachment, with a harmless name, in a sandbox."""
    applicant = Applicant(world).begin()
    complete(applicant)
    found = re.search(r"/apply/files/[0-9a-f-]+", applicant.page("/apply/review"))
    assert found is not None
    answer = applicant.client.get(found[0])
    assert answer.data == pdf()
    assert answer.headers["Content-Disposition"] == "attachment; filename=Statute.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.mimetype == "application/pdf"


WRONG = [
    ("organisation", "country", "Portugal", "Two letters of ISO 3166"),
    ("organisation", "website", "alder.example.org", "An address like https://"),
    ("resources", "asns", "AS banana", "is no number like AS64500"),
    ("resources", "networks", "192.0.2.1/24", "is not a prefix like"),
    ("resources", "domains", "not a domain", "is not a domain name"),
    ("contacts", "contacts.0.email", "nobody", "An address like soc@example.org"),
    ("contacts", "contacts.0.phone", "0210", "With the country"),
    ("contacts", "contacts.0.key", "my key", "An OpenPGP public key in its armour"),
    ("assurance", "assurances.0.valid_until", "tomorrow", "A day like 2027-02-20"),
    ("profile", "profile.team", "x" * 8_001, "At most 8,000 characters"),
]


@sqlite_only
@pytest.mark.parametrize(("step", "field", "typed", "told"), WRONG)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    world: World, step: str, field: str, typed: str, told: str
) -> None:
    """The problem stands beside its field, with what was typed; nothing is stored half."""
    applicant = Applicant(world).begin()
    before = applicant.application()
    more = {"organisation": {"name": "Alder CERT"}, "contacts": {"contacts.0.name": "Ana"}}
    text = applicant.step(step, {**more.get(step, {}), field: typed}, 400)
    assert told in words_of(text)
    assert f'href="#{field}"' in text
    assert re.search(rf'id="{re.escape(field)}"[^>]* aria-invalid="true"', text)
    assert typed in text
    for kept in more.get(step, {}).values():
        assert kept in text
    assert applicant.application() == before


@sqlite_only
def test_a_list_grows_without_scripts(world: World) -> None:
    """“Add another contact” saves the first and has room for the next; one can be removed."""
    applicant = Applicant(world).begin()
    for number, name in enumerate(("Ana", "Bela")):
        applicant.step("contacts", {f"contacts.{number}.name": name, "action": "stay"})
        assert applicant.last is not None
        assert applicant.last.location == "/apply/contacts?saved=yes"
    assert 'name="contacts.2.name"' in applicant.page("/apply/contacts")
    applicant.step("contacts", {"contacts.0.remove": "yes"})
    assert [contact.name for contact in applicant.application().record.contacts] == ["Bela"]


@sqlite_only
def test_two_windows_do_not_overwrite_each_other(world: World) -> None:
    """The second to save the same step is told, keeps what it typed, and may insist."""
    applicant = Applicant(world).begin()
    second = Applicant(world)
    second.open(applicant.link())
    stale = second.form(second.page("/apply/organisation"), "/apply/organisation")
    applicant.fill("organisation", name="Alder CERT", country="PT")
    text = second.submit(stale, 409, name="Alder Response Team")
    assert "changed in another window" in text
    assert "Alder Response Team" in text
    assert "Alder CERT" in words_of(text)
    assert applicant.application().record.name == "Alder CERT"
    again = second.form(text, "/apply/organisation")
    second.submit(again)
    assert applicant.application().record.name == "Alder Response Team"


@sqlite_only
@pytest.mark.parametrize("field", ["seen", "revision"])
@pytest.mark.parametrize("value", ["", "ü", "9" * 5_000, "-1"])
def test_a_form_that_was_tampered_with_is_stale(world: World, field: str, value: str) -> None:
    """What the page carried along is not taken on trust."""
    applicant = Applicant(world).begin()
    complete(applicant)
    path = "/apply/organisation" if field == "seen" else "/apply/review"
    form = applicant.form(applicant.page(path), path)
    applicant.submit(form, 409, **{field: value})


@sqlite_only
def test_windows_on_different_steps_do_not_disturb_each_other(world: World) -> None:
    """Only what both changed is a conflict."""
    applicant = Applicant(world).begin()
    form = applicant.form(applicant.page("/apply/resources"), "/apply/resources")
    applicant.fill("organisation", name="Alder CERT")
    applicant.submit(form, asns="AS64500")
    record = applicant.application().record
    assert (record.name, record.asns) == ("Alder CERT", (64500,))


@sqlite_only
def test_a_stale_review_is_not_handed_in(world: World) -> None:
    """What is submitted is what was on the screen."""
    applicant = Applicant(world).begin()
    complete(applicant)
    form = applicant.form(applicant.page("/apply/review"), "/apply/review")
    applicant.fill("organisation", name="Birch CERT")
    assert "changed in another window" in applicant.submit(form, 409)
    assert applicant.application().state is State.DRAFT


@sqlite_only
def test_files_are_looked_at_and_can_be_taken_away(world: World) -> None:
    """A refused file is said by name, the text stays, and nothing is stored half."""
    applicant = Applicant(world).begin()
    applicant.fill("category", category="csirt")
    word = b"PK\x03\x04" + b"\x00" * 26 + b"word/document.xml"
    text = applicant.upload("csirt-statute", "A law.", ("law.docx", word), status=400)
    assert "law.docx: Word documents are not accepted: send PDF" in words_of(text)
    assert "A law." in text
    assert applicant.application().answers == {}
    applicant.upload("csirt-statute", "A law.", ("law.docx", pdf()), ("key.asc", b"plain"))
    page = applicant.page("/apply/category/csirt-statute")
    assert "law.pdf" in page
    assert "key.txt" in page
    ids = re.findall(r'name="removed" value="([0-9a-f-]+)"', page)
    applicant.upload("csirt-statute", "A law.", removed=ids[0])
    page = applicant.page("/apply/category/csirt-statute")
    assert ("law.pdf" in page) != ("key.txt" in page)


@sqlite_only
def test_links_and_criteria_of_others_are_refused(world: World) -> None:
    """A link is an address; a criterion of another category is not there."""
    applicant = Applicant(world).begin()
    applicant.page("/apply/category/csirt-statute", 404)
    applicant.fill("category", category="csirt")
    applicant.page("/apply/category/telco-peering", 404)
    text = applicant.upload("csirt-statute", "x", status=400, links="javascript:alert(1)")
    assert "is no address like" in words_of(text)
    text = applicant.upload("csirt-statute", "x" * 8_001, status=400)
    assert "At most 8,000 characters" in words_of(text)
    assert "Choose a category." in applicant.fill("category", 400, category="partner")


@sqlite_only
def test_too_large_an_upload_is_refused_before_it_is_read(world: World) -> None:
    """The form with files takes more than others, and not everything."""
    applicant = Applicant(world).begin()
    applicant.fill("category", category="csirt")
    big = ("big.txt", b"a" * (12 * 1024 * 1024))
    applicant.upload("csirt-statute", "x", big, status=413)
    text = applicant.upload("csirt-statute", "x", ("big.txt", b"a" * (1024 * 1024 + 1)), status=400)
    assert "more than 1 MB" in words_of(text)


@sqlite_only
def test_a_question_opens_the_form_again(world: World) -> None:
    """The applicant sees what is asked, changes the steps, and hands the answer in."""
    applicant = Applicant(world).begin()
    complete(applicant)
    applicant.send("/apply/review", "/apply/review")
    ask_more(world, applicant.application().id, "Which ports?")
    status = applicant.words("/apply/status")
    assert "Which ports?" in status
    assert "it lapses on" in status
    assert "Which ports?" in applicant.words("/apply/overview")
    applicant.fill("organisation", constituency="Lisbon and Porto.")
    applicant.send("/apply/review", "/apply/review")
    assert applicant.application().state is State.IN_REVIEW
    assert "The answer was handed in." in applicant.words("/apply/status")


@sqlite_only
def test_withdrawing_is_asked_twice(world: World) -> None:
    """And then nothing more can be done."""
    applicant = Applicant(world).begin()
    text = applicant.send("/apply/status", "/apply/withdraw", 200)
    assert applicant.application().state is State.DRAFT
    applicant.submit(applicant.form(text, "/apply/withdraw"), confirmed="yes")
    assert applicant.application().state is State.WITHDRAWN
    assert "Withdraw the application" not in applicant.words("/apply/status")
    answer: TestResponse = applicant.client.get("/apply/overview")
    assert answer.location == "/apply/status"


@sqlite_only
def test_facts_are_checked_when_the_applicant_asks(world: World) -> None:
    """With by whom and when; not again and again, and a later change is said."""
    applicant = Applicant(world).begin()
    applicant.fill("resources", asns="AS64500")
    form = applicant.form(applicant.page("/apply/resources"), "/apply/resources")
    token = form.fields["csrf_token"]
    for status in (303, 429):
        answer = applicant.client.post("/apply/check", data={"csrf_token": token})
        assert answer.status_code == status
    assert "This was checked just now." in answer.text
    page = applicant.words("/apply/resources")
    assert "Not good. This number is for documentation (RFC 5398)." in page
    assert "asked by the applicant" in page
    assert "was changed since" not in page
    world.advance(minutes=2)
    applicant.fill("organisation", name="Alder CERT")
    assert "the application was changed since" in applicant.words("/apply/resources")


@sqlite_only
def test_who_of_the_secretariat_looked_facts_up_is_not_told(world: World) -> None:
    """The work of single reviewers is no part of what an applicant sees."""
    world.member("Office", "sue", "secretariat")
    applicant = Applicant(world).begin()
    applicant.fill("resources", asns="AS64500")
    with world.house.reading() as db:
        (found,) = ApplicationStore(db).applications()
    check_application(world.house, found.id, by=f"person:{world.people['sue']}")
    page = applicant.words("/apply/resources")
    assert "asked by the secretariat" in page
    assert "Sue" not in page
