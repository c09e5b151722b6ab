"""The secretariat's desk, the review page, downloads and sponsorships, as people use them."""

import hashlib
from dataclasses import replace

import pytest
from argon2 import PasswordHasher

from cloudsirt import binding, clock
from cloudsirt import reviewing as services
from cloudsirt.auth import passwords
from membership.applications import applying
from membership.applications.application import State
from membership.applications.store import ApplicationStore
from membership.eligibility.judgement import Finding
from membership.store import MembershipStore
from tests.cloudsirt.uploads.files import pdf
from tests.plumbing.pages import Portal, words_of
from tests.world import World


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A secretariat of two, one seat on the Board, a member with a representative."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    world.member("Office", "sue", "secretariat")
    world.person("sid", "Office", "secretariat")
    world.person("bea", "Office", "board")
    world.member("Alpha", "ann", "representative")
    world.person("alf", "Alpha", "analyst")
    return world


def page_of(id_: str) -> str:
    """The page of an application."""
    return f"/secretariat/applications/{id_}"


def in_review(world: World, name: str = "Example", category: str = "csirt") -> str:
    """An application in review; its id."""
    id_ = world.application(name, category)
    services.take_up(world.house, world.principal("sue"), id_, 3)
    return id_


def judge(world: World, id_: str, criterion: str, *people: str) -> None:
    """Let people find a criterion met."""
    for name in people:
        services.judge(
            world.house,
            world.principal(name),
            id_,
            world.application_now(id_).revision,
            criterion=criterion,
            finding=Finding.MET,
            reason=f"Seen by {name}.",
        )


def with_file(world: World, media_type: str, name: str = "proof.html") -> tuple[str, str]:
    """A submitted application with one file; the ids of both."""
    id_, content = world.draft("Example"), b"<script>alert(1)</script>"
    with world.house.working("applicant") as work:
        store = ApplicationStore(work.db)
        file, attached = applying.attach(
            store,
            id_,
            file_id=clock.new_id(),
            criterion="csirt-statute",
            name=name,
            media_type=media_type,
            digest=hashlib.sha256(content).digest(),
            content=content,
            at=work.at,
        )
        bylaws = work.membership.bylaws(work.at)
        work.record(*attached, *applying.submit(store, id_, 3, bylaws=bylaws, at=work.at))
    return id_, file.id


# the desk


def test_the_desk_shows_what_waits_by_age(world: World) -> None:
    """Whoever has waited longest first, with its age in days."""
    world.application("Older Org")
    world.advance(days=3)
    world.application("Newer Org")
    world.advance(days=1)
    words = Portal(world, "sue").words("/secretariat")
    assert words.index("Older Org") < words.index("Newer Org")
    assert "Submitted 4 days" in words
    assert "Submitted 1 day" in words


def test_the_desk_knows_whose_judgement_is_missing(world: World) -> None:
    """Mine to judge; then a colleague's; then to be found."""
    id_ = in_review(world)
    sue, sid = Portal(world, "sue"), Portal(world, "sid")
    assert "3 criteria wait for your judgement" in sue.words("/secretariat")
    for criterion in ("csirt-designated", "csirt-recognised", "csirt-statute"):
        judge(world, id_, criterion, "sue")
    waits, _, others = sue.words("/secretariat").partition("Waits for others")
    assert "Nothing waits for you" in waits
    assert "a colleague is to judge it too" in others
    assert "3 criteria wait for your judgement" in sid.words("/secretariat")
    judge(world, id_, "csirt-statute", "sid")
    assert "Confirm what was found" in sue.words("/secretariat")


def test_what_waits_for_the_applicant_says_until_when(world: World) -> None:
    """Under what waits for others."""
    id_ = in_review(world)
    revision = world.application_now(id_).revision
    services.ask_more(world.house, world.principal("sue"), id_, revision, "Who are you?")
    words = Portal(world, "sid").words("/secretariat").partition("Waits for others")[2]
    assert "Answer what the secretariat asked. It lapses on 2026-04-30." in words


def test_all_applications_stand_under_their_states(world: World) -> None:
    """A draft is listed without what it says."""
    world.draft("Secret Draft")
    world.application("Example")
    words = Portal(world, "sue").words("/secretariat/applications")
    assert "Secret Draft" not in words
    assert "secretdraft@applicant.example.org" in words
    assert "Submitted Organisation Category Applicant Since Example CERT, CSIRT or ISAC" in words
    world.advance(days=180)
    services.lapse_applications(world.house)
    assert "Secret Draft" not in Portal(world, "sue").words("/secretariat/applications")


@pytest.mark.parametrize("name", ["ann", "alf", "bea"])
def test_nobody_else_sees_the_desk(world: World, name: str) -> None:
    """The Board reads applications, and runs no desk."""
    for path in ("/secretariat", "/secretariat/applications"):
        Portal(world, name).page(path, 403)


# the review


