"""Letters about organisations: their membership, their record, their people's roles and tokens.

They go to the representatives, who speak for the organisation; of a suspension and of an end
they hear although both have taken effect. What stands in a record, and why something was
refused, is on the pages and in no letter.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from cloudsirt.accounts import AccountStore
from cloudsirt.events import TokenIssued, TokenRevoked
from cloudsirt.mail.occasion import (
    Addressee,
    Occasion,
    Occasions,
    Requires,
    person,
    representatives_of,
    secretariat,
)
from membership.errors import UnknownPerson
from membership.events import (
    OrganisationEnded,
    OrganisationReinstated,
    OrganisationSuspended,
    RolesChanged,
)
from membership.organisation import Ending
from membership.person import Role
from membership.records.events import (
    ChangeGranted,
    ChangeRefused,
    ChangeRequested,
    ConfirmationReminded,
)
from membership.store import MembershipStore


def _representatives(event: Any, db: Connection) -> tuple[Addressee, ...]:
    return representatives_of(event.about, db)


def _whom_it_is_about(event: RolesChanged, db: Connection) -> tuple[Addressee, ...]:
    return person(event.about)


def _representatives_of_a_service(event: Any, db: Connection) -> tuple[Addressee, ...]:
    """Of whose service account the token is; of a person's own token, the person."""
    try:
        holder = MembershipStore(db).person(event.person)
    except UnknownPerson:
        return ()
    if Role.SERVICE in holder.roles:
        return representatives_of(holder.organisation, db)
    return person(holder.id)


def _organisation(event: Mapping[str, Any], db: Connection) -> Mapping[str, object]:
    return {"organisation": MembershipStore(db).organisation(event["about"]).name}


def _ended(event: Mapping[str, Any], db: Connection) -> Mapping[str, object]:
    return {**_organisation(event, db), "became": Ending(event["ending"]).text}


def _reminded(event: Mapping[str, Any], db: Connection) -> Mapping[str, object]:
    return {**_organisation(event, db), "due": datetime.fromisoformat(event["due"])}


def _roles(event: Mapping[str, Any], db: Connection) -> Mapping[str, object]:
    """The roles by their names, and what the person holds by now."""
    held = MembershipStore(db).person(event["about"]).roles
    return {
        "given": [Role(value).text for value in event["given"]],
        "taken": [Role(value).text for value in event["taken"]],
        "held": [role.text for role in Role if role in held],
    }


def _token(event: Mapping[str, Any], db: Connection) -> Mapping[str, object]:
    """Whose token it is, and how its holder calls it."""
    token = AccountStore(db).token(event["about"])
    holder = MembershipStore(db).person(event["person"])
    is_service = Role.SERVICE in holder.roles
    return {
        "label": token.label if token is not None else "",
        "holder": holder.name,
        "is_service": is_service,
        "page": "/organisation/services" if is_service else "/account/",
    }


OCCASIONS: Occasions = {
    OrganisationSuspended: Occasion(
        "organisation-suspended", _representatives, _organisation, requires=Requires.ACCOUNT
    ),
    OrganisationReinstated: Occasion("organisation-reinstated", _representatives, _organisation),
    OrganisationEnded: Occasion(
        "organisation-ended", _representatives, _ended, requires=Requires.ACCOUNT
    ),
    ChangeRequested: Occasion("record-change-waits", secretariat),
    ChangeGranted: Occasion("record-change-granted", _representatives, _organisation),
    ChangeRefused: Occasion("record-change-refused", _representatives, _organisation),
    ConfirmationReminded: Occasion("record-confirmation-due", _representatives, _reminded),
    RolesChanged: Occasion("roles-changed", _whom_it_is_about, _roles),
    TokenIssued: Occasion("token-issued", _representatives_of_a_service, _token),
    TokenRevoked: Occasion("token-revoked", _representatives_of_a_service, _token),
}
