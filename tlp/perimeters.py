"""The three perimeters, and which of them a label opens (R2).

Perimeters are ordered from the narrowest to the widest audience; the table is the bylaws' own.
AMBER+STRICT is for members' own staff, never for a member's clients: the members perimeter
holds staff only, so the restriction is kept by who may be a reader at all.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from tlp.labels import Label


class Perimeter(Enum):
    """An audience of the organisation, from narrow to wide."""

    MEMBERS = "members"
    RESEARCH = "research"
    PUBLIC = "public"

    @property
    def width(self) -> int:
        """0 for the narrowest audience; a wider one has a larger number."""
        return _ORDER.index(self)


_ORDER = tuple(Perimeter)

_ALLOWED: Mapping[Label, frozenset[Perimeter]] = MappingProxyType(
    {
        Label.CLEAR: frozenset(Perimeter),
        Label.GREEN: frozenset({Perimeter.MEMBERS, Perimeter.RESEARCH}),
        Label.AMBER: frozenset({Perimeter.MEMBERS}),
        Label.AMBER_STRICT: frozenset({Perimeter.MEMBERS}),
        Label.RED: frozenset(),
    }
)


def perimeters_of(label: Label) -> frozenset[Perimeter]:
    """The perimeters that an object of this label may reach without naming anybody (R2)."""
    return _ALLOWED[label]
