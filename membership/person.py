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


@dataclass(frozen=True, slots=True)
class Person:
    """One account; `id` is a UUID, times are UTC.

    `acknowledged` is when this person acknowledged the NDA, `removed` when the account ended.
    """

    id: str
    organisation: str
    name: str
    email: str
    roles: frozenset[Role]
    registered: datetime
    acknowledged: datetime | None = None
    removed: datetime | None = None

    @property
    def identity(self) -> str:
        """The STIX identity that stands for this person."""
        return f"identity--{self.id}"
