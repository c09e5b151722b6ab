"""What would become of a submission, exactly, and without doing it.

The submission is taken in by the very same steps as a real one, in a transaction that is always
undone; what stands there then is the answer (`feeds.previewing`). It tells of the objects sent
and of nothing else: what others share, and what this moves among their objects, stays unsaid.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

import orjson

from cloudsirt.addressing import Addressee
from cloudsirt.auth.principal import Principal
from cloudsirt.house import House
from cloudsirt.identity import own_organisation
from cloudsirt.posting import Prepared, prepare, take_in
from feeds import timestamps
from feeds.examining import Examined
from feeds.forecasts import Absence, Forecast, Step, steps, why_absent
from feeds.previewing import foresee
from feeds.statuses import Line
from feeds.topics import Topic
from membership.ndas.signature import in_force
from membership.person import Person
from membership.standing import standing
from membership.store import MembershipStore
from tlp import Channel, Perimeter, RecipientKind
from tlp.overlap import Home, Homes


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One object that would be new: what was read from it, and what becomes of it."""

    examined: Examined
    forecast: Forecast


@dataclass(frozen=True, slots=True)
class Preview:
    """What would become of a submission.

    `repeated` are objects that are here already, `refused` those not accepted, with the reason;
    `titles` are those of the objects sent, by id. `sizes` counts the organisations in good
    standing now; `names` are those of the recipients, by id. `contributor` and `poster` are the
    ids of the organisation and the person who share.
    """

    contributor: str
    poster: str
    new: tuple[Foreseen, ...]
    repeated: tuple[Line, ...]
    refused: tuple[Line, ...]
    titles: Mapping[str, str]
    named: tuple[Addressee, ...]
    names: Mapping[str, str]
    attribution: str
    sizes: Mapping[Perimeter, int]
    homes: Homes

    def perimeter_steps(self, foreseen: Foreseen, perimeter: Perimeter) -> tuple[Step, ...]:
        """What a perimeter would get of an object, and from when."""
        return self._steps(foreseen, Channel.perimeter(perimeter))

    def poster_steps(self, foreseen: Foreseen) -> tuple[Step, ...]:
        """What the account that shares would have of an object."""
        return self._steps(foreseen, Channel.person(self.poster))

    def colleague_steps(self, foreseen: Foreseen) -> tuple[Step, ...]:
        """What the staff of the organisation that shares would get of an object."""
        return self._steps(foreseen, Channel.organisation(self.contributor))

    def recipient_steps(self, foreseen: Foreseen, addressee: Addressee) -> tuple[Step, ...]:
        """What a named person, or the staff of a named organisation, would get."""
        recipient = addressee.recipient
        is_person = recipient.kind is RecipientKind.PERSON
        make = Channel.person if is_person else Channel.organisation
        return self._steps(foreseen, make(recipient.id))

    def contact_steps(self, foreseen: Foreseen, addressee: Addressee) -> tuple[Step, ...]:
        """What a named person, or the incident contacts of a named organisation, would get: of
        TLP:RED they are whom naming an organisation names (R3)."""
        if addressee.recipient.kind is RecipientKind.PERSON:
            return self.recipient_steps(foreseen, addressee)
        return self._steps(foreseen, Channel.contacts(addressee.recipient.id))

    def is_source_named(self, perimeter: Perimeter) -> bool:
        """Whether those who read this perimeter would learn who shares (R6)."""
        is_among_members = self.attribution == "members" and perimeter is Perimeter.MEMBERS
        return self.attribution == "named" or is_among_members

    def why_absent(self, foreseen: Foreseen, perimeter: Perimeter) -> Absence:
        """Why an object would never reach a perimeter."""
        return why_absent(
            foreseen.examined,
            perimeter,
            is_narrowed=bool(self.named),
            is_source_named=self.is_source_named(perimeter),
        )

    def _steps(self, foreseen: Foreseen, channel: Channel) -> tuple[Step, ...]:
        return steps(foreseen.forecast, channel, self.homes)


