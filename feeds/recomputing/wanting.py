"""Where the originals of a batch should stand, and which derivatives there should be of them.

What a batch names beside itself was settled before, and is fixed. Definitions are the last batch of
all: each is settled like everything else, and then goes wherever something that names it stands.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from feeds.derivations import Made, latest, make_all
from feeds.deriving import Derived, Workshop
from feeds.following import Following, posted
from feeds.reaching import NOWHERE, Settled, Subject, settled
from feeds.subjects import Loaded, load_only
from tlp import Channel
from tlp.overlap import Homes, Reach, join


@dataclass(frozen=True, slots=True)
class Ground:
    """What everything is computed by: the instant up to which releases have been placed, what a
    new derivative would be dated, where everybody belongs, and who makes derivatives."""

    at: datetime
    modified: str
    homes: Homes
    workshop: Workshop


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where each original should stand, the derivatives there should be, and the topics."""

    originals: Mapping[int, Reach]
    derived: Mapping[tuple[int, Channel], Derived]
    following: Following


class Standing:
    """Where originals were found to stand, by place: a number for each, since many share theirs."""

    def __init__(self, count: int) -> None:
        self._numbers = array("i", bytes(4 * count))
        self._reaches = [NOWHERE]
        self._number_of = {NOWHERE: 0}

    def __getitem__(self, place: int) -> Reach:
        return self._reaches[self._numbers[place]]

    def __setitem__(self, place: int, reach: Reach) -> None:
        number = self._number_of.setdefault(reach, len(self._reaches))
        if number == len(self._reaches):
            self._reaches.append(reach)
        self._numbers[place] = number


class Carried:
    """Where something stands that names a definition, with the organisation whose it is."""

    def __init__(self, definitions: Iterable[str]) -> None:
        self._by_id: dict[str, set[tuple[str, Channel]]] = {id_: set() for id_ in definitions}

    def note(self, carrier: Subject, reach: Reach) -> None:
        """Note where a carrier of definitions stands, as it is or as a derivative."""
        for stix_id in carrier.travels & self._by_id.keys():
            self._by_id[stix_id].update((carrier.organisation, channel) for channel in reach)

    def reach_of(self, definition: Subject, is_shared: bool) -> Reach:
        """Where its carriers stand; only those of its contributor, unless it is shared."""
        return frozenset(
            channel
            for organisation, channel in self._by_id[definition.stix_id]
            if is_shared or organisation == definition.organisation
        )


class Computed:
    """The originals of one batch, settled."""

    def __init__(
        self, db: Connection, keys: Sequence[int], fixed: Mapping[int, Reach], ground: Ground
    ) -> None:
        self.loaded: Loaded = load_only(db, keys, fixed, ground.homes, ground.at)
        self.found: Settled = settled(self.loaded.subjects, fixed, ground.homes)
        stands = self.found.stands()
        self._made: Made = make_all(db, self.loaded, stands, ground.modified, ground.workshop)
        self._originals = {key: stand.original for key, stand in stands.items()}
        self._derived: dict[int, Reach] = {}
        for key, channel in self._made:
            self._derived[key] = self._derived.get(key, NOWHERE) | {channel}

    def carry(self, carried: Carried) -> None:
        """Note where the carriers of definitions stand; definitions themselves come later."""
        for subject in self.found.open:
            if subject.travels and not subject.is_definition:
                reach = self._originals[subject.key] | self._derived.get(subject.key, NOWHERE)
                carried.note(subject, reach)

    def wanted(self) -> Wanted:
        """What there should be of everything but definitions."""
        return self._wanted(
            {
                subject.key: self._originals[subject.key]
                for subject in self.found.open
                if not subject.is_definition
            }
        )

    def wanted_definitions(self, carried: Carried) -> Wanted:
        """What there should be of definitions, which go wherever something that names them goes,
        other definitions included."""
        definitions = [subject for subject in self.found.open if subject.is_definition]
        carriers: dict[str, list[Subject]] = {}
        for subject in definitions:
            for target in subject.travels:
                carriers.setdefault(target, []).append(subject)
        reach = {subject.key: self._originals[subject.key] for subject in definitions}
        has_changed = True
        while has_changed:
            has_changed = False
            for definition in definitions:
                others = (
                    reach[carrier.key]
                    for carrier in carriers.get(definition.stix_id, ())
                    if self.found.is_carried(definition, carrier)
                )
                brought = carried.reach_of(definition, self.found.is_shared(definition))
                stands = self.found.travelling(definition, join((brought, *others)))
                has_changed = has_changed or stands != reach[definition.key]
                reach[definition.key] = stands
        return self._wanted(reach)

    def _wanted(self, originals: Mapping[int, Reach]) -> Wanted:
        versions = {
            key: posted(self.loaded.rows[key], reach | self._derived.get(key, NOWHERE))
            for key, reach in originals.items()
        }
        return Wanted(
            originals=originals,
            derived={place: self._made[place] for place in latest(self.loaded, self._made)},
            following=Following(versions, self.loaded.homes),
        )
