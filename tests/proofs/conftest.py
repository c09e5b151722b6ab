"""Worlds for the proofs: any number in one test, since a property is tried on many."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from tests.plumbing.postgres import PostgresServer
from tests.proofs.replaying import postgres_world, sqlite_world
from tests.world import World

Worlds = Callable[[], AbstractContextManager[World]]


@pytest.fixture(scope="session")
def worlds(sqlite_template: Path) -> Worlds:
    """Fresh worlds on SQLite."""
    return partial(sqlite_world, sqlite_template)


@pytest.fixture(scope="session")
def postgres_worlds(postgres_server: PostgresServer, postgres_template: str) -> Worlds:
    """Fresh worlds on PostgreSQL."""
    return partial(postgres_world, postgres_server, postgres_template)
