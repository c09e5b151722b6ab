"""What an organisation chooses: defaults for what it shares, its listing, and to leave."""

from enum import Enum
from typing import TypeVar

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cloudsirt import organising
from cloudsirt.auth import gate
from cloudsirt.auth.duties import may_represent
from cloudsirt.auth.permissions import Permission
from cloudsirt.errors import NotSignedIn, TooManyAttempts
from cloudsirt.portal.chrome import attribution_text
from membership.errors import MembershipError, NotAcceptable
from membership.organisation import Attribution, Listing
from tlp import Label

pages = Blueprint("organisation_settings", __name__, url_prefix="/organisation")

Choice = TypeVar("Choice", bound=Enum)


@pages.get("/settings")
@gate.needs(Permission.ORGANISATION_READ)
def index() -> ResponseReturnValue:
    """The choices as they are; representatives change them."""
    return _page()


@pages.post("/settings/defaults")
@gate.needs(Permission.ORGANISATION_CHANGE)
def defaults() -> ResponseReturnValue:
    """Choose the label of what is unmarked, and how the organisation is named."""
    organising.set_defaults(
        gate.house(),
        gate.someone(),
        label=_chosen(tuple(Label), "label"),
        attribution=_chosen(tuple(Attribution), "attribution"),
    )
    return redirect(url_for("portal.organisation_settings.index"), 303)


@pages.post("/settings/listing")
@gate.needs(Permission.ORGANISATION_CHANGE)
def listing() -> ResponseReturnValue:
    """Choose what the directories show."""
    try:
        organising.set_listing(
            gate.house(),
            gate.someone(),
            listing=_chosen(tuple(Listing), "listing"),
            public_listing=_chosen(tuple(Listing), "public_listing"),
        )
    except MembershipError as error:
        return _page(str(error)), 400
    return redirect(url_for("portal.organisation_settings.index"), 303)


@pages.get("/leave")
@gate.needs(Permission.ORGANISATION_CHANGE)
def sure() -> ResponseReturnValue:
    """What follows from leaving, and the button that does it."""
    return _leave_page()


@pages.post("/leave")
@gate.needs(Permission.ORGANISATION_CHANGE)
def leave() -> ResponseReturnValue:
    """End the membership."""
    try:
        organising.leave(gate.house(), gate.someone(), request.form.get("password", ""))
    except NotSignedIn as error:
        return _leave_page(str(error)), 401
    except TooManyAttempts as error:
        return _leave_page(str(error)), 429
    return redirect(url_for("portal.organisation.index"), 303)


def _chosen(choices: tuple[Choice, ...], name: str) -> Choice:
    wanted = request.form.get(name, "")
    found = next((choice for choice in choices if choice.value == wanted), None)
    if found is None:
        raise NotAcceptable("Choose one of the list.")
    return found


def _page(problem: str = "") -> str:
    principal = gate.someone()
    return render_template(
        "organisation_settings.html",
        organisation=principal.organisation,
        may_change=may_represent(principal),
        labels=list(Label),
        attributions=[(item, attribution_text(item)) for item in Attribution],
        attribution=attribution_text(principal.organisation.attribution),
        listings=list(Listing),
        problem=problem,
    )


def _leave_page(problem: str = "") -> str:
    organisation = gate.on_duty(may_represent).organisation
    return render_template("organisation_leave.html", organisation=organisation, problem=problem)
