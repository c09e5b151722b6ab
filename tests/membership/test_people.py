"""Roles: which an organisation gives itself, which not, and who cannot be let go (bylaws)."""

from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudsirt import organising
from cloudsirt.house import OPERATOR
from membership import people
from membership.errors import (
    IllegalTransition,
    MembershipError,
    NotAcceptable,
    NotAllowed,
    UnknownPerson,
)
from membership.events import RolesChanged
from membership.organisation import Category, Organisation
from membership.person import Person, Role
from membership.store import MembershipStore
from tests.world import START, World

R = Role
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def organisation(category: Category) -> Organisation:
    """An organisation of a kind, of which nothing else matters."""
    return Organisation("o", "O", category, START)


def held(world: World, name: str) -> frozenset[Role]:
    """The roles that somebody holds."""
    with world.house.reading() as db:
        return MembershipStore(db).person(world.people[name]).roles


def set_roles(world: World, organisation_name: str, name: str, *roles: Role) -> None:
    """Set roles as the organisation of that name would."""
    with world.house.working(OPERATOR) as work:
        work.record(
            *people.set_roles(
                work.membership, world.organisations[organisation_name], world.people[name], roles
            )
        )


@pytest.fixture
def member(world: World) -> World:
    """A member with a representative, an analyst of the Board, and a service account."""
    world.member("Alpha", "ann", "representative")
    world.person("bea", "Alpha", "analyst", "board")
    world.person("bot", "Alpha", "service")
    world.member("Beta", "bob", "representative")
    return world


@pytest.mark.parametrize("category", [item for item in Category if item is not Category.RESEARCH])
def test_only_working_groups_have_researchers(category: Category) -> None:
    """A working group of the CSA names its researchers; nobody else has any."""
    assert R.RESEARCHER in people.roles_to_give(organisation(Category.RESEARCH))
    assert R.RESEARCHER not in people.roles_to_give(organisation(category))


@given(st.sampled_from(Category), st.frozensets(st.sampled_from(Role)))
def test_no_organisation_gives_what_is_the_consortiums(
    category: Category, roles: frozenset[Role]
) -> None:
    """Law: whoever is invited gets roles that their organisation gives, and at least one."""
    home = organisation(category)
    try:
        invited = people.check_invited(home, roles)
    except (NotAllowed, NotAcceptable):
        assert not roles or roles - set(people.roles_to_give(home))
    else:
        assert invited == roles
        assert not invited & {R.BOARD, R.SECRETARIAT, R.SERVICE}


def test_roles_are_given_and_taken(member: World) -> None:
    """Exactly those that were ticked; what changed is what is recorded."""
    with member.house.working(OPERATOR) as work:
        store, alpha = work.membership, member.organisations["Alpha"]
        roles = [R.REPRESENTATIVE, R.INCIDENT_CONTACT]
        events = people.set_roles(store, alpha, member.people["ann"], roles)
        work.record(*events)
    assert held(member, "ann") == {R.REPRESENTATIVE, R.INCIDENT_CONTACT}
    assert events == (RolesChanged(member.people["ann"], alpha, ("incident-contact",), ()),)


def test_a_seat_on_the_board_is_neither_given_nor_taken(member: World) -> None:
    """What the consortium made somebody they stay, whatever their organisation ticks."""
    set_roles(member, "Alpha", "bea", R.SIGNATORY)
    assert held(member, "bea") == {R.SIGNATORY, R.BOARD}
    for role in (R.BOARD, R.SECRETARIAT):
        with pytest.raises(NotAllowed, match="the consortium gives and takes"):
            set_roles(member, "Alpha", "ann", R.REPRESENTATIVE, role)


def test_a_board_member_leaves_with_their_organisation(member: World) -> None:
    """People leave: their organisation removes them, and the seat ends with the account."""
    with member.house.working(OPERATOR) as work:
        alpha = member.organisations["Alpha"]
        work.record(*people.remove(work.membership, alpha, member.people["bea"], at=work.at))
    with member.house.reading() as db:
        assert MembershipStore(db).people_with(R.BOARD) == ()


def test_somebody_without_any_role_is_refused(member: World) -> None:
    """Who is there is there for something; a Board member is."""
    with pytest.raises(NotAcceptable, match="at least one role"):
        set_roles(member, "Beta", "bob")
    set_roles(member, "Alpha", "bea")
    assert held(member, "bea") == {R.BOARD}


