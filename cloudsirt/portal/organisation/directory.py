"""The directory: for members, for everybody, and each organisation's own view of itself.

What is shown of whom says `membership.directory`. Who is not shown is not here: the same answer
as for an id that nobody has. Everybody gets the list of those that opted in, and no count of the
others; working groups and partners see that list, and themselves.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from cloudsirt.auth import gate
from cloudsirt.auth.permissions import Permission
from cloudsirt.auth.principal import Principal
from cloudsirt.listing import listed
from membership.directory import Entry, Onlooker, directory, own_entry
from membership.organisation import Organisation
from membership.records.store import RecordStore
from tlp import Perimeter

pages = Blueprint("directory", __name__)

PUBLIC_SECONDS = 300


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An organisation in a list, with the page of its own where there is one."""

    entry: Entry
    category: str
    status: str
    url: str | None


@pages.get("/directory")
@gate.needs(Permission.DIRECTORY_READ)
def index() -> ResponseReturnValue:
    """Everybody whom the signed-in person may see, and how others see their organisation."""
    principal = gate.someone()
    found = visible(onlooker_of(principal))
    own = principal.organisation
    return render_template(
        "directory.html",
        entries=[_shown(one) for one in found],
        organisation=own,
        is_member=onlooker_of(principal) is Onlooker.MEMBER,
        own_url=url_for("portal.directory.show", id_=own.id),
    )


@pages.get("/directory/<id_>")
@gate.needs(Permission.DIRECTORY_READ)
def show(id_: str) -> ResponseReturnValue:
    """One organisation as the signed-in person sees it; one's own in full."""
    principal, at = gate.someone(), gate.house().now()
    is_own = id_ == principal.organisation.id
    if is_own:
        with gate.house().reading() as db:
            found = own_entry(principal.organisation, RecordStore(db).record(id_))
            views = _views_of(principal.organisation, at)
        return render_template("directory_entry.html", one=_shown(found), views=views)
    entry = next((one for one in visible(onlooker_of(principal)) if one.id == id_), None)
    if entry is None:
        raise NotFound
    return render_template("directory_entry.html", one=_shown(entry), views=None)


@pages.get("/members")
@gate.needs(Permission.PUBLIC_READ)
def public() -> ResponseReturnValue:
    """The organisations that opted in to be listed for everybody."""
    found = visible(Onlooker.ANYBODY)
    page = render_template("members.html", entries=[_shown(one, is_public=True) for one in found])
    return _for_everybody(make_response(page))


def onlooker_of(principal: Principal) -> Onlooker:
    """As whom somebody reads the directory: standing decides, as for everything."""
    is_member = bool(principal.standing.verdict) and principal.reader.perimeter is Perimeter.MEMBERS
    return Onlooker.MEMBER if is_member else Onlooker.ANYBODY


def visible(onlooker: Onlooker) -> tuple[Entry, ...]:
    """The directory as they see it now, by name."""
    at = gate.house().now()
    with gate.house().reading() as db:
        return listed(db, onlooker, at)


def _views_of(organisation: Organisation, at: datetime) -> dict[str, str]:
    """What others see of one's own organisation, in words."""
    seen = {}
    for onlooker, who in ((Onlooker.MEMBER, "Members see"), (Onlooker.ANYBODY, "Everybody sees")):
        found = directory([organisation], {}, onlooker, at)
        if not found:
            seen[who] = "Nothing: you are not listed"
        elif found[0].is_full:
            seen[who] = "All of this"
        else:
            seen[who] = "Name, category and country"
    return seen


def _shown(entry: Entry, *, is_public: bool = False) -> ShownEntry:
    url = None if is_public else url_for("portal.directory.show", id_=entry.id)
    is_member = entry.category.is_member_category
    status = "Charter Member" if entry.is_charter else "Member" if is_member else "No member"
    return ShownEntry(entry, entry.category.text, status, url)


def _for_everybody(response: Response) -> Response:
    """Kept by caches where nobody is signed in: the frame of the page names who is."""
    if gate.principal() is None:
        response.headers["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}"
        response.headers["Vary"] = "Cookie"
    return response
