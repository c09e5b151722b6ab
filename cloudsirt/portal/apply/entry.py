"""Asking for a link to an application, and opening it.

Whatever address is given, the answer is the same. Mail scanners follow links, so opening one
shows a page with a button, and only the button does anything.
"""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cloudsirt import applying
from cloudsirt.auth import gate
from cloudsirt.auth.permissions import Permission
from cloudsirt.errors import TooManyAttempts
from cloudsirt.links import Purpose, good_link
from cloudsirt.portal.apply.access import LASTS, blueprint, link, own
from cloudsirt.portal.apply.shown import page
from cloudsirt.zones import zone_named, zones
from membership.applications.application import WRITABLE
from membership.errors import NotAcceptable
from membership.record import Problem

pages = blueprint("apply")


@pages.get("")
@gate.needs(Permission.APPLICATION_OWN)
def index() -> ResponseReturnValue:
    """What membership means, what is needed, and the form for a link."""
    return _form("", "UTC")


@pages.post("")
@gate.needs(Permission.APPLICATION_OWN)
def ask() -> ResponseReturnValue:
    """Send a link; the answer says nothing about the address."""
    email, zone = request.form.get("email", ""), request.form.get("zone", "")
    try:
        known_zone = zone_named(zone)
    except NotAcceptable as error:
        return _form(email, zone, Problem("zone", str(error))), 400
    try:
        applying.ask_for_link(
            gate.house(), email=email, zone=known_zone, client=request.remote_addr or ""
        )
    except NotAcceptable as error:
        return _form(email, zone, Problem("email", str(error))), 400
    except TooManyAttempts as error:
        return _form(email, zone, Problem("email", str(error))), 429
    return redirect(url_for("portal.apply.sent"), 303)


@pages.get("/sent")
@gate.needs(Permission.APPLICATION_OWN)
def sent() -> ResponseReturnValue:
    """The same for every address."""
    return render_template("apply_sent.html")


@pages.get("/open/<text>")
@gate.needs(Permission.APPLICATION_OWN)
def open_link(text: str) -> ResponseReturnValue:
    """A page with one button; nothing happens yet."""
    with gate.house().reading() as db:
        good_link(db, gate.house().keys, text, Purpose.APPLICATION, gate.house().now())
    return render_template("apply_open.html")


@pages.post("/open/<text>")
@gate.needs(Permission.APPLICATION_OWN)
def open_form(text: str) -> ResponseReturnValue:
    """Confirm the address, and let this browser keep the link for a while."""
    applying.open_application(gate.house(), text)
    response = redirect(url_for("portal.apply.overview"), 303)
    response.set_cookie(
        gate.application_cookie(),
        text,
        max_age=LASTS,
        secure=gate.uses_tls(),
        httponly=True,
        samesite="Lax",
    )
    return response


@pages.get("/overview")
@gate.needs(Permission.APPLICATION_OWN)
def overview() -> ResponseReturnValue:
    """To the form while it can be changed, else to where the application stands."""
    application = own()
    if application.state not in WRITABLE:
        return redirect(url_for("portal.apply_status.index"), 303)
    return page("apply_overview.html", application, here="overview")


@pages.post("/leave")
@gate.needs(Permission.APPLICATION_OWN)
def leave() -> ResponseReturnValue:
    """Let this browser forget the link."""
    response = redirect(url_for("portal.apply.index"), 303)
    response.delete_cookie(
        gate.application_cookie(), secure=gate.uses_tls(), httponly=True, samesite="Lax"
    )
    return response


def _form(email: str, zone: str, problem: Problem | None = None) -> str:
    return render_template(
        "apply.html",
        email=email,
        zone=zone or "UTC",
        zones=zones(),
        problem=problem,
        has_link=bool(link()),
    )
