"""`cloudsirt application`: the same decisions as in the portal, by the same people."""

from typing import Any

import orjson
import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner

from cloudsirt import clock
from cloudsirt.auth import passwords
from cloudsirt.cli import applications, cloudsirt
from cloudsirt.errors import NotPermitted, NotSignedIn
from membership.errors import IllegalTransition, Overtaken, UnknownApplication
from tests.world import PASSWORD, World


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A secretariat of two, a seat on the Board, and a member's analyst; this is their house."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    monkeypatch.setattr(applications, "house", lambda: world.house)
    world.member("Office", "sue", "secretariat")
    world.person("sid", "Office", "secretariat")
    world.person("bea", "Office", "board")
    for name in ("sue", "sid", "bea"):
        world.set_password(name)
    return world


def run(*words: str, given: str | None = None) -> Any:
    """A command with `--json`; the document that it prints."""
    result = CliRunner().invoke(cloudsirt, ["application", *words, "--json"], input=given)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return orjson.loads(result.stdout)


def decide(name: str, *words: str, password: str = PASSWORD) -> Any:
    """A decision by somebody who gives their password."""
    by = ("--person", f"{name}@example.org", "--password-stdin")
    return run(*words, *by, given=f"{password}\n")


def test_an_application_goes_its_way_at_the_console(world: World) -> None:
    """Listed, taken up, asked, judged by two, found, put to the Board."""
    id_ = world.application("Example")
    (line,) = run("list", "--state", "submitted")
    assert (line["id"], line["name"], line["state"]) == (id_, "Example", "submitted")
    assert decide("sue", "take-up", id_)["state"] == "in-review"
    for name in ("sue", "sid"):
        judged = ("--criterion", "csirt-statute", "--finding", "met", "--reason", "A law.")
        decide(name, "judge", id_, *judged)
    assert decide("sid", "find", id_)["state"] == "eligible"
    assert decide("sid", "ballot", id_)["state"] == "in-ballot"
    shown = run("show", id_)
    states = {item["criterion"]: item["state"] for item in shown["criteria"]}
    assert states["csirt-statute"] == "met"
    assert shown["awaited"] == "The Board votes."
    assert shown["record"]["name"] == "Example"
    assert run("withdraw", id_)["state"] == "withdrawn"


def test_more_is_asked_and_it_is_declined_at_the_console(world: World) -> None:
    """With a text each."""
    id_ = world.application("Example", "other")
    decide("sue", "take-up", id_)
    assert decide("sue", "find", id_)["state"] == "not-eligible"
    assert decide("sue", "ask", id_, "--question", "Why?")["state"] == "more-asked"
    assert run("show", id_)["question"] == "Why?"
    other = world.application("Another", "other")
    decide("sue", "take-up", other)
    decide("sue", "find", other)
    assert decide("sue", "decline", other, "--reason", "No.")["state"] == "declined"


def test_nobody_borrows_a_name(world: World) -> None:
    """A wrong password, and a person who is not of the secretariat, change nothing."""
    id_ = world.application("Example")
    with pytest.raises(NotSignedIn):
        decide("sue", "take-up", id_, password="wrong")
    with pytest.raises(NotPermitted):
        decide("bea", "take-up", id_)
    assert run("list")[0]["state"] == "submitted"


def test_a_decision_may_name_what_it_is_about(world: World) -> None:
    """Another revision: refused, with how it is now."""
    id_ = world.application("Example")
    with pytest.raises(Overtaken, match="is submitted since"):
        decide("sue", "take-up", id_, "--revision", "2")
    decide("sue", "take-up", id_, "--revision", "3")
    with pytest.raises(IllegalTransition):
        decide("sue", "take-up", id_)
    with pytest.raises(UnknownApplication):
        decide("sue", "take-up", clock.new_id())


def test_drafts_are_their_applicants_own_at_the_console_too(world: World) -> None:
    """That there is one, and nothing of what it says."""
    id_ = world.draft("Secret Draft")
    assert run("list")[0]["name"] == ""
    shown = run("show", id_)
    assert (shown["record"], shown["answers"], shown["criteria"]) == (None, {}, [])
    run("withdraw", id_)
    assert run("list")[0]["name"] == ""
    shown = run("show", id_)
    assert (shown["record"], shown["answers"], shown["criteria"]) == (None, {}, [])


def test_what_is_due_lapses_at_the_console(world: World) -> None:
    """As in the worker."""
    world.draft("Example")
    assert run("lapse") == {"lapsed": 0}
    world.advance(days=180)
    assert run("lapse") == {"lapsed": 1}


def test_a_person_reads_lines(world: World) -> None:
    """Without `--json`, for the eye."""
    id_ = world.application("Example")
    shown = CliRunner().invoke(cloudsirt, ["application", "show", id_]).stdout
    assert "state: submitted" in shown
    assert "csirt-statute: not judged yet" in shown
    assert "Example" in CliRunner().invoke(cloudsirt, ["application", "list"]).stdout
