"""One served CloudSIRT with a prepared consortium, and verbs to ask it things over HTTP.

Who is there: `ann` of Alpha and `bob` of Beta, members; of Beta also `rae`, whose token reads
only, `wes`, whose token posts only, and `nell`, whose token does neither; `ros` of a working
group; `lou` of a member whose NDA ended. Nothing is ever posted to the topic `sources`.
"""

import base64
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from cloudsirt import clock
from cloudsirt.auth.permissions import Scope
from tests.conformance.wire import PATIENCE, TAXII, Answer, send
from tests.objects import indicator
from tests.world import World

ROOT = Path(__file__).parents[2]
BASE_URL = "https://share.example.org"
PAGE_SIZE = 12  # objects
MAX_LENGTH = 60_000  # octets
DAYS_AGO = 3
READY = b"CloudSIRT is ready on "
MEMBERS = "/taxii2/members/"
RESEARCH = "/taxii2/research/"
PUBLIC = "/taxii2/public/"
ATTACKS = f"{MEMBERS}collections/attacks/"
EVERYTHING = f"{MEMBERS}collections/everything/"
EMPTY = f"{MEMBERS}collections/sources/"


@dataclass
class Site:
    """A served installation; the world in it is for what operators do by commands."""

    world: World
    old_status: dict[str, Any]
    port: int = 0

    def ask(
        self,
        who: str | None,
        path: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        accept: str | None = TAXII,
        headers: Mapping[str, str] | None = None,
        chunked: bool = False,
    ) -> Answer:
        """A request as somebody, or as nobody."""
        given = {} if accept is None else {"Accept": accept}
        if who is not None:
            given["Authorization"] = self.basic(who)
        return send(self.port, method, path, {**given, **(headers or {})}, body, chunked)

    def post(
        self,
        who: str | None,
        document: object,
        *,
        to: str = ATTACKS,
        content_type: str | None = TAXII,
        **options: Any,
    ) -> Answer:
        """POST an envelope, or raw bytes."""
        body = document if isinstance(document, bytes) else orjson.dumps(document)
        headers = {} if content_type is None else {"Content-Type": content_type}
        path = f"{to}objects/"
        return self.ask(who, path, method="POST", body=body, headers=headers, **options)

    def share(self, who: str, *objects: dict[str, Any], **beside: Any) -> dict[str, Any]:
        """Post objects that are all taken; the status."""
        answer = self.post(who, {"objects": list(objects), **beside})
        assert answer.status == 202, answer.body
        assert answer.document["success_count"] == len(objects), answer.body
        return answer.document

    def three(self) -> tuple[list[dict[str, Any]], str]:
        """Three fresh objects of Alpha's for the members, and the query that selects them."""
        items = [indicator("TLP:GREEN") for _ in range(3)]
        self.share("ann", *items)
        return items, f"?match[id]={','.join(item['id'] for item in items)}"

    def basic(self, who: str) -> str:
        """The credentials of somebody as HTTP Basic."""
        return basic(f"{who}@example.org", self.world.tokens[who])

    def operator(self) -> World:
        """The world, at this instant, for what an operator does beside the server."""
        self.world.now = clock.now()
        return self.world


def basic(name: str, secret: str) -> str:
    """A name and a secret as HTTP Basic."""
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def prepare(database_url: str, folder: Path) -> Site:
    """Set the consortium up as of some days ago, with a submission of that time."""
    then = clock.now() - timedelta(days=DAYS_AGO)
    world = World(database_url, folder, {"max_content_length": MAX_LENGTH}, now=then)
    world.member("Alpha", "ann")
    world.member("Beta", "bob")
    world.person("rae", "Beta", scopes=[Scope.TAXII_READ])
    world.person("wes", "Beta", scopes=[Scope.TAXII_WRITE])
    world.person("nell", "Beta", scopes=[])
    world.researcher("Group", "ros")
    world.member("Delta", "lou")
    world.end_nda("Delta")
    return Site(world, world.share("ann", indicator("TLP:GREEN")))


@contextmanager
def serving(site: Site, log: Path, base_url: str | None = BASE_URL) -> Iterator[Site]:
    """`cloudsirt serve` on this installation; it must stop in good order, with no fault logged.

    Without a `base_url` it names itself by the address at which it is reached.
    """
    config = site.world.house.config
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CLOUDSIRT_")} | {
        "CLOUDSIRT_HOME": str(config.home),
        "CLOUDSIRT_DATABASE_URL": config.database_url,
        "CLOUDSIRT_BASE_URL": base_url or "",
        "CLOUDSIRT_PAGE_SIZE": str(PAGE_SIZE),
        "CLOUDSIRT_MAX_CONTENT_LENGTH": str(MAX_LENGTH),
    }
    site.port = _free_port()
    command = [
        sys.executable,
        "-m",
        "cloudsirt",
        "serve",
        "--workers",
        "1",
        "--port",
        str(site.port),
    ]
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        _await(server, log)
        yield site
    finally:
        server.send_signal(signal.SIGTERM)
        status = server.wait(PATIENCE)
    assert status == 0, log.read_text()
    assert "fault" not in log.read_text(), log.read_text()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while READY not in log.read_bytes():
        if time.monotonic() > deadline or server.poll() is not None:
            raise RuntimeError(log.read_text())
        time.sleep(0.05)
