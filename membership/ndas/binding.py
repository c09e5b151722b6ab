"""Who was bound by what at any instant of the past, whatever has happened since.

Computed from what each signature, text and acknowledgement keeps: nothing that came later changes
what was true then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from membership.errors import NotAcceptable
from membership.ndas.signature import Method, Nda
from membership.organisation import Organisation
from membership.person import Person
from membership.store import MembershipStore


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A person of an organisation who had acknowledged the text that binds it."""

    person: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Bound:
    """One organisation bound by one signature: `until` is its term, `end` when it stopped binding
    or, as things stand, will. `people` had acknowledged its text and were there at that instant."""

    organisation: str
    name: str
    nda: str
    text: str
    digest: str
    since: datetime
    until: datetime
    end: datetime
    method: Method
    people: tuple[Acknowledgement, ...]


def bound(store: MembershipStore, at: datetime, *, now: datetime) -> tuple[Bound, ...]:
    """Everybody who was bound at an instant, by name; NotAcceptable for one that is to come."""
    if at > now:
        raise NotAcceptable("Who will be bound then is not known yet.")
    signatures = [nda for nda in store.ndas.all_signatures() if nda.in_force(at)]
    organisations = store.organisations_by_id({nda.organisation for nda in signatures})
    acknowledged = store.ndas.acknowledgements(at)
    people = store.people_by_id({id_ for found in acknowledged.values() for id_, _ in found})
    lines = [
        _bound(nda, organisations[nda.organisation], _there(people, acknowledged, nda, at))
        for nda in signatures
    ]
    return tuple(sorted(lines, key=lambda line: (line.name.casefold(), line.since, line.nda)))


def _bound(nda: Nda, organisation: Organisation, people: tuple[Acknowledgement, ...]) -> Bound:
    return Bound(
        organisation=organisation.id,
        name=organisation.name,
        nda=nda.id,
        text=nda.text,
        digest=nda.digest,
        since=nda.since,
        until=nda.until,
        end=nda.end,
        method=nda.method,
        people=people,
    )


def _there(
    people: Mapping[str, Person],
    acknowledged: Mapping[str, Sequence[tuple[str, datetime]]],
    nda: Nda,
    at: datetime,
) -> tuple[Acknowledgement, ...]:
    """The people of an organisation who had acknowledged its text, and whose account was open."""
    found = ((people[id_], when) for id_, when in acknowledged.get(nda.text, ()))
    return tuple(
        Acknowledgement(person.id, person.name, when)
        for person, when in found
        if person.organisation == nda.organisation
        and (person.removed is None or at < person.removed)
    )
