"""Which of several placements of one id stand for it in one channel (R10, TAXII 2.1 §3.4.1).

Three flags, so that reading needs no comparison:

* `first`: the placement that stands for this object where topics do not matter;
* `copy`: another object of the same origin and version stands before it: the creator's, else
  the first that entered; an original before a derivative of it;
* `superseded`: a later version of the id is in the channel.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum


class Rank(IntEnum):
    """Which of several goes before: the lower one."""

    CREATOR = 0
    COPY = 1
    DERIVATIVE = 2


@dataclass(frozen=True, slots=True)
class Place:
    """One placement of the origin: when it entered, which object, which version, and its rank.

    The origin of an object is its id, that of a derivative the id of its original.
    """

    added: int
    object: int
    version_at: int
    rank: Rank


@dataclass(frozen=True, slots=True)
class Flags:
    """What reading needs to know of a placement."""

    first: bool
    copy: bool
    superseded: bool


_ALONE = Flags(first=True, copy=False, superseded=False)


def settle(places: Collection[Place]) -> dict[int, Flags]:
    """The flags of all placements of one id in one channel, by their time of entry."""
    if len(places) == 1:
        return {place.added: _ALONE for place in places}
    ordered = sorted(places, key=lambda place: (place.rank, place.added))
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
