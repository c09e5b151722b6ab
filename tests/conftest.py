"""Fixtures for every test: a fresh migrated database on each engine, and a browser."""

import shutil
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser

from tests.plumbing.browser import find_chromium, running_browser
from tests.plumbing.postgres import PostgresServer, running_server
from tests.world import World

# `cloudsirt.migrating` is imported where it is used: the rules' tests need no database.
TEMPLATE = "cloudsirt_template"
_numbers = count(1)

settings.register_profile("ordinary", deadline=None, max_examples=60, print_blob=True)
settings.register_profile("deep", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile("ordinary")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server for this run (one per worker), with nothing in it."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """The name of a migrated database, to be copied and never used."""
    from cloudsirt.migrating import upgrade  # noqa: PLC0415

    postgres_server.create(TEMPLATE)
    upgrade(postgres_server.url(TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file, to be copied and never used."""
    from cloudsirt.migrating import upgrade  # noqa: PLC0415

    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(
    params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
)
def engine_name(request: pytest.FixtureRequest) -> str:
    """The engine under test: the test runs once on each."""
    return str(request.param)


@pytest.fixture
def database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database of the engine under test."""
    if engine_name == "sqlite":
        path = tmp_path / "cloudsirt.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = f"cloudsirt_{next(_numbers)}"
    server.create(name, template=request.getfixturevalue("postgres_template"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """An installation of its own on the engine under test, with nobody in it yet."""
    made = World(database_url, tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium for this run (one per worker)."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("no Chromium on this machine (Debian: apt install chromium)")
    with running_browser(executable) as running:
        yield running


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end what was skipped and why, so that no gap goes unseen."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.getreports("skipped")
    )
    for reason, times in sorted(reasons.items()):
        terminalreporter.write_line(f"SKIPPED {times} test(s): {reason}", yellow=True)
