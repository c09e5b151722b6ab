"""What follows from a decision happens in the same unit of work, and is never forgotten."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from cloudsirt import clock
from cloudsirt.balloting import close_due_ballots, put_to_vote
from cloudsirt.demo.applicants import APPLICANTS
from cloudsirt.house import OPERATOR
from cloudsirt.mail.outbox import latest_letters
from cloudsirt.portal.secretariat.review_lines import review_of
from cloudsirt.reviewing import lapse_applications
from membership import register
from membership.applications import applying, outcomes, reviewing
from membership.applications.application import Application, State
from membership.applications.store import ApplicationStore
from membership.ballots import ballot as ballots
from membership.ballots import balloting
from membership.ballots.ballot import Ballot, Choice, Motion, MotionKind
from membership.ballots.motions import to_adopt, to_amend, to_expel
from membership.ballots.store import BallotStore
from membership.choices import leave
from membership.errors import AlreadyRegistered, IllegalTransition
from membership.ndas.adopting import propose_text
from membership.ndas.signing import record_signature
from membership.organisation import Category, Ending
from membership.person import Role
from membership.records.store import RecordStore
from membership.store import MembershipStore
from tests.world import World

BOARD = ("ann", "bob", "cem")
OTHER = next(item for item in APPLICANTS if item.category is Category.OTHER)


@pytest.fixture
def world(world: World) -> World:
    """A Board of three seats, each of another member."""
    for organisation, person in (("Alpha", "ann"), ("Beta", "bob"), ("Gamma", "cem")):
        world.member(organisation, person, "representative", "board")
    return world


@dataclass
class Applicant:
    """An application that has been put to the Board."""

    world: World
    id: str
    ballot: str

    @property
    def now(self) -> Application:
        """The application as it stands."""
        with self.world.house.reading() as db:
            return ApplicationStore(db).application(self.id)


def applicant(world: World, name: str = OTHER.record.name) -> Applicant:
    """Somebody of no category, before the Board: two thirds of all seats are needed."""
    id_ = clock.new_id()
    with world.house.working(OPERATOR) as work:
        store = ApplicationStore(work.db)
        application, events = applying.start(
            store, id_=id_, email="joining@example.org", zone="UTC", at=work.at
        )
        work.record(*events, *applying.confirm(store, id_, at=work.at))
        application, events = applying.save(
            store,
            id_,
            application.revision,
            record=replace(OTHER.record, name=name),
            category=OTHER.category,
            answers=OTHER.answers,
            at=work.at,
        )
        bylaws = work.membership.bylaws(work.at)
        work.record(*events)
        work.record(*applying.submit(store, id_, application.revision, bylaws=bylaws, at=work.at))
        work.record(*reviewing.take_up(store, id_, store.application(id_).revision, at=work.at))
        work.record(*reviewing.find(store, id_, store.application(id_).revision, at=work.at))
        kind, title = outcomes.motion_of(store.application(id_))
        ballot = put_to_vote(work, Motion(MotionKind[kind], id_, title))
        work.record(*outcomes.put_to_ballot(store, id_, ballot=ballot.id, at=work.at))
    return Applicant(world, id_, ballot.id)


def moved(world: World, motion: Motion) -> str:
    """Put a motion to the vote; the ballot's id."""
    with world.house.working(OPERATOR) as work:
        return put_to_vote(work, motion).id


def vote(world: World, ballot: str, **choices: str) -> None:
    """Let seats vote, in this order: `ann="for"`."""
    for name, choice in choices.items():
        with world.house.working(OPERATOR) as work:
            store = BallotStore(work.db)
            code = "c" * 20 + name
            _, events = balloting.cast(
                store, ballot, world.people[name], Choice(choice), new_code=code, at=work.at
            )
            work.record(*events)


def ballot_now(world: World, id_: str) -> Ballot:
    """A ballot as it stands."""
    with world.house.reading() as db:
        return BallotStore(db).ballot(id_)


# admissions


def test_a_carried_ballot_registers_the_organisation_and_invites_its_people(world: World) -> None:
    """With the vote that carries it: admitted, its record kept, its contacts invited by letter."""
    found = applicant(world)
    vote(world, found.ballot, ann="for", bob="for")
    assert found.now.state is State.AWAITING_NDA
    id_ = found.now.organisation
    assert id_ is not None
    with world.house.working(OPERATOR) as work:
        organisation = work.membership.organisation(id_)
        people = work.membership.people_of(id_)
        record = RecordStore(work.db).record(id_)
    assert organisation.name == OTHER.record.name
    assert organisation.category is Category.OTHER
    assert organisation.admitted == world.now
    assert organisation.charter
    assert record == OTHER.record
    assert {person.email for person in people} == {item.email for item in record.contacts}
    assert {role for person in people for role in person.roles} == {
        Role.REPRESENTATIVE,
        Role.INCIDENT_CONTACT,
        Role.SIGNATORY,
    }
    assert len(letters(world, "invitation")) == len(people)


