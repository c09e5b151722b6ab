"""Browser sessions: who gets one, when it ends, and that it holds no right (ASVS 6 and 7)."""

import re
from datetime import timedelta

import pytest
from argon2 import PasswordHasher, Type
from argon2.exceptions import VerifyMismatchError
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from cloudsirt import clock
from cloudsirt import tables as t
from cloudsirt.auth import passwords, sessions
from cloudsirt.auth.passwords import PasswordNotAcceptable, hash_password, is_password
from cloudsirt.errors import NotSignedIn, TooManyAttempts
from tests.objects import indicator
from tests.world import PASSWORD, World


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash as always, with parameters that cost these many tests nothing."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    monkeypatch.setattr(passwords, "_NOBODY", hasher.hash("nobody has this password"))


@pytest.fixture
def world(world: World) -> World:
    """Two members, and a password for one person."""
    world.member("Alpha", "ann")
    world.member("Beta", "bob")
    world.set_password("ann")
    return world


def sign_in(world: World, email: str = "ann@example.org", password: str = PASSWORD) -> str:
    """Sign in; the secret of the session."""
    secret = clock.new_secret()
    sessions.sign_in(world.house, email, password, secret)
    return secret


def is_open(world: World, secret: str) -> bool:
    """Whether the session is good now."""
    return sessions.signed_in(world.house, secret) is not None


def form_token(client: FlaskClient, path: str = "/sign-in") -> str:
    """The token of the first form on a page."""
    found = re.search(r'name="csrf_token" value="([0-9a-f]{64})"', client.get(path).text)
    assert found is not None
    return found[1]


def submit(client: FlaskClient, email: str, password: str) -> TestResponse:
    """Send the sign-in form as a browser does."""
    data = {"csrf_token": form_token(client), "email": email, "password": password}
    return client.post("/sign-in", data=data)


def entries(world: World, tag: str) -> int:
    """How many audit entries have a tag."""
    query = select(func.count()).where(t.audit_entry.c.tag == tag)
    with world.house.reading() as db:
        return int(db.execute(query).scalar_one())


# signing in


def test_the_right_password_opens_a_session(world: World) -> None:
    """For the address in any case; only the hash of the secret is kept, and an entry is made."""
    secret = sign_in(world, " ANN@example.org ")
    principal = sessions.signed_in(world.house, secret)
    assert principal is not None
    assert principal.person.id == world.people["ann"]
    with world.house.reading() as db:
        assert secret not in str(db.execute(select(t.session)).all())
    assert entries(world, "account:session:started") == 1


def test_every_refusal_reads_the_same(world: World) -> None:
    """Unknown address, wrong password, no password, ended account: no way to tell them apart."""
    client = world.client()
    answers = [
        submit(client, "ann@example.org", "a wrong password"),
        submit(client, "nobody@example.org", PASSWORD),
        submit(client, "bob@example.org", PASSWORD),
        submit(client, "ann@example.org\x00", PASSWORD),
        submit(client, "", ""),
    ]
    world.remove("ann")
    answers.append(submit(client, "ann@example.org", PASSWORD))
    assert {answer.status_code for answer in answers} == {401}
    pages = {re.sub(r'(id="email"[^>]* value=)"[^"]*"', r'\1""', page.text) for page in answers}
    assert len(pages) == 1
    assert "The address or the password is not right." in pages.pop()
    assert not any("Set-Cookie" in answer.headers for answer in answers)


