"""The review of one application: everything about it on one page, and what may be done with it.

The Board reads it, since it is what it votes on; the secretariat acts. Every form carries the
revision that was on the screen: who comes second is shown how it is now, with what they wrote.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from cloudsirt import reviewing
from cloudsirt.auth import gate
from cloudsirt.auth.duties import may_run_secretariat
from cloudsirt.auth.permissions import Permission
from cloudsirt.auth.principal import Principal
from cloudsirt.checking.applications import check_application
from cloudsirt.house import House
from cloudsirt.portal.attachments import attachment
from cloudsirt.portal.secretariat.review_lines import Review, review_of
from membership.applications.application import Action, Party, State, actions_of
from membership.applications.outcomes import ADMISSION_OF_OTHER, motion_of
from membership.applications.store import ApplicationStore
from membership.eligibility.judgement import Finding
from membership.errors import (
    AlreadyRegistered,
    IllegalTransition,
    MembershipError,
    NotAcceptable,
    NotComplete,
    Overtaken,
    UnknownApplication,
)

pages = Blueprint("review", __name__, url_prefix="/secretariat/applications")

_STATUS_OF: Mapping[type[MembershipError], int] = MappingProxyType(
    {
        Overtaken: 409,
        IllegalTransition: 409,
        AlreadyRegistered: 409,
        NotComplete: 400,
        NotAcceptable: 400,
    }
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a form was refused, which one it is, and what it was filled in with."""

    form: str
    text: str
    given: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@pages.get("/<id_>")
@gate.needs(Permission.APPLICATION_READ)
def show(id_: str) -> ResponseReturnValue:
    """Everything about one application."""
    return _page(id_, None)


@pages.get("/<id_>/files/<file>")
@gate.needs(Permission.APPLICATION_READ)
def download(id_: str, file: str) -> ResponseReturnValue:
    """One file of the evidence, to be kept and never shown by the browser."""
    review = _review(id_)
    with gate.house().reading() as db:
        store = ApplicationStore(db)
        found = next((item for item in store.files(id_) if item.id == file), None)
        if found is None or not review.was_submitted:
            raise NotFound
        content = store.file_content(file)
    return attachment(found.name, found.safe_media_type, content)


@pages.post("/<id_>/<any('take-up', 'ask-more', 'find', 'put-to-ballot', 'decline'):act>")
@gate.needs(Permission.APPLICATION_REVIEW)
def decide(id_: str, act: str) -> ResponseReturnValue:
    """Move the application, as far as the table of its moves lets the secretariat."""
    text = request.form.get("text", "")
    return _done(
        id_, act, lambda principal: _ACTS[act](gate.house(), principal, id_, _revision(), text)
    )


@pages.post("/<id_>/judgements/<criterion>")
@gate.needs(Permission.APPLICATION_REVIEW)
def judge(id_: str, criterion: str) -> ResponseReturnValue:
    """Judge one criterion."""

    def act(principal: Principal) -> None:
        given = request.form.get("finding", "")
        finding = next((item for item in Finding if item.value == given), None)
        if finding is None:
            raise NotComplete("Choose what you find: met, not met, or not shown.")
        reviewing.judge(
            gate.house(),
            principal,
            id_,
            _revision(),
            criterion=criterion,
            finding=finding,
            reason=request.form.get("text", ""),
        )

    return _done(id_, criterion, act)


@pages.post("/<id_>/notes")
@gate.needs(Permission.APPLICATION_REVIEW)
def note(id_: str) -> ResponseReturnValue:
    """Leave a note."""
    text = request.form.get("text", "")
    return _done(
        id_, "notes", lambda principal: reviewing.leave_note(gate.house(), principal, id_, text)
    )


@pages.post("/<id_>/checks")
@gate.needs(Permission.APPLICATION_REVIEW)
def check(id_: str) -> ResponseReturnValue:
    """Look everything up again that can be looked up."""
    return _done(
        id_,
        "checks",
        lambda principal: check_application(gate.house(), id_, by=principal.actor),
    )


_Act = Callable[[House, Principal, str, int, str], object]

_ACTS: Mapping[str, _Act] = MappingProxyType(
    {
        "take-up": lambda house, who, id_, revision, _: reviewing.take_up(
            house, who, id_, revision
        ),
        "ask-more": reviewing.ask_more,
        "find": lambda house, who, id_, revision, _: reviewing.find(house, who, id_, revision),
        "put-to-ballot": lambda house, who, id_, revision, _: reviewing.put_to_ballot(
            house, who, id_, revision
        ),
        "decline": reviewing.decline,
    }
)


def _done(id_: str, form: str, act: Callable[[Principal], object]) -> ResponseReturnValue:
    """Do it, and go back to the page; or show the page as it is now, with what was wrong."""
    principal = gate.on_duty(may_run_secretariat)
    try:
        act(principal)
    except tuple(_STATUS_OF) as error:
        given = {name: request.form.get(name, "") for name in ("text", "finding")}
        return _page(id_, Problem(form, str(error), given)), _STATUS_OF[type(error)]
    return redirect(url_for("portal.review.show", id_=id_), 303)


def _revision() -> int:
    """The revision that was on the screen; one that never was where the form says none."""
    text = request.form.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _review(id_: str) -> Review:
    """The application as the person may read it; drafts are their applicants' own."""
    principal = reviewing.require_reader(gate.someone())
    with gate.house().reading() as db:
        review = review_of(db, id_, principal.person.id, gate.house().now())
    if not review.was_submitted and not may_run_secretariat(principal):
        raise UnknownApplication(f"No application has the id {id_}.")  # as the store says it
    return review


def _page(id_: str, problem: Problem | None) -> str:
    review = _review(id_)
    acts = bool(may_run_secretariat(gate.someone()))
    state = review.application.state
    actions = {action.value for action in actions_of(state, Party.SECRETARIAT)} if acts else set()
    can_find = not actions.isdisjoint({Action.FIND_ELIGIBLE.value, Action.FIND_NOT_ELIGIBLE.value})
    return render_template(
        "review.html",
        review=review,
        application=review.application,
        problem=problem,
        acts=acts,
        actions=actions,
        can_find=can_find,
        can_judge=acts and state is State.IN_REVIEW,
        by_two_thirds=motion_of(review.application)[0] == ADMISSION_OF_OTHER,
        findings=tuple(Finding),
    )
