"""One installation run as an operator runs it: `serve` with processes of its own, and `worker`.

Each is the leader of a process group, so that everything of it can be killed at one moment.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from cloudsirt import clock
from cloudsirt.check import CHECKS, run_checks
from tests.conformance.served import basic
from tests.endurance.asking import Client, NotAnswered
from tests.world import World

ROOT = Path(__file__).parents[2]
SECONDS = 60.0  # for a start, or an end, on a busy machine


@dataclass
class Running:
    """An installation that is served; `ann` and `amy` of Alpha, `bob` of Beta, members; `cat` of
    Gamma, who only reads; `ros` of a working group."""

    world: World
    log: Path
    processes: int = 2
    port: int = 0
    _groups: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _clients: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, what: str) -> None:
        """Start `serve` or `worker`."""
        arguments = ["serve", "--workers", str(self.processes), "--port", str(self.port)]
        config = self.world.house.config
        kept = {k: v for k, v in os.environ.items() if not k.startswith("CLOUDSIRT_")}
        environment = kept | {
            "CLOUDSIRT_HOME": str(config.home),
            "CLOUDSIRT_DATABASE_URL": config.database_url,
        }
        with self.log.open("ab") as output:
            self._groups[what] = subprocess.Popen(
                [sys.executable, "-m", "cloudsirt", *(arguments if what == "serve" else [what])],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def begin(self, module: str, settings: dict[str, Any]) -> subprocess.Popen[bytes]:
        """Start a client that is a process of this folder; it ends with the installation."""
        command = [sys.executable, "-m", f"tests.endurance.{module}", json.dumps(settings)]
        client = subprocess.Popen(command, cwd=ROOT)
        self._clients.append(client)
        return client

    def await_answers(self) -> None:
        """Wait until the server answers."""
        client, deadline = Client(self.port, None), time.monotonic() + SECONDS
        while time.monotonic() < deadline and self._groups["serve"].poll() is None:
            try:
                client.ask("GET", "/taxii2/")
            except NotAnswered:
                time.sleep(0.05)
            else:
                client.close()
                return
        raise RuntimeError(self.log.read_text())

    def kill(self, what: str) -> None:
        """`kill -9` of the whole of `serve` or `worker`, and wait until nothing of it is left."""
        process = self._groups.pop(what)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(SECONDS)

    def serving_processes(self) -> list[int]:
        """The processes below the server's first one."""
        leader = self._groups["serve"].pid
        children = Path(f"/proc/{leader}/task/{leader}/children").read_text()
        return [int(child) for child in children.split()]

    def kill_one_server(self, place: int) -> None:
        """`kill -9` of one serving process; the server itself starts another one."""
        children = self.serving_processes()
        if children:
            os.kill(children[place % len(children)], signal.SIGKILL)

    def stop(self) -> None:
        """Stop everything in good order; of the clients, those that have not ended."""
        for client in self._clients:
            client.kill()
            client.wait(SECONDS)
        for process in self._groups.values():
            process.send_signal(signal.SIGTERM)
        for process in self._groups.values():
            process.wait(SECONDS)
        self._groups.clear()

    def client(self, who: str | None) -> Client:
        """Somebody's connection."""
        return Client(self.port, self.authorization(who))

    def authorization(self, who: str | None) -> str | None:
        """The credentials of somebody."""
        return None if who is None else basic(f"{who}@example.org", self.world.tokens[who])

    def problems(self, *checks: str) -> list[str]:
        """What `cloudsirt check` finds amiss, in these checks or in all."""
        found = run_checks(self.world.house.config, checks or list(CHECKS))
        return [problem for finding in found for problem in finding.problems]


def resident(process: int) -> int:
    """The memory of a process, in octets."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def running(
    database_url: str, folder: Path, settings: Mapping[str, int] | None = None
) -> Iterator[Running]:
    """A consortium that is served, with a worker, for as long as the block runs."""
    past = clock.now() - timedelta(days=1)
    world = World(database_url, folder, settings or {}, now=past)
    world.member("Alpha", "ann")
    world.person("amy", "Alpha")
    world.member("Beta", "bob")
    world.member("Gamma", "cat")
    world.researcher("Group", "ros")
    world.close()
    made = Running(world, folder / "log", port=_free_port())
    try:
        made.start("serve")
        made.start("worker")
        made.await_answers()
        yield made
    finally:
        made.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
