"""Changing a record: what applies at once, what is reviewed, one request at a time."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from cloudsirt import clock, organising
from cloudsirt.errors import NotPermitted
from membership.errors import (
    AlreadyRegistered,
    IllegalTransition,
    NotAcceptable,
    NotAllowed,
    NotComplete,
    Overtaken,
    UnknownRequest,
)
from membership.person import Role
from membership.record import REVIEWED, Assurance, Contact, Record, changed
from membership.records import changing
from membership.records.changing import Outcome
from membership.records.states import Action, ChangeRequest, State, next_state
from membership.records.store import Kept, RecordStore
from membership.store import MembershipStore
from tests.world import START, World

FULL = Record(
    name="Alpha",
    other_names=("Alpha Clouds",),
    country="PT",
    website="https://alpha.example",
    constituency="Universities.",
    profile=MappingProxyType({"team": "Alpha CSIRT"}),
    contacts=(Contact("Ina", "soc@alpha.example", roles=frozenset({Role.INCIDENT_CONTACT})),),
    asns=(64500,),
    networks=("192.0.2.0/24",),
    domains=("alpha.example",),
    assurances=(Assurance("c5", "C5-1", START.date(), None),),
)


@pytest.fixture
def member(world: World) -> World:
    """Two members with representatives, the secretariat, and a record of Alpha."""
    world.member("Alpha", "ann", "representative")
    world.person("alf", "Alpha", "representative")
    world.person("ana", "Alpha", "analyst")
    world.member("Beta", "bob", "representative")
    world.member("Office", "sue", "secretariat", "representative")
    change(world, FULL)
    return world


def change(world: World, wanted: Record, name: str = "ann", seen: str | None = None) -> Outcome:
    """Change the record as somebody."""
    return organising.change_record(world.house, world.principal(name), wanted, seen=seen)


def kept(world: World, name: str = "Alpha") -> Kept:
    """The record of an organisation as it is kept."""
    with world.house.reading() as db:
        return RecordStore(db).kept(world.organisations[name])


def request_of(world: World) -> str:
    """The id of the request that waits."""
    with world.house.reading() as db:
        found = RecordStore(db).open_request(world.organisations["Alpha"])
    assert found is not None
    return found.id


def test_a_record_comes_back_as_it_was_saved(member: World) -> None:
    """Every field of it; without one there is nothing but the name."""
    assert kept(member).record == FULL
    assert kept(member).saved == START
    assert kept(member, "Beta") == Kept(Record(name="Beta"))


def test_the_first_record_applies_at_once_but_for_the_name(world: World) -> None:
    """The admission did not rest on it; the name is on the register."""
    world.member("Alpha", "ann", "representative")
    outcome = change(world, replace(FULL, name="Omega"))
    assert outcome.request is not None
    assert outcome.request.fields == ("name",)
    assert kept(world).record == FULL


def test_a_change_of_both_kinds_is_parted(member: World) -> None:
    """What eligibility rests on waits; the rest has changed."""
    wanted = replace(FULL, website="https://new.example", networks=("198.51.100.0/24",))
    outcome = change(member, wanted)
    assert outcome.applied == ("website",)
    assert outcome.request is not None
    assert outcome.request.fields == ("networks",)
    assert kept(member).record == replace(FULL, website="https://new.example")


@pytest.mark.parametrize("field", Record.__slots__)
def test_each_field_waits_or_does_not(field: str) -> None:
    """Exactly the reviewed ones wait."""
    empty = {"name": "Omega", "profile": MappingProxyType({})}
    wanted = replace(FULL, **{field: empty.get(field, getattr(Record(), field))})
    assert changed(FULL, wanted) == (field,)
    waits = changing.reviewed_fields(Kept(FULL, START), wanted)
    assert waits == ((field,) if field in REVIEWED else ())


def test_one_request_waits_at_a_time(member: World) -> None:
    """A second says what waits, and changes nothing; what needs no review still goes."""
    change(member, replace(FULL, country="ES"))
    with pytest.raises(IllegalTransition, match="waits for the secretariat already: country"):
        change(member, replace(FULL, domains=(), website="https://other.example"), "alf")
    assert kept(member).record == FULL
    change(member, replace(FULL, website="https://other.example"), "alf")
    assert kept(member).record.website == "https://other.example"


def test_two_representatives_at_once_make_one_request(member: World) -> None:
    """One is asked for; the other is told what waits."""
    start, told = Barrier(2), []

    def ask(name: str, country: str) -> None:
        wanted = replace(FULL, country=country)
        start.wait()
        try:
            change(member, wanted, name)
        except IllegalTransition as error:
            told.append(str(error))

    threads = [Thread(target=ask, args=pair) for pair in (("ann", "ES"), ("alf", "FR"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == ["A request waits for the secretariat already: country."]
    with member.house.reading() as db:
        assert len(RecordStore(db).open_requests()) == 1


def test_the_database_holds_one_open_request_too(member: World) -> None:
    """Whatever writes to it: the index is unique."""
    change(member, replace(FULL, country="ES"))
    alpha = member.organisations["Alpha"]
    row = ChangeRequest(clock.new_id(), alpha, "x", START, {}, {})
    with pytest.raises(IntegrityError), member.house.working("operator") as work:
        RecordStore(work.db).add_request(row)


def test_a_form_that_is_too_old_is_refused(member: World) -> None:
    """Somebody else has changed the record since: nothing is overwritten unseen."""
    seen = changing.mark(FULL)
    change(member, replace(FULL, website="https://alf.example"), "alf", seen)
    with pytest.raises(Overtaken, match="Somebody else of your organisation"):
        change(member, replace(FULL, website="https://ann.example"), "ann", seen)
    assert kept(member).record.website == "https://alf.example"


def test_a_grant_applies_to_the_record_as_it_is_then(member: World) -> None:
    """What was changed meanwhile elsewhere in the record stays; a new name is on the register."""
    change(member, replace(FULL, name="Omega", country="ES"))
    change(member, replace(FULL, website="https://later.example"))
    organising.grant_change(member.house, member.principal("sue"), request_of(member))
    wanted = replace(FULL, name="Omega", country="ES", website="https://later.example")
    assert kept(member).record == wanted
    with member.house.reading() as db:
        found = MembershipStore(db).organisation(member.organisations["Alpha"])
        assert found.name == "Omega"
        assert RecordStore(db).open_requests() == ()


def test_a_grant_of_what_was_changed_in_between_is_refused(member: World) -> None:
    """In the very fields: the secretariat is told which, and nothing changes."""
    change(member, replace(FULL, country="ES", domains=()))
    books_of = organising.books
    with member.house.working("operator") as work:
        wanted = replace(FULL, country="FR")
        alpha = member.organisations["Alpha"]
        work.record(*changing.set_record(books_of(work), alpha, wanted, at=work.at))
    with pytest.raises(Overtaken, match="changed in between: country"):
        organising.grant_change(member.house, member.principal("sue"), request_of(member))
    assert kept(member).record == replace(FULL, country="FR")


def test_a_name_that_is_taken_is_found_out_by_the_secretariat(member: World) -> None:
    """Whoever asks does not learn who else is here (C31); whoever decides does."""
    change(member, replace(FULL, name="beta"))
    with pytest.raises(AlreadyRegistered, match="“beta”"):
        organising.grant_change(member.house, member.principal("sue"), request_of(member))
    assert kept(member).record == FULL


def test_the_same_name_in_other_letters_is_free(member: World) -> None:
    """An organisation may write its own name otherwise."""
    change(member, replace(FULL, name="ALPHA"))
    organising.grant_change(member.house, member.principal("sue"), request_of(member))
    assert kept(member).record.name == "ALPHA"


def test_a_refusal_says_why_and_frees_the_way(member: World) -> None:
    """Without a reason there is none; afterwards another request can be made."""
    change(member, replace(FULL, country="ES"))
    sue, request = member.principal("sue"), request_of(member)
    with pytest.raises(NotAcceptable, match="Say why"):
        organising.refuse_change(member.house, sue, request, "  ")
    organising.refuse_change(member.house, sue, request, "No proof.")
    with pytest.raises(IllegalTransition, match="refused already"):
        organising.grant_change(member.house, sue, request)
    assert kept(member).record == FULL
    change(member, replace(FULL, country="FR"))


def test_a_request_is_taken_back_by_ones_own_organisation_only(member: World) -> None:
    """For all others there is no such request."""
    change(member, replace(FULL, country="ES"))
    request = request_of(member)
    with pytest.raises(UnknownRequest):
        organising.take_back_change(member.house, member.principal("bob"), request)
    organising.take_back_change(member.house, member.principal("alf"), request)
    with pytest.raises(IllegalTransition, match="taken back already"):
        organising.take_back_change(member.house, member.principal("ann"), request)


def test_nobody_decides_for_their_own_organisation(member: World) -> None:
    """The secretariat's own organisation waits for somebody of another."""
    organising.change_record(member.house, member.principal("sue"), replace(FULL, name="Office"))
    wanted = replace(FULL, name="Office", country="ES")
    outcome = organising.change_record(member.house, member.principal("sue"), wanted)
    assert outcome.request is not None
    with pytest.raises(NotAllowed, match="own organisation"):
        organising.grant_change(member.house, member.principal("sue"), outcome.request.id)


