"""The labels of TLP 2.0, their order, and how they combine (FIRST TLP 2.0; R1).

CLEAR < GREEN < AMBER < AMBER+STRICT < RED. TLP 1.0's WHITE is read as CLEAR and never written.
Does not know how STIX spells a marking: that is `feeds.markings`.
"""

from collections.abc import Iterable
from enum import Enum

from tlp.errors import EmptyCombination, UnknownLabel


class Label(Enum):
    """One label; comparison follows how strict it is."""

    CLEAR = "clear"
    GREEN = "green"
    AMBER = "amber"
    AMBER_STRICT = "amber+strict"
    RED = "red"

    @property
    def rank(self) -> int:
        """0 for CLEAR up to 4 for RED: fit for storage and for comparison."""
        return _ORDER.index(self)

    @classmethod
    def of_rank(cls, rank: int) -> "Label":
        """The label whose rank this is; IndexError for any other number."""
        if rank < 0:
            raise IndexError(rank)
        return _ORDER[rank]

    @classmethod
    def parse(cls, text: str) -> "Label":
        """Read a label as people and tools write it: any case, with or without `TLP:`."""
        name = text.strip().casefold().removeprefix("tlp:").strip()
        try:
            return cls("clear" if name == "white" else name)
        except ValueError:
            known = ", ".join(str(label) for label in cls)
            raise UnknownLabel(f"“{text}” is not a TLP label; known are {known}.") from None

    def __str__(self) -> str:
        """As FIRST prescribes it: capitals, no spaces."""
        return f"TLP:{self.value.upper()}"

    def __lt__(self, other: "Label") -> bool:
        return self.rank < other.rank

    def __le__(self, other: "Label") -> bool:
        return self.rank <= other.rank

    def __gt__(self, other: "Label") -> bool:
        return self.rank > other.rank

    def __ge__(self, other: "Label") -> bool:
        return self.rank >= other.rank


_ORDER = tuple(Label)


def strictest(labels: Iterable[Label]) -> Label:
    """The strictest of several labels (R1); EmptyCombination when there is none."""
    found = tuple(labels)
    if not found:
        raise EmptyCombination("The strictest of no labels is not defined.")
    return max(found, key=lambda label: label.rank)