def test_nobody_becomes_a_tool_and_no_tool_becomes_somebody(member: World) -> None:
    """A service account holds that role and no other."""
    with pytest.raises(NotAllowed, match="own page"):
        set_roles(member, "Alpha", "ann", R.REPRESENTATIVE, R.SERVICE)
    with pytest.raises(NotAllowed, match="decide nothing"):
        set_roles(member, "Alpha", "bot", R.ANALYST)


def test_the_last_representative_stays_one(member: World) -> None:
    """Nobody could speak for the organisation: not demoted, not removed, until there is another."""
    alpha, ann = member.organisations["Alpha"], member.people["ann"]
    with pytest.raises(NotAllowed, match="only representative"):
        set_roles(member, "Alpha", "ann", R.ANALYST)
    with member.house.reading() as db:
        store = MembershipStore(db)
        with pytest.raises(NotAllowed, match="only representative"):
            people.remove(store, alpha, ann, at=START)
    set_roles(member, "Alpha", "bea", R.REPRESENTATIVE)
    set_roles(member, "Alpha", "ann", R.ANALYST)
    assert held(member, "ann") == {R.ANALYST}


def test_two_representatives_who_demote_each_other_leave_one(member: World) -> None:
    """At the same moment: one is first, the other learns why not."""
    set_roles(member, "Alpha", "bea", R.REPRESENTATIVE)
    start, refused = Barrier(2), []

    def demote(actor: str, other: str) -> None:
        principal = member.principal(actor)
        start.wait()
        try:
            organising.set_roles(member.house, principal, member.people[other], [R.ANALYST])
        except Exception as error:
            refused.append(str(error))

    threads = [Thread(target=demote, args=pair) for pair in (("ann", "bea"), ("bea", "ann"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert sum(R.REPRESENTATIVE in held(member, name) for name in ("ann", "bea")) == 1


@pytest.mark.parametrize("who", ["bob", "nobody"])
def test_other_organisations_people_are_unknown(member: World, who: str) -> None:
    """The same answer for somebody else's people and for an id that nobody has."""
    id_ = member.people.get(who, UNKNOWN)
    with member.house.reading() as db:
        store, alpha = MembershipStore(db), member.organisations["Alpha"]
        with pytest.raises(UnknownPerson, match="Your organisation has nobody with this id"):
            people.set_roles(store, alpha, id_, [R.ANALYST])
        with pytest.raises(UnknownPerson, match="Your organisation has nobody with this id"):
            people.rename(store, alpha, id_, "Eve")


def test_the_operator_appoints_and_dismisses(member: World) -> None:
    """Any role but that of a tool, the last representative's too; once."""
    with member.house.working(OPERATOR) as work:
        store, ann = work.membership, member.people["ann"]
        work.record(*people.appoint(store, ann, R.SECRETARIAT))
        with pytest.raises(IllegalTransition):
            people.appoint(store, ann, R.SECRETARIAT)
        work.record(*people.dismiss(store, ann, R.REPRESENTATIVE))
        with pytest.raises(IllegalTransition):
            people.dismiss(store, ann, R.REPRESENTATIVE)
        for refused in (people.appoint, people.dismiss):
            with pytest.raises(MembershipError):
                refused(store, member.people["bot"], R.SERVICE)
    assert held(member, "ann") == {R.SECRETARIAT}


def test_who_is_the_last_representative() -> None:
    """Those whose account has ended count no more."""
    one = Person("1", "o", "One", "1@example.org", frozenset({R.REPRESENTATIVE}), START)
    gone = Person(
        "2", "o", "Two", "2@example.org", frozenset({R.REPRESENTATIVE}), START, removed=START
    )
    analyst = Person("3", "o", "Three", "3@example.org", frozenset({R.ANALYST}), START)
    assert people.is_last_representative(one, [one, gone, analyst])
    assert not people.is_last_representative(analyst, [one, analyst])


def test_only_people_of_charter_members_stand_for_the_board(world: World) -> None:
    """Who was admitted after the charter date has every other right of a member."""
    world.member("Early", "eve", "representative")
    world.now = datetime(2027, 2, 21, tzinfo=UTC)
    world.member("Late", "lea", "representative")
    with world.house.working(OPERATOR) as work:
        work.record(*people.appoint(work.membership, world.people["eve"], R.BOARD))
        with pytest.raises(NotAllowed, match="Charter Members"):
            people.appoint(work.membership, world.people["lea"], R.BOARD)
    with pytest.raises(NotAllowed, match="Charter Members"):
        world.person("lou", "Late", "board")
