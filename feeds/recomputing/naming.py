"""What names what among the originals, in numbers: some thirty octets for each.

An original is known by its place in the order of keys, an id by the first place that has it. Only
what bounds its object, can be left out of it or made it counts: of what travels nothing depends.
Ids that nobody stored bind nothing.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, literal, select, union_all

from feeds import tables as t
from feeds.recomputing.circles import circles
from feeds.recomputing.streaming import streamed

_BINDING = ("bounds", "pruned", "attribution")
_NONE = -1


@dataclass(frozen=True, slots=True)
class Batch:
    """Places that are settled together, and those beside them that they name."""

    places: list[int]
    beside: list[int]


class Naming:
    """All originals, those with the same id, and the ids that each names."""

    def __init__(self, keys: "array[int]") -> None:
        self.keys = keys
        self._other = array("i", [_NONE]) * len(keys)  # another one with the same id
        self._is_first = bytearray(b"\1") * len(keys)
        self._last = array("i", [_NONE]) * len(keys)  # the last naming by each
        self._named = array("i")  # by naming: the id
        self._before = array("i")  # by naming: the one before, by the same object

    def place(self, key: int) -> int | None:
        """The place of a key; None where it is not that of an original."""
        place = bisect_left(self.keys, key)
        return place if place < len(self.keys) and self.keys[place] == key else None

    def places(self, keys: Iterable[int]) -> list[int]:
        """The places of the originals among these keys."""
        return [place for key in keys if (place := self.place(key)) is not None]

    def add_version(self, first: int, place: int) -> None:
        """Note that an original has the same id as the first one with that id."""
        self._other[place], self._other[first] = self._other[first], place
        self._is_first[place] = False

    def add_name(self, place: int, first: int) -> None:
        """Note that an original names the id that another is the first to have."""
        self._named.append(first)
        self._before.append(self._last[place])
        self._last[place] = len(self._named) - 1

    def ids(self) -> Iterator[int]:
        """Every id, by its first place."""
        return (place for place, is_first in enumerate(self._is_first) if is_first)

    def versions(self, first: int) -> Iterator[int]:
        """All originals with an id, whosever they are."""
        place = first
        while place != _NONE:
            yield place
            place = self._other[place]

    def names(self, place: int) -> Iterator[int]:
        """The ids that one original names."""
        naming = self._last[place]
        while naming != _NONE:
            yield self._named[naming]
            naming = self._before[naming]

    def named(self, first: int) -> Iterator[int]:
        """The ids that any original with this id names."""
        for place in self.versions(first):
            yield from self.names(place)

    def batches(self, size: int) -> Iterator[Batch]:
        """Everything, in batches that depend on earlier ones only: no more than so many originals
        and namings in one, but for circles that hold more by themselves."""
        places: list[int] = []
        weight = 0
        for circle in circles(len(self.keys), self.ids(), self.named):
            added = [place for first in circle for place in self.versions(first)]
            added_weight = len(added) + sum(1 for first in circle for _ in self.named(first))
            if places and weight + added_weight > size:
                yield self.batch(places)
                places, weight = [], 0
            places.extend(added)
            weight += added_weight
        if places:
            yield self.batch(places)

    def batch(self, places: list[int]) -> Batch:
        """These, with those beside them that they name."""
        named = {first for place in places for first in self.names(place)}
        beside = {place for first in named for place in self.versions(first)}
        return Batch(places, sorted(beside.difference(places)))


def read_naming(db: Connection) -> Naming:
    """What names what now."""
    naming = Naming(array("q", (row.key for row in streamed(db, _KEYS))))
    known: str | None = None
    first: int | None = None
    for stix_id, is_naming, key in streamed(db, _IDS):
        if stix_id != known:
            known, first = stix_id, None
        place = naming.place(key)
        if place is None:
            continue
        if first is None and not is_naming:
            first = place
        elif first is not None and is_naming:
            naming.add_name(place, first)
        elif first is not None:
            naming.add_version(first, place)
    return naming


_o, _link = t.object_.c, t.link.c
_KEYS = select(_o.key).where(_o.derived_from.is_(None)).order_by(_o.key)
# Of each id first who has it, then who names it.
_IDS = union_all(
    select(_o.stix_id.label("stix_id"), literal(0).label("is_naming"), _o.key).where(
        _o.derived_from.is_(None)
    ),
    select(_link.target, literal(1), _link.object).where(_link.treatment.in_(_BINDING)),
).order_by("stix_id", "is_naming")
