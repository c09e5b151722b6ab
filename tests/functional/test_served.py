"""CloudSIRT as it is run: set up by its commands, served by its own server, used by a TAXII client
that we did not write.

Everything here goes through processes and sockets; one installation for each engine serves the
whole file, since the commands are slow to start and no test leans on another's objects.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner
from taxii2client.common import TokenAuth
from taxii2client.exceptions import TAXIIServiceException
from taxii2client.v21 import ApiRoot, Collection, Server, as_pages

from cloudsirt.cli import cloudsirt, main
from cloudsirt.config import SETTINGS
from tests.objects import indicator, later, malware, report
from tests.plumbing.postgres import PostgresServer
from tests.world import World

ROOT = Path(__file__).parents[2]
# With `--dist loadgroup` one worker runs the whole file, so that nothing is set up twice.
pytestmark = pytest.mark.xdist_group("served")

CANARY = "cst_canary-of-a-credential"
"""Stands in no log, whatever was sent."""

PATIENCE = 240.0  # seconds: only a machine that is busy with much else comes near it
TAXII = "application/taxii+json;version=2.1"


@dataclass
class Installation:
    """One installation in a folder of its own, and what its commands answered."""

    home: Path
    environment: dict[str, str]
    site: str
    ids: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, Any] = field(default_factory=dict)
    collections: list[dict[str, str]] = field(default_factory=list)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "cloudsirt", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    def json(self, *arguments: str) -> Any:
        """Run a command that must succeed; its one JSON document."""
        done = self.run(*arguments, "--json")
        assert (done.returncode, done.stderr) == (0, ""), done
        assert done.stdout.count("\n") == 1
        return json.loads(done.stdout)

    def json_from_here(self, *arguments: str) -> Any:
        """The same in this process, which saves the start of another one."""
        done = CliRunner().invoke(cloudsirt, [*arguments, "--json"], env=self.environment)
        assert (done.exit_code, done.stderr) == (0, ""), done
        return json.loads(done.stdout)

    def collection(self, name: str | None, alias: str, root: str = "members") -> Any:
        """A collection, as somebody's TAXII client knows it."""
        url = next(
            row["url"] for row in self.collections if (row["root"], row["alias"]) == (root, alias)
        )
        if name is None:
            return Collection(url)
        return Collection(url, user=f"{name}@example.org", password=self.tokens[name])

    def get(self, name: str | None, path: str, method: str = "GET") -> requests.Response:
        """A plain request."""
        auth = (f"{name}@example.org", self.tokens[name]) if name is not None else None
        headers = {"Accept": TAXII}
        return requests.request(
            method, self.site + path, auth=auth, headers=headers, timeout=PATIENCE
        )


