"""The secretariat's commands: load, decide, save, and return what happened.

Each decision is about the revision that was on somebody's screen: what changed in between is told
to whoever came second, and nothing else happens. Judgements of different people stand side by
side; `find` is what they amount to.
"""

from dataclasses import replace
from datetime import datetime

from membership.applications.application import (
    Action,
    Application,
    Party,
    State,
    check_revision,
    moved,
)
from membership.applications.events import (
    ApplicationDeclined,
    ApplicationTakenUp,
    CriterionJudged,
    FoundEligible,
    FoundNotEligible,
    MoreAsked,
    NoteLeft,
)
from membership.applications.note import Note
from membership.applications.store import ApplicationStore
from membership.eligibility.criteria import REQUIREMENTS, criteria_in
from membership.eligibility.judgement import Assessment, Finding, Judgement, Outcome, assess
from membership.errors import IllegalTransition, NotAcceptable, NotComplete
from membership.events import MembershipEvent

LONGEST = 8_000  # characters of a question, a reason or a note
Events = tuple[MembershipEvent, ...]


def take_up(store: ApplicationStore, id_: str, revision: int, *, at: datetime) -> Events:
    """Begin the review."""
    application = _seen(store, id_, revision)
    store.save(_moved(application, Action.TAKE_UP, at))
    return (ApplicationTakenUp(id_),)


def judge(
    store: ApplicationStore,
    id_: str,
    revision: int,
    *,
    criterion: str,
    finding: Finding,
    reason: str,
    reviewer: str,
    at: datetime,
) -> Events:
    """Say what one reviewer finds about one criterion, instead of what they said before."""
    application = _seen(store, id_, revision)
    if application.state is not State.IN_REVIEW:
        raise IllegalTransition(f"The application is {application.state.text}: nothing to judge.")
    if criterion not in _asked(application):
        raise NotAcceptable("This category does not ask for that criterion.")
    judgement = Judgement(criterion, reviewer, finding, _text(reason, "a reason"), at)
    store.add_judgement(id_, judgement)
    return (CriterionJudged(id_, criterion, finding.value),)


def ask_more(
    store: ApplicationStore, id_: str, revision: int, *, question: str, at: datetime
) -> Events:
    """Ask the applicant for more; what was found before is open again."""
    application = _seen(store, id_, revision)
    asked = _moved(application, Action.ASK_MORE, at)
    store.save(replace(asked, question=_text(question, "a question"), reason=""))
    return (MoreAsked(id_),)


def find(store: ApplicationStore, id_: str, revision: int, *, at: datetime) -> Events:
    """Find it eligible or not, as its reviewers judged; NotComplete while that is open."""
    application = _seen(store, id_, revision)
    assessment = assessed(store, application, at)
    is_eligible = assessment.outcome is Outcome.ELIGIBLE
    found = _moved(
        application, Action.FIND_ELIGIBLE if is_eligible else Action.FIND_NOT_ELIGIBLE, at
    )
    if assessment.outcome is Outcome.OPEN:
        raise NotComplete(assessment.sentence)
    store.save(replace(found, reason=assessment.sentence))
    return (FoundEligible(id_) if is_eligible else FoundNotEligible(id_),)


def decline(
    store: ApplicationStore, id_: str, revision: int, *, reason: str, at: datetime
) -> Events:
    """Decline what was found not eligible; the applicant reads the reason."""
    application = _seen(store, id_, revision)
    declined = _moved(application, Action.DECLINE, at)
    store.save(replace(declined, reason=_text(reason, "a reason")))
    return (ApplicationDeclined(id_),)


def note(store: ApplicationStore, id_: str, *, text: str, author: str, at: datetime) -> Events:
    """Leave a note for the secretariat and the Board."""
    store.application(id_)
    store.add_note(Note(id_, author, _text(text, "a text"), at))
    return (NoteLeft(id_),)


def assessed(store: ApplicationStore, application: Application, at: datetime) -> Assessment:
    """What the present judgements amount to, by the bylaws of that instant."""
    if application.category is None:
        raise NotComplete("The application names no category yet.")
    return assess(
        REQUIREMENTS[application.category],
        store.judgements(application.id),
        store.register.bylaws(at).reviewers,
    )


def _seen(store: ApplicationStore, id_: str, revision: int) -> Application:
    application = store.application(id_)
    check_revision(application, revision)
    return application


def _moved(application: Application, action: Action, at: datetime) -> Application:
    return moved(application, action, Party.SECRETARIAT, at)


def _asked(application: Application) -> set[str]:
    category = application.category
    requirement = REQUIREMENTS[category] if category is not None else None
    return {item.id for item in criteria_in(requirement)} if requirement is not None else set()


def _text(text: str, what: str) -> str:
    written = text.replace("\r\n", "\n").strip()
    if not written or len(written) > LONGEST or "\x00" in written:
        raise NotAcceptable(f"Give {what} of at most {LONGEST:,} characters.")
    return written
