"""The secretariat's desk: what waits for whoever looks, by age, and all applications by state."""

from datetime import datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from cloudsirt.audit.history import subjects_of
from cloudsirt.auth import gate
from cloudsirt.auth.duties import may_run_secretariat
from cloudsirt.auth.permissions import Permission
from cloudsirt.portal.secretariat.application_lines import by_state, title_of, waiting_for
from cloudsirt.portal.secretariat.lines import LINES, Line
from membership.applications.events import ApplicationSubmitted

pages = Blueprint("secretariat", __name__, url_prefix="/secretariat")


@pages.get("")
@gate.needs(Permission.APPLICATION_REVIEW)
def index() -> ResponseReturnValue:
    """What waits for the person, whoever has waited longest first; then what waits for others."""
    principal, at = gate.on_duty(may_run_secretariat), gate.house().now()
    with gate.house().reading() as db:
        own, others = waiting_for(db, principal.person.id, at)
        own += _of_other_subjects(db, at)
    return render_template(
        "secretariat.html",
        own=sorted(own, key=_age),
        others=sorted(others, key=_age),
        at=at,
    )


@pages.get("/applications")
@gate.needs(Permission.APPLICATION_REVIEW)
def applications() -> ResponseReturnValue:
    """Every application, by state."""
    gate.on_duty(may_run_secretariat)
    with gate.house().reading() as db:
        groups, submitted = by_state(db), subjects_of(db, ApplicationSubmitted.tag)
    return render_template(
        "applications.html", groups=groups, title_of=title_of, submitted=submitted
    )


def _of_other_subjects(db: Connection, at: datetime) -> list[Line]:
    return [line for lines in LINES for line in lines(db, at)]


def _age(line: Line) -> datetime:
    return line.since
