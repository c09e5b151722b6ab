"""The people whom the review of an application needs."""

import pytest

from tests.world import World


@pytest.fixture
def office(world: World) -> World:
    """A secretariat of two."""
    world.member("Office", "sue", "secretariat")
    world.person("sid", "Office", "secretariat")
    return world