def test_who_may_do_what(member: World) -> None:
    """Analysts change nothing; representatives decide nothing."""
    with pytest.raises(NotPermitted):
        change(member, replace(FULL, website=""), "ana")
    change(member, replace(FULL, country="ES"))
    with pytest.raises(NotPermitted):
        organising.grant_change(member.house, member.principal("bob"), request_of(member))


def test_a_suspended_organisation_changes_nothing(member: World) -> None:
    """From the very next act."""
    ann = member.principal("ann")
    member.suspend("Alpha")
    with pytest.raises(NotPermitted, match="suspended"):
        organising.change_record(member.house, ann, replace(FULL, website=""))


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"country": "Portugal"}, {"networks": ("192.0.2.1/24",)}]
)
def test_a_record_that_cannot_be_is_refused(member: World, wrong: dict[str, Any]) -> None:
    """With the field that is wrong."""
    with pytest.raises(NotAcceptable):
        change(member, replace(FULL, **wrong))
    assert kept(member).record == FULL


def test_a_confirmation_needs_a_record(member: World) -> None:
    """There must be something to confirm; then the year begins anew."""
    with pytest.raises(NotComplete):
        organising.confirm_record(member.house, member.principal("bob"))
    member.advance(days=10)
    organising.confirm_record(member.house, member.principal("ann"))
    assert kept(member).confirmed == START + timedelta(days=10)
    assert kept(member).confirmed_by == member.people["ann"]


def test_each_reminder_is_given_once(member: World) -> None:
    """A month before and on the day, to organisations that go on; a confirmation ends it."""
    member.suspend("Beta")
    member.advance(days=336)
    assert organising.remind_confirmations(member.house) == 2  # Alpha and Office
    assert organising.remind_confirmations(member.house) == 0
    organising.confirm_record(member.house, member.principal("ann"))
    member.advance(days=30)
    assert organising.remind_confirmations(member.house) == 1  # Office, on the day
    assert organising.remind_confirmations(member.house) == 0


@pytest.mark.parametrize("state", [item for item in State if item is not State.OPEN])
@pytest.mark.parametrize("action", list(Action))
def test_what_is_decided_is_decided(state: State, action: Action) -> None:
    """Only an open request moves."""
    with pytest.raises(IllegalTransition):
        next_state(state, action)
