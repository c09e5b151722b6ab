"""What one request costs in work: seconds of a core, in the server's processes and in PostgreSQL.

A busy machine makes an answer late, and hardly makes it dearer: this is what can be measured where
others work too. What PostgreSQL does apart from the connections (checkpoints, vacuum, helpers of
parallel queries) is left out; the last of these show by the clock.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import create_engine, text

from benchmarks import client, processes
from benchmarks.servers.running import Server

_MILLI = 1_000


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds for one request: of a core, and by the clock."""

    web: float
    database: float
    clock: float

    @property
    def whole(self) -> float:
        """Of both."""
        return self.web + self.database

    def __str__(self) -> str:
        return f"{self.web:.2f} + {self.database:.2f}"


@dataclass(frozen=True, slots=True)
class Watched:
    """A server, and the database that it asks."""

    server: Server
    database_url: str

    def cost(self, requests: Sequence[bytes]) -> Cost:
        """What each of these requests costs, one after the other."""
        client.work_off(self.server.port, [requests[0]], 1)  # opens what stays open
        return self.cost_of(
            lambda: client.work_off(self.server.port, list(requests[1:]), 1), len(requests) - 1
        )

    def cost_of(self, ask: Callable[[], object], count: int) -> Cost:
        """What each of so many requests costs, that something sends."""
        before = self._so_far()
        ask()
        after = self._so_far()
        spent = [(end - begin) * _MILLI / count for begin, end in zip(before, after, strict=True)]
        return Cost(*spent)

    def _so_far(self) -> tuple[float, float, float]:
        """Seconds of both, and of the clock; connections are opened meanwhile, and none closed."""
        connections = self._connections()
        web = processes.children(self.server.process)
        worked = [sum(map(processes.worked, of)) for of in (web, connections)]
        return worked[0], worked[1], time.perf_counter()

    def _connections(self) -> tuple[int, ...]:
        """The processes of PostgreSQL that serve this database, ours excepted."""
        engine = create_engine(self.database_url)
        try:
            with engine.connect() as db:
                found = db.execute(
                    text(
                        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
                        "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
                    )
                )
                return tuple(found.scalars())
        finally:
            engine.dispose()
