"""Served installations for clients, one for each engine and worker, reached where they say."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.clients.tool import Tools
from tests.conformance.conftest import Sites


@pytest.fixture(scope="session")
def sites(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Sites]:
    """Every served installation of this session, stopped at its end."""
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("clients")
        yield Sites(folder, request, stack, database="cloudsirt_clients", base_url=None)


# With `--dist loadgroup` one worker serves one engine, so that nothing is set up twice.
@pytest.fixture(
    params=[
        pytest.param("sqlite", marks=pytest.mark.xdist_group("clients-sqlite")),
        pytest.param(
            "postgres",
            marks=[pytest.mark.postgres, pytest.mark.xdist_group("clients-postgres")],
        ),
    ],
)
def engine_name(request: pytest.FixtureRequest) -> str:
    """The engine under test."""
    return str(request.param)


@pytest.fixture
def tools(sites: Sites, engine_name: str) -> Tools:
    """The served installation on the engine under test, as tools reach it."""
    return Tools(sites.on(engine_name))
