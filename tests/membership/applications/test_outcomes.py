"""What ballots, the platform and time do to applications, on both engines."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cloudsirt import reviewing as services
from cloudsirt.house import OPERATOR
from membership import register
from membership.applications import applying, outcomes, reviewing, sponsoring
from membership.applications.application import State
from membership.applications.events import (
    ApplicationBound,
    ApplicationLapsed,
    ApplicationRegistered,
    BallotCarried,
    BallotLost,
    BallotReturned,
    PutToBallot,
)
from membership.applications.lapsing import lapse_due
from membership.applications.store import ApplicationStore
from membership.ballots.ballot import MotionKind
from membership.ballots.ballot import State as BallotState
from membership.ballots.store import BallotStore
from membership.eligibility.judgement import Finding
from membership.errors import (
    AlreadyRegistered,
    IllegalTransition,
    NotAcceptable,
    NotComplete,
    Overtaken,
)
from membership.organisation import Ending
from membership.store import MembershipStore
from tests.membership.applications.review import decide, found, run, taken_up
from tests.world import World

MINUTE = timedelta(minutes=1)


@pytest.fixture
def office(office: World) -> World:
    """The secretariat, and a Board of one."""
    office.person("bea", "Office", "board")
    return office


def in_ballot(world: World, finding: Finding = Finding.MET, name: str = "Example") -> str:
    """An application before the Board; its id."""
    id_ = found(world, finding, name)
    services.put_to_ballot(
        world.house, world.principal("sue"), id_, world.application_now(id_).revision
    )
    return id_


def ballot_of(world: World, id_: str) -> str:
    """The ballot on an application."""
    ballot = world.application_now(id_).ballot
    assert ballot is not None
    return ballot


def awaiting_nda(world: World, name: str = "Example") -> str:
    """An application whose organisation is on the register; its id."""
    id_ = in_ballot(world, name=name)
    run(world, outcomes.carried, id_, ballot=ballot_of(world, id_))
    run(world, outcomes.registered, id_, world.organisation(name))
    return id_


@pytest.mark.parametrize(
    ("finding", "kind"),
    [
        (Finding.MET, MotionKind.ADMISSION),
        (Finding.NOT_MET, MotionKind.ADMISSION_OF_OTHER),
        (Finding.NOT_SHOWN, MotionKind.ADMISSION_OF_OTHER),
    ],
)
def test_the_way_to_the_board_follows_from_what_was_found(
    office: World, finding: Finding, kind: MotionKind
) -> None:
    """Two thirds of all seats for whoever was not found eligible."""
    id_ = in_ballot(office, finding)
    ballot = office.ballot(ballot_of(office, id_))
    assert (ballot.motion.kind, ballot.motion.subject) == (kind, id_)
    assert ballot.motion.title == "Admission of Example"


def test_whoever_fits_no_category_goes_the_two_thirds_way(office: World) -> None:
    """It is found not eligible, and the Board may still be asked."""
    id_ = taken_up(office, "other")
    decide(office, reviewing.find, id_)
    assert outcomes.motion_of(office.application_now(id_))[0] == "ADMISSION_OF_OTHER"
    told = run(office, outcomes.put_to_ballot, id_, ballot="b")
    assert told == (PutToBallot(id_, "b", "ADMISSION_OF_OTHER"),)


def test_every_name_of_a_motion_is_a_kind_of_motion() -> None:
    """What is handed over as a name is one that ballots know."""
    for name in (outcomes.ADMISSION, outcomes.ADMISSION_OF_OTHER):
        assert MotionKind[name].name == name


def test_a_motion_needs_the_sponsors_that_the_bylaws_ask_for(office: World) -> None:
    """And they must support it: having been asked is not enough."""
    office.member("Alpha", "ann", "representative")
    office.amend("sponsors", "1")
    id_ = office.application("Example", sponsors=["Alpha"])
    decide(office, reviewing.take_up, id_)
    for person in ("sue", "sid"):
        decide(
            *(office, reviewing.judge, id_),
            criterion="csirt-statute",
            finding=Finding.MET,
            reason="Seen.",
            reviewer=office.people[person],
        )
    decide(office, reviewing.find, id_)
    with pytest.raises(NotComplete, match="0 of 1 sponsors"):
        run(office, outcomes.put_to_ballot, id_, ballot="b")
    given = {"organisation": office.organisations["Alpha"], "person": office.people["ann"]}
    run(office, sponsoring.support, id_, **given)
    office.suspend("Alpha")
    with pytest.raises(NotComplete, match="0 of 1 sponsors"):
        run(office, outcomes.put_to_ballot, id_, ballot="b")
    with office.house.working(OPERATOR) as work:
        work.record(*register.reinstate(work.membership, office.organisations["Alpha"]))
    run(office, outcomes.put_to_ballot, id_, ballot="b")


def test_two_organisations_cannot_have_one_name(office: World) -> None:
    """It is said before the Board is asked, and to the secretariat alone."""
    id_ = found(office)
    office.organisation("EXAMPLE")
    with pytest.raises(AlreadyRegistered):
        run(office, outcomes.put_to_ballot, id_, ballot="b")


def test_a_stale_put_to_the_board_opens_no_ballot(office: World) -> None:
    """The ballot and the move stand or fall together."""
    id_ = found(office)
    seen = office.application_now(id_).revision
    run(office, applying.withdraw, id_)
    with pytest.raises(Overtaken, match="is withdrawn"):
        services.put_to_ballot(office.house, office.principal("sue"), id_, seen)
    with office.house.reading() as db:
        assert BallotStore(db).open_ballots() == ()


@pytest.mark.parametrize(
    ("command", "event", "state"),
    [
        (outcomes.carried, BallotCarried, State.ADMITTED),
        (outcomes.lost, BallotLost, State.DECLINED),
        (outcomes.returned, BallotReturned, State.IN_REVIEW),
    ],
)
def test_a_ballot_ends_in_one_of_three_ways(
    office: World, command: Any, event: Any, state: State
) -> None:
    """Carried, lost, or without a result; only the ballot on this application counts."""
    id_ = in_ballot(office)
    ballot = ballot_of(office, id_)
    with pytest.raises(NotAcceptable, match="about something else"):
        run(office, command, id_, ballot="another")
    assert run(office, command, id_, ballot=ballot) == (event(id_, ballot),)
    assert office.application_now(id_).state is state
    with pytest.raises(IllegalTransition):
        run(office, command, id_, ballot=ballot)


def test_from_admitted_to_a_member(office: World) -> None:
    """On the register, then bound by the NDA."""
    id_ = in_ballot(office)
    run(office, outcomes.carried, id_, ballot=ballot_of(office, id_))
    organisation = office.organisation("Example")
    told = run(office, outcomes.registered, id_, organisation)
    assert told == (ApplicationRegistered(id_, organisation),)
    assert run(office, outcomes.bound, id_) == (ApplicationBound(id_, organisation),)
    assert office.application_now(id_).state is State.ACTIVE
    with office.house.reading() as db:
        found_by = ApplicationStore(db).application_for(organisation)
    assert found_by is not None
    assert found_by.id == id_


def test_a_withdrawal_cancels_the_ballot(office: World) -> None:
    """The Board is told that there is nothing to vote on any more."""
    id_ = in_ballot(office)
    run(office, applying.withdraw, id_)
    ballot = office.ballot(ballot_of(office, id_))
    assert ballot.state is BallotState.CANCELLED
    assert ballot.cancellation == "The application was withdrawn."
    for command in (outcomes.carried, outcomes.lost, outcomes.returned):
        with pytest.raises(IllegalTransition, match="is withdrawn"):
            run(office, command, id_, ballot=ballot.id)


def test_until_it_is_counted_a_withdrawal_comes_in_time(office: World) -> None:
    """Also after the last moment to vote."""
    id_ = in_ballot(office)
    office.now = office.ballot(ballot_of(office, id_)).closes
    run(office, applying.withdraw, id_)
    assert office.ballot(ballot_of(office, id_)).state is BallotState.CANCELLED


def ending_of(world: World, name: str) -> Ending | None:
    """How a membership ended."""
    with world.house.reading() as db:
        return MembershipStore(db).organisation(world.organisations[name]).ending


def test_a_withdrawal_before_the_nda_takes_the_place_on_the_register_back(office: World) -> None:
    """Admitted and never bound: it leaves."""
    id_ = awaiting_nda(office)
    run(office, applying.withdraw, id_)
    assert ending_of(office, "Example") is Ending.LEFT


# lapsing


def lapse_at(world: World, at: datetime) -> int:
    """What lapses at that instant."""
    world.now = at
    return services.lapse_applications(world.house)


def test_a_draft_lapses_a_term_after_its_last_touch(office: World) -> None:
    """Not a microsecond earlier, and once; a save begins the term anew."""
    id_ = office.draft("Example")
    office.advance(days=100)
    _, told = run(
        office, applying.save, id_, 2, record=office.application_now(id_).record, sponsors=[]
    )
    assert told == ()  # nothing changed, so nothing was touched
    due = office.application_now(id_).changed + timedelta(days=180)
    assert lapse_at(office, due - timedelta(microseconds=1)) == 0
    assert office.application_now(id_).state is State.DRAFT
    assert lapse_at(office, due) == 1
    assert office.application_now(id_).state is State.LAPSED
    assert services.lapse_applications(office.house) == 0


def test_an_unanswered_question_lapses_although_the_applicant_saves(office: World) -> None:
    """The term is to answer, not to type."""
    id_ = taken_up(office)
    decide(office, reviewing.ask_more, id_, question="Who?")
    asked = office.now
    office.advance(days=59)
    run(office, applying.save, id_, office.application_now(id_).revision, answers={})
    assert lapse_at(office, asked + timedelta(days=60) - MINUTE) == 0
    assert lapse_at(office, asked + timedelta(days=60)) == 1
    with pytest.raises(IllegalTransition, match="lapsed"):
        decide(office, applying.answer, id_)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (datetime(2027, 2, 1, 12, tzinfo=UTC), datetime(2027, 4, 2, 12, tzinfo=UTC)),
        (datetime(2028, 2, 1, 12, tzinfo=UTC), datetime(2028, 4, 1, 12, tzinfo=UTC)),
        (datetime(2028, 2, 29, 12, tzinfo=UTC), datetime(2028, 4, 29, 12, tzinfo=UTC)),
    ],
)
def test_sixty_days_are_sixty_days_over_a_leap_day(
    office: World, asked: datetime, due: datetime
) -> None:
    """To the instant, in a common year, over the leap day, and from it."""
    office.now = asked - timedelta(days=1)
    id_ = taken_up(office)
    office.now = asked
    decide(office, reviewing.ask_more, id_, question="Who?")
    assert lapse_at(office, due - timedelta(microseconds=1)) == 0
    assert lapse_at(office, due) == 1


def test_an_admission_without_a_signature_lapses_with_the_place_on_the_register(
    office: World,
) -> None:
    """Ninety days; whoever is bound in time stays."""
    late, bound = awaiting_nda(office, "Late"), awaiting_nda(office, "Bound")
    run(office, outcomes.bound, bound)
    since = office.application_now(late).entered
    assert lapse_at(office, since + timedelta(days=90) - MINUTE) == 0
    assert lapse_at(office, since + timedelta(days=90)) == 1
    assert office.application_now(late).state is State.LAPSED
    assert office.application_now(bound).state is State.ACTIVE
    assert (ending_of(office, "Late"), ending_of(office, "Bound")) == (Ending.LAPSED, None)


def test_what_waits_for_others_never_lapses(office: World) -> None:
    """The secretariat and the Board may be slow: that is not the applicant's loss."""
    kept = [
        office.application("Submitted"),
        taken_up(office, name="In review"),
        found(office, name="Eligible"),
        found(office, Finding.NOT_MET, "Not eligible"),
        in_ballot(office, name="In ballot"),
    ]
    assert lapse_at(office, office.now + timedelta(days=5_000)) == 0
    assert State.LAPSED not in {office.application_now(id_).state for id_ in kept}


def test_the_event_of_a_lapse_says_where_it_stood(office: World) -> None:
    """For the audit trail."""
    id_ = office.draft("Example")
    office.advance(days=181)
    with office.house.rehearsing() as work:
        store = ApplicationStore(work.db)
        told = lapse_due(store, store.register.bylaws(work.at), work.at)
    assert told == (ApplicationLapsed(id_, "draft"),)
