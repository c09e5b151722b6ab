"""Lines of the desk: contributions, and requests about them, as its pages show them.

Who contributed something is shown as the contributor chose (R6), and to whoever asked for a wider
release not at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from flask import url_for
from sqlalchemy import Connection

from cloudsirt.portal.chrome import label_class, perimeter_text
from feeds import timestamps
from feeds.catalogue import contributor_shown
from feeds.contributions import Contribution
from feeds.requests import Proposal, subject_of
from feeds.timetable import NEVER
from feeds.titles import type_text
from feeds.waiting import held_from
from membership.store import MembershipStore
from tlp import Perimeter, Reader


@dataclass(frozen=True, slots=True)
class ShownDue:
    """A release that is still to come; `when` is None where it is stopped."""

    perimeter: str
    perimeter_text: str
    when: datetime | None


@dataclass(frozen=True, slots=True)
class ShownProposal:
    """What the secretariat proposes."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ShownContribution:
    """One version of an object on the desk; `anchor` says its place there, and `held_from` what it
    is kept from."""

    id: str
    anchor: str
    title: str
    type_text: str
    version: str
    label: str
    label_class: str
    url: str
    contributor: str | None
    digest: str
    findings: tuple[tuple[str, str, str], ...]
    held_from: tuple[str, ...]
    due: tuple[ShownDue, ...] = ()
    proposals: tuple[ShownProposal, ...] = ()


def shown_contributions(
    db: Connection,
    reader: Reader,
    items: Sequence[tuple[Contribution, Mapping[Perimeter, int]]],
    proposals: Mapping[str, Sequence[ShownProposal]] = MappingProxyType({}),
) -> list[ShownContribution]:
    """Contributions, each with the releases that are still to come."""
    owners = {
        item.key: contributor_shown(item.contributor, item.attribution, reader) for item, _ in items
    }
    ids = {owner for owner in owners.values() if owner is not None}
    names = MembershipStore(db).organisations_by_id(ids) if ids else {}
    return [
        ShownContribution(
            id=item.stix_id,
            anchor=f"object-{number}",
            title=item.title,
            type_text=type_text(item.type),
            version=item.version,
            label=str(item.label),
            label_class=label_class(item.label),
            url=_object_url(item),
            contributor=names[owner].name if (owner := owners[item.key]) in names else None,
            digest=item.digest.hex(),
            findings=item.findings,
            held_from=_texts(held_from(item)),
            due=_due(due),
            proposals=tuple(proposals.get(subject_of(item.stix_id, item.contributor), ())),
        )
        for number, (item, due) in enumerate(items, 1)
    ]


def shown_proposals(db: Connection, found: Sequence[Proposal]) -> dict[str, list[ShownProposal]]:
    """Proposals by what they are about, in their order."""
    people = MembershipStore(db).people_by_id({item.person for item in found}) if found else {}
    shown: dict[str, list[ShownProposal]] = {}
    for item in found:
        at = timestamps.to_datetime(item.made)
        proposal = ShownProposal(item.text, people[item.person].name, at)
        shown.setdefault(item.subject, []).append(proposal)
    return shown


def joined(texts: Sequence[str]) -> str:
    """Some names as a text: “A, B and C”."""
    return " and ".join(filter(None, (", ".join(texts[:-1]), *texts[-1:])))


def _object_url(item: Contribution) -> str:
    return url_for("portal.objects.show", stix_id=item.stix_id, version=item.version or None)


def _due(due: Mapping[Perimeter, int]) -> tuple[ShownDue, ...]:
    return tuple(
        ShownDue(
            perimeter=perimeter.value,
            perimeter_text=perimeter_text(perimeter),
            when=None if time == NEVER else timestamps.to_datetime(time),
        )
        for perimeter, time in sorted(due.items(), key=lambda pair: pair[0].width)
    )


def _texts(perimeters: frozenset[Perimeter]) -> tuple[str, ...]:
    return tuple(perimeter_text(item) for item in Perimeter if item in perimeters)
