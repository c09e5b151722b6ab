"""Everything that one run needs, started as it is asked for: folders, databases, servers."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.environments import python_of
from benchmarks.postgres import Postgres, running_postgres
from benchmarks.servers import memory, opentaxii, ours
from benchmarks.servers.ours import Installation, People
from benchmarks.servers.running import Server

SQLITE, POSTGRES = "SQLite", "PostgreSQL"
ENGINES = (POSTGRES, SQLITE)


@dataclass
class House:
    """One run: a folder that goes away, and what was started in it."""

    folder: Path
    stack: ExitStack
    _postgres: Postgres | None = None
    _made: dict[str, int] = field(default_factory=dict)

    @property
    def postgres(self) -> Postgres:
        """The PostgreSQL server of this run."""
        if self._postgres is None:
            self._postgres = self.stack.enter_context(running_postgres(self.folder / "pg"))
        return self._postgres

    def place(self, name: str) -> Path:
        """A path that nothing is at yet."""
        self._made[name] = self._made.get(name, 0) + 1
        return self.folder / f"{name}{self._made[name]}"

    def database(self, engine: str, name: str, driver: str = "psycopg") -> str:
        """The URL of an empty database."""
        place = self.place(name)
        if engine == SQLITE:
            return f"sqlite:///{place}.db"
        self.postgres.create(place.name)
        return self.postgres.url(place.name, driver)

    def installation(self, engine: str, name: str = "ours") -> tuple[Installation, People]:
        """CloudSIRT, set up and empty."""
        return ours.install(self.place(f"{name}-home"), self.database(engine, name))

    def cloudsirt(self, engine: str, count: int) -> Server:
        """CloudSIRT with so many objects, served."""
        installation, people = self.installation(engine)
        name = f"CloudSIRT, {engine}"
        server = self.stack.enter_context(ours.serving(name, installation, people))
        ours.load(server, count)
        return server

    def opentaxii(self, engine: str, count: int) -> Server:
        """OpenTAXII with so many objects, served."""
        url = self.database(engine, "theirs", "psycopg2")
        return self.stack.enter_context(
            opentaxii.serving(
                f"OpenTAXII, {engine}", python_of("opentaxii"), self.place("opentaxii"), url, count
            )
        )

    def medallion(self, count: int) -> Server:
        """medallion with so many objects in memory, served."""
        return self.stack.enter_context(
            memory.serving("medallion", python_of("medallion"), self.place("medallion"), count)
        )


@contextmanager
def opened() -> Iterator[House]:
    """A run: its folder and its servers are gone at the end."""
    with (
        tempfile.TemporaryDirectory(prefix="cloudsirt-bench-") as name,
        ExitStack() as stack,
    ):
        yield House(Path(name), stack)
