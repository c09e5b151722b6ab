"""Ballots through the commands, on both engines: votes, recusals, deadlines, races."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import orjson
import pytest
from sqlalchemy import select

from cloudsirt import balloting as service
from cloudsirt import tables
from cloudsirt.audit.verify import verify_trail
from cloudsirt.house import OPERATOR
from membership.ballots import balloting, motions
from membership.ballots.ballot import Choice, State
from membership.ballots.events import BallotClosed, SeatRecused, VoteCast
from membership.ballots.store import BallotStore
from membership.ballots.tally import shown_tally
from membership.bylaws import BYLAWS, Secrecy
from membership.errors import (
    IllegalTransition,
    MembershipError,
    NotAcceptable,
    NotAllowed,
    NotComplete,
    UnknownBallot,
    UnknownText,
)
from membership.events import MembershipEvent
from membership.ndas.adopting import propose_text
from membership.ndas.text import PLAIN
from membership.store import MembershipStore
from tests.world import World

FOR, AGAINST, ABSTAIN = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN
ADOPTION = motions.to_adopt("NDA 2027")
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def world(world: World) -> World:
    """A Board of five, and two texts to decide about."""
    world.board("ann", "bob", "cat", "dan", "eve")
    with world.house.working(OPERATOR) as work:
        for title in ("NDA 2027", "NDA 2028"):
            content = f"{title}: keep it to yourselves.".encode()
            _, events = propose_text(work.membership, title, content, PLAIN, at=work.at)
            work.record(*events)
    return world


def cast(
    world: World, ballot: str, name: str, choice: Choice, code: str | None = None
) -> Sequence[MembershipEvent]:
    """Vote as somebody; secret papers get the voter's name as their code."""
    with world.house.working(OPERATOR) as work:
        _, events = balloting.cast(
            BallotStore(work.db),
            ballot,
            world.people[name],
            choice,
            code=code,
            new_code=f"code of {name}",
            at=work.at,
        )
        work.record(*events)
    return events


def recuse(
    world: World, ballot: str, name: str, reason: str = "My sister works there.", **code: str
) -> Sequence[MembershipEvent]:
    """Recuse somebody's own seat."""
    with world.house.working(OPERATOR) as work:
        store, person = BallotStore(work.db), world.people[name]
        _, events = balloting.recuse(store, ballot, person, reason=reason, at=work.at, **code)
        work.record(*events)
    return events


def expel(world: World, name: str) -> str:
    """A secret ballot on a member."""
    with world.house.reading() as db:
        found = MembershipStore(db).organisation(world.organisations[name])
    return world.put_to_vote(motions.to_expel(found, world.now))


def audit(world: World, tag: str) -> list[dict[str, object]]:
    """What the trail holds under a tag."""
    columns = tables.audit_entry.c
    with world.house.reading() as db:
        query = select(columns.data).where(columns.tag == tag).order_by(columns.number)
        return [orjson.loads(data) for data in db.execute(query).scalars()]


# votes


def test_votes_change_until_the_close(world: World) -> None:
    """The last one counts, and only once."""
    ballot = world.put_to_vote(ADOPTION)
    cast(world, ballot, "ann", AGAINST)
    (event,) = cast(world, ballot, "ann", FOR)
    assert event == VoteCast(ballot, world.people["ann"], "for", is_change=True)
    tally = shown_tally(world.ballot(ballot))
    assert (tally.in_favour, tally.against, tally.missing) == (1, 0, 4)


