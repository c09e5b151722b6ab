"""`cloudsirt init`, `serve`, `worker` and `demo`."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from cloudsirt import clock, serving, worker
from cloudsirt.cli.printing import house, json_option, show
from cloudsirt.config import Config, read_config
from cloudsirt.demo.consortium import PERSONS
from cloudsirt.demo.loading import Loaded, load
from cloudsirt.house import open_house
from cloudsirt.installing import install
from cloudsirt.mail.delivery import FOLDER
from feeds.topics import collection_named
from tlp import Perimeter

_ORDER = ("secretariat", "board", "representative", "analyst", "researcher")


@click.command()
@json_option
def init(as_json: bool) -> None:
    """Make the home folder, the keys, the database and CloudSIRT's own identity."""
    config = read_config()
    made = install(config)
    document = {
        "home": str(config.home),
        "organisation": made.organisation,
        "identity": f"identity--{made.organisation}",
    }
    text = f"Ready in {config.home}"
    show(as_json, document, text if made.has_new_keys else f"{text}; it was set up before.")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, workers: int) -> None:
    """Serve the portal and TAXII; put a proxy that speaks TLS in front."""
    house().database.close()  # refuses here, with a sentence, what would fail in every process
    serving.serve(read_config(), host, port, workers)


@click.command("worker")
def work() -> None:
    """Do what happens by itself: place due releases, send letters, end stale sessions."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    worker.run(house(), stop)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def demo(host: str, port: int) -> None:
    """Serve a throw-away consortium with realistic content; it is gone when you stop it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that the folder goes too
    with tempfile.TemporaryDirectory(prefix="cloudsirt-demo-") as folder:
        home = Path(folder) / "home"
        site = f"http://{host}:{port}"
        config = Config(home=home, database_url=f"sqlite:///{home / 'cloudsirt.db'}", base_url=site)
        install(config)
        built = open_house(config)
        loaded = load(built, clock.now())
        click.echo(_welcome(loaded, site, home / FOLDER))
        built.database.close()  # the server forks
        with _worker_beside(config):
            serving.serve(config, host, port, workers=1)


@contextmanager
def _worker_beside(config: Config) -> Iterator[None]:
    """A worker in a process of its own, for as long as the block runs."""
    environment = {
        **os.environ,
        "CLOUDSIRT_HOME": str(config.home),
        "CLOUDSIRT_DATABASE_URL": config.database_url,
        "CLOUDSIRT_BASE_URL": config.base_url or "",
        "CLOUDSIRT_SMTP_HOST": "",  # nothing of a demo goes to anybody
    }
    beside = subprocess.Popen([sys.executable, "-m", "cloudsirt", "worker"], env=environment)
    try:
        yield
    finally:
        beside.terminate()
        beside.wait()


def _welcome(loaded: Loaded, site: str, letters: Path) -> str:
    """What somebody who started the demo wants to know."""
    people = "\n".join(
        f"  {person.email:<46} {', '.join(person.roles)}"
        for person in sorted(PERSONS, key=lambda person: _rank(person.roles))
    )
    analyst = next(person for person in PERSONS if "analyst" in person.roles)
    collection = collection_named(Perimeter.MEMBERS, "everything")
    path = f"/taxii2/members/collections/{collection.id if collection else ''}/objects/?limit=5"
    return f"""
The demo consortium is ready: {loaded.objects} objects, {loaded.refused} refused.

Portal   {site}/
Sign in with any of these addresses and the password  {loaded.password}

{people}

TAXII, as {analyst.name}:
  curl -s -u {analyst.email}:{loaded.tokens[analyst.key]} '{site}{path}'
and as anybody:
  curl -s {site}/taxii2/public/collections/

Letters are not sent, but written to files: look into
  {letters}

Everything is thrown away when you stop it with Ctrl-C.
"""


def _rank(roles: tuple[str, ...]) -> int:
    return min((_ORDER.index(role) for role in roles if role in _ORDER), default=len(_ORDER))


COMMANDS = (init, serve, work, demo)
