"""Applications as lines of the secretariat's desk: what waits for one person, and what for others.

What waits for whom depends on the person: who has judged every criterion waits for a colleague.
"""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from sqlalchemy import Connection

from cloudsirt.portal.secretariat.lines import Line
from membership.applications.application import AWAITED, Application, State, lapses_at
from membership.applications.reviewing import assessed
from membership.applications.sponsoring import supporting
from membership.applications.store import ApplicationStore
from membership.eligibility.judgement import Assessment, LineState, Outcome

OURS = (State.SUBMITTED, State.IN_REVIEW, State.ELIGIBLE, State.NOT_ELIGIBLE)
OTHERS = (State.MORE_ASKED, State.IN_BALLOT, State.ADMITTED, State.AWAITING_NDA)


def waiting_for(db: Connection, person: str, at: datetime) -> tuple[list[Line], list[Line]]:
    """The applications that wait for this person of the secretariat, and those that do not."""
    store = ApplicationStore(db)
    own: list[Line] = []
    others = [_elsewhere(store, item, at) for item in store.applications(OTHERS)]
    for item in store.applications(OURS):
        kind, text, is_own = _ours(store, item, person, at)
        (own if is_own else others).append(_line(item, kind, text))
    return own, others


def _ours(
    store: ApplicationStore, item: Application, person: str, at: datetime
) -> tuple[str, str, bool]:
    """Of what kind it is, what is to be done, and whether this person can do it."""
    if item.state is State.SUBMITTED:
        return "Submitted", "Take it up to begin the review.", True
    if item.state is State.ELIGIBLE:
        return "Eligible", _sponsors(store, item, at) or "Put the admission to the Board.", True
    if item.state is State.NOT_ELIGIBLE:
        return "Not eligible", "Ask two thirds of the Board, ask for more, or decline.", True
    return _in_review(item, assessed(store, item, at), person)


def _in_review(item: Application, assessment: Assessment, person: str) -> tuple[str, str, bool]:
    kind = "Answered" if item.question else "In review"
    if assessment.outcome is not Outcome.OPEN:
        return "Judged", f"{assessment.sentence} Confirm what was found.", True
    disputed = [line for line in assessment.awaited if line.state is LineState.DISPUTED]
    if disputed:
        return "Disputed", f"Reviewers disagree on “{disputed[0].criterion.text}”.", True
    missing = sum(
        all(judgement.reviewer != person for judgement in line.judgements)
        for line in assessment.awaited
    )
    if missing:
        of = "criterion waits" if missing == 1 else "criteria wait"
        return kind, f"{missing} {of} for your judgement.", True
    return "Second eyes", "You have judged what is open: a colleague is to judge it too.", False


def _sponsors(store: ApplicationStore, item: Application, at: datetime) -> str:
    """What sponsors still owe; empty when nothing."""
    needed = store.register.bylaws(at).sponsors
    present = supporting(store, item)
    return f"{present} of {needed} sponsors support it." if present < needed else ""


def _elsewhere(store: ApplicationStore, item: Application, at: datetime) -> Line:
    due = lapses_at(item, store.register.bylaws(at))
    until = f" It lapses on {due:%Y-%m-%d}." if due is not None else ""
    return _line(item, item.state.title, AWAITED[item.state].text + until)


def _line(item: Application, kind: str, text: str) -> Line:
    url = url_for("portal.review.show", id_=item.id)
    return Line(kind, title_of(item), url, text, item.entered)


def title_of(item: Application) -> str:
    """What an application is called where it is listed."""
    return item.record.name or "No name yet"


def by_state(
    db: Connection, states: Iterator[State] | type[State] = State
) -> list[tuple[State, list[Application]]]:
    """All applications under the states that have any, in the order of the states."""
    store = ApplicationStore(db)
    found: dict[State, list[Application]] = {state: [] for state in states}
    for item in store.applications(found):
        found[item.state].append(item)
    return [(state, items) for state, items in found.items() if items]
