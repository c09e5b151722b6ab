"""Served installations, one for each engine and worker, started when a test first asks."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conformance.served import BASE_URL, Site, prepare, serving
from tests.plumbing.postgres import PostgresServer

DATABASE = "cloudsirt_conformance"


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line(
        "markers", "item(number, section, demand, result): settles an item of TAXII 2.1"
    )


@dataclass
class Sites:
    """What was started so far, by engine."""

    folder: Path
    request: pytest.FixtureRequest
    open: ExitStack
    database: str = DATABASE
    base_url: str | None = BASE_URL
    started: dict[str, Site] = field(default_factory=dict)

    def on(self, engine: str) -> Site:
        """The installation on this engine."""
        if engine not in self.started:
            folder = self.folder / engine
            folder.mkdir()
            site = prepare(self._database_url(engine), folder)
            self.open.callback(site.world.close)
            served = serving(site, self.folder / f"{engine}.log", self.base_url)
            self.started[engine] = self.open.enter_context(served)
        return self.started[engine]

    def _database_url(self, engine: str) -> str:
        if engine == "sqlite":
            path = self.folder / "conformance.db"
            shutil.copyfile(self.request.getfixturevalue("sqlite_template"), path)
            return f"sqlite:///{path}"
        server: PostgresServer = self.request.getfixturevalue("postgres_server")
        server.create(self.database, template=self.request.getfixturevalue("postgres_template"))
        return server.url(self.database)


@pytest.fixture(scope="session")
def sites(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Sites]:
    """Every served installation of this session, stopped at its end."""
    with ExitStack() as stack:
        yield Sites(tmp_path_factory.mktemp("conformance"), request, stack)


# With `--dist loadgroup` one worker serves one engine, so that nothing is set up twice.
@pytest.fixture(
    params=[
        pytest.param("sqlite", marks=pytest.mark.xdist_group("conformance-sqlite")),
        pytest.param(
            "postgres",
            marks=[pytest.mark.postgres, pytest.mark.xdist_group("conformance-postgres")],
        ),
    ],
)
def engine_name(request: pytest.FixtureRequest) -> str:
    """The engine under test."""
    return str(request.param)


@pytest.fixture
def site(sites: Sites, engine_name: str) -> Site:
    """The served installation on the engine under test."""
    return sites.on(engine_name)