def letters(world: World, name: str) -> list[str]:
    """To whom letters of one kind are due."""
    with world.house.reading() as db:
        return [letter.to.id for letter in latest_letters(db, 1_000) if letter.letter == name]


def test_one_vote_short_of_two_thirds_declines(world: World) -> None:
    """Of three seats two are needed; with one against and one abstaining it cannot be."""
    found = applicant(world)
    vote(world, found.ballot, ann="for", bob="against")
    assert ballot_now(world, found.ballot).is_open
    vote(world, found.ballot, cem="abstain")
    assert ballot_now(world, found.ballot).state is ballots.State.NOT_CARRIED
    assert found.now.state is State.DECLINED
    assert found.now.organisation is None


def test_without_a_quorum_the_secretariat_has_it_again(world: World) -> None:
    """Too few voted to decide anything, so nobody is declined by silence."""
    found = applicant(world)
    vote(world, found.ballot, ann="for")
    world.advance(days=14)
    assert close_due_ballots(world.house) == 1
    assert found.now.state is State.IN_REVIEW


def test_a_cancelled_ballot_gives_the_application_back(world: World) -> None:
    """The secretariat took the ballot back: it has the application again."""
    found = applicant(world)
    with world.house.working(OPERATOR) as work:
        _, events = balloting.cancel(
            BallotStore(work.db), found.ballot, reason="Opened too early.", at=work.at
        )
        work.record(*events)
    assert found.now.state is State.IN_REVIEW


def test_a_withdrawal_takes_the_ballot_with_it(world: World) -> None:
    """Nobody votes on what is gone: the next vote is refused, and says why."""
    found = applicant(world)
    with world.house.working(OPERATOR) as work:
        work.record(*applying.withdraw(ApplicationStore(work.db), found.id, at=work.at))
    assert ballot_now(world, found.ballot).state is ballots.State.CANCELLED
    with pytest.raises(IllegalTransition, match="withdrawn"):
        vote(world, found.ballot, ann="for")


def test_a_contact_who_is_registered_elsewhere_stays_there(world: World) -> None:
    """Their account is not moved, the others are registered, and the page of the application tells
    the secretariat which it was."""
    world.organisation("Delta")
    with world.house.working(OPERATOR) as work:
        _, events = register.register_person(
            work.membership,
            id_=clock.new_id(),
            organisation=world.organisations["Delta"],
            name="Somebody",
            email=OTHER.record.contacts[1].email,
            roles=[Role.ANALYST],
            acknowledged=False,
            at=work.at,
        )
        work.record(*events)
    found = applicant(world)
    vote(world, found.ballot, ann="for", bob="for")
    with world.house.reading() as db:
        people = MembershipStore(db).people_of(found.now.organisation or "")
        history = review_of(db, found.id, world.people["ann"], world.now).history
    assert len(people) == len(OTHER.record.contacts) - 1
    assert "Contact not registered: 2" in [step.what for step in history]


def test_the_first_signature_makes_a_member(world: World) -> None:
    """Awaiting the NDA until it is signed, a member from that instant."""
    found = applicant(world)
    vote(world, found.ballot, ann="for", bob="for")
    world.organisations["New"] = found.now.organisation or ""
    world.sign_nda("New")
    assert found.now.state is State.ACTIVE


def test_a_name_that_is_taken_otherwise_spaced_is_taken(world: World) -> None:
    """Two spaces make no other name: the Board is not asked, and no ballot is left that cannot
    close."""
    world.organisation("Delta Networks")
    with pytest.raises(AlreadyRegistered):
        applicant(world, "Delta  Networks")


@pytest.mark.parametrize("name", ["Delta  Networks", "D" * 200])
def test_a_name_that_was_taken_while_the_board_voted_is_told_apart(world: World, name: str) -> None:
    """The ballot closes all the same, and the name is one that the register can keep."""
    found = applicant(world, name)
    world.organisation(" ".join(name.split()))
    vote(world, found.ballot, ann="for", bob="for")
    assert found.now.state is State.AWAITING_NDA
    with world.house.reading() as db:
        kept = MembershipStore(db).organisation(found.now.organisation or "").name
    assert kept.endswith(f"({found.id[:8]})")


def test_a_signature_that_has_ended_makes_no_member(world: World) -> None:
    """A year was mistyped at the console: the application still waits for one that binds."""
    found = applicant(world)
    vote(world, found.ballot, ann="for", bob="for")
    with world.house.working(OPERATOR) as work:
        _, events = record_signature(
            work.membership,
            found.now.organisation or "",
            id_=clock.new_id(),
            since=work.at - timedelta(days=730),
            until=work.at,
            ground="x",
        )
        work.record(*events)
    assert found.now.state is State.AWAITING_NDA