def preview(house: House, principal: Principal, topic: Topic, body: bytes) -> Preview:
    """What `post` would do with the same arguments; it raises what `post` raises."""
    prepared = prepare(house, principal, topic, body)
    with house.rehearsing() as work:
        status, _ = take_in(house, work, principal, prepared)
        forecasts = foresee(work.db, prepared.order.id, work.at, house.workshop)
        names = _names(work.membership, prepared.named)
        sizes = audience_sizes(work.membership, own_organisation(work.db), work.at)
    document = orjson.loads(status)
    new = _joined(prepared, forecasts)
    return Preview(
        contributor=principal.organisation.id,
        poster=principal.person.id,
        new=new,
        repeated=_repeated(_lines(document.get("successes", ())), new),
        refused=_lines(document.get("failures", ())),
        titles={item.id: item.title for item in prepared.judged if isinstance(item, Examined)},
        named=prepared.named,
        names=names,
        attribution=prepared.order.attribution,
        sizes=sizes,
        homes=_homes(principal, prepared.named),
    )


def audience_sizes(
    store: MembershipStore, platform: str | None, at: datetime
) -> Mapping[Perimeter, int]:
    """How many organisations read each perimeter by their standing at this instant.

    Standing is a person's; an organisation counts where somebody of it would read. CloudSIRT
    itself (`platform`) counts nowhere. Organisations that are on no list count: members may know
    how many there are, and nobody else is shown these numbers.
    """
    signatures = store.signatures_by_organisation()
    found: Counter[Perimeter] = Counter()
    for organisation in store.organisations():
        if organisation.id == platform:
            continue
        signed = signatures.get(organisation.id, ())
        nda = in_force(signed, at)
        somebody = Person(
            id=organisation.id,
            organisation=organisation.id,
            name="",
            email="",
            roles=frozenset(),
            registered=at,
            acknowledged=at,
            acknowledged_text=nda.text if nda is not None else None,
        )
        reached = standing(organisation, signed, somebody, at)
        if reached.verdict:
            found[reached.reader.perimeter] += 1
    return MappingProxyType({perimeter: found[perimeter] for perimeter in Perimeter})


def _joined(prepared: Prepared, forecasts: Iterable[Forecast]) -> tuple[Foreseen, ...]:
    """The new objects in the order sent."""
    found = {(item.stix_id, item.digest): item for item in forecasts}
    new: list[Foreseen] = []
    for item in prepared.judged:
        if isinstance(item, Examined):
            forecast = found.pop((item.id, item.digest), None)
            if forecast is not None:
                new.append(Foreseen(item, forecast))
    return tuple(new)


def _repeated(successes: Sequence[Line], new: Sequence[Foreseen]) -> tuple[Line, ...]:
    """The successes that change nothing: of equal ones in one submission, the first is new."""
    fresh = Counter(_claim(item.examined.id, item.examined.version) for item in new)
    found: list[Line] = []
    for line in successes:
        if fresh[_claim(line.id, line.version)] > 0:
            fresh[_claim(line.id, line.version)] -= 1
        else:
            found.append(line)
    return tuple(found)


def _claim(id_: str, version: str) -> tuple[str, str]:
    """An object as a status names it."""
    return (id_, version or timestamps.show(0))


def _lines(items: Iterable[Mapping[str, str]]) -> tuple[Line, ...]:
    return tuple(Line(item["id"], item["version"], item.get("message", "")) for item in items)


def _names(store: MembershipStore, named: Sequence[Addressee]) -> dict[str, str]:
    """The names of the recipients, a person's with the organisation's."""
    organisations = store.organisations_by_id({item.organisation for item in named})
    people = store.people_by_id([item.recipient.id for item in named]) if named else {}
    found = {id_: organisation.name for id_, organisation in organisations.items()}
    for person in people.values():
        found[person.id] = f"{person.name}, {organisations[person.organisation].name}"
    return found


def _homes(principal: Principal, named: Sequence[Addressee]) -> dict[str, Home]:
    own = Home(principal.organisation.id, Perimeter.MEMBERS)
    homes = {item.recipient.id: Home(item.organisation, item.perimeter) for item in named}
    return {**homes, principal.organisation.id: own, principal.person.id: own}
