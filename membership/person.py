"""People and service accounts of an organisation, and the roles they hold in it."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Role(Enum):
    """What somebody may be asked, or trusted, to do."""

    ANALYST = "analyst"
    REPRESENTATIVE = "representative"
    INCIDENT_CONTACT = "incident-contact"
    SIGNATORY = "signatory"
    BOARD = "board"
    SECRETARIAT = "secretariat"
    RESEARCHER = "researcher"
    SERVICE = "service"

    @property
    def text(self) -> str:
        """As people read it."""
        return _TEXTS[self]


_TEXTS = {
    Role.ANALYST: "Analyst",
    Role.REPRESENTATIVE: "Representative",
    Role.INCIDENT_CONTACT: "Incident contact",
    Role.SIGNATORY: "Signatory",
    Role.BOARD: "Board member",
    Role.SECRETARIAT: "Secretariat",
    Role.RESEARCHER: "Researcher",
    Role.SERVICE: "Service account",
}


@dataclass(frozen=True, slots=True)
class Person:
    """One account; `id` is a UUID, times are UTC.

    `acknowledged` is when this person last acknowledged the NDA, `acknowledged_text` the title of
    the text that it was; `removed` is when the account ended; `zone` is an IANA time zone.
    """

    id: str
    organisation: str
    name: str
    email: str
    roles: frozenset[Role]
    registered: datetime
    acknowledged: datetime | None = None
    removed: datetime | None = None
    acknowledged_text: str | None = None
    zone: str = "UTC"

    @property
    def identity(self) -> str:
        """The STIX identity that stands for this person."""
        return f"identity--{self.id}"
