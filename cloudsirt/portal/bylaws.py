"""The bylaws in force, for everybody: how members are admitted, and how the Board decides."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from cloudsirt.auth import gate
from cloudsirt.auth.permissions import Permission
from membership.bylaws import stated
from membership.store import MembershipStore

pages = Blueprint("bylaws", __name__)


@pages.get("/bylaws")
@gate.needs(Permission.PUBLIC_READ)
def index() -> ResponseReturnValue:
    """The page."""
    house = gate.house()
    with house.reading() as db:
        found = MembershipStore(db).bylaws(house.now())
    return render_template("bylaws.html", clauses=stated(found))
