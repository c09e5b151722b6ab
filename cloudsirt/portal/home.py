"""The front page: what the organisation is, for whom, and its latest advisories."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from cloudsirt.auth import gate
from cloudsirt.auth.permissions import Permission
from cloudsirt.portal.reading.advisories import latest

pages = Blueprint("home", __name__)

SHOWN = 5


@pages.get("/")
@gate.needs(Permission.PUBLIC_READ)
def index() -> ResponseReturnValue:
    """The front page, the same for everybody."""
    with gate.house().reading() as db:
        advisories, _ = latest(db, limit=SHOWN)
    return render_template("home.html", advisories=advisories)
