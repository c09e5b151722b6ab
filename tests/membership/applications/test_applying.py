"""The applicant's commands on both engines: what they keep, refuse and report."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest

from cloudsirt import clock
from membership.applications import applying, reviewing
from membership.applications.application import Answer, Application, State
from membership.applications.events import (
    AddressConfirmed,
    ApplicationSaved,
    ApplicationStarted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    EvidenceAttached,
    EvidenceDetached,
    SponsorAsked,
)
from membership.applications.evidence import MOST_FILES, MOST_OCTETS
from membership.applications.store import ApplicationStore
from membership.bylaws import BYLAWS
from membership.eligibility.judgement import Finding
from membership.errors import (
    IllegalTransition,
    NotAcceptable,
    NotComplete,
    Overtaken,
    UnknownApplication,
)
from membership.events import MembershipEvent
from membership.organisation import Category
from membership.record import Assurance
from tests import applicants
from tests.world import START, World

UNKNOWN = "00000000-0000-4000-8000-000000000000"
DIGEST = hashlib.sha256(b"x").digest()


def run(world: World, command: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """One command as a unit of work; what it returns."""
    with world.house.working("applicant") as work:
        found = command(ApplicationStore(work.db), *given, at=work.at, **named)
        is_events = not found or isinstance(found[0], MembershipEvent)
        work.record(*(found if is_events else found[1]))
        return found


def begun(world: World) -> str:
    """An empty application; its id."""
    id_ = clock.new_id()
    run(world, applying.start, id_=id_, email="SOC@Example.org", zone="Europe/Lisbon")
    return id_


def attach(
    world: World,
    id_: str,
    content: bytes = b"x",
    *,
    criterion: str = "csirt-statute",
    name: str = "law.pdf",
) -> Any:
    """Attach a small file."""
    return run(
        *(world, applying.attach, id_),
        file_id=clock.new_id(),
        criterion=criterion,
        name=name,
        media_type="application/pdf",
        digest=DIGEST,
        content=content,
    )


def files(world: World, id_: str) -> int:
    """How many files an application has."""
    with world.house.reading() as db:
        return len(ApplicationStore(db).files(id_))


def test_an_application_begins_empty_and_is_kept_as_it_was_made(world: World) -> None:
    """The address in lower case, the zone, and nothing said yet."""
    id_ = clock.new_id()
    made, events = run(
        *(world, applying.start), id_=id_, email=" SOC@Example.org ", zone="Europe/Lisbon"
    )
    assert events == (ApplicationStarted(id_),)
    assert made == Application(
        *(id_, "soc@example.org", "Europe/Lisbon", State.DRAFT, 1, START, None, START, START)
    )
    assert world.application_now(id_) == made


@pytest.mark.parametrize(
    ("email", "zone"),
    [("", "UTC"), ("soc", "UTC"), ("a b@example.org", "UTC"), ("soc@example.org", "U T")],
)
def test_an_address_or_zone_that_is_none_begins_nothing(
    world: World, email: str, zone: str
) -> None:
    """A sentence, and no row."""
    with pytest.raises(NotAcceptable):
        run(world, applying.start, id_=clock.new_id(), email=email, zone=zone)
    with world.house.reading() as db:
        assert ApplicationStore(db).applications() == ()


def test_an_address_is_confirmed_once(world: World) -> None:
    """Opening the link again changes nothing, and is no event."""
    id_ = begun(world)
    assert run(world, applying.confirm, id_) == (AddressConfirmed(id_),)
    world.advance(hours=1)
    assert run(world, applying.confirm, id_) == ()
    assert world.application_now(id_).confirmed == START


def test_a_save_changes_what_is_given_and_nothing_else(world: World) -> None:
    """Each part by itself; everything else stays; the revision grows."""
    id_ = world.draft("Example")
    before = world.application_now(id_)
    world.advance(days=1)
    record = replace(before.record, assurances=(Assurance("c5", "A 1"),), domains=("example.org",))
    saved, events = run(world, applying.save, id_, 2, record=record)
    assert events == (ApplicationSaved(id_, 3, ("record",)),)
    assert saved == replace(before, record=record, revision=3, changed=world.now)
    assert world.application_now(id_) == saved
    saved, events = run(world, applying.save, id_, 3, category=Category.TELCO)
    assert events == (ApplicationSaved(id_, 4, ("category",)),)
    assert (saved.record, saved.answers) == (record, before.answers)


def test_answers_are_changed_one_by_one_and_taken_back_by_empty_ones(world: World) -> None:
    """Those on criteria that are not named stay."""
    id_ = world.draft("Example")
    new = Answer("By another law.", ("https://law.example.org/2",))
    run(world, applying.save, id_, 2, answers={"csirt-statute": new})
    kept = world.application_now(id_).answers
    assert kept == {**applicants.answers(Category.CSIRT), "csirt-statute": new}
    run(world, applying.save, id_, 3, answers={"csirt-statute": Answer()})
    assert "csirt-statute" not in world.application_now(id_).answers


def test_a_save_from_an_older_page_is_told(world: World) -> None:
    """Two windows: the second is not lost silently, and overwrites nothing."""
    id_ = world.draft("Example")
    run(world, applying.save, id_, 2, category=Category.TELCO)
    with pytest.raises(Overtaken, match="a draft since"):
        run(world, applying.save, id_, 2, category=Category.OTHER)
    assert world.application_now(id_).category is Category.TELCO


def test_the_same_save_twice_is_one(world: World) -> None:
    """A double click: nothing would change, so nothing is refused and nothing is recorded."""
    id_ = world.draft("Example")
    run(world, applying.save, id_, 2, category=Category.TELCO)
    again, events = run(world, applying.save, id_, 2, category=Category.TELCO)
    assert (again.revision, events) == (3, ())


@pytest.mark.parametrize(
    "wrong",
    [
        {"record": replace(applicants.record("X"), country="Portugal")},
        {"category": Category.RESEARCH},
        {"answers": {"no-such-criterion": Answer("x")}},
        {"answers": {"csirt-statute": Answer("x" * 8_001)}},
        {"answers": {"csirt-statute": Answer("x", ("javascript:alert(1)",))}},
        {"answers": {"csirt-statute": Answer("x", ("https://a.example",) * 11)}},
        {"sponsors": [UNKNOWN]},
        {"sponsors": [str(number) for number in range(11)]},
    ],
    ids=["record", "category", "criterion", "long", "link", "links", "sponsor", "sponsors"],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(
    world: World, wrong: dict[str, Any]
) -> None:
    """And nothing of it is kept."""
    id_ = world.draft("Example")
    before = world.application_now(id_)
    with pytest.raises(NotAcceptable):
        run(world, applying.save, id_, 2, **wrong)
    assert world.application_now(id_) == before


def test_only_members_can_be_named_as_sponsors(world: World) -> None:
    """Not a working group, nor one that was suspended or never admitted; each once."""
    world.member("Alpha", "ann")
    world.organisation("Waiting", admitted=False)
    world.researcher("Group", "ros")
    world.member("Beta", "bob")
    world.suspend("Beta")
    id_ = world.draft("Example")
    alpha = world.organisations["Alpha"]
    saved, _ = run(world, applying.save, id_, 2, sponsors=[alpha, alpha])
    assert saved.sponsors == (alpha,)
    for name in ("Waiting", "Group", "Beta"):
        with pytest.raises(NotAcceptable, match="A sponsor is a member"):
            run(world, applying.save, id_, 3, sponsors=[world.organisations[name]])


# evidence


def test_a_file_is_kept_with_its_content_and_goes_with_it(world: World) -> None:
    """Content apart from the list; a file of somebody else cannot be taken away."""
    id_, other = world.draft("Example"), world.draft("Other")
    file, events = attach(world, id_, b"the law")
    assert events == (EvidenceAttached(id_, file.id, "csirt-statute", DIGEST.hex()),)
    with world.house.reading() as db:
        store = ApplicationStore(db)
        assert store.files(id_) == (file,)
        assert (file.size, store.file_content(file.id)) == (7, b"the law")
    with pytest.raises(NotAcceptable, match="no such file"):
        run(world, applying.detach, other, file.id)
    assert run(world, applying.detach, id_, file.id) == (EvidenceDetached(id_, file.id),)
    with world.house.reading() as db:
        assert ApplicationStore(db).files(id_) == ()
        with pytest.raises(NotAcceptable):
            ApplicationStore(db).file_content(file.id)


def test_what_is_handed_in_is_what_was_on_the_screen_with_its_files(world: World) -> None:
    """A file that came or went in another window since is a change like any other."""
    id_ = world.draft("Example")
    seen = world.application_now(id_).revision
    file, _ = attach(world, id_)
    with pytest.raises(Overtaken):
        run(world, applying.submit, id_, seen, bylaws=BYLAWS)
    seen = world.application_now(id_).revision
    run(world, applying.detach, id_, file.id)
    with pytest.raises(Overtaken):
        run(world, applying.submit, id_, seen, bylaws=BYLAWS)


def test_an_application_holds_so_many_files(world: World) -> None:
    """Twenty; the next is refused."""
    id_ = world.draft("Example")
    for _ in range(MOST_FILES):
        attach(world, id_)
    with pytest.raises(NotAcceptable, match="at most 20 files"):
        attach(world, id_)
    assert files(world, id_) == MOST_FILES


def test_an_application_holds_so_many_octets(world: World) -> None:
    """Fifty megabytes together, to the octet."""
    id_ = world.draft("Example")
    attach(world, id_, bytes(MOST_OCTETS - 1))
    with pytest.raises(NotAcceptable, match="50 MB"):
        attach(world, id_, b"xy")
    attach(world, id_, b"x")
    assert files(world, id_) == 2


@pytest.mark.parametrize(
    "wrong", [{"criterion": "none"}, {"name": ""}, {"name": "x" * 201}, {"name": "a\nb"}]
)
def test_a_file_without_a_place_or_a_name_is_refused(world: World, wrong: dict[str, Any]) -> None:
    """And nothing is kept."""
    id_ = world.draft("Example")
    with pytest.raises(NotAcceptable):
        attach(world, id_, **wrong)
    assert files(world, id_) == 0


# submitting


def test_a_complete_application_is_submitted(world: World) -> None:
    """State, revision and event."""
    id_ = world.draft("Example")
    world.advance(days=3)
    assert run(world, applying.submit, id_, 2, bylaws=BYLAWS) == (ApplicationSubmitted(id_),)
    found = world.application_now(id_)
    assert (found.state, found.revision, found.entered) == (State.SUBMITTED, 3, world.now)


def test_an_incomplete_application_says_everything_that_it_lacks(world: World) -> None:
    """All at once, and it stays a draft."""
    id_ = begun(world)
    run(world, applying.confirm, id_)
    with pytest.raises(NotComplete, match="name of the organisation") as refused:
        run(world, applying.submit, id_, 1, bylaws=BYLAWS)
    assert "at least one" in str(refused.value).casefold()
    assert world.application_now(id_).state is State.DRAFT


def test_nobody_submits_from_an_address_that_is_not_theirs(world: World) -> None:
    """The link must have been opened."""
    id_ = begun(world)
    run(
        *(world, applying.save, id_, 1),
        record=applicants.record("Example"),
        category=Category.CSIRT,
        answers=applicants.answers(Category.CSIRT),
    )
    with pytest.raises(NotComplete, match="not been confirmed"):
        run(world, applying.submit, id_, 2, bylaws=BYLAWS)


def test_what_was_submitted_cannot_be_changed(world: World) -> None:
    """Not what it says, not its files, not by submitting again."""
    id_ = world.application("Example")
    with pytest.raises(IllegalTransition, match="submitted"):
        run(world, applying.save, id_, 3, category=Category.TELCO)
    with pytest.raises(IllegalTransition):
        attach(world, id_)
    with pytest.raises(IllegalTransition):
        run(world, applying.submit, id_, 3, bylaws=BYLAWS)
    with pytest.raises(Overtaken, match="submitted since"):
        run(world, applying.submit, id_, 2, bylaws=BYLAWS)


def test_sponsors_are_asked_when_it_is_submitted_and_each_once(world: World) -> None:
    """A draft concerns nobody; who is added with an answer is asked then."""
    for name, person in (("Alpha", "ann"), ("Beta", "bob")):
        world.member(name, person)
    world.member("Office", "sue", "secretariat")
    alpha, beta = world.organisations["Alpha"], world.organisations["Beta"]
    id_ = world.draft("Example", sponsors=["Alpha"])
    events = run(world, applying.submit, id_, 2, bylaws=replace(BYLAWS, sponsors=1))
    assert events == (ApplicationSubmitted(id_), SponsorAsked(id_, alpha))
    run(world, reviewing.take_up, id_, 3)
    run(world, reviewing.ask_more, id_, 4, question="Another sponsor, please.")
    run(world, applying.save, id_, 5, sponsors=[alpha, beta])
    assert run(world, applying.answer, id_, 6)[1:] == (SponsorAsked(id_, beta),)


def test_an_answer_reopens_what_was_judged_of_what_changed(world: World) -> None:
    """A judgement is about the answer that the reviewer read; the others stand."""
    world.member("Office", "sue", "secretariat")
    id_ = world.application("Example")
    run(world, reviewing.take_up, id_, 3)
    for criterion in ("csirt-statute", "csirt-designated", "csirt-recognised"):
        run(
            *(world, reviewing.judge, id_, 4),
            criterion=criterion,
            finding=Finding.NOT_SHOWN,
            reason="I see nothing.",
            reviewer=world.people["sue"],
        )
    run(world, reviewing.ask_more, id_, 4, question="Show it, please.")
    run(world, applying.save, id_, 5, answers={"csirt-statute": Answer("The law.", ())})
    attach(world, id_, criterion="csirt-designated")
    with world.house.reading() as db:
        store = ApplicationStore(db)
        assert [item.criterion for item in store.judgements(id_)] == ["csirt-recognised"]
        former = [item.criterion for item in store.former_judgements(id_)]
        assert former == ["csirt-statute", "csirt-designated"]


def test_an_answer_must_still_be_complete(world: World) -> None:
    """What was there when it was submitted is there when it comes back."""
    id_ = world.application("Example")
    run(world, reviewing.take_up, id_, 3)
    run(world, reviewing.ask_more, id_, 4, question="Who are you?")
    empty = replace(world.application_now(id_).record, profile=MappingProxyType({}))
    run(world, applying.save, id_, 5, record=empty)
    with pytest.raises(NotComplete, match="mission"):
        run(world, applying.answer, id_, 6)


# withdrawing


def test_an_application_is_withdrawn_once(world: World) -> None:
    """The event says where it stood; then nothing more happens."""
    id_ = world.application("Example")
    world.advance(days=1)
    assert run(world, applying.withdraw, id_) == (ApplicationWithdrawn(id_, "submitted"),)
    found = world.application_now(id_)
    assert (found.state, found.entered) == (State.WITHDRAWN, START + timedelta(days=1))
    with pytest.raises(IllegalTransition, match="is withdrawn"):
        run(world, applying.withdraw, id_)


@pytest.mark.parametrize("command", ["confirm", "withdraw"])
def test_an_unknown_application_is_unknown(world: World, command: str) -> None:
    """Whatever is done to it."""
    with pytest.raises(UnknownApplication):
        run(world, getattr(applying, command), UNKNOWN)
