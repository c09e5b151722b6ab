"""Nothing lost: `kill -9` at random moments, and everything answered with 202 is there.

Byte for byte, nothing is half there, and `cloudsirt check` finds placements and audit trail as
the rules say. `ENDURANCE_KILLS` and `ENDURANCE_SEED` change how often, and when.
"""

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cloudsirt.migrating import upgrade
from tests.endurance.durable import DurableServer, durable_server
from tests.endurance.posting import Poster, is_half, shortfall
from tests.endurance.running import Running, running

SEED = int(os.environ.get("ENDURANCE_SEED", "1"))
ORDINARY = ("one", "serve", "worker", "one", "one")
DEEP = 300
CHECKED_EVERY = 20  # kills, where there are many


def kill(site: Running, what: str, chance: random.Random) -> None:
    """Kill one of the serving processes, or all of `serve`, or the worker; start it again."""
    if what == "one":
        site.kill_one_server(chance.randrange(site.processes))
    else:
        site.kill(what)
        site.start(what)
    site.await_answers()


@contextmanager
def posting(site: Running) -> Iterator[list[Poster]]:
    """Three clients that post while the block runs; none of them may have failed."""
    stop = threading.Event()
    posters = [
        Poster(site.client(who), random.Random(f"{SEED} {place}"), stop)
        for place, who in enumerate(("ann", "amy", "bob"))
    ]
    for poster in posters:
        poster.start()
    try:
        yield posters
    finally:
        stop.set()
        for poster in posters:
            poster.join()
    assert [poster.faults for poster in posters] == [[], [], []]


def endure(site: Running, kills: int, strike: Callable[[int, random.Random], None]) -> int:
    """Strike so often while clients post, and look each time; how many were answered."""
    chance, reader = random.Random(SEED), site.client("cat")
    looked = [0, 0, 0]
    with posting(site) as posters:
        for number in range(kills):
            time.sleep(chance.uniform(0.05, 0.5))
            sent = [poster.sending for poster in posters]
            strike(number, chance)
            assert not [item for item in sent if item is not None and is_half(reader, item)]
            for place, poster in enumerate(posters):
                fresh = poster.answered[looked[place] :]
                looked[place] += len(fresh)
                assert not [found for item in fresh if (found := shortfall(reader, item))]
            if kills <= CHECKED_EVERY or number % CHECKED_EVERY == 0:
                assert site.problems("audit", "reach") == []
    answered = [item for poster in posters for item in poster.answered]
    assert not [found for item in answered if (found := shortfall(reader, item))]
    assert site.problems() == []
    reader.close()
    return len(answered)


def test_what_was_answered_outlives_killed_processes(database_url: str, tmp_path: Path) -> None:
    """Of the server one process or all of them, and the worker."""
    with running(database_url, tmp_path) as site:
        kills = len(ORDINARY)
        assert endure(site, kills, lambda number, chance: kill(site, ORDINARY[number], chance))


@pytest.mark.deep
def test_what_was_answered_outlives_hundreds_of_kills(database_url: str, tmp_path: Path) -> None:
    """The same, hundreds of times."""

    def strike(number: int, chance: random.Random) -> None:
        kill(site, chance.choice(("one", "one", "serve", "worker")), chance)

    with running(database_url, tmp_path) as site:
        assert endure(site, int(os.environ.get("ENDURANCE_KILLS", DEEP)), strike)


@pytest.mark.deep
@pytest.mark.postgres
def test_what_was_answered_outlives_a_killed_database(tmp_path: Path) -> None:
    """The postmaster of a PostgreSQL that syncs; server and worker go on when it is back."""

    def strike(number: int, chance: random.Random) -> None:
        restart(database)
        site.await_answers()

    with durable_server() as database:
        database.server.create("cloudsirt")
        url = database.server.url("cloudsirt")
        upgrade(url)
        with running(url, tmp_path) as site:
            assert endure(site, int(os.environ.get("ENDURANCE_KILLS", DEEP)), strike)


def restart(database: DurableServer) -> None:
    """Kill it, and start it again."""
    database.kill()
    database.start()
