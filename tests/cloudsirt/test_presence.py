"""Presence: the password again, before a vote or a signature counts."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from cloudsirt import tables as t
from cloudsirt.auth import passwords, presence
from cloudsirt.auth.presence import prove_presence
from cloudsirt.auth.sessions import ATTEMPTS, sign_in
from cloudsirt.errors import NotSignedIn, TooManyAttempts
from tests.world import PASSWORD, World


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Somebody with a password, and somebody without."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    world.member("Alpha", "ann")
    world.person("bob", "Alpha")
    world.set_password("ann")
    return world


def refusals(world: World) -> int:
    """How many refusals the audit trail holds."""
    with world.house.reading() as db:
        tags = db.execute(select(t.audit_entry.c.tag)).scalars().all()
    return tags.count("account:presence:refused")


def test_the_right_password_passes_and_leaves_no_trace(world: World) -> None:
    """Nothing happened yet: what follows is what is recorded."""
    prove_presence(world.house, world.people["ann"], PASSWORD)
    assert refusals(world) == 0


@pytest.mark.parametrize("name", ["ann", "bob"])
def test_a_wrong_password_is_refused_and_recorded(world: World, name: str) -> None:
    """The same for somebody who has none."""
    with pytest.raises(NotSignedIn, match=r"^The password is not right\.$"):
        prove_presence(world.house, world.people[name], "another password")
    assert refusals(world) == 1


def test_an_account_that_has_ended_proves_nothing(world: World) -> None:
    """With the right password too."""
    world.remove("ann")
    with pytest.raises(NotSignedIn):
        prove_presence(world.house, world.people["ann"], PASSWORD)


def test_the_limit_is_shared_with_sign_in(world: World) -> None:
    """Ten failures of both together; after a quarter of an hour it goes on."""
    for _ in range(ATTEMPTS // 2):
        with pytest.raises(NotSignedIn):
            prove_presence(world.house, world.people["ann"], "wrong")
        with pytest.raises(NotSignedIn):
            sign_in(world.house, "ann@example.org", "wrong", "secret")
    with pytest.raises(TooManyAttempts):
        prove_presence(world.house, world.people["ann"], PASSWORD)
    with pytest.raises(TooManyAttempts):
        sign_in(world.house, "ann@example.org", PASSWORD, "secret")
    world.advance(minutes=15)
    prove_presence(world.house, world.people["ann"], PASSWORD)


def test_the_same_work_is_done_whatever_the_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One hash for a right password, a wrong one, none, and after too many attempts."""
    calls = []

    def counted(password: str, hash_: str | None) -> bool:
        calls.append(password)
        return passwords.is_password(password, hash_)

    monkeypatch.setattr(presence, "is_password", counted)
    prove_presence(world.house, world.people["ann"], PASSWORD)
    for name in ("ann", "bob"):
        for _ in range(ATTEMPTS + 1):
            with pytest.raises((NotSignedIn, TooManyAttempts)):
                prove_presence(world.house, world.people[name], "wrong")
    assert len(calls) == 1 + 2 * (ATTEMPTS + 1)
