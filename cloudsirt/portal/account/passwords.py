"""Passwords: forgotten, chosen anew behind a link, changed by somebody who knows it.

The answer to a forgotten password is the same for every address, known here or not.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cloudsirt.auth import gate
from cloudsirt.auth.permissions import Permission
from cloudsirt.errors import NotSignedIn, TooManyAttempts
from cloudsirt.portal.account.password_form import NewPassword
from cloudsirt.renewing import (
    ask_for_reset,
    change_password,
    choose_zone,
    reset_password,
    reset_subject,
)
from membership.person import Person

pages = Blueprint("passwords", __name__)


@pages.get("/forgot")
@gate.needs(Permission.PASSWORD_RENEW)
def forgot() -> ResponseReturnValue:
    """The form for an address."""
    return render_template("forgot.html", asked=False)


@pages.post("/forgot")
@gate.needs(Permission.PASSWORD_RENEW)
def ask() -> ResponseReturnValue:
    """Write the wish down, and say what is said to everybody."""
    ask_for_reset(gate.house(), request.form.get("email", ""))
    return render_template("forgot.html", asked=True)


@pages.get("/reset/<text>")
@gate.needs(Permission.PASSWORD_RENEW)
def reset_form(text: str) -> ResponseReturnValue:
    """The form behind the link of a letter."""
    return _reset_form(reset_subject(gate.house(), text), text, {})


@pages.post("/reset/<text>")
@gate.needs(Permission.PASSWORD_RENEW)
def reset(text: str) -> ResponseReturnValue:
    """Set the new password; whoever knows it signs in with it."""
    person, new = reset_subject(gate.house(), text), NewPassword.of_request()
    if problems := new.problems():
        return _reset_form(person, text, problems), 400
    reset_password(gate.house(), text, new.password)
    return redirect(url_for("portal.passwords.reset_done"), 303)


@pages.get("/reset")
@gate.needs(Permission.PASSWORD_RENEW)
def reset_done() -> ResponseReturnValue:
    """What was done, and where to sign in."""
    return render_template("reset_done.html")


@pages.get("/account/password")
@gate.needs(Permission.ACCOUNT_READ)
def change_form() -> ResponseReturnValue:
    """The form for somebody who knows the present password."""
    return _change_form({})


@pages.post("/account/password")
@gate.needs(Permission.ACCOUNT_CHANGE)
def change() -> ResponseReturnValue:
    """Change the password; every other session ends."""
    new = NewPassword.of_request()
    if problems := new.problems():
        return _change_form(problems), 400
    old, secret = request.form.get("old", ""), gate.session_secret()
    try:
        change_password(gate.house(), gate.someone(), old, new.password, secret)
    except NotSignedIn as error:
        return _change_form({"old": str(error)}), 403
    except TooManyAttempts as error:
        return _change_form({"old": str(error)}), 429
    return redirect(url_for("portal.account.index", done="password"), 303)


@pages.post("/account/zone")
@gate.needs(Permission.ACCOUNT_CHANGE)
def zone() -> ResponseReturnValue:
    """Choose the time zone that letters tell times in."""
    choose_zone(gate.house(), gate.someone(), request.form.get("zone", ""))
    return redirect(url_for("portal.account.index", done="zone"), 303)


def _reset_form(person: Person, text: str, problems: dict[str, str]) -> str:
    return render_template("reset.html", text=text, email=person.email, problems=problems)


def _change_form(problems: dict[str, str]) -> str:
    email = gate.someone().person.email
    return render_template("password.html", email=email, problems=problems)
