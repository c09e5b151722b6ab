"""API tokens: good or not at each request, and the secret is kept nowhere."""

import base64
from datetime import timedelta

import pytest
from sqlalchemy import select

from cloudsirt import clock
from cloudsirt import tables as t
from cloudsirt.accounts import AccountStore
from cloudsirt.auth.permissions import Scope
from cloudsirt.auth.tokens import (
    LABEL_LIMIT,
    PREFIX,
    Bearer,
    hash_of,
    holding_of,
    issue_token,
    revoke_token,
    token_id,
)
from cloudsirt.errors import NotPermitted
from cloudsirt.house import OPERATOR
from cloudsirt.polling import write_waiting
from membership.errors import UnknownPerson
from tests.world import World


@pytest.fixture
def world(world: World) -> World:
    """Two members with one person each."""
    world.member("Alpha", "ann")
    world.member("Beta", "bob")
    return world


def presented(world: World, text: str, name: str | None = None) -> Bearer | None:
    """Who presents this token now."""
    with world.house.reading() as db:
        holding = holding_of(db, hash_of(text))
    return None if holding is None else holding.bearer(name, world.now)


def test_a_good_token_names_its_holder_and_scopes(world: World) -> None:
    """With the holder's address in any case, or without a name, as Bearer has none."""
    for name in (None, "ann@example.org", " Ann@Example.ORG "):
        bearer = presented(world, world.tokens["ann"], name)
        assert bearer is not None
        assert bearer.principal.person.id == world.people["ann"]
        assert all(bearer.has(scope) for scope in Scope)


@pytest.mark.parametrize("text", ["", "cst_", "cst_" + "A" * 43, "nonsense", "\x00", "é"])
def test_an_unknown_token_is_nobodys(world: World, text: str) -> None:
    """Whatever the text is, down to what no token can be."""
    assert presented(world, text) is None


def test_the_text_counts_to_the_last_character(world: World) -> None:
    """No prefix, no other case, nothing around it."""
    text = world.tokens["ann"]
    for other in (text[:-1], text + "A", text.upper(), f" {text}", text.removeprefix(PREFIX)):
        assert presented(world, other) is None


@pytest.mark.parametrize("name", ["", "bob@example.org", "ann", "ann@example.org.example"])
def test_a_token_under_another_name_is_refused(world: World, name: str) -> None:
    """Basic credentials are a pair: somebody else's name, or none, does not go with it."""
    assert presented(world, world.tokens["ann"], name) is None


def test_a_revoked_token_is_refused_from_that_instant(world: World) -> None:
    """Revocation bites without any time passing, and can be done once."""
    text = world.tokens["ann"]
    world.revoke_token("ann")
    assert presented(world, text) is None
    assert presented(world, world.tokens["bob"]) is not None
    with pytest.raises(NotPermitted):
        world.revoke_token("ann")
    with pytest.raises(NotPermitted), world.house.working(OPERATOR) as work:
        revoke_token(work, clock.new_id())


def test_a_token_expires_at_the_very_instant(world: World) -> None:
    """The microsecond before, it is good; at the end of its days it is not."""
    text = world.issue_token("ann", days=30)
    world.advance(days=30, microseconds=-1)
    assert presented(world, text) is not None
    world.advance(microseconds=1)
    assert presented(world, text) is None


def test_a_removed_persons_token_is_refused(world: World) -> None:
    """The account ends, and everything that speaks for it."""
    world.remove("ann")
    assert presented(world, world.tokens["ann"]) is None


def test_standing_is_computed_when_the_token_is_presented(world: World) -> None:
    """A token holds no right: a lapse of the NDA shows at once, and a new signature too."""
    text = world.tokens["ann"]
    world.end_nda("Alpha")
    bearer = presented(world, text)
    assert bearer is not None
    assert not bearer.principal.standing.verdict
    world.sign_nda("Alpha")
    bearer = presented(world, text)
    assert bearer is not None
    assert bearer.principal.standing.verdict


def test_a_token_has_the_scopes_it_was_issued_with_and_no_other(world: World) -> None:
    """None, one or all of them."""
    for scopes in ((), (Scope.TAXII_READ,), (Scope.TAXII_WRITE,), tuple(Scope)):
        bearer = presented(world, world.issue_token("ann", scopes=scopes))
        assert bearer is not None
        assert tuple(scope for scope in Scope if bearer.has(scope)) == scopes


def test_the_secret_is_stored_nowhere(world: World) -> None:
    """Not in the token's row, not in the audit trail: searched in every text and blob."""
    secret = clock.new_secret()
    with world.house.working(OPERATOR) as work:
        text = issue_token(
            work,
            world.people["ann"],
            id_=clock.new_id(),
            secret=secret,
            scopes=Scope,
            days=None,
            label="  a\tlabel \n" + "x" * 200,
        )
    assert text == PREFIX + secret
    with world.house.reading() as db:
        rows = [row for table in t.metadata.sorted_tables for row in db.execute(select(table))]
        found = token_id(db, text)
        assert found is not None
        token = AccountStore(db).token(found)
    assert len(rows) > 5
    assert secret not in str(rows)
    assert text.encode().hex() not in str(rows)
    assert secret not in repr(token)
    assert token is not None
    assert token.label.startswith("a label x")
    assert len(token.label) == LABEL_LIMIT


def test_a_token_is_issued_to_somebody_who_exists(world: World) -> None:
    """There is no token without a holder."""
    with pytest.raises(UnknownPerson), world.house.working(OPERATOR) as work:
        issue_token(work, "nobody", id_="x", secret="s", scopes=Scope, days=None, label="")


def test_issuing_and_revoking_are_in_the_audit_trail(world: World) -> None:
    """By the token's id, with holder and scopes, and in their order."""
    text = world.issue_token("ann", scopes=[Scope.TAXII_READ], days=7)
    world.tokens["ann"] = text
    world.revoke_token("ann")
    with world.house.reading() as db:
        id_ = token_id(db, text)
        entries = db.execute(
            select(t.audit_entry.c.tag, t.audit_entry.c.data).order_by(
                t.audit_entry.c.number.desc()
            )
        ).all()[:2]
    assert [entry.tag for entry in entries] == ["account:token:revoked", "account:token:issued"]
    for entry in entries:
        assert f'"about":"{id_}"' in entry.data
        assert world.people["ann"] in entry.data
    assert '"scopes":["taxii:read"]' in entries[1].data
    assert (world.now + timedelta(days=7)).isoformat() in entries[1].data


def test_the_last_use_is_written_with_the_last_polls(world: World) -> None:
    """So that no poll writes, and no audit entry comes of it; what was refused was no use."""
    text = world.tokens["ann"]

    def used() -> object:
        bearer = presented(world, text)
        assert bearer is not None
        return bearer.token.used

    assert world.taxii("ann", "members/").status_code == 200
    first = world.now
    assert used() is None
    write_waiting(world.house)
    assert used() == first
    world.advance(minutes=1)
    wrong = base64.b64encode(f"bob@example.org:{text}".encode()).decode()
    refused = world.client().get("/taxii2/members/", headers={"Authorization": f"Basic {wrong}"})
    assert refused.status_code == 401
    write_waiting(world.house)
    assert used() == first
    assert world.taxii("ann", "members/").status_code == 200
    write_waiting(world.house)
    assert used() == world.now
