"""What tests below the house need of it: its database, and nothing that watches over it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from cloudsirt.database import make_engine
from tests.world import World


@pytest.fixture
def engine(world: World) -> Iterator[Engine]:
    """The same database without the guard of the house."""
    found = make_engine(world.database_url)
    yield found
    found.dispose()
