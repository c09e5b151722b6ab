"""The member's home: standing, NDA, people, tokens with their last use, and what waits.

For everybody of the organisation; representatives change things, each on the page of its own.
"""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from cloudsirt.audit.history import last_about
from cloudsirt.auth import gate
from cloudsirt.auth.permissions import Permission
from cloudsirt.portal.organisation.lines import shown_people, waiting
from membership.events import OrganisationEnded, OrganisationSuspended
from membership.ndas.signature import in_force, latest
from membership.organisation import Organisation
from membership.store import MembershipStore

pages = Blueprint("organisation", __name__, url_prefix="/organisation")


@pages.get("/")
@gate.needs(Permission.ORGANISATION_READ)
def index() -> ResponseReturnValue:
    """The home of the signed-in person's organisation."""
    principal, at = gate.someone(), gate.house().now()
    organisation = principal.organisation
    with gate.house().reading() as db:
        signatures = MembershipStore(db).signatures(organisation.id)
        people, services = shown_people(db, principal, at)
        waits, reason = list(waiting(db, organisation, at)), _reason(db, organisation)
    return render_template(
        "organisation.html",
        organisation=organisation,
        state=_state(organisation),
        standing=principal.standing.verdict,
        reason=reason,
        nda=in_force(signatures, at),
        last_nda=latest(signatures),
        people=people,
        services=services,
        waits=waits,
        is_member=organisation.category.is_member_category,
    )


def _reason(db: Connection, organisation: Organisation) -> str | None:
    """Why the membership is suspended or has ended, as those who decided it said."""
    if organisation.suspended is None and organisation.ended is None:
        return None
    ended = organisation.ended is not None
    tag = OrganisationEnded.tag if ended else OrganisationSuspended.tag
    facts = last_about(db, tag, organisation.id)
    return str(facts["reason"]) if facts is not None else None


def _state(organisation: Organisation) -> str:
    """What the organisation is to the consortium, as people read it."""
    if organisation.ended is not None:
        return organisation.ending.text.capitalize() if organisation.ending else "Has ended"
    if organisation.suspended is not None:
        return "Suspended"
    if organisation.admitted is None:
        return "Not admitted yet"
    return "Charter Member" if organisation.charter else "Admitted"
