"""Which of several placements of one id stand for it in one channel (R10, TAXII 2.1 §3.4.1).

Three flags, so that reading needs no comparison:

* `first`: the placement that stands for this object where topics do not matter;
* `copy`: another object of the same id and version stands before it: the creator's, else the
  first that entered;
* `superseded`: a later version of the id is in the channel.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One placement of the id: when it entered, which object, which version, by whom."""

    added: int
    object: int
    version_at: int
    by_creator: bool


@dataclass(frozen=True, slots=True)
class Flags:
    """What reading needs to know of a placement."""

    first: bool
    copy: bool
    superseded: bool


def settle(places: Iterable[Place]) -> dict[int, Flags]:
    """The flags of all placements of one id in one channel, by their time of entry."""
    ordered = sorted(places, key=lambda place: (not place.by_creator, place.added))
    winners: dict[int, int] = {}
    firsts: dict[int, int] = {}
    for place in ordered:
        winners.setdefault(place.version_at, place.object)
        firsts[place.object] = min(place.added, firsts.get(place.object, place.added))
    newest = max(winners, default=0)
    return {
        place.added: Flags(
            first=firsts[place.object] == place.added,
            copy=winners[place.version_at] != place.object,
            superseded=place.version_at < newest,
        )
        for place in ordered
    }
