"""The secretariat's side of the NDA: documents that wait, the roster at any date, the texts."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cloudsirt import binding
from cloudsirt.auth import gate
from cloudsirt.auth.duties import may_run_secretariat
from cloudsirt.auth.permissions import Permission
from cloudsirt.errors import NotSignedIn, TooManyAttempts, UploadRefused
from cloudsirt.portal.nda.page import FORM_OCTETS, handed_over, status_of
from cloudsirt.portal.nda.texts import downloaded
from cloudsirt.rosters import csv_text, instant_of
from membership.errors import (
    MembershipError,
    NotAcceptable,
    UnknownUpload,
)
from membership.ndas.binding import Bound, bound
from membership.ndas.upload import State
from membership.organisation import Organisation
from membership.store import MembershipStore

pages = Blueprint("nda_desk", __name__, url_prefix="/secretariat/nda")


@pages.url_value_preprocessor
def _let_documents_in(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Before the gate reads the form: how long one with a text in it may be."""
    request.max_content_length = FORM_OCTETS


@pages.get("")
@gate.needs(Permission.NDA_READ)
def index() -> ResponseReturnValue:
    """What waits, who is bound, and the texts."""
    gate.on_duty(may_run_secretariat)
    return _page()


@pages.get("/roster.csv")
@gate.needs(Permission.NDA_READ)
def roster() -> ResponseReturnValue:
    """The roster at a date, as a file."""
    gate.on_duty(may_run_secretariat)
    at, lines = _roster(request.args.get("at", ""))
    name = f"nda-roster-{at:%Y%m%dT%H%M%SZ}.csv"
    return downloaded(csv_text(lines).encode(), name, "text/csv; charset=utf-8")


@pages.post("/uploads/<upload>/accept")
@gate.needs(Permission.NDA_DECIDE)
def accept(upload: str) -> ResponseReturnValue:
    """Record the signature that a document proves."""

    def act() -> None:
        since, until = (_begin_of(request.form.get(name, "")) for name in ("since", "until"))
        binding.accept_upload(gate.house(), gate.someone(), upload, since, until)

    return _done(upload, act)


@pages.post("/uploads/<upload>/refuse")
@gate.needs(Permission.NDA_DECIDE)
def refuse(upload: str) -> ResponseReturnValue:
    """Send a document back with the reason."""
    reason = request.form.get("reason", "")
    return _done(
        upload, lambda: binding.refuse_upload(gate.house(), gate.someone(), upload, reason)
    )


@pages.post("/texts")
@gate.needs(Permission.NDA_DECIDE)
def propose() -> ResponseReturnValue:
    """Put a text before the Board."""
    (name, content), title = handed_over("file"), request.form.get("title", "")
    return _done(
        "text", lambda: binding.propose(gate.house(), gate.someone(), title, name, content)
    )


@pages.get("/<organisation>/end")
@gate.needs(Permission.NDA_READ)
def ending(organisation: str) -> ResponseReturnValue:
    """The page that says what follows, and asks for the reason and the password."""
    gate.on_duty(may_run_secretariat)
    return _end_page(_organisation(organisation))


@pages.post("/<organisation>/end")
@gate.needs(Permission.NDA_END)
def end(organisation: str) -> ResponseReturnValue:
    """End what binds a member."""
    gate.on_duty(may_run_secretariat)
    found = _organisation(organisation)
    password, reason = request.form.get("password", ""), request.form.get("reason", "")
    try:
        binding.terminate_other(gate.house(), gate.someone(), found.id, password, reason)
    except (NotSignedIn, TooManyAttempts, MembershipError) as error:
        return _end_page(found, str(error), reason), status_of(error)
    return redirect(url_for("portal.nda_desk.index"), 303)


def _done(form: str, act: Callable[[], object]) -> ResponseReturnValue:
    """Do it and go back to the page, or show the page with what was wrong at that form."""
    try:
        act()
    except (UploadRefused, MembershipError) as error:
        if isinstance(error, UnknownUpload):
            raise
        return _page({form: str(error)}), status_of(error)
    return redirect(url_for("portal.nda_desk.index"), 303)


def _page(problems: dict[str, str] | None = None) -> str:
    asked, problems = request.args.get("at", ""), dict(problems or {})
    today = gate.house().now().date().isoformat()
    try:
        at, lines = _roster(asked)
    except NotAcceptable as error:
        problems["at"] = str(error)
        at, lines = _roster("")
    with gate.house().reading() as db:
        store = MembershipStore(db)
        waiting = store.ndas.uploads_in(State.WAITING)
        organisations = store.organisations_by_id({item.organisation for item in waiting})
        people = store.people_by_id({item.person for item in waiting})
        texts = store.ndas.texts()
    shown = {"at", "text", *(item.id for item in waiting)}
    return render_template(
        "nda_desk.html",
        decided_already=[text for form, text in problems.items() if form not in shown],
        waiting=[
            {
                "upload": item,
                "organisation": organisations[item.organisation].name,
                "person": people[item.person].name,
            }
            for item in reversed(waiting)
        ],
        at=at,
        asked=asked,
        today=today,
        is_now=asked.strip() in ("", today),
        lines=sorted(lines, key=lambda line: (line.end, line.name.casefold())),
        texts=texts,
        problems=problems,
    )


def _roster(asked: str) -> tuple[datetime, tuple[Bound, ...]]:
    now = gate.house().now()
    at = instant_of(asked, now) if asked.strip() else now
    with gate.house().reading() as db:
        return at, bound(MembershipStore(db), at, now=now)


def _begin_of(day: str) -> datetime | None:
    """The beginning of a day in UTC; None for none."""
    if not day.strip():
        return None
    try:
        return datetime.combine(datetime.fromisoformat(day.strip()).date(), time(), UTC)
    except ValueError as error:
        raise NotAcceptable("A date is written like 2026-03-01.") from error


def _organisation(id_: str) -> Organisation:
    with gate.house().reading() as db:
        return MembershipStore(db).organisation(id_)


def _end_page(organisation: Organisation, problem: str = "", reason: str = "") -> str:
    return render_template(
        "nda_end.html",
        organisation=organisation,
        problem=problem,
        reason=reason,
        back=url_for("portal.nda_desk.index"),
        is_own=False,
    )
