"""A PostgreSQL server that keeps its promises, as a process of ours that can be killed.

The one of `tests.plumbing.postgres` forgets durability for speed; this is the same one, started
again with what an operator's has.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.plumbing.postgres import PostgresServer, running_server

CONFIGURATION = """
fsync = on
full_page_writes = on
synchronous_commit = on
"""
SECONDS = 60.0  # for a start with recovery, on a busy machine


@dataclass
class DurableServer:
    """A server, its data, and its first process while it is ours."""

    server: PostgresServer
    data: Path
    program: str
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers; what a killed one left running goes first."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                self.process = self._begin()
            try:
                _connect(self.server).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError((self.data / "log").read_text())

    def kill(self) -> None:
        """`kill -9` of the postmaster; its children end by themselves when they notice."""
        if self.process is None:
            os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            return
        self.process.kill()
        self.process.wait(SECONDS)
        self.process = None

    def stop(self) -> None:
        """Stop it, whoever is connected."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(SECONDS)

    def _begin(self) -> subprocess.Popen[bytes]:
        """As the owner of the data, since PostgreSQL does not run as root."""
        command = [self.program, "-D", str(self.data)]
        command += ["-k", str(self.server.socket_folder), "-h", ""]
        owner = self.data.stat().st_uid if os.getuid() == 0 else None
        with (self.data / "log").open("ab") as output:
            return subprocess.Popen(
                command, cwd=self.data, stdout=output, stderr=output, user=owner
            )


@contextmanager
def durable_server() -> Iterator[DurableServer]:
    """A server that syncs, for as long as the block runs."""
    with running_server() as server:
        with _connect(server) as connection:
            found = connection.execute("SHOW data_directory").fetchone()
        data = Path(str(found[0] if found else ""))
        with (data / "postgresql.conf").open("a") as configuration:
            configuration.write(CONFIGURATION)
        made = DurableServer(server, data, _program(data))
        made.kill()
        try:
            made.start()
            yield made
        finally:
            made.stop()


def _connect(server: PostgresServer) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host=str(server.socket_folder), user="postgres", dbname="postgres")


def _program(data: Path) -> str:
    """What it was started with: the package brings several versions."""
    return (data / "postmaster.opts").read_text().split()[0]
