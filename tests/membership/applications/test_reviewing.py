"""The secretariat's commands on both engines, and sponsors: what they need, keep and refuse."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from membership.applications import applying, reviewing, sponsoring
from membership.applications.application import State
from membership.applications.checks import Check
from membership.applications.events import (
    ApplicationDeclined,
    ApplicationTakenUp,
    CriterionJudged,
    FoundEligible,
    FoundNotEligible,
    MoreAsked,
    NoteLeft,
    SponsorAnswered,
)
from membership.applications.sponsorship import Stance, supporters
from membership.applications.store import ApplicationStore
from membership.bylaws import BYLAWS
from membership.eligibility.judgement import Finding
from membership.errors import (
    IllegalTransition,
    NotAcceptable,
    NotAllowed,
    NotComplete,
    Overtaken,
)
from tests.membership.applications.review import (
    decide,
    found,
    judge,
    judge_all,
    revision,
    run,
    taken_up,
)
from tests.world import START, World


def test_a_review_from_start_to_eligible(office: World) -> None:
    """Taken up, judged by two, found: each an event."""
    id_ = office.application("Example")
    assert decide(office, reviewing.take_up, id_) == (ApplicationTakenUp(id_),)
    judged = decide(
        *(office, reviewing.judge, id_),
        criterion="csirt-statute",
        finding=Finding.MET,
        reason="Law 1 of 2020.",
        reviewer=office.people["sue"],
    )
    assert judged == (CriterionJudged(id_, "csirt-statute", "met"),)
    with pytest.raises(NotComplete, match="“Established by statute or regulation” waits for a sec"):
        decide(office, reviewing.find, id_)
    judge(office, id_, "csirt-statute", Finding.MET, "sid")
    assert decide(office, reviewing.find, id_) == (FoundEligible(id_),)
    assert office.application_now(id_).state is State.ELIGIBLE


def test_a_refusal_keeps_its_reason(office: World) -> None:
    """Criterion by criterion, in one sentence."""
    id_ = taken_up(office, "telco")
    judge(office, id_, "telco-peering", Finding.NOT_SHOWN)
    assert decide(office, reviewing.find, id_) == (FoundNotEligible(id_),)
    assert office.application_now(id_).reason.startswith("Not eligible: “Has established peering")


def test_one_reviewer_may_do_where_the_bylaws_say_so(office: World) -> None:
    """The number is the bylaws' of that instant."""
    id_ = taken_up(office)
    judge(office, id_, "csirt-statute", Finding.MET, "sue")
    with pytest.raises(NotComplete):
        decide(office, reviewing.find, id_)
    office.amend("reviewers", "1")
    decide(office, reviewing.find, id_)
    assert office.application_now(id_).state is State.ELIGIBLE


def test_a_reviewer_thinks_differently_and_a_dispute_is_open(office: World) -> None:
    """The later opinion counts; the one before is kept; who disagrees must talk."""
    id_ = taken_up(office)
    judge_all(office, id_, Finding.NOT_SHOWN)
    judge(office, id_, "csirt-statute", Finding.MET, "sue", reason="It is in the annex.")
    with pytest.raises(NotComplete, match="is disputed"):
        decide(office, reviewing.find, id_)
    judge(office, id_, "csirt-statute", Finding.MET, "sid")
    decide(office, reviewing.find, id_)
    with office.house.reading() as db:
        store = ApplicationStore(db)
        assert len(store.judgements(id_)) == 6
        assert len(store.former_judgements(id_)) == 2


def test_whoever_fits_no_category_is_not_eligible_and_not_refused(office: World) -> None:
    """Without a judgement: the two-thirds way is open."""
    id_ = taken_up(office, "other")
    assert decide(office, reviewing.find, id_) == (FoundNotEligible(id_),)
    with pytest.raises(IllegalTransition):
        decide(
            *(office, reviewing.judge, id_),
            criterion="other-why",
            finding=Finding.MET,
            reason="Good people.",
            reviewer=office.people["sue"],
        )


@pytest.mark.parametrize("criterion", ["telco-team", "other-why", "nothing"])
def test_only_what_the_category_asks_is_judged(office: World, criterion: str) -> None:
    """Neither another category's criteria nor ones that there are not."""
    id_ = taken_up(office)
    with pytest.raises(NotAcceptable, match="does not ask"):
        judge(office, id_, criterion, Finding.MET)


