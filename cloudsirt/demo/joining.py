"""Brings the demo's applications as far as their stories go, by the commands that people use.

The house's clock is set back to when each step was taken, so that ages on the desk are real. Who
acts is the demo's secretariat and Board; nobody needs a password here, since nobody signs in.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from cloudsirt import clock
from cloudsirt.balloting import put_to_vote
from cloudsirt.demo.applicants import APPLICANTS, QUESTION, DemoApplicant
from cloudsirt.house import House
from cloudsirt.work import Work
from membership.applications import applying, outcomes, reviewing
from membership.applications.store import ApplicationStore
from membership.ballots import balloting
from membership.ballots.ballot import Choice, Motion, MotionKind
from membership.ballots.store import BallotStore
from membership.eligibility.criteria import criteria_of
from membership.eligibility.judgement import Finding
from membership.organisation import Category

Step = Callable[[Work, ApplicationStore, str], None]

REVIEWERS = ("secretariat-office", "secretariat-editor")
VOTERS = (("nimbus-board", Choice.FOR), ("meridian-board", Choice.AGAINST))
"""Who has voted on the application that is before the Board; the others still have to."""


def load_applicants(house: House, people: Mapping[str, str], at: datetime) -> None:
    """Let every applicant of the demo stand where their story has brought them, as of `at`."""
    for applicant in APPLICANTS:
        _apply(house, applicant, people, at)


def _apply(house: House, applicant: DemoApplicant, people: Mapping[str, str], at: datetime) -> None:
    """One application: begun at its age, and a step every few days from then on."""
    id_, begun = clock.new_id(), at - applicant.age
    steps = _steps(applicant, people)
    pause = applicant.age / (len(steps) + 1)
    for number, (actor, step) in enumerate(steps):
        moment = begun + number * pause + timedelta(hours=number)
        _as_of(house, moment)
        with house.working(actor) as work:
            step(work, ApplicationStore(work.db), id_)


def _as_of(house: House, moment: datetime) -> None:
    house.now = lambda: moment


def _steps(applicant: DemoApplicant, people: Mapping[str, str]) -> Sequence[tuple[str, Step]]:
    """What happened to an application, by whom, in its order."""
    by_applicant, office = "applicant", f"person:{people[REVIEWERS[0]]}"
    told = [(by_applicant, _begin(applicant)), (by_applicant, _fill_in(applicant))]
    reviewed = [(office, _take_up), *_judgements(applicant, people)]
    later: Mapping[str, Sequence[tuple[str, Step]]] = {
        "draft": [],
        "submitted": [(by_applicant, _submit)],
        "in-review": [(by_applicant, _submit), *reviewed[:-2]],
        "more-asked": [(by_applicant, _submit), (office, _take_up), (office, _ask)],
        "in-ballot": [
            (by_applicant, _submit),
            *reviewed,
            (office, _find),
            (office, _put_to_ballot),
            *((f"person:{people[voter]}", _vote(people[voter], how)) for voter, how in VOTERS),
        ],
    }
    return [*told, *later[applicant.stage]]


def _begin(applicant: DemoApplicant) -> Step:
    def step(work: Work, store: ApplicationStore, id_: str) -> None:
        _, events = applying.start(store, id_=id_, email=applicant.email, zone="UTC", at=work.at)
        work.record(*events, *applying.confirm(store, id_, at=work.at))

    return step


def _fill_in(applicant: DemoApplicant) -> Step:
    def step(work: Work, store: ApplicationStore, id_: str) -> None:
        _, events = applying.save(
            store,
            id_,
            store.application(id_).revision,
            record=applicant.record,
            category=applicant.category,
            answers=applicant.answers,
            at=work.at,
        )
        work.record(*events)

    return step


def _submit(work: Work, store: ApplicationStore, id_: str) -> None:
    bylaws = work.membership.bylaws(work.at)
    revision = store.application(id_).revision
    work.record(*applying.submit(store, id_, revision, bylaws=bylaws, at=work.at))


def _take_up(work: Work, store: ApplicationStore, id_: str) -> None:
    revision = store.application(id_).revision
    work.record(*reviewing.take_up(store, id_, revision, at=work.at))


def _ask(work: Work, store: ApplicationStore, id_: str) -> None:
    revision = store.application(id_).revision
    work.record(*reviewing.ask_more(store, id_, revision, question=QUESTION, at=work.at))


def _judgements(applicant: DemoApplicant, people: Mapping[str, str]) -> list[tuple[str, Step]]:
    """What each reviewer found about each criterion: what was answered was shown."""
    is_other = applicant.category is Category.OTHER
    return [
        (f"person:{people[reviewer]}", _judge(criterion.id, people[reviewer]))
        for criterion in ([] if is_other else criteria_of(applicant.category))
        if criterion.id in applicant.answers
        for reviewer in REVIEWERS
    ]


def _judge(criterion: str, reviewer: str) -> Step:
    def step(work: Work, store: ApplicationStore, id_: str) -> None:
        work.record(
            *reviewing.judge(
                store,
                id_,
                store.application(id_).revision,
                criterion=criterion,
                finding=Finding.MET,
                reason="The page that was named shows it.",
                reviewer=reviewer,
                at=work.at,
            )
        )

    return step


def _find(work: Work, store: ApplicationStore, id_: str) -> None:
    revision = store.application(id_).revision
    work.record(*reviewing.find(store, id_, revision, at=work.at))


def _put_to_ballot(work: Work, store: ApplicationStore, id_: str) -> None:
    kind, title = outcomes.motion_of(store.application(id_))
    ballot = put_to_vote(work, Motion(MotionKind[kind], id_, title))
    work.record(*outcomes.put_to_ballot(store, id_, ballot=ballot.id, at=work.at))


def _vote(voter: str, choice: Choice) -> Step:
    def step(work: Work, store: ApplicationStore, id_: str) -> None:
        ballot = store.application(id_).ballot or ""
        _, events = balloting.cast(BallotStore(work.db), ballot, voter, choice, at=work.at)
        work.record(*events)

    return step
