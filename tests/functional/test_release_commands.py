"""`cloudsirt release`: what the operator sees of releases, and does in a contributor's name."""

from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from cloudsirt import clock
from cloudsirt.cli import cloudsirt, releases
from feeds.errors import ReleaseRefused, UnknownObject
from tests.objects import indicator
from tests.world import World

RESEARCH_AT, PUBLIC_AT = "2999-01-01T00:00:00.000000Z", "2999-02-01T00:00:00.000000Z"


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A member and a working group, at the time that the console reads; this is its house."""
    world.now = clock.now()
    world.member("Alpha", "ann")
    world.researcher("Group", "ros")
    monkeypatch.setattr(releases, "house", lambda: world.house)
    return world


def run(*words: str, status: int = 0) -> Any:
    """A command with `--json`; the document that it prints."""
    result = CliRunner().invoke(cloudsirt, ["release", *words, "--json"])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == status, result.output
    return orjson.loads(result.stdout) if status == 0 else None


def planned(world: World) -> dict[str, Any]:
    """An object that is due in research, then in public."""
    item = indicator("TLP:CLEAR", name="Not for the operator")
    world.share("ann", item, release={"research": RESEARCH_AT, "public": PUBLIC_AT})
    return item


def test_the_list_holds_ids_and_times_only(world: World) -> None:
    """Nothing of what an object says."""
    item, alpha = planned(world), world.organisations["Alpha"]
    line = {"id": item["id"], "version": item["modified"], "organisation": alpha}
    assert run("list") == [
        {**line, "perimeter": "research", "due": RESEARCH_AT},
        {**line, "perimeter": "public", "due": PUBLIC_AT},
    ]
    assert run("list", "--org", alpha) == run("list")
    assert run("list", "--org", world.organisations["Group"]) == []


def test_a_release_is_stopped_and_moved(world: World) -> None:
    """In the contributor's name, whose calendar then says so."""
    item, alpha = planned(world), world.organisations["Alpha"]
    named = (item["id"], "--org", alpha, "--perimeter")
    stopped = run("stop", *named, "research")
    assert stopped == {"id": item["id"], "perimeter": "research", "due": "stopped"}
    assert [line["due"] for line in run("list")] == ["stopped", "stopped"]
    run("move", *named, "research", "--to", RESEARCH_AT)
    assert [line["due"] for line in run("list")] == [RESEARCH_AT, "stopped"]
    run("move", *named, "research", "--to", "now")
    assert world.ids("ros", "research") == {item["id"]}
    assert [line["perimeter"] for line in run("list")] == ["public"]


def test_what_cannot_be_is_refused(world: World) -> None:
    """A known refusal, or a wrong use; nothing has changed."""
    item, alpha = planned(world), world.organisations["Alpha"]
    before = run("list")
    with pytest.raises(ReleaseRefused):
        run("move", item["id"], "--org", alpha, "--perimeter", "public", "--to", "now")
    with pytest.raises(UnknownObject):
        run("stop", item["id"], "--org", world.organisations["Group"], "--perimeter", "public")
    run("move", item["id"], "--org", alpha, "--perimeter", "public", "--to", "soon", status=2)
    run("stop", item["id"], "--org", alpha, "--perimeter", "moon", status=2)
    assert run("list") == before
