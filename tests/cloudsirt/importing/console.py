"""The console in tests: commands in an installation, and what they print."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result

from cloudsirt import clock
from cloudsirt.cli import cloudsirt, exporting, importing
from tests.world import World

IMPORT = ("--person", "ann@example.org", "--topic", "attacks")


def furnished(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two members and a working group; the console's house is theirs."""
    world.now = clock.now()
    world.member("Alpha", "ann")
    world.member("Beta", "bob")
    world.researcher("Group", "ros")
    lives_in(world, monkeypatch)
    return world


def lives_in(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands work in this installation."""
    monkeypatch.setattr(importing, "house", lambda: world.house)
    monkeypatch.setattr(exporting, "house", lambda: world.house)


def run(*words: str) -> Result:
    """A command; anything that is not its own way of ending is raised."""
    result = CliRunner().invoke(cloudsirt, words)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def bring(path: Path, *options: str, status: int = 0) -> Any:
    """An import as Ann; the document that it prints."""
    result = run("import", str(path), *IMPORT, *options, "--json")
    assert result.exit_code == status, result.output
    return orjson.loads(result.stdout)


def counts(document: Any) -> tuple[int, int, int]:
    """Stored, repeated, refused."""
    return document["stored"], document["repeated"], document["refused"]


def written(path: Path, *objects: dict[str, Any], **beside: Any) -> Path:
    """A bundle in a file."""
    path.write_bytes(orjson.dumps({"type": "bundle", "objects": list(objects), **beside}))
    return path