def test_refusals_take_the_same_work(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A password is hashed for people who do not exist, too: time tells nothing."""
    verified = []

    def verify(hash_: str, password: str) -> bool:
        verified.append(hash_)
        raise VerifyMismatchError

    monkeypatch.setattr(passwords, "_HASHER", type("Hasher", (), {"verify": staticmethod(verify)}))
    for email in ("ann@example.org", "bob@example.org", "nobody@example.org"):
        with pytest.raises(NotSignedIn):
            sign_in(world, email)
    assert len(verified) == 3
    assert all(hash_.startswith("$argon2id$") for hash_ in verified)


def test_a_failure_is_an_entry_where_it_has_a_subject(world: World) -> None:
    """A wrong password for a known address is remembered; an unknown address is not named."""
    for email in ("ann@example.org", "nobody@example.org"):
        with pytest.raises(NotSignedIn):
            sign_in(world, email, "a wrong password")
    assert entries(world, "account:session:refused") == 1
    with world.house.reading() as db:
        assert "nobody" not in str(db.execute(select(t.audit_entry.c.data)).all())


def test_signing_in_gives_a_fresh_secret(world: World) -> None:
    """Fixation: whatever cookie the browser had before, the session is not under it."""
    client, planted = world.client(), clock.new_secret()
    client.set_cookie("cloudsirt", planted)
    answer = submit(client, "ann@example.org", PASSWORD)
    assert answer.status_code == 303
    cookie = client.get_cookie("cloudsirt")
    assert cookie is not None
    assert cookie.value != planted
    assert is_open(world, cookie.value)
    assert not is_open(world, planted)


def test_too_many_attempts_are_stopped_for_a_while(world: World) -> None:
    """After ten failures even the right password waits, for that address and no other, until a
    quarter of an hour has passed since the first."""
    for _ in range(sessions.ATTEMPTS):
        with pytest.raises(NotSignedIn):
            sign_in(world, "Ann@example.org", "a wrong password")
    with pytest.raises(TooManyAttempts):
        sign_in(world)
    assert submit(world.client(), "ann@example.org", PASSWORD).status_code == 429
    with pytest.raises(NotSignedIn):
        sign_in(world, "bob@example.org")
    world.advance(minutes=15, microseconds=-1)
    with pytest.raises(TooManyAttempts):
        sign_in(world)
    world.advance(microseconds=1)
    assert is_open(world, sign_in(world))


def test_a_success_forgets_the_failures_before_it(world: World) -> None:
    """Whoever remembers the password starts anew."""
    for _ in range(2):
        for _ in range(sessions.ATTEMPTS - 1):
            with pytest.raises(NotSignedIn):
                sign_in(world, password="a wrong password")
        sign_in(world)
    assert entries(world, "account:session:started") == 2


# ending


def test_an_idle_session_ends_at_the_very_instant(world: World) -> None:
    """One hour without use; a use in time starts the hour anew."""
    secret = sign_in(world)
    world.advance(hours=1, microseconds=-1)
    assert is_open(world, secret)
    world.advance(hours=1, microseconds=-1)
    assert is_open(world, secret)
    world.advance(hours=1)
    assert not is_open(world, secret)


def test_a_session_ends_after_twelve_hours_however_busy(world: World) -> None:
    """The absolute limit, to the microsecond."""
    secret = sign_in(world)
    for _ in range(23):
        world.advance(minutes=30)
        assert is_open(world, secret)
    world.advance(minutes=30, microseconds=-1)
    assert is_open(world, secret)
    world.advance(microseconds=1)
    assert not is_open(world, secret)


def test_reading_pages_notes_the_use_once_a_minute(world: World) -> None:
    """So that reading seldom writes."""
    secret = sign_in(world)

    def seen() -> object:
        with world.house.reading() as db:
            return db.execute(select(t.session.c.seen)).scalar_one()

    start = world.now
    world.advance(seconds=59)
    assert is_open(world, secret)
    assert seen() == start
    world.advance(seconds=1)
    assert is_open(world, secret)
    assert seen() == start + timedelta(minutes=1)


def test_signing_out_ends_one_session_and_everywhere_ends_all(world: World) -> None:
    """Of that person, and of nobody else."""
    world.set_password("bob")
    here, there, everywhere = sign_in(world), sign_in(world), sign_in(world)
    other = sign_in(world, "bob@example.org")
    sessions.sign_out(world.house, here, world.people["ann"], everywhere=False)
    assert [is_open(world, secret) for secret in (here, there, everywhere)] == [False, True, True]
    sessions.sign_out(world.house, there, world.people["ann"], everywhere=True)
    assert [is_open(world, secret) for secret in (there, everywhere)] == [False, False]
    assert is_open(world, other)
    assert entries(world, "account:session:ended") == 2


def test_signing_out_in_the_browser_forgets_the_cookie_and_ends_the_session(world: World) -> None:
    """The secret is worth nothing afterwards, to whoever may have kept it."""
    client = world.client()
    submit(client, "ann@example.org", PASSWORD)
    cookie = client.get_cookie("cloudsirt")
    assert cookie is not None
    token = form_token(client, "/account/")
    answer = client.post("/sign-out", data={"csrf_token": token})
    assert (answer.status_code, answer.location) == (303, "/")
    assert "cache" in answer.headers["Clear-Site-Data"]
    assert client.get_cookie("cloudsirt") is None
    client.set_cookie("cloudsirt", cookie.value)
    assert client.get("/feed").status_code == 303


def test_signing_out_everywhere_is_a_button_of_the_account_page(world: World) -> None:
    """Another browser of the same person is out at its next request."""
    client, secret = world.client(), sign_in(world)
    submit(client, "ann@example.org", PASSWORD)
    token = form_token(client, "/account/")
    assert is_open(world, secret)
    answer = client.post("/account/sign-out-everywhere", data={"csrf_token": token})
    assert answer.status_code == 303
    assert not is_open(world, secret)
    assert client.get("/account/").status_code == 303


def test_removing_a_person_ends_their_sessions(world: World) -> None:
    """At the very next request."""
    secret = sign_in(world)
    world.remove("ann")
    assert not is_open(world, secret)


def test_a_lapse_changes_what_an_open_session_reads_at_the_next_request(world: World) -> None:
    """Standing is no part of a session: nothing is remembered between two requests."""
    world.share("bob", indicator("TLP:AMBER", name="Amber scanner"))
    world.share("bob", indicator("TLP:CLEAR", name="Clear scanner"))
    client = world.client()
    client.set_cookie("cloudsirt", sign_in(world))
    assert "Amber scanner" in client.get("/feed").text
    world.end_nda("Alpha")
    page = client.get("/feed").text
    assert "Amber scanner" not in page
    assert "Clear scanner" in page
    assert "The NDA of 2026-03-01 ended on 2026-03-01." in page
    world.sign_nda("Alpha")
    assert "Amber scanner" in client.get("/feed").text
    world.suspend("Alpha")
    assert "Amber scanner" not in client.get("/feed").text


def test_the_worker_forgets_sessions_that_can_never_be_used_again(world: World) -> None:
    """Idle and old ones go; open ones stay; no entry is made of it."""
    sign_in(world)
    world.advance(minutes=59)
    fresh = sign_in(world)
    world.advance(minutes=1, microseconds=1)
    before = entries(world, "account:session:ended")
    world.work()
    with world.house.reading() as db:
        assert len(db.execute(select(t.session)).all()) == 1
    assert is_open(world, fresh)
    assert entries(world, "account:session:ended") == before


@pytest.mark.parametrize("secret", ["", "x", "\x00", "é" * 400])
def test_a_secret_that_was_never_given_opens_nothing(world: World, secret: str) -> None:
    """Whatever a cookie may hold."""
    assert not is_open(world, secret)


# passwords


COSTLY, NOBODY = passwords._HASHER, passwords._NOBODY  # as they are outside the tests


def test_hashing_is_as_costly_as_recommended() -> None:
    """Argon2id with 64 MiB and three rounds (RFC 9106 §4, second choice), or more."""
    assert COSTLY.type is Type.ID
    assert COSTLY.memory_cost >= 64 * 1024  # KiB
    assert COSTLY.time_cost >= 3
    assert COSTLY.salt_len >= 16


def test_comparing_with_nobodys_password_costs_the_same() -> None:
    """What is compared for unknown addresses is made like every other hash."""
    assert not COSTLY.check_needs_rehash(NOBODY)


def test_a_password_has_a_length_and_is_kept_as_argon2id() -> None:
    """Twelve characters at least (ASVS 6.2.1), and a maximum, so that hashing stays cheap."""
    hash_ = hash_password("x" * passwords.SHORTEST)
    assert hash_.startswith("$argon2id$")
    assert is_password("x" * passwords.SHORTEST, hash_)
    assert not is_password("x" * passwords.SHORTEST + "x", hash_)
    for wrong in ("x" * (passwords.SHORTEST - 1), "x" * (passwords.LONGEST + 1), ""):
        with pytest.raises(PasswordNotAcceptable):
            hash_password(wrong)


def test_a_password_counts_to_its_last_character() -> None:
    """The longest one with more behind it is another one."""
    hash_ = hash_password("x" * passwords.LONGEST)
    assert is_password("x" * passwords.LONGEST, hash_)
    assert not is_password("x" * passwords.LONGEST + "y", hash_)


def test_nobodys_password_is_never_right() -> None:
    """Not even the one that the comparison for unknown addresses is made with."""
    assert is_password("nobody has this password", passwords._NOBODY)
    assert not is_password("nobody has this password", None)