def set_up(folder: Path, database_url: str, *, by_processes: bool) -> Installation:
    """Set an installation up by its commands: two members, a person and a token in each."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = folder / "home"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CLOUDSIRT_")}
    environment |= {
        "CLOUDSIRT_HOME": str(home),
        "CLOUDSIRT_DATABASE_URL": database_url,
        "CLOUDSIRT_BASE_URL": f"http://127.0.0.1:{port}",
    }
    made = Installation(home, environment, f"http://127.0.0.1:{port}")
    made.ids["init"] = made.json("init")
    run = made.json if by_processes else made.json_from_here
    for name, organisation, category in (("ann", "Alpha", "csirt"), ("bob", "Beta", "telco")):
        made.ids[organisation] = run(
            *("org", "add", "--name", organisation, "--category", category, "--in-force")
        )
        made.ids[name] = run(
            *("person", "add", "--org", made.ids[organisation]["id"], "--role", "analyst"),
            *("--email", f"{name}@example.org", "--name", name.capitalize(), "--acknowledged"),
        )
        token = run("token", "issue", "--person", f"{name}@example.org", "--label", "test")
        made.tokens[name] = token["token"]
    made.collections = run("collections")
    return made


def serve(made: Installation, log: Path, workers: int) -> subprocess.Popen[bytes]:
    """Start the server, and wait until it answers."""
    command = [sys.executable, "-m", "cloudsirt", "serve", "--workers", str(workers)]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*command, "--port", made.site.rpartition(":")[2]],
            cwd=ROOT,
            env=made.environment,
            stdout=output,
            stderr=output,
        )
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            requests.get(f"{made.site}/taxii2/", timeout=PATIENCE)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return server
    server.kill()
    raise RuntimeError(log.read_text())


@dataclass
class _Running:
    """Installations that were started so far, by engine."""

    folder: Path
    postgres: pytest.FixtureRequest
    started: dict[str, tuple[Installation, subprocess.Popen[bytes]]] = field(default_factory=dict)

    def on(self, engine: str) -> Installation:
        """The installation on this engine, started when it is first asked for."""
        if engine not in self.started:
            is_large = engine == "postgres"
            url = self._database_url(engine)
            made = set_up(self.folder / engine, url, by_processes=not is_large)
            server = serve(made, self.folder / f"{engine}.log", workers=2 if is_large else 1)
            self.started[engine] = made, server
        return self.started[engine][0]

    def _database_url(self, engine: str) -> str:
        if engine == "sqlite":
            return f"sqlite:///{self.folder / 'served.db'}"
        server: PostgresServer = self.postgres.getfixturevalue("postgres_server")
        server.create("cloudsirt_served")
        return server.url("cloudsirt_served")

    def stop(self) -> list[int]:
        """Stop every server in good order; their exit statuses."""
        for _, server in self.started.values():
            server.send_signal(signal.SIGTERM)
        return [server.wait(PATIENCE) for _, server in self.started.values()]


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[_Running]:
    """The servers of this file; all must stop in good order, and have logged no fault."""
    found = _Running(tmp_path_factory.mktemp("served"), request)
    yield found
    assert set(found.stop()) <= {0}
    for log in found.folder.glob("*.log"):
        assert "fault" not in log.read_text()
        assert CANARY not in log.read_text()


@pytest.fixture
def served(running: _Running, engine_name: str) -> Installation:
    """The served installation on the engine under test."""
    return running.on(engine_name)


class Here:
    """Commands run in this process."""

    def __init__(self, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self._patch, self._capture = patch, capture

    def use(self, environment: dict[str, str]) -> None:
        """Let commands find this installation and no other."""
        for name in SETTINGS:
            self._patch.delenv(name, raising=False)
            if name in environment:
                self._patch.setenv(name, environment[name])

    def run(self, *arguments: str, text: str = "") -> tuple[int, str, str]:
        """Run a command; its exit status, and what it printed on either stream."""
        self._patch.setattr(sys, "argv", ["cloudsirt", *arguments])
        self._patch.setattr(sys, "stdin", StringIO(text))
        self._capture.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = self._capture.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    def json(self, *arguments: str) -> Any:
        """Run a command that must succeed; its one JSON document."""
        status, out, err = self.run(*arguments, "--json")
        assert (status, err) == (0, "")
        assert out.count("\n") == 1
        return json.loads(out)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    """Commands in this process."""
    return Here(monkeypatch, capsys)


def received(collection: Any, per_request: int = 50) -> list[dict[str, Any]]:
    """Everything in a collection, page by page, as the client follows them."""
    pages = as_pages(collection.get_objects, per_request=per_request)
    return [item for page in pages for item in page.get("objects", [])]


def test_the_commands_answer_what_they_document(served: Installation) -> None:
    """One JSON document each: ids and identities, tokens shown once, the fixed collections."""
    assert served.ids["init"]["home"] == str(served.home)
    for name in ("Alpha", "Beta", "ann", "bob"):
        document = served.ids[name]
        assert document.keys() == {"id", "identity"}
        assert document["identity"] == f"identity--{document['id']}"
    assert all(token.startswith("cst_") for token in served.tokens.values())
    assert len(served.collections) == 15
    for row in served.collections:
        assert row.keys() == {"root", "id", "alias", "title", "url"}
        path = f"{served.site}/taxii2/{row['root']}/collections/{row['id']}/"
        assert row["url"] == path
    secrets = [served.home / name for name in ("sealing.key", "audit.key")]
    assert [path.stat().st_mode & 0o777 for path in secrets] == [0o600, 0o600]


def test_a_client_finds_its_way_from_discovery(served: Installation) -> None:
    """Server, API roots, collections: with Basic and with a token in the header."""
    url = f"{served.site}/taxii2/"
    server = Server(url, user="ann@example.org", password=served.tokens["ann"])
    assert server.title == "CloudSIRT"
    assert [root.url for root in server.api_roots] == [f"{url}members/", f"{url}public/"]
    assert server.default.url == f"{url}members/"
    assert server.default.versions == [TAXII]
    writable = [item.title for item in server.default.collections if item.can_write]
    assert len(writable) == 4
    assert len(server.default.collections) == 5
    root = ApiRoot(f"{url}public/", auth=TokenAuth(key=served.tokens["bob"]))
    assert not [item for item in root.collections if item.can_write]
    anybody = Server(url)
    assert [root.url for root in anybody.api_roots] == [f"{url}public/"]


def test_members_read_what_a_member_posted(served: Installation) -> None:
    """The main job: each object equal, property by property, in the order of entry, on every
    page size, alone, in the manifest and in its versions."""
    family = malware("TLP:AMBER", x_note={"deep": [1, 2.5, "drei"]}, description="Grüße ☂")
    seen = [indicator("TLP:AMBER", name=f"Scanner {n}") for n in range(4)]
    items = [family, *seen, report("TLP:AMBER", family["id"], seen[0]["id"])]
    writing = served.collection("ann", "malicious-activity")
    status = writing.add_objects({"objects": items})
    assert (status.status, status.success_count, status.failure_count) == ("complete", 6, 0)
    assert [line["id"] for line in status.successes] == [item["id"] for item in items]
    status.refresh()
    assert status.total_count == 6
    reading = served.collection("bob", "malicious-activity")
    for per_request in (1, 4, 50):
        assert received(reading, per_request) == items
    assert reading.get_object(family["id"])["objects"] == [family]
    manifest = reading.get_manifest()["objects"]
    assert [record["id"] for record in manifest] == [item["id"] for item in items]
    assert reading.object_versions(family["id"])["versions"] == [family["modified"]]
    assert received(served.collection("ann", "malicious-activity")) == items
    ids = [item["id"] for item in received(served.collection("bob", "everything"))]
    assert ids[-6:] == [item["id"] for item in items] or set(ids) >= {item["id"] for item in items}
    with pytest.raises(requests.HTTPError, match="404"):
        reading.get_object("indicator--none")


def test_a_poller_gets_what_came_since(served: Installation) -> None:
    """By the date header of the page before, as SIEMs do it."""
    writing, reading = served.collection("ann", "sources"), served.collection("bob", "sources")
    first, second = indicator("TLP:GREEN"), indicator("TLP:GREEN")
    writing.add_objects({"objects": [first]})
    path = reading.url.removeprefix(served.site) + "objects/"
    polled = served.get("bob", path).headers["X-TAXII-Date-Added-Last"]
    assert reading.get_objects(added_after=polled) == {"more": False}
    writing.add_objects({"objects": [second, later(first)]})
    page = reading.get_objects(added_after=polled)
    assert page["objects"] == [second, later(first)]


def test_anybody_reads_what_is_clear_and_nothing_else(served: Installation) -> None:
    """Without credentials, at the public root alone."""
    clear, green = indicator("TLP:CLEAR"), indicator("TLP:GREEN")
    served.collection("ann", "attacks").add_objects({"objects": [clear, green]})
    assert received(served.collection(None, "attacks", "public")) == [clear]
    assert received(served.collection("bob", "attacks", "public")) == [clear]
    for root in ("members", "research"):
        answer = served.get(None, f"/taxii2/{root}/")
        assert answer.status_code == 401
        assert answer.headers["Content-Type"] == TAXII
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    hidden = served.get(None, f"/taxii2/public/collections/attacks/objects/{green['id']}/")
    assert hidden.status_code == 404


def test_what_is_deleted_is_gone(served: Installation) -> None:
    """By its contributor alone, and from every root."""
    item = indicator("TLP:CLEAR")
    served.collection("ann", "compromises").add_objects({"objects": [item]})
    path = f"/taxii2/members/collections/compromises/objects/{item['id']}/"
    assert served.get("bob", path, "DELETE").status_code == 403
    answer = served.get("ann", path, "DELETE")
    assert (answer.status_code, answer.content) == (200, b"")
    assert served.get("bob", path).status_code == 404
    assert received(served.collection(None, "compromises", "public")) == []
    with pytest.raises(requests.HTTPError):
        served.collection("ann", "compromises").delete_object(item["id"])


def test_the_client_is_told_what_it_may_not_do(served: Installation) -> None:
    """It refuses by itself to post where `can_write` is false, and the server refuses anyway."""
    for collection in (
        served.collection("ann", "everything"),
        served.collection("bob", "attacks", "public"),
        served.collection(None, "attacks", "public"),
    ):
        with pytest.raises(TAXIIServiceException):
            collection.add_objects({"objects": [indicator("TLP:CLEAR")]})
    answer = requests.post(
        f"{served.site}/taxii2/public/collections/attacks/objects/",
        headers={"Accept": TAXII, "Content-Type": TAXII},
        json={"objects": [indicator("TLP:CLEAR")]},
        timeout=PATIENCE,
    )
    assert answer.status_code == 403


def test_a_chunked_submission_is_taken(served: Installation) -> None:
    """Through the real server: a body of which nobody said how long it is."""
    item = indicator("TLP:GREEN")
    body = json.dumps({"objects": [item]}).encode()
    answer = requests.post(
        f"{served.site}/taxii2/members/collections/attacks/objects/",
        auth=("ann@example.org", served.tokens["ann"]),
        headers={"Content-Type": TAXII},
        data=iter([body[:50], body[50:]]),
        timeout=PATIENCE,
    )
    assert answer.status_code == 202, answer.text
    assert answer.json()["success_count"] == 1


def test_a_revoked_token_is_refused_at_the_next_request(served: Installation) -> None:
    """Whichever process of the server answers it; and other tokens go on working."""
    text = served.json("token", "issue", "--person", "bob@example.org", "--expires", "1")["token"]

    def ask() -> set[int]:
        auth = ("bob@example.org", text)
        url = f"{served.site}/taxii2/members/"
        return {requests.get(url, auth=auth, timeout=PATIENCE).status_code for _ in range(8)}

    assert ask() == {200}
    assert served.json("token", "revoke", "--token", text).keys() == {"id"}
    assert ask() == {401}
    assert served.get("bob", "/taxii2/members/").status_code == 200


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_standing_ends_at_the_next_request(served: Installation) -> None:
    """A suspension and the end of an account, recorded by commands, bite at once."""
    organisation = served.json_from_here(
        *("org", "add", "--name", "Gamma", "--category", "cloud-provider", "--in-force")
    )["id"]
    served.json_from_here(
        *("person", "add", "--org", organisation, "--name", "Gus", "--acknowledged"),
        *("--email", "gus@example.org"),
    )
    issued = served.json_from_here("token", "issue", "--person", "gus@example.org")
    served.tokens["gus"] = issued["token"]
    assert served.get("gus", "/taxii2/members/").status_code == 200
    served.json("org", "suspend", organisation, "--reason", "test")
    assert served.get("gus", "/taxii2/members/").status_code == 403
    assert served.get("gus", "/taxii2/public/").status_code == 200
    served.json("person", "remove", "--email", "gus@example.org")
    assert served.get("gus", "/taxii2/public/").status_code == 401


def test_what_is_no_http_is_refused_and_not_quoted(served: Installation) -> None:
    """A credential on a line without a colon is answered with 400, and stands in no log."""
    host, _, port = served.site.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        line = f"Authorization Bearer {CANARY}\r\n"
        connection.sendall(f"GET /taxii2/ HTTP/1.1\r\nHost: {host}\r\n{line}\r\n".encode())
        assert connection.recv(64).startswith(b"HTTP/1.1 400")


def test_everything_checks_out_afterwards(served: Installation) -> None:
    """Audit trail, reach, schema and configuration, whatever the other tests did before."""
    report_of_checks = served.json("check")
    assert report_of_checks["ok"] is True
    assert all(item["problems"] == [] for item in report_of_checks["checks"])
    assert {item["check"] for item in report_of_checks["checks"]} >= {
        "audit",
        "config",
        "reach",
        "schema",
    }


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_process_ends_with_the_status_that_scripts_rely_on(served: Installation) -> None:
    """1 for a refusal, 2 for wrong usage; the message is on standard error alone."""
    refused = served.run("org", "add", "--name", "Alpha", "--category", "csirt", "--json")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "cloudsirt: An organisation named “Alpha” is registered already.\n"
    misused = served.run("org", "add", "--name", "Alpha", "--category", "club", "--json")
    assert (misused.returncode, misused.stdout) == (2, "")
    assert "Usage: " in misused.stderr


# the same commands in this process, which costs no start


REFUSED: dict[str, tuple[str, ...]] = {
    "registered already": ("org", "add", "--name", "alpha", "--category", "csirt"),
    "No organisation": ("person", "add", "--org", "x", "--email", "a@b.example", "--name", "A"),
    "no token": ("token", "revoke", "--id", "none"),
    "There is no such token": ("token", "revoke", "--token", "cst_wrong"),
    "No person": ("token", "issue", "--person", "nobody@example.org"),
    "nobody@example.org": ("person", "remove", "--email", "nobody@example.org"),
    "not suspended": ("org", "reinstate", "ALPHA"),
    "12 to 256 characters": (
        *("person", "add", "--org", "ALPHA", "--email", "a@b.example", "--name", "A"),
        "--password-stdin",
    ),
    "not an e-mail address": ("person", "add", "--org", "ALPHA", "--email", "a", "--name", "A"),
}


def test_a_refusal_is_a_sentence_and_changes_nothing(world: World, here: Here) -> None:
    """One line on standard error, nothing on standard output, no trace of the code."""
    alpha = world.organisation("Alpha")
    config = world.house.config
    here.use({"CLOUDSIRT_HOME": str(config.home), "CLOUDSIRT_DATABASE_URL": config.database_url})
    before = here.json("org", "list")
    for sentence, command in REFUSED.items():
        arguments = [alpha if word == "ALPHA" else word for word in command]
        status, out, err = here.run(*arguments, "--json", text="short\n")
        assert (status, out) == (1, ""), arguments
        assert err.startswith("cloudsirt: ")
        assert sentence in err
        assert err.count("\n") == 1
    assert here.json("org", "list") == before
    assert here.json("person", "list", "--org", alpha) == []


MISUSED = [
    (),
    ("nonsense",),
    ("org", "add", "--name", "X"),
    ("org", "add", "--name", "X", "--category", "club"),
    ("token", "issue", "--person", "ann@example.org", "--scope", "taxii:admin"),
    ("token", "issue", "--person", "ann@example.org", "--expires", "0"),
    ("token", "revoke"),
    ("token", "revoke", "--id", "a", "--token", "b"),
    ("nda", "sign", "--org", "x", "--since", "yesterday"),
    ("serve", "--port", "99999"),
    ("check", "weather"),
]


def test_wrong_usage_is_status_2(here: Here, tmp_path: Path) -> None:
    """With a hint on standard error, and nothing on standard output."""
    here.use({"CLOUDSIRT_HOME": str(tmp_path)})
    for arguments in MISUSED:
        status, out, err = here.run(*arguments)
        assert (status, out) == (2, ""), arguments
        assert "Usage: " in err


def test_nothing_works_before_it_was_set_up(here: Here, tmp_path: Path) -> None:
    """Status 1 and what to do, and no trace of the code or of a password."""
    nowhere = "postgresql+psycopg://somebody:geheim@127.0.0.1:1/none"
    runs: tuple[tuple[dict[str, str], tuple[str, ...], str], ...] = (
        ({}, ("org", "list"), "run `cloudsirt init` first"),
        ({}, ("serve",), "run `cloudsirt init` first"),
        ({"CLOUDSIRT_DATABASE_URL": nowhere}, ("init",), "The database does not answer"),
        ({"CLOUDSIRT_DATABASE_URL": nowhere}, ("org", "list"), "The database does not answer"),
        ({"CLOUDSIRT_DATABASE_URL": "garbage"}, ("init",), "CLOUDSIRT_DATABASE_URL"),
        ({"CLOUDSIRT_PAGE_SIZE": "many"}, ("init",), "CLOUDSIRT_PAGE_SIZE"),
        ({"CLOUDSIRT_HOME": "/proc/none"}, ("init",), "/proc/none"),
    )
    for environment, arguments, sentence in runs:
        here.use({"CLOUDSIRT_HOME": str(tmp_path / "home"), **environment})
        status, out, err = here.run(*arguments)
        assert (status, out) == (1, ""), arguments
        assert err.startswith("cloudsirt: ")
        assert sentence in err
        assert err.count("\n") == 1
        assert "geheim" not in err