@pytest.mark.parametrize("ending", [Ending.LEFT, Ending.EXPELLED])
def test_an_admission_whose_organisation_is_gone_already_still_lapses(
    world: World, ending: Ending
) -> None:
    """Its representative has left before the NDA was signed: it keeps no other up."""
    found = applicant(world)
    vote(world, found.ballot, ann="for", bob="for")
    with world.house.working(OPERATOR) as work:
        events = register.end_membership(
            work.membership, found.now.organisation or "", ending=ending, reason="x", at=work.at
        )
        work.record(*events)
    world.advance(days=91)
    lapse_applications(world.house)
    assert found.now.state.is_final
    with world.house.reading() as db:
        assert MembershipStore(db).organisation(found.now.organisation or "").ending is ending


def test_who_has_left_before_the_nda_can_withdraw_as_well(world: World) -> None:
    """The organisation ended as it ended; the application ends too."""
    found = applicant(world)
    vote(world, found.ballot, ann="for", bob="for")
    with world.house.working(OPERATOR) as work:
        work.record(*leave(work.membership, found.now.organisation or "", at=work.at))
    with world.house.working(OPERATOR) as work:
        work.record(*applying.withdraw(ApplicationStore(work.db), found.id, at=work.at))
    assert found.now.state is State.WITHDRAWN


# everything else that the Board decides


def test_a_charter_date_at_the_end_of_the_calendar_admits(world: World) -> None:
    """Everybody is a Charter Member for ever: that is a date, and no ballot founders on it."""
    with world.house.reading() as db:
        bylaws = MembershipStore(db).bylaws(world.now)
    vote(world, moved(world, to_amend(bylaws, "charter_date", "9999-12-31")), ann="for", bob="for")
    found = applicant(world)
    vote(world, found.ballot, ann="for", bob="for")
    with world.house.reading() as db:
        assert MembershipStore(db).organisation(found.now.organisation or "").charter


def expulsion_of(world: World, name: str) -> Motion:
    """The motion to expel an organisation."""
    with world.house.working(OPERATOR) as work:
        return to_expel(work.membership.organisation(world.organisations[name]), work.at)


def test_an_expulsion_ends_the_membership_at_the_next_request(world: World) -> None:
    """Secret, by two thirds of all seats; its own seat has no say."""
    world.member("Delta", "dee")
    assert world.taxii("dee", world.objects_url()).status_code == 200
    ballot = moved(world, expulsion_of(world, "Delta"))
    vote(world, ballot, ann="for", bob="for", cem="against")
    assert ballot_now(world, ballot).state is ballots.State.CARRIED
    assert world.taxii("dee", world.objects_url()).status_code == 403
    assert "was expelled by the Board" in world.principal("dee").standing.verdict.reason


def test_who_leaves_is_not_voted_on_any_more(world: World) -> None:
    """The ballot ends with the membership."""
    world.member("Delta", "dee")
    ballot = moved(world, expulsion_of(world, "Delta"))
    world.end_membership("Delta")
    assert ballot_now(world, ballot).state is ballots.State.CANCELLED
    with world.house.working(OPERATOR) as work:
        organisation = work.membership.organisation(world.organisations["Delta"])
    assert organisation.ending is Ending.LEFT


def test_a_number_of_the_bylaws_changes_for_what_comes_after(world: World) -> None:
    """The ballot that was open keeps its own numbers; the next one has the new."""
    found = applicant(world)
    with world.house.reading() as db:
        bylaws = MembershipStore(db).bylaws(world.now)
    vote(world, moved(world, to_amend(bylaws, "ballot_term", "3")), ann="for", bob="for")
    assert ballot_now(world, found.ballot).closes == world.now + timedelta(days=14)
    later = moved(world, expulsion_of(world, "Alpha"))
    assert ballot_now(world, later).closes == world.now + timedelta(days=3)


def test_a_text_of_the_nda_is_adopted_by_the_board(world: World) -> None:
    """From that instant it is the text to sign; the one before counts for the transition."""
    with world.house.working(OPERATOR) as work:
        text, events = propose_text(
            work.membership,
            "multi-party NDA, 2027 edition",
            b"Another text.\n",
            "text/plain",
            at=work.at,
        )
        work.record(*events)
    vote(world, moved(world, to_adopt(text.title)), ann="for", bob="for")
    with world.house.working(OPERATOR) as work:
        assert work.membership.ndas.newest_text().title == text.title


def test_who_has_gone_keeps_no_name_from_others(world: World) -> None:
    """An organisation that has left can come back, and so can another of its name."""
    world.organisation("Delta")
    world.end_membership("Delta")
    world.organisation("Delta")
    with world.house.reading() as db:
        named = [item for item in MembershipStore(db).organisations() if item.name == "Delta"]
    assert sorted(item.ended is None for item in named) == [False, True]
