"""The commands of the register, on both engines: what they refuse, keep and report."""

from collections.abc import Callable
from datetime import timedelta, timezone
from typing import Any

import pytest

from cloudsirt import clock
from cloudsirt.house import OPERATOR
from membership import register
from membership.bylaws import BYLAWS
from membership.errors import (
    AlreadyRegistered,
    IllegalTransition,
    NotAcceptable,
    UnknownOrganisation,
    UnknownPerson,
)
from membership.events import (
    MembershipEvent,
    OrganisationAdmitted,
    OrganisationRegistered,
    OrganisationReinstated,
    OrganisationSuspended,
    PersonRegistered,
    PersonRemoved,
)
from membership.ndas.events import NdaAcknowledged
from membership.organisation import Attribution, Category, Organisation
from membership.person import Role
from membership.store import MembershipStore
from tests.world import START, World
from tlp import Label

UNKNOWN = "00000000-0000-4000-8000-000000000000"
LONGEST = "x" * 200


def run(world: World, command: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """One command as a unit of work; what it returns."""
    with world.house.working(OPERATOR) as work:
        found = command(work.membership, *given, **named)
        work.record(*(found if isinstance(found[0], MembershipEvent) else found[1]))
        return found


def organisation_of(world: World, name: str) -> Organisation:
    """An organisation as it is kept."""
    with world.house.reading() as db:
        return MembershipStore(db).organisation(world.organisations[name])


def registering(name: str, category: Category = Category.CSIRT) -> dict[str, Any]:
    """The arguments for a new organisation."""
    return {"id_": clock.new_id(), "name": name, "category": category, "at": START}


def joining(organisation: str, email: str, name: str = "Ann", **more: Any) -> dict[str, Any]:
    """The arguments for a new person."""
    given = {"id_": clock.new_id(), "organisation": organisation, "name": name, "email": email}
    return {**given, "roles": [Role.ANALYST], "acknowledged": False, "at": START, **more}


def test_an_organisation_is_kept_as_it_was_registered(world: World) -> None:
    """Registered, not admitted, with the defaults of the bylaws; the event names it."""
    found, events = run(world, register.register_organisation, **registering(" Example  Org "))
    assert events == (OrganisationRegistered(found.id, "Example Org", "csirt"),)
    world.organisations["x"] = found.id
    assert organisation_of(world, "x") == found
    assert found == Organisation(
        *(found.id, "Example Org", Category.CSIRT, START),
        admitted=None,
        suspended=None,
        default_label=Label.AMBER,
        attribution=Attribution.NAMED,
    )


def test_a_name_is_given_once(world: World) -> None:
    """In any case and spacing."""
    run(world, register.register_organisation, **registering("Example Org"))
    for name in ("example org", "EXAMPLE  ORG", " Example Org "):
        with pytest.raises(AlreadyRegistered, match="is registered already"):
            run(world, register.register_organisation, **registering(name))


def test_a_name_has_1_to_200_printable_characters(world: World) -> None:
    """In any script; neither empty, nor too long, nor with what nobody can see."""
    for name in ("x", LONGEST, "Zażółć 株式会社", "O'Neil; DROP TABLE --"):
        found, _ = run(world, register.register_organisation, **registering(name))
        assert found.name == name
    for name in ("", "   ", "\t\n", "a\x00b", "a\x1bb", "a\u200bb", LONGEST + "x"):
        with pytest.raises(NotAcceptable, match="1 to 200 printable characters"):
            run(world, register.register_organisation, **registering(name))


def test_what_is_not_on_the_register_is_unknown(world: World) -> None:
    """Every command says so, and changes nothing."""
    world.organisation("org")
    for command, given, named in (
        (register.admit, UNKNOWN, {"ground": "g", "at": START}),
        (register.suspend, UNKNOWN, {"reason": "r", "at": START}),
        (register.reinstate, UNKNOWN, {}),
    ):
        with pytest.raises(UnknownOrganisation):
            run(world, command, given, **named)
    with pytest.raises(UnknownOrganisation):
        run(world, register.register_person, **joining(UNKNOWN, "ann@example.org"))
    with pytest.raises(UnknownPerson):
        run(world, register.remove_person, UNKNOWN, at=START)


def test_an_organisation_is_admitted_once(world: World) -> None:
    """The event keeps the ground; a second admission is refused and keeps the first date."""
    id_ = world.organisation("org", admitted=False)
    world.advance(hours=1)
    assert run(world, register.admit, id_, ground="vote 7", at=world.now) == (
        OrganisationAdmitted(id_, "vote 7"),
    )
    with pytest.raises(IllegalTransition, match="org was admitted already"):
        run(world, register.admit, id_, ground="again", at=world.now + timedelta(1))
    assert organisation_of(world, "org").admitted == world.now


def test_suspending_and_reinstating_take_turns(world: World) -> None:
    """Neither applies twice in a row; both are remembered."""
    id_ = world.organisation("org")
    with pytest.raises(IllegalTransition, match="org is not suspended"):
        run(world, register.reinstate, id_)
    assert run(world, register.suspend, id_, reason="why", at=START) == (
        OrganisationSuspended(id_, "why"),
    )
    with pytest.raises(IllegalTransition, match="org is suspended already"):
        run(world, register.suspend, id_, reason="why", at=START)
    assert organisation_of(world, "org").suspended == START
    assert run(world, register.reinstate, id_) == (OrganisationReinstated(id_),)
    assert organisation_of(world, "org").suspended is None


# people


def test_a_person_is_kept_with_address_and_roles(world: World) -> None:
    """The address without case; the roles in the event in a fixed order."""
    id_ = world.organisation("org")
    roles = [Role.SIGNATORY, Role.ANALYST, Role.SIGNATORY]
    found, events = run(
        world, register.register_person, **joining(id_, " Ann@Example.ORG ", roles=roles)
    )
    assert events == (PersonRegistered(found.id, id_, ("analyst", "signatory")),)
    assert found.email == "ann@example.org"
    with world.house.reading() as db:
        store = MembershipStore(db)
        assert store.person(found.id) == store.person_by_email("ANN@example.org") == found
        assert store.people_of(id_) == (found,)


def test_acknowledging_at_once_is_an_event_of_its_own(world: World) -> None:
    """Registered as acknowledged: both facts are remembered. Nobody is without a name."""
    person = joining(world.organisation("org"), "ann@example.org", acknowledged=True)
    found, events = run(world, register.register_person, **person)
    assert [type(event) for event in events] == [PersonRegistered, NdaAcknowledged]
    assert (found.acknowledged, found.acknowledged_text) == (START, BYLAWS.nda_text)
    with pytest.raises(NotAcceptable, match="1 to 200 printable characters"):
        run(world, register.register_person, **person | {"name": "\x07", "email": "x@example.org"})


BAD_ADDRESSES = (
    *("", "ann", "@example.org", "ann@", "a@b@c", "an n@example.org", "ann@exam ple.org"),
    *("ann\x00@example.org", "ann@example.org\nbcc: x", "a\u200bnn@example.org"),
    *("x" * 65 + "@example.org", "a@" + "x" * 256),
)


def test_a_bad_address_is_refused(world: World) -> None:
    """What no mail could reach, or what would end up in a header."""
    id_ = world.organisation("org")
    for email in BAD_ADDRESSES:
        with pytest.raises(NotAcceptable, match="is not an e-mail address"):
            run(world, register.register_person, **joining(id_, email))


def test_an_address_is_given_once(world: World) -> None:
    """In any case, over all organisations, for as long as the account lasts."""
    world.member("org", "ann")
    other = world.organisation("other")
    with pytest.raises(AlreadyRegistered):
        run(world, register.register_person, **joining(other, "ANN@example.org"))


def test_an_account_ends_once(world: World) -> None:
    """The first moment stays."""
    world.organisation("org")
    id_ = world.person("ann", "org")
    world.advance(hours=1)
    assert run(world, register.remove_person, id_, at=world.now) == (PersonRemoved(id_),)
    with pytest.raises(IllegalTransition, match="already"):
        run(world, register.remove_person, id_, at=world.now + timedelta(hours=1))
    with world.house.reading() as db:
        assert MembershipStore(db).person(id_).removed == world.now


def test_a_refused_command_leaves_nothing(world: World) -> None:
    """A refusal in the middle of a unit of work undoes what came before it."""

    def register_and_fail(store: MembershipStore) -> None:
        register.register_organisation(store, **registering("Example Org"))
        register.admit(store, UNKNOWN, ground="g", at=START)

    with pytest.raises(UnknownOrganisation):
        run(world, register_and_fail)
    with world.house.reading() as db:
        assert not MembershipStore(db).is_name_taken("Example Org")


def test_moments_are_kept_in_utc(world: World) -> None:
    """Whatever zone a moment came in, the same instant comes back, in UTC."""
    elsewhere = START.astimezone(timezone(timedelta(hours=-7)))
    given = registering("org") | {"at": elsewhere}
    world.organisations["org"] = run(world, register.register_organisation, **given)[0].id
    kept = organisation_of(world, "org").registered
    assert kept == START
    assert kept.utcoffset() == timedelta(0)


def test_an_account_that_has_ended_keeps_its_address_from_nobody(world: World) -> None:
    """Whoever was removed can be registered again, as somebody new; the old account stays ended."""
    world.organisation("Alpha")
    before = world.person("ann", "Alpha")
    world.remove("ann")
    after = world.person("ann", "Alpha")
    with world.house.reading() as db:
        store = MembershipStore(db)
        assert store.person(before).removed is not None
        assert store.person(before).email == store.person(after).email == "ann@example.org"
        assert store.person_by_email("ANN@example.org").id == after
    with pytest.raises(AlreadyRegistered):
        world.person("ann", "Alpha")


def test_people_of_an_organisation_that_has_ended_can_come_back(world: World) -> None:
    """Registered elsewhere, or with their organisation once more, their old account ends."""
    world.member("Alpha", "ann")
    before = world.people["ann"]
    world.end_membership("Alpha")
    world.organisation("Alpha")
    world.person("ann", "Alpha")
    with world.house.reading() as db:
        assert MembershipStore(db).person(before).removed == world.now
