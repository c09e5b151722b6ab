"""Members that an applicant names as sponsors, and what they say to it (admission clause)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from membership.organisation import Organisation


class Stance(Enum):
    """Where a sponsor stands."""

    ASKED = "asked"
    SUPPORTS = "supports"
    REFUSES = "refuses"

    @property
    def text(self) -> str:
        """As people read it."""
        return _TEXTS[self]


_TEXTS = {
    Stance.ASKED: "was asked, and has not answered",
    Stance.SUPPORTS: "supports the application",
    Stance.REFUSES: "does not support the application",
}


@dataclass(frozen=True, slots=True)
class Sponsorship:
    """One sponsor of one application; `person` answered for the organisation."""

    application: str
    organisation: str
    asked: datetime
    stance: Stance = Stance.ASKED
    person: str | None = None
    answered: datetime | None = None


def supporters(sponsors: Iterable[str], found: Iterable[Sponsorship]) -> int:
    """How many of the sponsors that an application names support it."""
    named = set(sponsors)
    return sum(item.stance is Stance.SUPPORTS and item.organisation in named for item in found)


def can_sponsor(organisation: Organisation) -> bool:
    """Whether an organisation is a member that may support others."""
    return (
        organisation.category.is_member_category
        and organisation.admitted is not None
        and organisation.suspended is None
        and organisation.ended is None
    )