def test_a_ballot_closes_once_nothing_can_change_it(world: World) -> None:
    """The third vote for of five settles a simple majority, and says so among the events."""
    ballot = world.put_to_vote(ADOPTION)
    assert len(cast(world, ballot, "ann", FOR)) == 1
    assert len(cast(world, ballot, "bob", FOR)) == 1
    _, closed = cast(world, ballot, "cat", FOR)
    assert isinstance(closed, BallotClosed)
    assert closed.is_carried
    assert closed.is_early
    assert (closed.kind, closed.subject, closed.papers) == ("nda-text", "NDA 2027", None)
    assert (closed.in_favour, closed.missing) == (3, 2)
    assert world.ballot(ballot).closed == world.now
    with pytest.raises(IllegalTransition, match=r"closed on 2026-03-01 12:00 UTC: carried"):
        cast(world, ballot, "dan", AGAINST)
    with pytest.raises(IllegalTransition, match="carried"):
        recuse(world, ballot, "dan")


def test_two_thirds_are_of_all_seats(world: World) -> None:
    """Four of five are needed: with two against it is settled, whatever the rest does."""
    ballot = world.put_to_vote(motions.to_amend(BYLAWS, "ballot_term", "21"))
    cast(world, ballot, "ann", AGAINST)
    assert world.ballot(ballot).is_open
    _, closed = cast(world, ballot, "bob", ABSTAIN)
    assert isinstance(closed, BallotClosed)
    assert closed.outcome == "not-carried"


def test_only_frozen_seats_vote(world: World) -> None:
    """Who joins the Board later votes from the next ballot on; others never do."""
    ballot = world.put_to_vote(ADOPTION)
    world.board("fay")
    world.person("gus", "Ann Org")
    for name in ("fay", "gus"):
        with pytest.raises(NotAllowed, match="no seat"):
            cast(world, ballot, name, FOR)
    with pytest.raises(UnknownBallot):
        cast(world, "no ballot", "ann", FOR)


def test_all_seats_are_those_whose_holders_are_still_there(world: World) -> None:
    """Who may not vote today holds one of all seats; who has left the Board holds none."""
    world.suspend("Bob Org")
    world.end_nda("Ann Org")
    world.remove("cat")
    world.end_membership("Dan Org")
    ballot = world.ballot(world.put_to_vote(ADOPTION))
    assert {seat.person for seat in ballot.seats} == {
        world.people[name] for name in ("ann", "bob", "eve")
    }


def test_one_open_ballot_on_one_matter(world: World) -> None:
    """Another number for the same bylaw waits until this one is closed."""
    ballot = world.put_to_vote(motions.to_amend(BYLAWS, "ballot_term", "21"))
    world.put_to_vote(motions.to_amend(BYLAWS, "answer_term", "21"))
    again = motions.to_amend(BYLAWS, "ballot_term", "7")
    with pytest.raises(IllegalTransition, match="open ballot on this already"):
        world.put_to_vote(again)
    service.cancel(world.house, OPERATOR, ballot, "Withdrawn.")
    world.put_to_vote(again)


def test_what_could_never_be_carried_is_not_put_to_the_vote(world: World) -> None:
    """Three of eight seats are the member's own: five are fewer than two thirds of eight."""
    for name in ("xia", "yan", "zoe"):
        world.person(name, "Ann Org", "board")
    with pytest.raises(NotAcceptable, match="Two thirds of all 8 seats are 6"):
        expel(world, "Ann Org")


# recusal


def test_a_seat_recuses_itself_and_its_vote_is_taken_out(world: World) -> None:
    """The seat stays among all seats, and does not vote any more."""
    ballot = world.put_to_vote(ADOPTION)
    cast(world, ballot, "ann", FOR)
    (event,) = recuse(world, ballot, "ann")
    assert event == SeatRecused(ballot, world.people["ann"], "My sister works there.", True)
    tally = shown_tally(world.ballot(ballot))
    assert (tally.seats, tally.recused, tally.cast) == (5, 1, 0)
    with pytest.raises(NotAllowed, match=r"recused from this ballot: My sister"):
        cast(world, ballot, "ann", FOR)
    with pytest.raises(NotAllowed):
        recuse(world, ballot, "ann")


