"""Welcome: somebody who was invited chooses a password and a time zone, and is signed in."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cloudsirt import clock, zones
from cloudsirt.auth import gate
from cloudsirt.auth.permissions import Permission
from cloudsirt.inviting import Invitation, accept_invitation, invitation
from cloudsirt.portal.account.password_form import NewPassword
from cloudsirt.portal.account.signing import let_in

pages = Blueprint("welcome", __name__, url_prefix="/welcome")


@pages.get("/<text>")
@gate.needs(Permission.INVITATION_ACCEPT)
def form(text: str) -> ResponseReturnValue:
    """Who is invited by which organisation, and the form."""
    return _form(invitation(gate.house(), text), text, zones.DEFAULT, {})


@pages.post("/<text>")
@gate.needs(Permission.INVITATION_ACCEPT)
def accept(text: str) -> ResponseReturnValue:
    """Set the password and the time zone, and start a session under a fresh secret."""
    found = invitation(gate.house(), text)
    new, zone = NewPassword.of_request(), request.form.get("zone", "")
    problems = new.problems()
    if zone not in zones.zones():
        problems["zone"] = "Choose one of the time zones."
    if problems:
        return _form(found, text, zone, problems), 400
    secret = clock.new_secret()
    accept_invitation(gate.house(), text, new.password, zone, secret)
    return let_in(url_for("portal.account.index"), secret)


def _form(found: Invitation, text: str, zone: str, problems: dict[str, str]) -> str:
    return render_template(
        "welcome.html",
        text=text,
        name=found.person.name,
        email=found.person.email,
        organisation=found.organisation.name,
        roles=sorted(role.text for role in found.person.roles),
        expires=found.link.expires,
        form={"zone": zone},
        problems=problems,
        zones=zones.options(),
    )
