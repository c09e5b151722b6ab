"""All of an application on one page, what is missing, the checks, and handing it in."""

import contextlib

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from cloudsirt import applying
from cloudsirt.auth import gate
from cloudsirt.auth.permissions import Permission
from cloudsirt.checking.applications import check_application
from cloudsirt.portal.apply.access import blueprint, link, own
from cloudsirt.portal.apply.shown import check_lines, page
from cloudsirt.portal.apply.steps import place_of
from membership.applications.application import WRITABLE, Answer, Application
from membership.applications.completeness import missing
from membership.applications.store import ApplicationStore
from membership.eligibility.criteria import criteria_of
from membership.errors import NotAcceptable, NotComplete, Overtaken
from membership.record import PROFILE, SCHEMES

pages = blueprint("apply_review")

_OVERTAKEN = "It was changed in another window since you opened this page. Look at it again."


@pages.get("/review")
@gate.needs(Permission.APPLICATION_OWN)
def index() -> ResponseReturnValue:
    """Everything, with what is missing."""
    return _page(own())


@pages.post("/review")
@gate.needs(Permission.APPLICATION_OWN)
def hand_in() -> ResponseReturnValue:
    """Submit it, or hand in the answer; then look facts up, for the reviewers to find them."""
    application, revision = own(), request.form.get("revision", "")
    if application.state not in WRITABLE:
        return redirect(url_for("portal.apply_status.index"), 303)
    try:
        applying.hand_in(gate.house(), link(), _number(revision))
    except NotComplete:
        return _page(own(), refused="Something is still missing."), 400
    except Overtaken:
        return _page(own(), refused=_OVERTAKEN), 409
    with contextlib.suppress(NotAcceptable):  # it was looked up just now
        _check(application)
    return redirect(url_for("portal.apply_status.index", done="yes"), 303)


@pages.post("/check")
@gate.needs(Permission.APPLICATION_OWN)
def check() -> ResponseReturnValue:
    """Look facts up now."""
    application = own()
    place = "resources" if request.form.get("back") == "resources" else "review"
    try:
        _check(application)
    except NotAcceptable as error:
        return _page(application, refused=str(error)), 429
    return redirect(f"/apply/{place}#checks", 303)


def _number(text: str) -> int:
    """The revision that a form carries; none where it makes no sense."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _check(application: Application) -> None:
    check_application(gate.house(), application.id, f"application:{application.id}")


def _page(application: Application, *, refused: str = "") -> str:
    with gate.house().reading() as db:
        store = ApplicationStore(db)
        files = store.files(application.id)
        bylaws = store.register.bylaws(gate.house().now())
        sponsors = store.register.organisations_by_id(application.sponsors)
        checks = check_lines(db, application)
    asked = criteria_of(application.category) if application.category is not None else ()
    return page(
        "apply_review.html",
        application,
        here="review",
        refused=refused,
        missing=[
            (item.text, f"/apply/{place_of(item)}") for item in missing(application, files, bylaws)
        ],
        record=application.record,
        profile=[(title, application.record.profile.get(name)) for name, title in PROFILE.items()],
        schemes=SCHEMES,
        answers=[
            (
                item,
                application.answers.get(item.id, Answer()),
                [file for file in files if file.criterion == item.id],
            )
            for item in asked
        ],
        sponsors=[found.name for found in sponsors.values()],
        checks=checks,
        is_saved=request.args.get("saved") == "yes",
    )
