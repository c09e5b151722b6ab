"""`cloudsirt org show|set|leave|record`, `person role` and `directory`: the operator's side."""

from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from cloudsirt import clock
from cloudsirt.cli import choices, cloudsirt, people, records
from membership.errors import IllegalTransition, MembershipError, NotAcceptable
from tests.world import World


@pytest.fixture
def engine_name() -> str:
    """What a command prints does not depend on the engine."""
    return "sqlite"


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two members, at the time that the console reads; this is its house."""
    world.now = clock.now()
    world.member("Alpha", "ann", "representative")
    world.member("Beta", "bob", "representative")
    for module in (choices, people, records):
        monkeypatch.setattr(module, "house", lambda: world.house)
    return world


def run(*words: str, given: object = None) -> Any:
    """A command with `--json`; the document that it prints."""
    text = orjson.dumps(given) if given is not None else b""
    result = CliRunner().invoke(cloudsirt, [*words, "--json"], input=text)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return orjson.loads(result.stdout)


def test_defaults_and_listings_are_set(world: World) -> None:
    """What is not given stays as it was."""
    alpha = world.organisations["Alpha"]
    run("org", "set", alpha, "--label", "green", "--public-listing", "name")
    found = run("org", "show", alpha)
    assert (found["default_label"], found["attribution"]) == ("green", "named")
    assert (found["listing"], found["public_listing"]) == ("name", "name")
    with pytest.raises(NotAcceptable):
        run("org", "set", alpha, "--listing", "nothing")


def test_the_directory_is_what_others_see(world: World) -> None:
    """Of members, and of everybody; the platform itself is in neither."""
    run("org", "set", world.organisations["Beta"], "--listing", "nothing")
    run("org", "set", world.organisations["Alpha"], "--public-listing", "name")
    run("org", "set", world.organisations["Alpha"], "--public-listing", "nothing")
    assert [item["name"] for item in run("directory")] == ["Alpha"]
    assert run("directory", "--public") == []


def test_a_record_is_set_shown_and_confirmed(world: World) -> None:
    """Without review, from JSON; a field that is missing stays; the name is the register's."""
    alpha = world.organisations["Alpha"]
    run("org", "record", "set", alpha, given={"country": "PT", "asns": [64500]})
    run("org", "record", "set", alpha, given={"name": "Omega"})
    run("org", "record", "confirm", alpha)
    found = run("org", "record", "show", alpha)
    assert found["record"]["country"] == "PT"
    assert found["record"]["asns"] == [64500]
    assert found["confirmed"] is not None
    assert found["due"] > found["confirmed"]
    assert run("org", "show", alpha)["name"] == "Omega"


@pytest.mark.parametrize(
    "given",
    [[], {"asns": ["many"]}, {"contacts": [{}]}, {"colour": "red"}, {"country": "Portugal"}],
)
def test_a_record_that_is_none_is_refused(world: World, given: object) -> None:
    """With a sentence, and nothing has changed."""
    alpha = world.organisations["Alpha"]
    with pytest.raises(MembershipError):
        run("org", "record", "set", alpha, given=given)
    assert run("org", "record", "show", alpha)["saved"] is None


def test_roles_of_the_consortium_are_the_operators(world: World) -> None:
    """Given once, taken once."""
    run("person", "role", "add", "--email", "ann@example.org", "--role", "board")
    with pytest.raises(IllegalTransition):
        run("person", "role", "add", "--email", "ann@example.org", "--role", "board")
    run("person", "role", "remove", "--email", "ann@example.org", "--role", "board")
    with pytest.raises(IllegalTransition):
        run("person", "role", "remove", "--email", "ann@example.org", "--role", "board")


def test_leaving_is_recorded_once(world: World) -> None:
    """It ends the membership, and says how."""
    alpha = world.organisations["Alpha"]
    run("org", "leave", alpha, "--yes")
    assert run("org", "show", alpha)["ending"] == "left"
    assert [item["name"] for item in run("directory")] == ["Beta"]
    with pytest.raises(IllegalTransition):
        run("org", "leave", alpha, "--yes")


def test_the_question_before_leaving_is_no_part_of_the_document(world: World) -> None:
    """It is asked on standard error: standard output is one JSON document or nothing."""
    words = ["org", "leave", world.organisations["Alpha"], "--json"]
    refused = CliRunner().invoke(cloudsirt, words, input="n\n")
    assert (refused.exit_code, refused.stdout) == (1, "")
    done = CliRunner().invoke(cloudsirt, words, input="y\n")
    assert orjson.loads(done.stdout) == {"id": world.organisations["Alpha"]}
    assert "cannot be undone" in done.stderr
