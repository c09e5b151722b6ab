"""What the secretariat, sponsors and the clock do to applications, each as one unit of work.

Whoever decides is of the secretariat at that very instant, and decides about the revision that
they saw; what changed in between is told, and nothing else happens.
"""

from cloudsirt.auth.duties import may_represent, may_run_secretariat, may_sit_on_board
from cloudsirt.auth.principal import Principal
from cloudsirt.balloting import put_to_vote
from cloudsirt.errors import NotPermitted
from cloudsirt.house import OPERATOR, WORKER, House
from cloudsirt.stewarding import acting
from cloudsirt.work import Work
from membership.applications import applying, outcomes, reviewing, sponsoring
from membership.applications.application import Application
from membership.applications.events import ApplicationLapsed
from membership.applications.lapsing import lapse_due
from membership.applications.store import ApplicationStore
from membership.ballots.ballot import Ballot, Motion, MotionKind
from membership.eligibility.judgement import Finding
from tlp import Deny, Permit, Verdict


def may_read_applications(principal: Principal) -> Verdict:
    """Whether somebody reads what applicants say: who reviews it, and who votes on it."""
    if may_run_secretariat(principal):
        return Permit("The secretariat reviews applications.")
    seat = may_sit_on_board(principal)
    return seat if seat else Deny("The secretariat and the Board read applications.")


def may_sponsor(principal: Principal) -> Verdict:
    """Whether somebody says for a member in good standing whether it supports an application."""
    if not principal.standing.may_contribute:
        return Deny("Only members in good standing support applications.")
    return may_represent(principal)


# the secretariat


def take_up(house: House, principal: Principal, id_: str, revision: int) -> None:
    """Begin the review."""
    with acting(house, principal, may_run_secretariat) as (work, _):
        work.record(*reviewing.take_up(_store(work), id_, revision, at=work.at))


def judge(
    house: House,
    principal: Principal,
    id_: str,
    revision: int,
    *,
    criterion: str,
    finding: Finding,
    reason: str,
) -> None:
    """Say what oneself finds about one criterion."""
    with acting(house, principal, may_run_secretariat) as (work, current):
        events = reviewing.judge(
            _store(work),
            id_,
            revision,
            criterion=criterion,
            finding=finding,
            reason=reason,
            reviewer=current.person.id,
            at=work.at,
        )
        work.record(*events)


def ask_more(house: House, principal: Principal, id_: str, revision: int, question: str) -> None:
    """Ask the applicant for more."""
    with acting(house, principal, may_run_secretariat) as (work, _):
        events = reviewing.ask_more(_store(work), id_, revision, question=question, at=work.at)
        work.record(*events)


def find(house: House, principal: Principal, id_: str, revision: int) -> Application:
    """Find it eligible or not, as its reviewers judged."""
    with acting(house, principal, may_run_secretariat) as (work, _):
        store = _store(work)
        work.record(*reviewing.find(store, id_, revision, at=work.at))
        return store.application(id_)


def decline(house: House, principal: Principal, id_: str, revision: int, reason: str) -> None:
    """Decline what was found not eligible."""
    with acting(house, principal, may_run_secretariat) as (work, _):
        work.record(*reviewing.decline(_store(work), id_, revision, reason=reason, at=work.at))


def leave_note(house: House, principal: Principal, id_: str, text: str) -> None:
    """Leave a note for the secretariat and the Board."""
    with acting(house, principal, may_run_secretariat) as (work, current):
        author = current.person.id
        work.record(*reviewing.note(_store(work), id_, text=text, author=author, at=work.at))


def put_to_ballot(house: House, principal: Principal, id_: str, revision: int) -> Ballot:
    """Put the admission to the Board: the ballot opens, and the application waits for it."""
    with acting(house, principal, may_run_secretariat) as (work, _):
        store = _store(work)
        kind, title = outcomes.motion_of(store.application(id_))
        ballot = put_to_vote(work, Motion(MotionKind[kind], id_, title))
        events = outcomes.put_to_ballot(store, id_, ballot=ballot.id, at=work.at, revision=revision)
        work.record(*events)
    return ballot


# sponsors


def support(house: House, principal: Principal, id_: str) -> None:
    """Support an application for one's organisation."""
    _answer_as_sponsor(house, principal, id_, sponsoring.support)


def refuse_support(house: House, principal: Principal, id_: str) -> None:
    """Refuse to support an application."""
    _answer_as_sponsor(house, principal, id_, sponsoring.refuse)


def _answer_as_sponsor(
    house: House, principal: Principal, id_: str, command: sponsoring.Command
) -> None:
    with acting(house, principal, may_sponsor) as (work, current):
        events = command(
            _store(work),
            id_,
            organisation=current.organisation.id,
            person=current.person.id,
            at=work.at,
        )
        work.record(*events)


# the console and the clock


def withdraw_at_console(house: House, id_: str) -> None:
    """Withdraw an application for an applicant who asked for it in another way."""
    with house.working(OPERATOR) as work:
        work.record(*applying.withdraw(_store(work), id_, at=work.at))


def lapse_applications(house: House) -> int:
    """Let every application lapse whose term is over; how many did."""
    at = house.now()
    with house.reading() as db:
        store = ApplicationStore(db)
        if not store.overdue(store.register.bylaws(at), at):
            return 0
    with house.working(WORKER) as work:
        events = lapse_due(_store(work), work.membership.bylaws(work.at), work.at)
        work.record(*events)
    return sum(isinstance(event, ApplicationLapsed) for event in events)


def require_reader(principal: Principal) -> Principal:
    """Who reads applications; NotPermitted for everybody else."""
    verdict = may_read_applications(principal)
    if not verdict:
        raise NotPermitted(verdict.reason)
    return principal


def _store(work: Work) -> ApplicationStore:
    return ApplicationStore(work.db)
