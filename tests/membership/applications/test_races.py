"""Two at once, on both engines: one outcome, and the other is told what happened.

Each pair starts from the same revision and runs in two threads, whose order nobody knows.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from threading import Barrier, Thread
from typing import Any

from cloudsirt import reviewing as services
from cloudsirt.audit.history import entries_about
from cloudsirt.house import House
from membership.applications import applying, outcomes, reviewing
from membership.applications.application import State
from membership.applications.store import ApplicationStore
from membership.ballots.ballot import State as BallotState
from membership.ballots.store import BallotStore
from membership.eligibility.judgement import Finding
from membership.errors import IllegalTransition, MembershipError, Overtaken
from membership.events import MembershipEvent
from tests.membership.applications.review import decide, found, judge_all, taken_up
from tests.world import World

Decision = Callable[[ApplicationStore, datetime], tuple[MembershipEvent, ...]]


def working(house: House, decide: Decision) -> Callable[[], None]:
    """A decision as a unit of work."""

    def run() -> None:
        with house.working("test") as work:
            work.record(*decide(ApplicationStore(work.db), work.at))

    return run


def at_once(*acts: Callable[[], object]) -> list[MembershipError | None]:
    """Run them all from one starting line; what each was told, None where it was done."""
    line = Barrier(len(acts))
    results: list[Any] = ["never ran" for _ in acts]

    def run(index: int, act: Callable[[], object]) -> None:
        line.wait()
        try:
            act()
        except MembershipError as error:
            results[index] = error
        else:
            results[index] = None

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def one_is_told(told: list[MembershipError | None]) -> MembershipError:
    """Exactly one was done; what the other was told."""
    refused = [error for error in told if error is not None]
    assert len(refused) == len(told) - 1 == 1, told
    return refused[0]


def events_of(world: World, id_: str, what: str) -> int:
    """How often something happened, by the audit trail."""
    with world.house.reading() as db:
        found = entries_about(db, "membership:application", id_)
    return sum(entry.tag.endswith(f":{what}") for entry in found)


def test_a_double_submission_is_one(world: World) -> None:
    """The second click is told that it is submitted."""
    id_ = world.draft("Example")

    def submit(store: ApplicationStore, at: datetime) -> tuple[MembershipEvent, ...]:
        return applying.submit(store, id_, 2, bylaws=store.register.bylaws(at), at=at)

    error = one_is_told(at_once(working(world.house, submit), working(world.house, submit)))
    assert isinstance(error, Overtaken)
    assert "is submitted since" in str(error)
    assert events_of(world, id_, "submitted") == 1


def test_two_saves_from_one_page_are_one_and_a_message(world: World) -> None:
    """Neither is lost without a word."""
    id_ = world.draft("Example")

    def save(name: str) -> Callable[[], None]:
        def act(store: ApplicationStore, at: datetime) -> tuple[MembershipEvent, ...]:
            record = store.application(id_).record
            return applying.save(store, id_, 2, at=at, record=replace(record, name=name))[1]

        return working(world.house, act)

    error = one_is_told(at_once(save("Left"), save("Right")))
    assert isinstance(error, Overtaken)
    kept = world.application_now(id_)
    assert (kept.revision, kept.record.name in ("Left", "Right")) == (3, True)


def test_two_reviewers_find_at_once(office: World) -> None:
    """One finding; the other is told which."""
    id_ = taken_up(office)
    judge_all(office, id_)
    seen = office.application_now(id_).revision
    acts = [
        lambda name=name: services.find(office.house, office.principal(name), id_, seen)
        for name in ("sue", "sid")
    ]
    error = one_is_told(at_once(*acts))
    assert isinstance(error, Overtaken)
    assert "is found eligible since" in str(error)
    assert events_of(office, id_, "found-eligible") == 1


def test_two_reviewers_judge_at_once(office: World) -> None:
    """Both count: that is what two are for."""
    id_ = taken_up(office)
    seen = office.application_now(id_).revision
    acts = [
        lambda name=name: services.judge(
            office.house,
            office.principal(name),
            id_,
            seen,
            criterion="csirt-statute",
            finding=Finding.MET,
            reason="Seen.",
        )
        for name in ("sue", "sid")
    ]
    assert at_once(*acts) == [None, None]
    decide(office, reviewing.find, id_)
    assert office.application_now(id_).state is State.ELIGIBLE


def test_a_decision_races_a_withdrawal(office: World) -> None:
    """Declined or withdrawn, never both; whoever was late is told which."""
    id_ = found(office, Finding.NOT_MET)
    seen = office.application_now(id_).revision
    error = one_is_told(
        at_once(
            lambda: services.decline(office.house, office.principal("sue"), id_, seen, "No."),
            working(office.house, lambda store, at: applying.withdraw(store, id_, at=at)),
        )
    )
    state = office.application_now(id_).state
    expected = {State.DECLINED: IllegalTransition, State.WITHDRAWN: Overtaken}
    assert isinstance(error, expected[state])
    assert f"is {state.text}" in str(error)


def test_a_withdrawal_races_the_result_of_the_ballot(office: World) -> None:
    """Admitted first, then withdrawn; or withdrawn, and the result is refused with its ballot."""
    office.person("bea", "Office", "board")
    id_ = found(office)
    seen = office.application_now(id_).revision
    ballot = services.put_to_ballot(office.house, office.principal("sue"), id_, seen).id
    told = at_once(
        working(office.house, lambda store, at: applying.withdraw(store, id_, at=at)),
        working(office.house, lambda store, at: outcomes.carried(store, id_, ballot=ballot, at=at)),
    )
    assert told[0] is None
    assert office.application_now(id_).state is State.WITHDRAWN
    if told[1] is not None:
        assert isinstance(told[1], IllegalTransition)
        assert office.ballot(ballot).state is BallotState.CANCELLED


def test_a_ballot_is_opened_once(office: World) -> None:
    """Two of the secretariat put the same application to the Board."""
    office.person("bea", "Office", "board")
    id_ = found(office)
    seen = office.application_now(id_).revision
    acts = [
        lambda name=name: services.put_to_ballot(office.house, office.principal(name), id_, seen)
        for name in ("sue", "sid")
    ]
    error = one_is_told(at_once(*acts))
    assert "before the Board" in str(error) or "ballot" in str(error)
    with office.house.reading() as db:
        assert len(BallotStore(db).open_ballots()) == 1
