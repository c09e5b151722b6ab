"""The consortium of these examples, and the check that follows each of them."""

from collections.abc import Iterator

import pytest

from feeds.recomputing import compare_placements
from tests.world import World


@pytest.fixture(autouse=True)
def everything_explained(world: World) -> Iterator[None]:
    """Two members, a working group, a partner; afterwards every placement follows the rules."""
    world.member("Alpha", "ann")
    world.member("Beta", "bob", "analyst", "incident-contact")
    world.person("ben", "Beta")
    world.researcher("Working Group", "rita")
    world.organisation("Ministry", "partner")
    world.person("mia", "Ministry", "incident-contact")
    yield
    with world.house.reading() as db:
        assert compare_placements(db, world.now, world.house.workshop).problems == []