def test_a_review_from_submitted_to_the_board_in_the_browser(world: World) -> None:
    """Every button of the way, by two people."""
    id_ = world.application("Example")
    sue, sid = Portal(world, "sue"), Portal(world, "sid")
    sue.send(page_of(id_), "/take-up")
    for portal in (sue, sid):
        portal.send(
            *(page_of(id_), "/judgements/csirt-statute"),
            finding="met",
            text="Law 1 of 2020 says so.",
        )
    words = sue.words(page_of(id_))
    assert "Eligible: what the category asks for is met." in words
    assert "Law 1 of 2020 says so." in words
    sue.send(page_of(id_), "/find")
    sid.send(page_of(id_), "/put-to-ballot")
    found = world.application_now(id_)
    assert found.state is State.IN_BALLOT
    assert found.ballot is not None
    assert "Admission of Example" in Portal(world, "bea").words(page_of(id_))


def test_more_is_asked_and_an_application_is_declined_in_the_browser(world: World) -> None:
    """With a text each, which is kept where it cannot be done like that."""
    id_ = in_review(world)
    sue = Portal(world, "sue")
    sue.send(page_of(id_), "/ask-more", text="Which law?")
    assert "Which law?" in sue.words(page_of(id_))
    with world.house.working("applicant") as work:
        revision = world.application_now(id_).revision
        work.record(*applying.answer(ApplicationStore(work.db), id_, revision, at=work.at))
    for criterion in ("csirt-statute", "csirt-designated", "csirt-recognised"):
        for name in ("sue", "sid"):
            Portal(world, name).send(
                page_of(id_), f"/judgements/{criterion}", finding="not-shown", text="Nowhere."
            )
    sue.send(page_of(id_), "/find")
    answer = sue.send(page_of(id_), "/decline", 400, text="x" * 8_001)
    assert "at most 8,000 characters" in answer
    assert "x" * 8_001 in answer
    sue.send(page_of(id_), "/decline", text="Nothing was shown.")
    assert "The application is declined." in sue.words(page_of(id_))


def test_a_judgement_needs_a_finding(world: World) -> None:
    """What was written stays in the form."""
    id_ = in_review(world)
    sue = Portal(world, "sue")
    form = sue.form(sue.page(page_of(id_)), "/judgements/csirt-statute")
    answer = sue.submit(form, 400, finding="", text="I thought about it.")
    assert "Choose what you find" in answer
    assert "I thought about it." in answer


def test_a_decision_on_an_old_page_is_answered_with_how_it_is_now(world: World) -> None:
    """The applicant withdrew: the page says since when, and the text is not lost silently."""
    id_ = in_review(world)
    sue = Portal(world, "sue")
    form = sue.form(sue.page(page_of(id_)), "/ask-more")
    world.advance(minutes=10)
    services.withdraw_at_console(world.house, id_)
    answer = sue.submit(form, 409, text="Who?")
    assert "the application is withdrawn since 2026-03-01 12:10 UTC" in words_of(answer)
    assert "The application is withdrawn." in words_of(answer)


@pytest.mark.parametrize("state", ["submitted", "in-review"])
def test_the_page_offers_what_the_table_allows_and_no_more(world: World, state: str) -> None:
    """Forms of other states are not there; without a finding, no button to confirm it."""
    id_ = world.application("Example") if state == "submitted" else in_review(world)
    page = Portal(world, "sue").page(page_of(id_))
    offered = {
        act
        for act in ("take-up", "ask-more", "find", "put-to-ballot", "decline")
        if f'action="{page_of(id_)}/{act}"' in page
    }
    assert offered == ({"take-up"} if state == "submitted" else {"ask-more"})
    assert ("/judgements/" in page) == (state == "in-review")


def test_the_board_reads_everything_and_does_nothing(world: World) -> None:
    """What it votes on, notes included; no form, and none works."""
    id_ = in_review(world)
    judge(world, id_, "csirt-statute", "sue")
    sue = Portal(world, "sue")
    sue.send(page_of(id_), "/notes", text="Ask their upstream.")
    bea = Portal(world, "bea")
    page = bea.page(page_of(id_))
    for said in ("On csirt-statute.", "Seen by sue.", "Ask their upstream.", "Example CSIRT"):
        assert said in page
    assert page_of(id_) + "/" not in page.replace("/files/", "")
    for act in ("find", "notes", "checks", "judgements/csirt-statute"):
        bea.post(f"{page_of(id_)}/{act}", 403, revision="4", text="Hello", finding="met")


@pytest.mark.parametrize("name", ["ann", "alf"])
def test_nobody_else_reads_an_application(world: World, name: str) -> None:
    """Neither the page nor a file nor a button."""
    id_, file = with_file(world, "application/pdf")
    portal = Portal(world, name)
    portal.page(page_of(id_), 403)
    portal.page(f"{page_of(id_)}/files/{file}", 403)
    portal.post(f"{page_of(id_)}/take-up", 403, revision="3")
    assert world.application_now(id_).state is State.SUBMITTED


OTHER_ID = "00000000-0000-4000-8000-000000000000"


