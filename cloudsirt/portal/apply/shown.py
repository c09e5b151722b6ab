"""What the pages of an application show beside the form: progress, checks, what is awaited."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from sqlalchemy import Connection

from cloudsirt.audit.history import entries_about
from cloudsirt.auth import gate
from cloudsirt.checking.applications import current
from cloudsirt.portal.apply.steps import REVIEW, progress
from membership.applications import events as e
from membership.applications.application import WRITABLE, Application
from membership.applications.store import ApplicationStore

_OUTCOMES = {"good": "Good", "bad": "Not good", "unknown": "Not known"}
_KINDS = {
    "asn": "AS number",
    "network": "Network",
    "domain": "Domain",
    "certificate": "Assurance",
    "openpgp-key": "OpenPGP key",
}
_HAPPENED = {
    e.ApplicationStarted.tag: "A link to the form was asked for.",
    e.AddressConfirmed.tag: "The address was confirmed.",
    e.ApplicationSubmitted.tag: "It was submitted.",
    e.ApplicationTakenUp.tag: "The secretariat took it up.",
    e.MoreAsked.tag: "The secretariat asked for more.",
    e.ApplicationAnswered.tag: "The answer was handed in.",
    e.FoundEligible.tag: "It was found eligible.",
    e.FoundNotEligible.tag: "It was found not eligible.",
    e.PutToBallot.tag: "It was put to the Board.",
    e.BallotCarried.tag: "The Board admitted the organisation.",
    e.BallotLost.tag: "The Board did not admit the organisation.",
    e.BallotReturned.tag: "It came back from the Board undecided.",
    e.ApplicationDeclined.tag: "It was declined.",
    e.ApplicationRegistered.tag: "The organisation was put on the register.",
    e.ApplicationBound.tag: "The NDA is in force: the organisation is a member.",
    e.ApplicationWithdrawn.tag: "It was withdrawn.",
    e.ApplicationLapsed.tag: "It lapsed.",
}
"""What the applicant is told of what happened; the work of single reviewers is not part of it."""


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One fact that was looked up, as a page shows it; `is_past` when the form changed since."""

    kind: str
    subject: str
    outcome: str
    outcome_text: str
    detail: str
    checked: datetime
    by: str
    is_past: bool


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened, and when."""

    at: datetime
    text: str


def page(template: str, application: Application, *, here: str, **values: object) -> str:
    """A page of the form, with the list of the steps; `here` is the path behind /apply/."""
    with gate.house().reading() as db:
        store = ApplicationStore(db)
        bylaws = store.register.bylaws(gate.house().now())
        lines = progress(application, store.files(application.id), bylaws)
    return render_template(
        template,
        application=application,
        lines=lines,
        review=REVIEW,
        here=here,
        is_writable=application.state in WRITABLE,
        is_complete=not any(line.missing for line in lines),
        **values,
    )


def check_lines(
    db: Connection, application: Application, kinds: Iterable[str] = tuple(_KINDS)
) -> list[CheckLine]:
    """What was looked up about what the application says now."""
    found = current(application, ApplicationStore(db).checks(application.id))
    return [
        CheckLine(
            kind=_KINDS[check.kind],
            subject=check.subject,
            outcome=check.outcome,
            outcome_text=_OUTCOMES[check.outcome],
            detail=check.detail,
            checked=check.checked,
            by=_asked_by(check.by),
            is_past=check.checked < application.changed,
        )
        for check in found
        if check.kind in kinds
    ]


def _asked_by(actor: str) -> str:
    """Who asked for a check; who of the secretariat it was, is not the applicant's to know."""
    kind = actor.partition(":")[0]
    return {"application": "the applicant", "person": "the secretariat"}.get(kind, "CloudSIRT")


def history(db: Connection, application: str) -> list[HistoryLine]:
    """What happened to an application, as the audit trail has it, oldest first."""
    return [
        HistoryLine(entry.at, _HAPPENED[entry.tag])
        for entry in entries_about(db, "membership:application", application)
        if entry.tag in _HAPPENED
    ]