@pytest.mark.parametrize("text", ["", "  \n", "x" * 8_001, "a\x00b"])
def test_every_decision_has_a_text_that_can_be_kept(office: World, text: str) -> None:
    """A reason, a question, a note."""
    id_ = found(office, Finding.NOT_MET)
    for command, name in ((reviewing.decline, "reason"), (reviewing.ask_more, "question")):
        with pytest.raises(NotAcceptable):
            decide(office, command, id_, **{name: text})
    with pytest.raises(NotAcceptable):
        run(office, reviewing.note, id_, text=text, author=office.people["sue"])


def test_more_is_asked_and_answered_and_asked_again(office: World) -> None:
    """From a review, and from either finding; the finding is open again."""
    id_ = found(office, Finding.NOT_SHOWN)
    assert decide(office, reviewing.ask_more, id_, question=" What law? ") == (MoreAsked(id_),)
    asked = office.application_now(id_)
    assert (asked.state, asked.question, asked.reason) == (State.MORE_ASKED, "What law?", "")
    run(office, applying.answer, id_, asked.revision)
    judge_all(office, id_)
    decide(office, reviewing.find, id_)
    decide(office, reviewing.ask_more, id_, question="One more thing.")
    assert office.application_now(id_).state is State.MORE_ASKED


def test_what_eligibility_rests_on_changes_and_is_judged_anew(office: World) -> None:
    """Another organisation behind the same answers was seen by nobody; a telephone number
    changes nothing that was judged."""
    id_ = found(office)
    decide(office, reviewing.ask_more, id_, question="A number?")
    record = office.application_now(id_).record
    first, *others = record.contacts
    called = replace(record, contacts=(replace(first, phone="+351 210 000 000"), *others))
    run(office, applying.save, id_, revision(office, id_), record=called)
    run(office, applying.answer, id_, revision(office, id_))
    decide(office, reviewing.find, id_)
    decide(office, reviewing.ask_more, id_, question="A name?")
    other = replace(record, name="Another", asns=(64500,))
    run(office, applying.save, id_, revision(office, id_), record=other)
    run(office, applying.answer, id_, revision(office, id_))
    with pytest.raises(NotComplete):
        decide(office, reviewing.find, id_)


def test_what_is_not_eligible_is_declined_with_a_reason(office: World) -> None:
    """The applicant reads it; it is the end."""
    id_ = found(office, Finding.NOT_MET)
    assert decide(office, reviewing.decline, id_, reason="No team.") == (ApplicationDeclined(id_),)
    ended = office.application_now(id_)
    assert (ended.state, ended.reason) == (State.DECLINED, "No team.")
    with pytest.raises(IllegalTransition, match="is declined"):
        run(office, applying.withdraw, id_)


DECISIONS: list[tuple[Any, dict[str, Any]]] = [
    (reviewing.take_up, {}),
    (reviewing.ask_more, {"question": "Who?"}),
    (reviewing.find, {}),
    (reviewing.decline, {"reason": "No."}),
]


@pytest.mark.parametrize(("command", "named"), DECISIONS, ids=["take-up", "ask", "find", "decline"])
def test_a_stale_decision_is_told_how_it_is_now(
    office: World, command: Any, named: dict[str, Any]
) -> None:
    """The applicant withdrew while the page was open: since when, and nothing happens."""
    id_ = found(office, Finding.NOT_MET)
    seen = revision(office, id_)
    office.advance(hours=2)
    run(office, applying.withdraw, id_)
    before = office.application_now(id_)
    with pytest.raises(Overtaken, match="is withdrawn since 2026-03-01 14:00 UTC"):
        run(office, command, id_, seen, **named)
    assert office.application_now(id_) == before


def test_a_judgement_about_another_revision_is_told(office: World) -> None:
    """What the reviewer read was asked about, and answered, in between."""
    id_ = taken_up(office)
    seen = revision(office, id_)
    decide(office, reviewing.ask_more, id_, question="Who?")
    run(office, applying.answer, id_, revision(office, id_))
    with pytest.raises(Overtaken, match="is in review since"):
        run(
            *(office, reviewing.judge, id_, seen),
            criterion="csirt-statute",
            finding=Finding.MET,
            reason="Seen.",
            reviewer=office.people["sue"],
        )


