"""What happened to accounts: facts that the audit trail keeps and letters tell of.

The subjects below have their own; these belong to the roof. Ids only, never an address, a
password or the text of a link. `about` is the id of the person, or of the
token.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class PersonInvited:
    """Somebody was invited to choose a password; `by` is the actor who invited them."""

    tag: ClassVar[str] = "account:person:invited"
    about: str
    by: str


@dataclass(frozen=True, slots=True)
class InvitationAccepted:
    """Somebody followed their invitation, chose a password and can sign in."""

    tag: ClassVar[str] = "account:person:arrived"
    about: str


@dataclass(frozen=True, slots=True)
class PasswordResetAsked:
    """Somebody said that they forgot the password of this account."""

    tag: ClassVar[str] = "account:password:forgotten"
    about: str


@dataclass(frozen=True, slots=True)
class PasswordReset:
    """A new password was chosen through a link; every session of the account ended."""

    tag: ClassVar[str] = "account:password:reset"
    about: str


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """The password was changed by somebody who knew it; every other session ended."""

    tag: ClassVar[str] = "account:password:changed"
    about: str


@dataclass(frozen=True, slots=True)
class ZoneChosen:
    """A person chose the time zone in which letters tell them times."""

    tag: ClassVar[str] = "account:zone:chosen"
    about: str
    zone: str


@dataclass(frozen=True, slots=True)
class PresenceRefused:
    """A signed-in person gave a wrong password where the password was asked again."""

    tag: ClassVar[str] = "account:presence:refused"
    about: str


@dataclass(frozen=True, slots=True)
class TokenIssued:
    """A token was issued; `about` is its id, never the secret."""

    tag: ClassVar[str] = "account:token:issued"
    about: str
    person: str
    scopes: tuple[str, ...]
    expires: str | None
    client: str = "standard"


@dataclass(frozen=True, slots=True)
class TokenRevoked:
    """A token was revoked; it is refused from this instant."""

    tag: ClassVar[str] = "account:token:revoked"
    about: str
    person: str
