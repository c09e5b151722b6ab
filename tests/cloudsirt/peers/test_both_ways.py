"""The main path on both engines: one installation pulls from another, and pushes to it."""

import pytest

from tests.cloudsirt.peers.arrange import pull_of, push_of, run, trust
from tests.objects import ids, indicator, later
from tests.plumbing.peers import Served
from tests.world import World


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Both engines, whatever the folder says."""
    return str(request.param)


def test_what_is_new_at_the_peer_comes_once(world: World, other: Served) -> None:
    """Page after page, then only what came since; a later version by its source as well."""
    first = [indicator("TLP:GREEN", name=f"Scanner {number}") for number in range(7)]
    other.world.share("pia", *first)
    pull = pull_of(world, other.url(), credentials=trust(world, other))

    assert run(world, pull) == (7, 7, 0, 0)
    assert world.read("bob") == first
    assert run(world, pull) == (0, 0, 0, 0)

    other.world.share("pia", indicator("TLP:GREEN"), later(first[0], name="Renamed"))
    assert run(world, pull) == (2, 2, 0, 0)
    assert {item["name"] for item in world.read("bob")} >= {"Renamed", "Scanner 6"}
    assert len(world.read("bob")) == 8


def test_what_enters_the_public_channel_goes_to_the_peer_once(world: World, other: Served) -> None:
    """In order of entry, as it was received; and what is not public stays."""
    first = [indicator("TLP:CLEAR", name=f"Scanner {number}") for number in range(5)]
    world.share("bob", *first, indicator("TLP:GREEN"))
    push = push_of(world, other.url("members", "attacks"), credentials=trust(world, other))

    assert run(world, push) == (5, 5, 0, 0)
    assert [item["name"] for item in other.world.read("pia")] == [item["name"] for item in first]
    assert run(world, push) == (0, 0, 0, 0)

    newest = indicator("TLP:CLEAR")
    world.share("bob", newest)
    assert run(world, push) == (1, 1, 0, 0)
    assert other.world.ids("pia") == ids(*first, newest)
