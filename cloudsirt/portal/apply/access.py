"""Who is at the form: whoever has a good link to an application, looked at for each request.

The browser keeps the text of the link in a cookie; the server keeps nothing. Without a good one
there is a page that says how to get one, and no difference between a wrong and an old one.
"""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from cloudsirt import applying
from cloudsirt.auth import gate
from cloudsirt.errors import LinkRefused
from membership.applications.application import Application

LASTS = 12 * 3_600  # seconds for which a browser keeps the link; the letter keeps it longer


def blueprint(name: str) -> Blueprint:
    """A part of the form: its views refuse visitors without a link in the same way."""
    made = Blueprint(name, __name__, url_prefix="/apply")
    made.register_error_handler(LinkRefused, refused)
    return made


def link() -> str:
    """The text of the link that this browser has, or empty."""
    return request.cookies.get(gate.application_cookie(), "")


def own() -> Application:
    """The application of whoever asks; LinkRefused."""
    return applying.application_of(gate.house(), link())


def refused(error: Exception) -> ResponseReturnValue:
    """The page for whoever has no good link."""
    return render_template("apply_refused.html"), 403
