"""Letters about accounts: invitations, passwords, and the end of an account.

They go to the person alone. Passwords matter to those whose organisation has ended as well: they
still sign in, and read what is public.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from cloudsirt.events import PasswordChanged, PasswordReset, PasswordResetAsked, PersonInvited
from cloudsirt.links import Purpose
from cloudsirt.mail.occasion import Addressee, Occasion, Occasions, Requires, person
from membership.events import PersonRemoved
from membership.store import MembershipStore


def _whom_it_is_about(event: Any, db: Connection) -> tuple[Addressee, ...]:
    return person(event.about)


def _account(event: Mapping[str, Any], db: Connection) -> Mapping[str, object]:
    """The address to sign in with, the organisation, and how long a link is good."""
    store = MembershipStore(db)
    found = store.person(event["about"])
    return {
        "email": found.email,
        "organisation": store.organisation(found.organisation).name,
        "days": Purpose.INVITATION.lasts.days,
        "hours": Purpose.PASSWORD.lasts.seconds // 3600,
    }


_CHANGED = Occasion("password-changed", _whom_it_is_about, _account, requires=Requires.ACCOUNT)

OCCASIONS: Occasions = {
    PersonInvited: Occasion("invitation", _whom_it_is_about, _account, Purpose.INVITATION),
    PasswordResetAsked: Occasion(
        "password-forgotten",
        _whom_it_is_about,
        _account,
        Purpose.PASSWORD,
        requires=Requires.ACCOUNT,
    ),
    PasswordReset: _CHANGED,
    PasswordChanged: _CHANGED,
    PersonRemoved: Occasion(
        "account-ended", _whom_it_is_about, _account, requires=Requires.NOTHING
    ),
}
