"""The demo consortium: every kind of member and of standing, and nobody real."""

import re
from datetime import UTC, datetime

import pytest

from cloudsirt.balloting import seats_at
from cloudsirt.demo.consortium import ORGANISATIONS, PERSONS
from cloudsirt.demo.loading import load
from membership.organisation import Category
from membership.person import Role
from membership.store import MembershipStore
from tests.world import World

IN_FORCE = {organisation.key for organisation in ORGANISATIONS if organisation.nda == "in-force"}


def test_every_kind_of_standing_is_shown() -> None:
    """Every category, role and state of the NDA is there, and an analyst who has not
    acknowledged it."""
    assert {item.category for item in ORGANISATIONS} == {category.value for category in Category}
    assert {item.nda for item in ORGANISATIONS} == {"in-force", "lapsed", "none"}
    assert {role for person in PERSONS for role in person.roles} == {role.value for role in Role}
    assert any(not person.acknowledged for person in PERSONS if "analyst" in person.roles)


def test_only_members_have_signed_the_nda() -> None:
    """A working group and a partner are no members and sign no NDA (bylaws)."""
    for organisation in ORGANISATIONS:
        is_member = Category(organisation.category).is_member_category
        assert (organisation.nda != "none") == is_member


def test_the_board_has_five_seats_among_members_in_force() -> None:
    """Five seats, each of another member whose NDA is in force."""
    seats = [person.organisation for person in PERSONS if "board" in person.roles]
    assert len(seats) == len(set(seats)) == 5
    assert set(seats) <= IN_FORCE


def test_every_member_in_force_can_be_addressed() -> None:
    """R3: each has an incident contact, whom RED reaches when the organisation is named."""
    addressed = {person.organisation for person in PERSONS if "incident-contact" in person.roles}
    assert addressed >= IN_FORCE


def test_keys_and_mail_addresses_tell_people_apart() -> None:
    """Keys and addresses are unique, organisations exist, and no address can be delivered to."""
    keys = {organisation.key for organisation in ORGANISATIONS}
    assert len({person.key for person in PERSONS}) == len(PERSONS)
    assert len({person.email for person in PERSONS}) == len(PERSONS)
    assert {person.organisation for person in PERSONS} == keys
    assert not keys & {person.key for person in PERSONS}
    assert all(re.fullmatch(r"[a-z-]+@[a-z-]+\.example", person.email) for person in PERSONS)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_demo_can_be_founded_in_any_year(world: World) -> None:
    """Its charter date lies ahead whenever it is loaded, so that it has a Board (charter)."""
    at = datetime(2031, 5, 1, tzinfo=UTC)
    assert load(world.house, at).objects > 0
    with world.house.reading() as db:
        assert len(seats_at(db, at)) == 5
        assert MembershipStore(db).bylaws(at).charter_date > at.date()
