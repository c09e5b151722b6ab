"""What happened to the NDA: texts, signatures, uploads, acknowledgements, reminders.

`about` is an organisation's id, a person's where it says so, or the title of a text.
"""

from dataclasses import dataclass
from typing import ClassVar

from membership.events import MembershipEvent


@dataclass(frozen=True, slots=True)
class NdaTextProposed(MembershipEvent):
    """A text was put before the Board; `about` is its title."""

    tag: ClassVar[str] = "membership:nda:text-proposed"
    digest: str


@dataclass(frozen=True, slots=True)
class NdaTextAdopted(MembershipEvent):
    """A text is the one to sign from now on; `about` is its title.

    `before` is the text that it replaces, whose signatures count until `until`, RFC 3339 in UTC.
    """

    tag: ClassVar[str] = "membership:nda:text-adopted"
    digest: str
    ballot: str | None
    before: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class NdaSigned(MembershipEvent):
    """A signature was recorded; times are RFC 3339 in UTC, `ground` says how it was made."""

    tag: ClassVar[str] = "membership:nda:signed"
    nda: str
    text: str
    since: str
    until: str
    ground: str
    method: str
    signatory: str | None = None


@dataclass(frozen=True, slots=True)
class NdaEnded(MembershipEvent):
    """A signature was ended before its term; `reason` as those who ended it stated it."""

    tag: ClassVar[str] = "membership:nda:ended"
    nda: str
    until: str
    reason: str


@dataclass(frozen=True, slots=True)
class NdaUploaded(MembershipEvent):
    """A signed document was handed in and waits for the secretariat."""

    tag: ClassVar[str] = "membership:nda:uploaded"
    upload: str
    text: str
    digest: str


@dataclass(frozen=True, slots=True)
class NdaUploadAccepted(MembershipEvent):
    """The secretariat found a signed document to be in order; the signature follows."""

    tag: ClassVar[str] = "membership:nda:upload-accepted"
    upload: str
    nda: str


@dataclass(frozen=True, slots=True)
class NdaUploadRefused(MembershipEvent):
    """The secretariat sent a signed document back; the reason stays with the document."""

    tag: ClassVar[str] = "membership:nda:upload-refused"
    upload: str


@dataclass(frozen=True, slots=True)
class NdaUploadTakenBack(MembershipEvent):
    """A member took back what it had handed in."""

    tag: ClassVar[str] = "membership:nda:upload-taken-back"
    upload: str


@dataclass(frozen=True, slots=True)
class NdaAcknowledged(MembershipEvent):
    """A person acknowledged a text of the NDA; `about` is the person."""

    tag: ClassVar[str] = "membership:nda:acknowledged"
    text: str


@dataclass(frozen=True, slots=True)
class NdaExpires(MembershipEvent):
    """A signature stops binding soon: at `until`, no more than `days` days from now."""

    tag: ClassVar[str] = "membership:nda:expires"
    nda: str
    until: str
    days: int