def test_a_draft_is_its_applicants_own(world: World) -> None:
    """The secretariat learns that there is one; the Board nothing; also once withdrawn."""
    id_ = world.draft("Secret Draft")
    for _ in range(2):
        words = Portal(world, "sue").words(page_of(id_))
        assert "its applicant’s own" in words
        assert "On csirt-statute." not in words
        assert "Example CSIRT" not in words
        hidden = Portal(world, "bea").page(page_of(id_), 404)
        absent = Portal(world, "bea").page(page_of(OTHER_ID), 404)
        assert words_of(hidden).replace(id_, OTHER_ID) == words_of(absent)
        if world.application_now(id_).state is State.DRAFT:
            services.withdraw_at_console(world.house, id_)


def test_the_history_says_who_did_what(world: World) -> None:
    """From the audit trail, by name."""
    id_ = in_review(world)
    judge(world, id_, "csirt-statute", "sid")
    words = Portal(world, "sue").words(page_of(id_)).partition("History")[2]
    assert "Judged: csirt-statute, met Sid" in words
    assert "Taken up Sue" in words
    assert "Submitted The applicant" in words


def test_facts_are_shown_with_by_whom_and_when_and_looked_up_again(world: World) -> None:
    """By a button, which then waits a minute."""
    id_ = world.draft("Example")
    record = replace(world.application_now(id_).record, asns=(64500,))
    with world.house.working("applicant") as work:
        store = ApplicationStore(work.db)
        _, saved = applying.save(store, id_, 2, at=work.at, record=record)
        bylaws = work.membership.bylaws(work.at)
        work.record(*saved, *applying.submit(store, id_, 3, bylaws=bylaws, at=work.at))
    sue = Portal(world, "sue")
    assert "Nothing has been looked up yet." in sue.words(page_of(id_))
    sue.send(page_of(id_), "/checks")
    facts = sue.words(page_of(id_)).partition("Facts that were looked up")[2]
    assert "64500 AS number" in facts
    assert "1 Mar 2026, 12:00 UTC , by Sue" in facts
    assert "Wait a minute" in sue.send(page_of(id_), "/checks", 400)


# evidence


@pytest.mark.parametrize(
    ("media_type", "given"),
    [
        ("application/pdf", "application/pdf"),
        ("text/html", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
    ],
)
def test_evidence_is_given_out_so_that_nothing_in_it_runs(
    world: World, media_type: str, given: str
) -> None:
    """An attachment, its type from a list, nothing sniffed, nothing loaded, in a sandbox."""
    id_, file = with_file(world, media_type)
    sue = Portal(world, "sue")
    assert f"{page_of(id_)}/files/{file}" in sue.page(page_of(id_))
    answer = sue.client.get(f"{page_of(id_)}/files/{file}")
    assert answer.status_code == 200
    assert answer.data == b"<script>alert(1)</script>"
    assert answer.headers["Content-Type"] == given
    assert answer.headers["Content-Disposition"] == "attachment; filename=proof.html"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_file_of_another_application_is_not_found(world: World) -> None:
    """The address names both, and both must fit."""
    _, file = with_file(world, "application/pdf")
    other = world.application("Other")
    Portal(world, "sue").page(f"{page_of(other)}/files/{file}", 404)


def test_an_unknown_application_is_not_found(world: World) -> None:
    """An answer like any other."""
    Portal(world, "sue").page(page_of(clock.new_id()), 404)


# sponsors


def test_a_representative_answers_for_their_member(world: World) -> None:
    """Who asks, and no more of the application than that; the answer can change."""
    id_ = world.application("Example", sponsors=["Alpha"])
    ann, path = Portal(world, "ann"), "/organisation/sponsorships"
    assert "An applicant asks for your support" in ann.words("/organisation/")
    words = ann.words(path)
    assert "Example" in words
    assert "CERT, CSIRT or ISAC" in words
    assert "csirt-statute" not in words
    ann.send(path, f"{id_}/support")
    assert "Alpha supports the application" in Portal(world, "sue").words(page_of(id_))
    ann.send(path, f"{id_}/refuse")
    assert "Alpha does not support" in Portal(world, "sue").words(page_of(id_))
    Portal(world, "alf").page(path, 403)
    Portal(world, "alf").post(f"{path}/{id_}/support", 403)


def test_a_representative_answers_for_nobody_else(world: World) -> None:
    """An application that does not name the member."""
    id_ = world.application("Example")
    ann = Portal(world, "ann")
    assert "No applicant has named" in ann.words("/organisation/sponsorships")
    ann.post(f"/organisation/sponsorships/{id_}/support", 403)


def test_the_desk_holds_what_other_subjects_bring(world: World) -> None:
    """A signed document that waits is a line among the applications, by its own age."""
    world.person("sig", "Alpha", "signatory")
    with world.house.reading() as db:
        digest = MembershipStore(db).ndas.newest_text().digest
    binding.hand_in(world.house, world.principal("sig"), "nda.pdf", pdf(), digest)
    world.advance(minutes=5)
    world.application("Example")
    words = Portal(world, "sue").words("/secretariat")
    assert words.index("NDA document") < words.index("Submitted")
