"""CloudSIRT: set up by its own commands, loaded over TAXII, read by another member."""

import base64
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from benchmarks import client
from benchmarks.material import envelope
from benchmarks.servers.running import PROCESSES, ROOT, Server, free_port, running
from cloudsirt.cli import cloudsirt

ENVELOPE = 1_000  # objects


@dataclass(frozen=True, slots=True)
class Installation:
    """A home folder and its database."""

    home: Path
    database_url: str

    @property
    def environment(self) -> dict[str, str]:
        """What its commands find in their environment."""
        return {
            "PYTHONPATH": str(ROOT),
            "CLOUDSIRT_HOME": str(self.home),
            "CLOUDSIRT_DATABASE_URL": self.database_url,
        }

    def command(self, *words: str) -> Any:
        """Run `cloudsirt …`, in this process; what it says, parsed."""
        done = CliRunner().invoke(cloudsirt, [*words, "--json"], env=self.environment)
        if done.exit_code:
            raise RuntimeError(f"cloudsirt {' '.join(words)}: {done.output}") from done.exception
        return json.loads(done.stdout)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody with a token."""

    email: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """What their client sends."""
        pair = base64.b64encode(f"{self.email}:{self.token}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}


@dataclass(frozen=True, slots=True)
class People:
    """Who posts, who reads as a member, and who reads only what researchers may."""

    poster: Account
    member: Account
    researcher: Account


def install(home: Path, database_url: str) -> tuple[Installation, People]:
    """Set an installation up, with three organisations in it."""
    installation = Installation(home, database_url)
    installation.command("init")
    return installation, People(
        enrol(installation, "poster", "csirt", "analyst"),
        enrol(installation, "member", "csirt", "analyst"),
        enrol(installation, "researcher", "research", "researcher"),
    )


def enrol(installation: Installation, name: str, category: str, role: str) -> Account:
    """Somebody of an organisation in force, with a token for reading and writing."""
    email = f"{name}@example.org"
    say = installation.command
    organisation = say("org", "add", "--name", name, "--category", category, "--in-force")["id"]
    who = ("--email", email, "--name", name, "--role", role)
    say("person", "add", "--org", organisation, *who, "--acknowledged")
    return Account(email, issue_token(installation, email))


def issue_token(installation: Installation, email: str) -> str:
    """Another token of somebody."""
    scopes = ("--scope", "taxii:read", "--scope", "taxii:write")
    issued: str = installation.command("token", "issue", "--person", email, *scopes)["token"]
    return issued


@contextmanager
def serving(
    name: str, installation: Installation, people: People, topic: str = "attacks"
) -> Iterator[Server]:
    """Serve it, as `cloudsirt serve` does."""
    found = {(item["root"], item["alias"]): item for item in installation.command("collections")}
    collection = found["members", topic]["id"]
    port = free_port()
    command = (sys.executable, "-m", "cloudsirt", "serve")
    options = ("--port", str(port), "--workers", str(PROCESSES))
    log = installation.home / "serve.log"
    with running([*command, *options], port, installation.environment, log) as process:
        yield Server(
            name,
            port,
            read=f"/taxii2/members/collections/{collection}/",
            post=f"/taxii2/members/collections/{collection}/objects/",
            headers=people.member.headers,
            post_headers=people.poster.headers,
            password=(people.member.email, people.member.token),
            process=process,
        )


def as_researcher(server: Server, installation: Installation, people: People) -> Server:
    """The same server, where and as a researcher reads it."""
    found = installation.command("collections")
    (collection,) = {
        item["id"] for item in found if (item["root"], item["alias"]) == ("research", "attacks")
    }
    return replace(
        server,
        read=f"/taxii2/research/collections/{collection}/",
        post="",
        headers=people.researcher.headers,
    )


def load(server: Server, count: int, series: str = "read") -> None:
    """Post so many objects."""
    for start in range(0, count, ENVELOPE):
        body = envelope(start, min(ENVELOPE, count - start), series)
        request = client.post(server.post, server.post_headers, body)
        answer = client.ask_once(server.port, request)
        status = json.loads(answer.body)
        if answer.status != 202 or status["failure_count"]:
            raise RuntimeError(f"not all was taken: {answer.status} {answer.body[:500]!r}")
