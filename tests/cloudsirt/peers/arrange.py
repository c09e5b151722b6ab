"""Verbs of these tests: credentials, pulls and pushes, runs."""

from typing import Any

from cloudsirt import clock
from cloudsirt.house import OPERATOR
from cloudsirt.peers import arranging
from cloudsirt.peers.peer import Mark, Peer, Pull, Push, Run
from cloudsirt.peers.running import run_peer
from cloudsirt.peers.store import PeerStore
from feeds.topics import Topic
from tests.plumbing.peers import Served
from tests.world import World
from tlp import Label, Perimeter


def trust(world: World, other: Served, who: str = "feed") -> str:
    """Credentials of an account at the peer, in the home folder; the name of the file."""
    line = f"Basic {who}@example.org:{other.world.tokens[who]}"
    return secret(world, line)


def secret(world: World, line: str, mode: int = 0o600) -> str:
    """A file of credentials; its name."""
    path = world.house.config.home / "peer.other"
    path.write_text(line + "\n")
    path.chmod(mode)
    return path.name


def pull_of(world: World, url: str, **changes: Any) -> Pull:
    """A pull that is kept; by Relay's service account, unmarked to TLP:GREEN, every hour."""
    given: dict[str, Any] = {
        "id": clock.new_id(),
        "name": "other",
        "url": url,
        "person": world.people["relay"],
        "topic": Topic.ATTACKS,
        "unmarked": Label.GREEN,
        "every": 60,
        "credentials": None,
    }
    made = Pull(**{**given, **changes})
    keep(world, made)
    return made


def push_of(world: World, url: str, **changes: Any) -> Push:
    """A push that is kept: the public channel, as Relay's service account reads it."""
    given: dict[str, Any] = {
        "id": clock.new_id(),
        "name": "other",
        "url": url,
        "person": world.people["relay"],
        "channel": Perimeter.PUBLIC,
        "topic": None,
        "every": 60,
        "credentials": None,
    }
    made = Push(**{**given, **changes})
    keep(world, made)
    return made


def keep(world: World, peer: Peer) -> None:
    """Add a pull or push as the operator does."""
    with world.house.working(OPERATOR) as work:
        arranging.add(work, world.house.config, peer)


def numbers(run: Run) -> tuple[int, int, int, int]:
    """Objects, stored, repeated, refused."""
    counts = run.counts
    return counts.objects, counts.stored, counts.repeated, counts.refused


def run(world: World, peer: Peer) -> tuple[int, int, int, int]:
    """Run one to its end, without an error; its numbers."""
    ended = run_peer(world.house, peer)
    assert ended.error is None, ended.error
    return numbers(ended)


def error(world: World, peer: Peer) -> str:
    """Run one that ends early; why."""
    ended = run_peer(world.house, peer)
    assert ended.error is not None
    return ended.error


def mark(world: World, peer: Peer) -> Mark:
    """How far one is."""
    with world.house.reading() as db:
        found = PeerStore(db).mark(peer.id)
    assert found is not None
    return found


def runs(world: World, peer: Peer) -> list[Run]:
    """The runs of one, the newest first."""
    with world.house.reading() as db:
        return PeerStore(db).runs(peer.id)
