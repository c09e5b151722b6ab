"""`cloudsirt ballot`: the Board's ballots at the console, with the same rules as on the pages."""

from typing import Any

import orjson
import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner

from cloudsirt.auth import passwords
from cloudsirt.cli import ballots, cloudsirt
from cloudsirt.errors import ChecksFailed, NotPermitted, NotSignedIn
from membership.ballots.papers import commitment
from membership.errors import (
    IllegalTransition,
    NotAcceptable,
    NotAllowed,
    NotComplete,
    UnknownPerson,
    UnknownText,
)
from membership.store import MembershipStore
from tests.world import PASSWORD, World

BYLAWS = ("--kind", "bylaws", "--name", "ballot_term", "--value", "21")


@pytest.fixture
def engine_name() -> str:
    """What the console says does not depend on the engine."""
    return "sqlite"


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A Board of three, whose members have passwords; the console is in this house."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    monkeypatch.setattr(ballots, "house", lambda: world.house)
    world.board("ann", "bob", "cat")
    for name in ("ann", "bob", "cat"):
        world.set_password(name)
    return world


def run(*words: str, status: int = 0, password: str = PASSWORD) -> Any:
    """A command with `--json`; the document that it prints."""
    result = CliRunner().invoke(cloudsirt, ["ballot", *words, "--json"], input=password + "\n")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == status, result.output
    return orjson.loads(result.stdout) if status == 0 else None


def said(*words: str, password: str = PASSWORD) -> str:
    """The same for a person."""
    result = CliRunner().invoke(cloudsirt, ["ballot", *words], input=password + "\n")
    assert result.exit_code == 0, result.output
    return result.stdout


def as_(name: str) -> tuple[str, ...]:
    """The options of somebody who is present."""
    return ("--person", f"{name}@example.org", "--password-stdin")


def expel(world: World) -> str:
    """A secret ballot on the organisation of a member of the Board."""
    made = run("open", "--kind", "expulsion", "--org", world.organisations["Cat Org"])
    return str(made["id"])


def test_a_ballot_from_its_opening_to_its_close(world: World) -> None:
    """Opened, voted on, closed early, listed and shown; then nobody votes any more."""
    ballot = run("open", *BYLAWS)
    assert ballot["closes"] == "2026-03-15T12:00:00+00:00"
    id_ = ballot["id"]
    (line,) = run("list")
    assert (line["id"], line["state"], line["missing"]) == (id_, "open", 3)
    assert run("vote", id_, *as_("ann"), "--choice", "for")["state"] == "open"
    voted = run("vote", id_, *as_("bob"), "--choice", "for")
    assert voted == {"id": id_, "state": "carried", "code": None}
    assert run("list") == []
    assert [line["id"] for line in run("list", "--closed")] == [id_]
    shown = run("show", id_)
    assert shown["tally"][-1] == "Two thirds of all 3 seats are 2; 2 voted for: enough."
    assert shown["seats"] == [
        {"person": "ann@example.org", "vote": "for"},
        {"person": "bob@example.org", "vote": "for"},
        {"person": "cat@example.org", "vote": "missing"},
    ]
    assert "carried." in said("show", id_)
    with pytest.raises(IllegalTransition):
        run("vote", id_, *as_("cat"), "--choice", "against")
    with world.house.reading() as db:
        assert MembershipStore(db).bylaws(world.now).ballot_term.days == 21


def test_whoever_votes_gives_their_password(world: World) -> None:
    """At the console too; and the operator has no seat to vote with."""
    id_ = run("open", *BYLAWS)["id"]
    with pytest.raises(NotSignedIn):
        run("vote", id_, *as_("ann"), "--choice", "for", password="not the password")
    with pytest.raises(NotSignedIn):
        run("recuse", id_, *as_("ann"), "--reason", "x", password="not the password")
    run("vote", id_, "--person", "ann@example.org", "--choice", "for", status=2)
    world.person("alf", "Ann Org", "analyst")
    world.set_password("alf")
    with pytest.raises(NotPermitted):
        run("vote", id_, *as_("alf"), "--choice", "for")
    world.remove("ann")
    with pytest.raises(UnknownPerson):
        run("vote", id_, *as_("ann"), "--choice", "for")
    assert run("list")[0]["missing"] == 3


def test_a_seat_recuses_itself(world: World) -> None:
    """And is shown with its reason."""
    id_ = run("open", *BYLAWS)["id"]
    assert run("recuse", id_, *as_("ann"), "--reason", "A friend.")["state"] == "open"
    assert run("show", id_)["seats"][0]["vote"] == "recused: A friend."
    with pytest.raises(NotAllowed):
        run("vote", id_, *as_("ann"), "--choice", "for")


def test_the_papers_of_a_secret_ballot_are_verified(world: World) -> None:
    """The code is printed once, changes the vote, and finds the paper after the close."""
    id_ = expel(world)
    code = run("vote", id_, *as_("ann"), "--choice", "against")["code"]
    with pytest.raises(ChecksFailed, match="published at the close"):
        run("verify", id_)
    with pytest.raises(NotComplete):
        run("vote", id_, *as_("ann"), "--choice", "for")
    assert run("vote", id_, *as_("ann"), "--choice", "for", "--code", code)["code"] is None
    printed = said("vote", id_, *as_("bob"), "--choice", "for")
    assert "shown this once" in printed
    found = run("verify", id_, "--code", code)
    assert found["own"] == [commitment(id_, code), "for"]
    assert [choice for _, choice in found["papers"]] == ["for", "for"]
    assert "2 papers, one for each voter" in said("verify", id_)
    with pytest.raises(NotAcceptable):
        run("verify", id_, "--code", "another")


def test_open_votes_have_no_papers(world: World) -> None:
    """There is nothing to verify where everybody sees the votes."""
    id_ = run("open", *BYLAWS)["id"]
    with pytest.raises(ChecksFailed, match="no papers"):
        run("verify", id_)


def test_ballots_that_are_due_are_closed(world: World) -> None:
    """As the worker does, and not before."""
    id_ = run("open", *BYLAWS)["id"]
    assert run("close") == {"closed": 0}
    world.advance(days=14)
    assert run("close") == {"closed": 1}
    assert run("show", id_)["state"] == "not-carried"


def test_a_ballot_is_cancelled_with_a_reason(world: World) -> None:
    """Which everybody who may see it reads."""
    id_ = expel(world)
    run("vote", id_, *as_("ann"), "--choice", "for")
    assert run("cancel", id_, "--reason", "They left.")["state"] == "cancelled"
    assert "cancelled: They left." in said("show", id_)
    assert run("verify", id_)["papers"] == []


@pytest.mark.parametrize(
    "options",
    [
        ("--kind", "bylaws", "--name", "ballot_term"),
        ("--kind", "bylaws", "--value", "3"),
        ("--kind", "expulsion"),
        ("--kind", "nda-text"),
        ("--kind", "admission"),
    ],
)
def test_a_motion_without_its_subject_is_misuse(world: World, options: tuple[str, ...]) -> None:
    """What is missing is named; an admission is opened from its application."""
    run("open", *options, status=2)


def test_a_text_that_nobody_proposed_is_not_put_to_the_vote(world: World) -> None:
    """It must be there to be read."""
    with pytest.raises(UnknownText):
        run("open", "--kind", "nda-text", "--text", "NDA 1999")