def test_judgements_of_two_people_do_not_overtake_each_other(office: World) -> None:
    """Both judged the same page: both count."""
    id_ = taken_up(office)
    seen = revision(office, id_)
    for person in ("sue", "sid"):
        run(
            *(office, reviewing.judge, id_, seen),
            criterion="csirt-statute",
            finding=Finding.MET,
            reason="Seen.",
            reviewer=office.people[person],
        )
    run(office, reviewing.find, id_, seen)


def test_notes_are_kept_in_their_order(office: World) -> None:
    """In any state, also after the end."""
    id_ = found(office, Finding.NOT_MET)
    for text in ("First.", "Second."):
        made = run(office, reviewing.note, id_, text=text, author=office.people["sue"])
        assert made == (NoteLeft(id_),)
    with office.house.reading() as db:
        notes = ApplicationStore(db).notes(id_)
    assert [(note.text, note.author, note.at) for note in notes] == [
        ("First.", office.people["sue"], START),
        ("Second.", office.people["sue"], START),
    ]


def test_of_each_fact_the_latest_check_is_shown(office: World) -> None:
    """By kind and subject."""
    id_ = office.application("Example")
    with office.house.working("worker") as work:
        store = ApplicationStore(work.db)
        for day, outcome in enumerate(("bad", "good")):
            at = START + timedelta(days=day)
            store.add_check(Check(id_, "domain", "example.org", outcome, "", at, "worker"))  # type: ignore[arg-type]
        store.add_check(Check(id_, "asn", "AS64500", "unknown", "Busy.", START, "worker"))
        work.record(NoteLeft(id_))
    with office.house.reading() as db:
        shown = ApplicationStore(db).checks(id_)
    assert [(check.kind, check.outcome) for check in shown] == [
        ("asn", "unknown"),
        ("domain", "good"),
    ]


# sponsors


@pytest.fixture
def sponsored(office: World) -> str:
    """An application that names Alpha and Beta; its id."""
    for name, person in (("Alpha", "ann"), ("Beta", "bert"), ("Gamma", "gus")):
        office.member(name, person, "representative")
    return office.application("Example", sponsors=["Alpha", "Beta"])


def say(world: World, command: Any, id_: str, organisation: str, person: str) -> Any:
    """A sponsor answers."""
    given = {"organisation": world.organisations[organisation], "person": world.people[person]}
    return run(world, command, id_, **given)


def test_sponsors_support_refuse_and_think_differently(office: World, sponsored: str) -> None:
    """Counted as they stand; the same answer twice is refused."""
    alpha = office.organisations["Alpha"]
    told = say(office, sponsoring.support, sponsored, "Alpha", "ann")
    assert told == (SponsorAnswered(sponsored, alpha, "supports"),)
    say(office, sponsoring.refuse, sponsored, "Beta", "bert")
    with pytest.raises(IllegalTransition, match="already"):
        say(office, sponsoring.support, sponsored, "Alpha", "ann")
    with office.house.reading() as db:
        store = ApplicationStore(db)
        said = store.sponsorships(sponsored)
        assert supporters(store.application(sponsored).sponsors, said) == 1
        assert {item.stance for item in said} == {Stance.SUPPORTS, Stance.REFUSES}
        assert store.sponsorships_of(alpha)[0].person == office.people["ann"]
    say(office, sponsoring.support, sponsored, "Beta", "bert")


def test_nobody_else_is_a_sponsor(office: World, sponsored: str) -> None:
    """Not a member that was not named, nor one that was suspended."""
    with pytest.raises(NotAllowed, match="named as sponsors"):
        say(office, sponsoring.support, sponsored, "Gamma", "gus")
    office.suspend("Alpha")
    with pytest.raises(NotAllowed, match="Only a member"):
        say(office, sponsoring.support, sponsored, "Alpha", "ann")


def test_sponsors_are_not_asked_about_what_is_over(office: World, sponsored: str) -> None:
    """Withdrawn: what they say makes no difference."""
    run(office, applying.withdraw, sponsored)
    with pytest.raises(IllegalTransition, match="not asked any more") as refused:
        say(office, sponsoring.support, sponsored, "Alpha", "ann")
    assert "withdrawn" not in str(refused.value)


def test_the_founding_bylaws_ask_for_no_sponsors() -> None:
    """The number is data; today it is none."""
    assert BYLAWS.sponsors == 0
