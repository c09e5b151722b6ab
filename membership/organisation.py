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


class Ending(Enum):
    """Why a membership ended (membership clause)."""

    LEFT = "left"
    EXPELLED = "expelled"
    LAPSED = "lapsed"

    @property
    def text(self) -> str:
        """What became of the member, as people read it."""
        return _ENDINGS[self]


_ENDINGS = {
    Ending.LEFT: "has left",
    Ending.EXPELLED: "was expelled by the Board",
    Ending.LAPSED: "did not sign the NDA in time",
}


class Listing(Enum):
    """How much of an organisation a directory shows; the roster itself is sensitive."""

    NOTHING = "nothing"
    NAME = "name"
    CONTACTS = "contacts"

    @property
    def text(self) -> str:
        """As people read it."""
        return _LISTINGS[self]

    @property
    def width(self) -> int:
        """How much is shown, to compare: the narrowest is 0."""
        return tuple(Listing).index(self)


_LISTINGS = {
    Listing.NOTHING: "not listed",
    Listing.NAME: "name, category and country",
    Listing.CONTACTS: "the same, with web site, networks and incident contacts",
}


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation; `id` is a UUID, times are UTC.

    `admitted`, `suspended` and `ended` are instants or None; `default_label` is what its
    unmarked objects are treated as, `attribution` how it is named unless a submission says
    otherwise. `charter` is kept for ever; `listing` and `public_listing` are its own choice of
    what the directories of the members and of everybody show.
    """

    id: str
    name: str
    category: Category
    registered: datetime
    admitted: datetime | None = None
    suspended: datetime | None = None
    default_label: Label = Label.AMBER
    attribution: Attribution = Attribution.NAMED
    ended: datetime | None = None
    ending: Ending | None = None
    charter: bool = False
    listing: Listing = Listing.NAME
    public_listing: Listing = Listing.NOTHING

    @property
    def identity(self) -> str:
        """The STIX identity that stands for this organisation."""
        return f"identity--{self.id}"
