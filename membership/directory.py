"""The directory: what others see of an organisation, and who is in it at all.

The roster of the members is sensitive in itself, so each organisation says how much of it is
shown: nothing, its name with category and country, or that with web site, networks, domains and
incident contacts. What everybody sees is never more than what the members see.

  1  listed is who has been admitted and is neither suspended nor ended at that instant; whether
     an NDA is in force is between a member and the consortium, and changes no list
  2  to members, as `listing` says; to everybody, as the narrower of `listing` and
     `public_listing` says
  3  an organisation always sees itself as its record is, whatever it shows to others
  4  working groups and partners choose alike
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from membership.organisation import Category, Listing, Organisation
from membership.person import Role
from membership.record import Contact, Record


class Onlooker(Enum):
    """Who reads the directory."""

    MEMBER = "member"
    """Somebody in good standing who reads the members perimeter."""
    ANYBODY = "anybody"


@dataclass(frozen=True, slots=True)
class Entry:
    """One organisation as it is shown; `country` is empty where the record names none.

    `is_full` says whether web site, networks, domains and contacts are shown at all.
    """

    id: str
    name: str
    category: Category
    is_charter: bool
    country: str = ""
    is_full: bool = False
    website: str = ""
    asns: tuple[int, ...] = ()
    networks: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()


def is_listed(organisation: Organisation, at: datetime) -> bool:
    """Whether an organisation belongs into a directory at that instant, if it wishes to."""
    if organisation.admitted is None or organisation.admitted > at:
        return False
    ends = (organisation.suspended, organisation.ended)
    return not any(end is not None and end <= at for end in ends)


def listing_for(organisation: Organisation, onlooker: Onlooker) -> Listing:
    """How much of itself an organisation shows to them."""
    if onlooker is Onlooker.MEMBER:
        return organisation.listing
    return min(organisation.listing, organisation.public_listing, key=lambda one: one.width)


def is_shown(organisation: Organisation, onlooker: Onlooker, at: datetime) -> bool:
    """Whether they may be told that this organisation belongs to the consortium."""
    is_hidden = listing_for(organisation, onlooker) is Listing.NOTHING
    return is_listed(organisation, at) and not is_hidden


def entry(
    organisation: Organisation, record: Record, onlooker: Onlooker, at: datetime
) -> Entry | None:
    """One organisation as they see it; None for what they do not see."""
    if not is_shown(organisation, onlooker, at):
        return None
    return _shown(organisation, record, listing_for(organisation, onlooker))


def directory(
    organisations: Iterable[Organisation],
    records: Mapping[str, Record],
    onlooker: Onlooker,
    at: datetime,
) -> tuple[Entry, ...]:
    """Everybody whom they see, in the order given; `records` are by organisation."""
    found = (entry(one, records.get(one.id, Record()), onlooker, at) for one in organisations)
    return tuple(one for one in found if one is not None)


def own_entry(organisation: Organisation, record: Record) -> Entry:
    """An organisation as it would be shown in full, to its own people."""
    return _shown(organisation, record, Listing.CONTACTS)


def _shown(organisation: Organisation, record: Record, listing: Listing) -> Entry:
    named = Entry(
        id=organisation.id,
        name=organisation.name,
        category=organisation.category,
        is_charter=organisation.charter,
        country=record.country,
    )
    if listing is not Listing.CONTACTS:
        return named
    return replace(
        named,
        is_full=True,
        website=record.website,
        asns=record.asns,
        networks=record.networks,
        domains=record.domains,
        contacts=tuple(one for one in record.contacts if Role.INCIDENT_CONTACT in one.roles),
    )
