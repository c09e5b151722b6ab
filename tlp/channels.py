"""Channels: the streams that an object can be placed in.

One per perimeter, one per organisation (`to:`), one per organisation's designated incident
contacts (`contacts:`) and one per person (`person:`). Each perimeter's channel is complete in
itself, so a reader reads one perimeter channel and at most one of each other kind.
"""

from dataclasses import dataclass
from enum import Enum

from tlp.perimeters import Perimeter


class ChannelKind(Enum):
    """What a channel is addressed to; the value is the prefix of its name."""

    PERIMETER = "perimeter"
    ORGANISATION = "to"
    CONTACTS = "contacts"
    PERSON = "person"

    @property
    def lane(self) -> int:
        """0 to 3. Times of entry are multiples of `LANES` microseconds plus the lane, so no two
        channels of one reader ever share a time, and no channel's times depend on another's."""
        return tuple(ChannelKind).index(self)


LANES = len(ChannelKind)


@dataclass(frozen=True, slots=True)
class Channel:
    """A stream; `holder` is a perimeter's name, or the id of an organisation or a person."""

    kind: ChannelKind
    holder: str

    @classmethod
    def perimeter(cls, perimeter: Perimeter) -> "Channel":
        """The channel that everybody inside the perimeter reads."""
        return cls(ChannelKind.PERIMETER, perimeter.value)

    @classmethod
    def organisation(cls, organisation: str) -> "Channel":
        """The channel of one organisation's staff."""
        return cls(ChannelKind.ORGANISATION, organisation)

    @classmethod
    def contacts(cls, organisation: str) -> "Channel":
        """The channel of one organisation's designated incident contacts (R3)."""
        return cls(ChannelKind.CONTACTS, organisation)

    @classmethod
    def person(cls, person: str) -> "Channel":
        """The channel of one named person."""
        return cls(ChannelKind.PERSON, person)

    @property
    def name(self) -> str:
        """The stored name: `members`, `to:<organisation>`, `person:<person>`."""
        if self.kind is ChannelKind.PERIMETER:
            return self.holder
        return f"{self.kind.value}:{self.holder}"

    @classmethod
    def parse(cls, name: str) -> "Channel":
        """The channel of a stored name; ValueError for anything else."""
        prefix, colon, holder = name.partition(":")
        if not colon:
            return cls.perimeter(Perimeter(name))
        kind = ChannelKind(prefix)
        if kind is ChannelKind.PERIMETER or not holder:
            raise ValueError(name)
        return cls(kind, holder)
