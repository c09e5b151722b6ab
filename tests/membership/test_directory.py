"""The directory: nobody sees more than an organisation wants, nor who is not there any more."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.directory import Entry, Onlooker, directory, entry, is_shown, own_entry
from membership.organisation import Category, Listing, Organisation
from membership.person import Role
from membership.record import Contact, Record
from tests.world import START

RECORD = Record(
    name="Alpha",
    country="PT",
    website="https://alpha.example",
    constituency="Not for the directory.",
    networks=("192.0.2.0/24",),
    asns=(64500,),
    domains=("alpha.example",),
    contacts=(
        Contact("Ina", "soc@alpha.example", roles=frozenset({Role.INCIDENT_CONTACT})),
        Contact("Rea", "rea@alpha.example", roles=frozenset({Role.REPRESENTATIVE})),
    ),
)
BEFORE, AFTER = START - timedelta(days=1), START + timedelta(days=1)
moments = st.sampled_from([None, BEFORE, START, AFTER])

organisations = st.builds(
    Organisation,
    id=st.just("alpha"),
    name=st.just("Alpha"),
    category=st.sampled_from(Category),
    registered=st.just(BEFORE),
    admitted=moments,
    suspended=moments,
    ended=moments,
    charter=st.booleans(),
    listing=st.sampled_from(Listing),
    public_listing=st.sampled_from(Listing),
)


def facts(found: Entry | None) -> set[str]:
    """Everything that an entry tells."""
    if found is None:
        return set()
    told = {found.name, found.country, found.website, *found.networks, *found.domains}
    told |= {str(number) for number in found.asns}
    return (told | {contact.email for contact in found.contacts}) - {""}


@given(organisations)
def test_the_public_sees_a_part_of_what_members_see(one: Organisation) -> None:
    """Law: what everybody sees members see too, whatever was chosen."""
    members, public = (entry(one, RECORD, who, START) for who in Onlooker)
    assert facts(public) <= facts(members)
    assert facts(members) <= facts(own_entry(one, RECORD))


@given(organisations)
def test_nobody_sees_more_than_the_listing_says(one: Organisation) -> None:
    """Law: nothing, a name, or the contacts; and of the contacts those for incidents."""
    shown = entry(one, RECORD, Onlooker.MEMBER, START)
    if one.listing is Listing.NOTHING:
        assert shown is None
    elif shown is not None and one.listing is Listing.NAME:
        assert facts(shown) == {"Alpha", "PT"}
    elif shown is not None:
        assert "soc@alpha.example" in facts(shown)
        assert "rea@alpha.example" not in facts(shown)


@given(organisations, st.sampled_from(Onlooker))
def test_only_who_is_here_is_listed(one: Organisation, onlooker: Onlooker) -> None:
    """Law: not before the admission, not while suspended, not after the end."""
    if is_shown(one, onlooker, START):
        assert one.admitted is not None
        assert one.admitted <= START
        assert all(end is None or end > START for end in (one.suspended, one.ended))


@pytest.mark.parametrize("category", list(Category))
def test_every_kind_of_organisation_is_listed_by_its_own_choice(category: Category) -> None:
    """Working groups and partners choose like members."""
    one = Organisation("a", "Alpha", category, BEFORE, admitted=BEFORE)
    hidden = replace(one, listing=Listing.NOTHING, public_listing=Listing.CONTACTS)
    assert [item.name for item in directory([one], {}, Onlooker.MEMBER, START)] == ["Alpha"]
    assert directory([one], {}, Onlooker.ANYBODY, START) == ()
    assert directory([hidden], {}, Onlooker.MEMBER, START) == ()
    assert directory([hidden], {}, Onlooker.ANYBODY, START) == ()


def test_charter_members_are_marked() -> None:
    """They keep that status, and the lists say so."""
    one = Organisation("a", "Alpha", Category.CSIRT, BEFORE, admitted=BEFORE, charter=True)
    (shown,) = directory([one], {"a": RECORD}, Onlooker.MEMBER, START)
    assert shown.is_charter
    assert shown.country == "PT"


def test_a_suspension_takes_effect_at_its_instant() -> None:
    """From that very instant on, and not before."""
    one = Organisation("a", "Alpha", Category.CSIRT, BEFORE, admitted=BEFORE, suspended=START)
    moments_: list[tuple[datetime, bool]] = [(BEFORE, True), (START, False)]
    for at, listed in moments_:
        assert is_shown(one, Onlooker.MEMBER, at) is listed
