"""Members that support the application: named one by one, never chosen from a list.

Who is a member is no public knowledge. So a sponsor is named by the id that it gives the
applicant, or by its exact name where it chose to be in the public directory; a name that is not
known and one that is not public are answered alike.
"""

from collections.abc import Sequence

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from cloudsirt import applying
from cloudsirt.applying import Change, seen
from cloudsirt.auth import gate
from cloudsirt.auth.permissions import Permission
from cloudsirt.portal.apply.access import blueprint, link, own
from cloudsirt.portal.apply.shown import page
from membership.applications.application import WRITABLE, Application
from membership.applications.sponsorship import can_sponsor
from membership.applications.store import ApplicationStore
from membership.errors import NotAcceptable, Overtaken
from membership.organisation import Listing, Organisation
from membership.record import Problem

pages = blueprint("apply_sponsors")

_UNKNOWN = (
    "No member that can be named here. Ask your sponsor for its id, identity-- and a UUID, "
    "or for its exact name in the public directory."
)


@pages.get("/sponsors")
@gate.needs(Permission.APPLICATION_OWN)
def index() -> ResponseReturnValue:
    """The sponsors that were named, and a field for another."""
    application = own()
    if application.state not in WRITABLE:
        return redirect(url_for("portal.apply_status.index"), 303)
    return _page(application)


@pages.post("/sponsors")
@gate.needs(Permission.APPLICATION_OWN)
def save() -> ResponseReturnValue:
    """Name one more sponsor, or take some away."""
    typed, kept = request.form.get("sponsor", "").strip(), request.form.getlist("kept")

    def make(store: ApplicationStore, application: Application) -> Change:
        sponsors = [id_ for id_ in application.sponsors if id_ in kept]
        if typed:
            sponsors.append(_member(store, typed).id)
        return Change(sponsors=tuple(dict.fromkeys(sponsors)))

    try:
        applying.change(
            gate.house(),
            link(),
            content=lambda store, application: list(application.sponsors),
            was=request.form.get("seen", ""),
            make=make,
        )
    except NotAcceptable as error:
        return _page(own(), typed, problems=[Problem("sponsor", str(error))]), 400
    except Overtaken:
        return _page(own(), typed, is_overtaken=True), 409
    if request.form.get("action") == "stay":
        return redirect(url_for("portal.apply_sponsors.index", saved="yes"), 303)
    return redirect("/apply/review?saved=yes", 303)


def _member(store: ApplicationStore, typed: str) -> Organisation:
    """The member that was named; NotAcceptable says the same for whatever it may not say."""
    for found in store.register.organisations():
        is_named = found.identity == typed.lower() or (
            found.public_listing is not Listing.NOTHING
            and found.name.casefold() == typed.casefold()
        )
        if is_named and can_sponsor(found):
            return found
    raise NotAcceptable(_UNKNOWN)


def _page(
    application: Application,
    typed: str = "",
    *,
    problems: Sequence[Problem] = (),
    is_overtaken: bool = False,
) -> str:
    with gate.house().reading() as db:
        store = ApplicationStore(db)
        found = store.register.organisations_by_id(application.sponsors)
        needed = store.register.bylaws(gate.house().now()).sponsors
    return page(
        "apply_sponsors.html",
        application,
        here="sponsors",
        sponsors=[found[id_] for id_ in application.sponsors if id_ in found],
        needed=needed,
        typed=typed,
        seen=seen(list(application.sponsors)),
        problems=problems,
        problem_of={item.path: item.text for item in problems},
        is_overtaken=is_overtaken,
        is_saved=request.args.get("saved") == "yes",
    )
