"""The secretariat on records: requests for a change, as what goes and what comes; who is late.

Whether eligibility still holds with a change is for people to judge: granted, it applies to the
record as it is then; refused, the representatives are told why.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from cloudsirt import organising
from cloudsirt.auth import gate
from cloudsirt.auth.duties import may_run_secretariat
from cloudsirt.auth.permissions import Permission
from cloudsirt.auth.principal import Principal
from cloudsirt.portal.organisation.record_lines import ShownChange, shown_changes
from membership.errors import MembershipError, UnknownRequest
from membership.records.changing import LONGEST_ANSWER
from membership.records.store import RecordStore
from membership.store import MembershipStore

pages = Blueprint("secretariat_records", __name__, url_prefix="/secretariat/records")


@dataclass(frozen=True, slots=True)
class Late:
    """An organisation that has not confirmed its record in time; `record` says if it has one."""

    name: str
    due: datetime
    confirmed: datetime | None
    has_record: bool


@pages.get("")
@gate.needs(Permission.RECORD_DECIDE)
def index() -> ResponseReturnValue:
    """What waits, the oldest first, and the confirmations that are overdue."""
    return _page(gate.on_duty(may_run_secretariat))


@pages.post("/<id_>/grant")
@gate.needs(Permission.RECORD_DECIDE)
def grant(id_: str) -> ResponseReturnValue:
    """Grant a request; where that is not possible, the page says why."""
    principal = gate.on_duty(may_run_secretariat)
    try:
        organising.grant_change(gate.house(), principal, id_)
    except UnknownRequest:
        raise
    except MembershipError as error:
        return _page(principal, problem=str(error)), 409
    return redirect(url_for("portal.secretariat_records.index"), 303)


@pages.post("/<id_>/refuse")
@gate.needs(Permission.RECORD_DECIDE)
def refuse(id_: str) -> ResponseReturnValue:
    """Refuse a request, with the reason."""
    principal, answer = gate.on_duty(may_run_secretariat), request.form.get("answer", "")
    try:
        organising.refuse_change(gate.house(), principal, id_, answer.replace("\r\n", "\n"))
    except UnknownRequest:
        raise
    except MembershipError as error:
        return _page(principal, problem=str(error), answers={id_: answer}), 409
    return redirect(url_for("portal.secretariat_records.index"), 303)


def late(db: Connection, at: datetime) -> list[Late]:
    """Members whose record is overdue to be confirmed, the longest first."""
    kept = RecordStore(db).all_kept()
    return [
        Late(one.name, due, kept[one.id].confirmed, kept[one.id].saved is not None)
        for one, due in organising.to_confirm(db, at)
        if due <= at
    ]


def waiting_changes(db: Connection) -> list[ShownChange]:
    """The open requests of organisations whose membership goes on."""
    register, requests = MembershipStore(db), RecordStore(db).open_requests()
    organisations = register.organisations_by_id({item.organisation for item in requests})
    people = register.people_by_id({item.asked_by for item in requests})
    going_on = [item for item in requests if organisations[item.organisation].ended is None]
    return shown_changes(going_on, organisations, people)


def _page(principal: Principal, *, problem: str = "", answers: dict[str, str] | None = None) -> str:
    with gate.house().reading() as db:
        waiting, overdue = waiting_changes(db), late(db, gate.house().now())
    return render_template(
        "secretariat_records.html",
        waiting=waiting,
        overdue=overdue,
        own=principal.organisation.name,
        problem=problem,
        answers=answers or {},
        limit=LONGEST_ANSWER,
    )