def test_a_recusal_needs_a_reason(world: World) -> None:
    """An empty one, or one longer than a page shows, is refused."""
    ballot = world.put_to_vote(ADOPTION)
    with pytest.raises(NotComplete):
        recuse(world, ballot, "ann", " ")
    with pytest.raises(NotAcceptable):
        recuse(world, ballot, "ann", "x" * 1001)


def test_a_recusal_can_settle_a_ballot(world: World) -> None:
    """When the last that was missing steps back, there is nothing to wait for."""
    ballot = world.put_to_vote(ADOPTION)
    for name, choice in (("ann", FOR), ("bob", FOR), ("cat", AGAINST), ("dan", AGAINST)):
        cast(world, ballot, name, choice)
    _, closed = recuse(world, ballot, "eve")
    assert isinstance(closed, BallotClosed)
    assert closed.outcome == "not-carried"


def test_a_ballot_from_which_all_step_back_is_not_carried(world: World) -> None:
    """Nobody is left who may vote."""
    ballot = world.put_to_vote(ADOPTION)
    for name in ("ann", "bob", "cat", "dan"):
        recuse(world, ballot, name)
    _, closed = recuse(world, ballot, "eve")
    assert isinstance(closed, BallotClosed)
    assert closed.outcome == "not-carried"


# the deadline


def test_a_vote_counts_until_the_last_microsecond(world: World) -> None:
    """One microsecond before the deadline it does; at the deadline it does not."""
    ballot = world.put_to_vote(ADOPTION)
    world.now = world.ballot(ballot).closes - MICROSECOND
    cast(world, ballot, "ann", FOR)
    assert service.close_due_ballots(world.house) == 0
    world.now += MICROSECOND
    with pytest.raises(IllegalTransition, match="time to vote ended on 2026-03-15 12:00 UTC"):
        cast(world, ballot, "bob", FOR)
    with pytest.raises(IllegalTransition, match="time to vote ended on 2026-03-15 12:00 UTC"):
        recuse(world, ballot, "bob")
    assert service.close_due_ballots(world.house) == 1
    found = world.ballot(ballot)
    assert (found.state, found.closed) == (State.NOT_CARRIED, found.closes)
    assert service.close_due_ballots(world.house) == 0


def test_a_leap_day_is_a_day(world: World) -> None:
    """Opened fourteen days before it, a ballot closes on the 29th of February."""
    world.amend("charter_date", "2028-02-29")
    world.now = datetime.fromisoformat("2028-02-15T23:59:59.999999+00:00")
    world.organisation("Later Org")
    world.sign_nda("Later Org")
    world.person("lea", "Later Org", "board")
    ballot = world.put_to_vote(ADOPTION)
    assert world.ballot(ballot).closes.isoformat() == "2028-02-29T23:59:59.999999+00:00"
    assert world.ballot(ballot).seat_of(world.people["lea"]) is not None


def test_what_is_not_due_is_not_counted(world: World) -> None:
    """Nor is what was closed before."""
    ballot = world.put_to_vote(ADOPTION)
    with pytest.raises(IllegalTransition, match="not over"), world.house.working(OPERATOR) as work:
        balloting.close(BallotStore(work.db), ballot, at=work.at)
    service.cancel(world.house, OPERATOR, ballot, "Withdrawn.")
    with pytest.raises(IllegalTransition, match="cancelled"), world.house.working(OPERATOR) as work:
        balloting.close(BallotStore(work.db), ballot, at=work.at)


def test_all_that_is_due_closes_in_one_command(world: World) -> None:
    """In the order in which the time ended."""
    first = world.put_to_vote(ADOPTION)
    world.advance(hours=1)
    second = world.put_to_vote(motions.to_adopt("NDA 2028"))
    world.advance(days=15)
    assert service.close_due_ballots(world.house) == 2
    assert [entry["about"] for entry in audit(world, BallotClosed.tag)] == [first, second]


