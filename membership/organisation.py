"""Organisations: what kind they are, and whether they have been admitted (bylaws, membership).

`Category` holds the three eligible categories, `OTHER` for those the Board admits by two
thirds of its seats, and two kinds that are no members: a working group of the CSA (`RESEARCH`)
and a partner (`PARTNER`: a government or an industry body that may be named as recipient).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from tlp import Label


class Category(Enum):
    """What an organisation is to the bylaws."""

    CLOUD_PROVIDER = "cloud-provider"
    TELCO = "telco"
    CSIRT = "csirt"
    OTHER = "other"
    RESEARCH = "research"
    PARTNER = "partner"

    @property
    def is_member_category(self) -> bool:
        """Whether an organisation of this category can be a member at all."""
        return self not in (Category.RESEARCH, Category.PARTNER)

    @property
    def text(self) -> str:
        """As people read it."""
        return _TEXTS[self]


_TEXTS = {
    Category.CLOUD_PROVIDER: "Cloud provider",
    Category.TELCO: "Telecommunications provider",
    Category.CSIRT: "CERT, CSIRT or ISAC",
    Category.OTHER: "Other organisation",
    Category.RESEARCH: "CSA working group",
    Category.PARTNER: "Partner",
}


class Attribution(Enum):
    """How a contributor wants to be named (R6)."""

    NAMED = "named"
    MEMBERS = "members"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation; `id` is a UUID, times are UTC.

    `admitted` and `suspended` are instants or None; `default_label` is what its unmarked
    objects are treated as, `attribution` how it is named unless a submission says otherwise.
    """

    id: str
    name: str
    category: Category
    registered: datetime
    admitted: datetime | None = None
    suspended: datetime | None = None
    default_label: Label = Label.AMBER
    attribution: Attribution = Attribution.NAMED

    @property
    def identity(self) -> str:
        """The STIX identity that stands for this organisation."""
        return f"identity--{self.id}"
