"""What an organisation chooses for itself: its defaults, its listing, and to leave.

Defaults hold for what is shared from now on; what was shared keeps its label and its
attribution. A listing never shows everybody more than the members: the roster of the members is
sensitive in itself.
"""

from dataclasses import replace
from datetime import datetime

from membership import register
from membership.errors import AlreadyRegistered, NotAcceptable
from membership.events import DefaultsSet, ListingSet, MembershipEvent, OrganisationRenamed
from membership.organisation import Attribution, Ending, Listing
from membership.store import MembershipStore
from tlp import Label

_OWN_WISH = "a representative declared it"


def set_defaults(
    store: MembershipStore, organisation: str, *, label: Label, attribution: Attribution
) -> tuple[MembershipEvent, ...]:
    """Choose what one's unmarked objects are treated as (R1), and how one is named (R6)."""
    found = store.organisation(organisation)
    if (found.default_label, found.attribution) == (label, attribution):
        return ()
    store.save_organisation(replace(found, default_label=label, attribution=attribution))
    return (DefaultsSet(organisation, label.value, attribution.value),)


def set_listing(
    store: MembershipStore, organisation: str, *, listing: Listing, public_listing: Listing
) -> tuple[MembershipEvent, ...]:
    """Choose what the directory of the members, and the public list, show."""
    found = store.organisation(organisation)
    if public_listing.width > listing.width:
        raise NotAcceptable("The public list cannot show more than the members see.")
    if (found.listing, found.public_listing) == (listing, public_listing):
        return ()
    store.save_organisation(replace(found, listing=listing, public_listing=public_listing))
    return (ListingSet(organisation, listing.value, public_listing.value),)


def rename_organisation(
    store: MembershipStore, organisation: str, name: str
) -> tuple[MembershipEvent, ...]:
    """Call an organisation otherwise on the register; AlreadyRegistered for another's name."""
    found, title = store.organisation(organisation), register.proper_name(name)
    if title == found.name:
        return ()
    is_own = title.casefold() == found.name.casefold()
    if not is_own and store.is_name_taken(title):
        raise AlreadyRegistered(f"Another organisation is named “{title}” already.")
    store.save_organisation(replace(found, name=title))
    return (OrganisationRenamed(organisation, found.name, title),)


def leave(
    store: MembershipStore, organisation: str, *, at: datetime
) -> tuple[MembershipEvent, ...]:
    """End one's own membership, from this instant; what was contributed stays as labelled."""
    return register.end_membership(store, organisation, ending=Ending.LEFT, reason=_OWN_WISH, at=at)