def test_a_cancelled_ballot_is_not_counted(world: World) -> None:
    """It keeps its reason, and takes no votes."""
    ballot = world.put_to_vote(ADOPTION)
    cast(world, ballot, "ann", FOR)
    with pytest.raises(NotComplete):
        service.cancel(world.house, OPERATOR, ballot, "")
    service.cancel(world.house, OPERATOR, ballot, "The applicant withdrew.")
    with pytest.raises(IllegalTransition, match=r"cancelled: The applicant withdrew\."):
        cast(world, ballot, "bob", FOR)
    with pytest.raises(IllegalTransition):
        service.cancel(world.house, OPERATOR, ballot, "Again.")
    world.advance(days=15)
    assert service.close_due_ballots(world.house) == 0


def test_a_ballot_that_nobody_counted_can_be_cancelled(world: World) -> None:
    """What it was about can go in the moment between the deadline and the count."""
    ballot = world.put_to_vote(ADOPTION)
    world.advance(days=14)
    service.cancel(world.house, OPERATOR, ballot, "Withdrawn.")
    assert world.ballot(ballot).state is State.CANCELLED


def test_a_ballot_that_cannot_be_closed_does_not_keep_up_others(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """It stays open, and the log names it."""
    stuck = world.put_to_vote(replace(ADOPTION, subject="a text that nobody proposed"))
    other = world.put_to_vote(ADOPTION)
    for name in ("ann", "bob"):  # with the third vote for it would close at once
        cast(world, stuck, name, FOR)
        cast(world, other, name, FOR)
    cast(world, stuck, "cat", AGAINST)
    world.advance(days=14)
    assert service.close_due_ballots(world.house) == 1
    assert world.ballot(stuck).is_open
    assert stuck in caplog.text


def test_only_a_draft_is_put_to_the_vote(world: World) -> None:
    """No text that nobody knows, and none that was adopted."""
    ballot = world.put_to_vote(ADOPTION)
    for name in ("ann", "bob", "cat"):
        cast(world, ballot, name, FOR)
    with world.house.working(OPERATOR) as work:
        assert service.to_adopt(work, " NDA 2028 ").subject == "NDA 2028"
        with pytest.raises(UnknownText):
            service.to_adopt(work, "NDA 1999")
        with pytest.raises(IllegalTransition, match="adopted already"):
            service.to_adopt(work, "NDA 2027")


# secret ballots


def test_a_secret_vote_leaves_no_trace_of_what_it_was(world: World) -> None:
    """Not in the events, not in the trail, not in the seats: only who voted."""
    ballot = expel(world, "Eve Org")
    cast(world, ballot, "ann", AGAINST)
    cast(world, ballot, "ann", FOR, "code of ann")
    found = world.ballot(ballot)
    assert found.secrecy is Secrecy.SECRET
    assert [seat.choice for seat in found.seats] == [None] * 5
    assert [seat.has_voted for seat in found.seats] == [True, False, False, False, False]
    entries = audit(world, VoteCast.tag)
    assert [entry["choice"] for entry in entries] == [None, None]
    assert "code of ann" not in repr(entries)


def test_a_secret_vote_changes_by_its_code_alone(world: World) -> None:
    """Without it, or with a wrong one, the vote stays as it is; so does a recusal's."""
    ballot = expel(world, "Eve Org")
    cast(world, ballot, "ann", FOR)
    for code, refusal in ((None, NotComplete), ("", NotComplete), ("another", NotAcceptable)):
        with pytest.raises(refusal):
            cast(world, ballot, "ann", AGAINST, code)
        with pytest.raises(refusal):
            recuse(world, ballot, "ann", **({} if code is None else {"code": code}))
    assert world.ballot(ballot).votes == (FOR,)
    cast(world, ballot, "ann", AGAINST, "code of ann")
    assert world.ballot(ballot).votes == (AGAINST,)
    recuse(world, ballot, "ann", code="code of ann")
    assert world.ballot(ballot).votes == ()


def test_a_secret_ballot_does_not_close_on_somebodys_vote(world: World) -> None:
    """Four of five settle it, yet it waits: whose vote settled it would tell what it was."""
    world.board("fay")
    ballot = expel(world, "Fay Org")
    for name in ("ann", "bob", "cat", "dan"):
        assert len(cast(world, ballot, name, FOR)) == 1
    _, closed = cast(world, ballot, "eve", AGAINST)
    assert isinstance(closed, BallotClosed)
    assert closed.is_carried
    assert closed.is_early


def test_the_papers_are_published_at_the_close_and_verify(world: World) -> None:
    """They are part of the event, and what the event says is what is compared later."""
    ballot = expel(world, "Eve Org")
    with world.house.reading() as db:
        assert not service.verify_papers(db, world.ballot(ballot))
    for name, choice in (("ann", FOR), ("bob", AGAINST), ("cat", FOR), ("dan", ABSTAIN)):
        events = cast(world, ballot, name, choice)
    found = world.ballot(ballot)
    assert sorted(vote.value for vote in found.votes) == ["abstain", "against", "for", "for"]
    (entry,) = audit(world, BallotClosed.tag)
    assert isinstance(events[-1], BallotClosed)
    assert entry["papers"] == events[-1].papers
    with world.house.reading() as db:
        assert service.verify_papers(db, found)
        assert not service.verify_papers(db, replace(found, papers=found.papers[1:]))
        assert verify_trail(db, world.house.keys.verifies)[1] == []


# races


def race(*acts: Callable[[], object]) -> list[BaseException | None]:
    """Do all of it at once; what each was told."""
    barrier = threading.Barrier(len(acts))
    found: list[BaseException | None] = [None] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            act()
        except MembershipError as error:
            found[number] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_of_two_votes_that_would_both_settle_it_one_does(world: World) -> None:
    """One outcome; whoever came second is told that the ballot was closed, and how."""
    ballot = world.put_to_vote(ADOPTION)
    cast(world, ballot, "ann", FOR)
    cast(world, ballot, "bob", FOR)
    told = race(lambda: cast(world, ballot, "cat", FOR), lambda: cast(world, ballot, "dan", FOR))
    (late,) = [error for error in told if error is not None]
    assert isinstance(late, IllegalTransition)
    assert "carried" in str(late)
    assert len(audit(world, BallotClosed.tag)) == 1
    assert shown_tally(world.ballot(ballot)).cast == 3


def test_votes_at_the_same_time_are_all_counted(world: World) -> None:
    """No vote is lost, and no paper."""
    world.board("fay")
    ballot = expel(world, "Fay Org")
    names = ("ann", "bob", "cat", "dan", "eve")
    told = race(*(partial(cast, world, ballot, name, FOR) for name in names))
    assert told == [None] * 5
    found = world.ballot(ballot)
    assert (len(found.papers), found.state) == (5, State.CARRIED)


def test_two_workers_close_a_ballot_once(world: World) -> None:
    """Whoever is second finds nothing to do."""
    world.put_to_vote(ADOPTION)
    world.advance(days=14)
    counted: list[int] = []
    told = race(*[lambda: counted.append(service.close_due_ballots(world.house))] * 2)
    assert told == [None, None]
    assert sum(counted) == 1
    assert len(audit(world, BallotClosed.tag)) == 1


def test_a_vote_and_the_close_at_the_deadline_have_one_outcome(world: World) -> None:
    """At the deadline the vote is too late, whoever comes first."""
    ballot = world.put_to_vote(ADOPTION)
    world.now = world.ballot(ballot).closes
    late, told = race(
        lambda: cast(world, ballot, "ann", FOR), lambda: service.close_due_ballots(world.house)
    )
    assert isinstance(late, IllegalTransition)
    assert told is None
    assert world.ballot(ballot).state is State.NOT_CARRIED
