"""Signing in and out."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cloudsirt import clock
from cloudsirt.auth import gate, sessions
from cloudsirt.auth.permissions import Permission
from cloudsirt.errors import NotSignedIn, TooManyAttempts

pages = Blueprint("signing", __name__)


@pages.get("/sign-in")
@gate.needs(Permission.SIGN_IN)
def sign_in() -> ResponseReturnValue:
    """The form."""
    if gate.principal() is not None:
        return redirect(_target(request.args.get("next", "")), 303)
    return _form("", None, request.args.get("next", ""))


@pages.post("/sign-in")
@gate.needs(Permission.SIGN_IN)
def start() -> ResponseReturnValue:
    """Start a session under a fresh secret, whatever cookie the browser had before."""
    email, target = request.form.get("email", ""), request.form.get("next", "")
    secret = clock.new_secret()
    try:
        sessions.sign_in(gate.house(), email, request.form.get("password", ""), secret)
    except NotSignedIn as error:
        return _form(email, str(error), target), 401
    except TooManyAttempts as error:
        return _form(email, str(error), target), 429
    return let_in(_target(target), secret)


@pages.post("/sign-out")
@gate.needs(Permission.ACCOUNT_CHANGE)
def sign_out() -> ResponseReturnValue:
    """End this session."""
    return end(everywhere=False)


def let_in(target: str, secret: str) -> ResponseReturnValue:
    """Go to a path of this site, with a session that has just been started."""
    response = redirect(target, 303)
    response.set_cookie(
        gate.session_cookie(),
        secret,
        max_age=int(sessions.LONGEST.total_seconds()),
        secure=gate.uses_tls(),
        httponly=True,
        samesite="Lax",
    )
    return response


def end(*, everywhere: bool) -> ResponseReturnValue:
    """End this session or all of the person's, and let the browser forget what it kept."""
    person = gate.someone().person.id
    sessions.sign_out(gate.house(), gate.session_secret(), person, everywhere=everywhere)
    response = redirect(url_for("portal.home.index"), 303)
    response.delete_cookie(
        gate.session_cookie(), secure=gate.uses_tls(), httponly=True, samesite="Lax"
    )
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _form(email: str, error: str | None, target: str) -> str:
    return render_template("sign_in.html", email=email, error=error, next=target)


def _target(text: str) -> str:
    """Where to go after signing in: a path of this site, or the feed."""
    is_local = text.startswith("/") and not text.startswith(("//", "/\\"))
    return text if is_local and text.isprintable() else url_for("portal.feed.index")
