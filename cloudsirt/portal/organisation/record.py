"""The record of an organisation: read it, change it, take a request back, confirm it."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cloudsirt import organising
from cloudsirt.auth import gate
from cloudsirt.auth.duties import may_represent
from cloudsirt.auth.permissions import Permission
from cloudsirt.auth.principal import Principal
from cloudsirt.portal.organisation.record_form import (
    ROLES,
    RecordForm,
    form_of,
    read_form,
    record_of,
)
from cloudsirt.portal.organisation.record_lines import shown_changes, shown_fields
from membership.errors import IllegalTransition, NotAcceptable, Overtaken
from membership.record import PROFILE, REVIEWED, SCHEMES, Problem
from membership.records import confirming
from membership.records.changing import mark
from membership.records.states import State
from membership.records.store import RecordStore
from membership.store import MembershipStore

pages = Blueprint("organisation_record", __name__, url_prefix="/organisation/record")

_GROWS = {"more-contacts": "contacts", "more-assurances": "assurances"}


@pages.get("")
@gate.needs(Permission.ORGANISATION_READ)
def index() -> ResponseReturnValue:
    """The record as it is, what waits, what became of requests, and when it is confirmed."""
    principal, at = gate.someone(), gate.house().now()
    organisation = principal.organisation
    with gate.house().reading() as db:
        store, register = RecordStore(db), MembershipStore(db)
        kept, requests = store.kept(organisation.id), store.requests_of(organisation.id)
        people = register.people_by_id(
            {item.asked_by for item in requests} | {kept.confirmed_by or ""}
        )
        due = confirming.due(register.bylaws(at), organisation, kept.confirmed)
    changes = shown_changes(requests[::-1], {organisation.id: organisation}, people)
    by = people.get(kept.confirmed_by or "")
    return render_template(
        "organisation_record.html",
        organisation=organisation,
        kept=kept,
        fields=shown_fields(kept.record),
        pending=next((item for item in changes if item.is_open), None),
        past=[item for item in changes if not item.is_open],
        due=due,
        is_late=due is not None and due <= at,
        confirmed_by=by.name if by is not None else None,
        may_change=may_represent(principal),
    )


@pages.get("/edit")
@gate.needs(Permission.ORGANISATION_CHANGE)
def edit() -> ResponseReturnValue:
    """The form with the record as it is."""
    principal = gate.on_duty(may_represent)
    with gate.house().reading() as db:
        record = RecordStore(db).record(principal.organisation.id)
    return _form(form_of(record), seen=mark(record))


@pages.post("/edit")
@gate.needs(Permission.ORGANISATION_CHANGE)
def change() -> ResponseReturnValue:
    """Change what was changed; or the form again, grown or with what is wrong."""
    principal, form = gate.on_duty(may_represent), read_form(request.form)
    seen, action = request.form.get("seen", ""), request.form.get("action", "")
    if action in _GROWS:
        return _form(form.grown(_GROWS[action]), seen=seen)
    record, problems = record_of(form)
    if problems:
        return _form(form, problems, seen=seen), 400
    try:
        organising.change_record(gate.house(), principal, record, seen=seen)
    except Overtaken as error:
        return _form(form, refused=f"{error} {_AGAIN}", seen=_mark(principal)), 409
    except (IllegalTransition, NotAcceptable) as error:
        return _form(form, refused=str(error), seen=seen), 409
    return redirect(url_for("portal.organisation_record.index"), 303)


@pages.post("/requests/<id_>/take-back")
@gate.needs(Permission.ORGANISATION_CHANGE)
def take_back(id_: str) -> ResponseReturnValue:
    """Take the request that waits back."""
    organising.take_back_change(gate.house(), gate.someone(), id_)
    return redirect(url_for("portal.organisation_record.index"), 303)


@pages.post("/confirm")
@gate.needs(Permission.ORGANISATION_CHANGE)
def confirm() -> ResponseReturnValue:
    """Confirm that the record is still true."""
    organising.confirm_record(gate.house(), gate.someone())
    return redirect(url_for("portal.organisation_record.index"), 303)


_AGAIN = "Look at the record in another window; what you send now replaces it."


def _mark(principal: Principal) -> str:
    with gate.house().reading() as db:
        return mark(RecordStore(db).record(principal.organisation.id))


def _form(
    form: RecordForm, problems: Sequence[Problem] = (), *, refused: str = "", seen: str
) -> str:
    organisation = gate.someone().organisation
    with gate.house().reading() as db:
        store = RecordStore(db)
        is_first = store.kept(organisation.id).saved is None
        pending = store.open_request(organisation.id)
    return render_template(
        "organisation_record_edit.html",
        organisation=organisation,
        form=form,
        problems=problems,
        problem_of={problem.path: problem.text for problem in reversed(problems)},
        refused=refused,
        seen=seen,
        reviewed={"name"} if is_first else REVIEWED,
        is_first=is_first,
        pending=pending is not None and pending.state is State.OPEN,
        choices={
            "roles": ROLES,
            "schemes": SCHEMES,
            "profile": PROFILE,
            "profile_open": form.has_profile
            or any(problem.path.startswith("profile") for problem in problems),
        },
    )
