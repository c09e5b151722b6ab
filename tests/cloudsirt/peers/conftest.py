"""Two installations: `world`, which pulls and pushes, and `other`, the peer that is served."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plumbing.peers import HOST, Odd, Served, odd, served
from tests.world import World


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """A consortium with a member whose service account relays, and one who reads."""
    made = World(database_url, tmp_path, {"allow_private_hosts": frozenset({HOST})})
    populate(made)
    yield made
    made.close()


@pytest.fixture
def engine_name() -> str:
    """SQLite alone, where a test does not ask for both engines."""
    return "sqlite"


@pytest.fixture
def other(sqlite_template: Path, tmp_path: Path) -> Iterator[Served]:
    """A peer with a member of its own, on a database of its own, with small pages."""
    folder = tmp_path / "other"
    folder.mkdir()
    path = folder / "cloudsirt.db"
    shutil.copyfile(sqlite_template, path)
    made = World(f"sqlite:///{path}", folder, {"page_size": 3})
    made.member("Peer", "pia")
    made.person("feed", "Peer", "service")
    with served(made) as site:
        yield site
    made.close()


@pytest.fixture
def stranger() -> Iterator[Odd]:
    """A server that answers whatever a test says."""
    with odd() as site:
        yield site


def populate(made: World) -> None:
    """The people of the consortium that pulls and pushes."""
    made.member("Relay", "rob")
    made.person("relay", "Relay", "service")
    made.member("Beta", "bob")
