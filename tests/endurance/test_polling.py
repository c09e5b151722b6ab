"""Nothing missed: whichever way a poller follows, it gets everything once and in order.

Writers and pollers are processes; between the objects come new versions, releases that were held
back, repetitions and withdrawals. `ENDURANCE_OBJECTS` and `ENDURANCE_SEED` change size and seed.
"""

import json
import os
from pathlib import Path

import pytest

from tests.endurance.following import (
    WAYS,
    begin_pollers,
    begin_writers,
    complaints,
    facts,
    settle,
)
from tests.endurance.running import running

SEED = int(os.environ.get("ENDURANCE_SEED", "1"))
ORDINARY = 2_000
DEEP = 100_000


def follow(database_url: str, folder: Path, objects: int, largest: int, limit: int) -> None:
    """Let them write and poll at once, and compare at the end."""
    with running(database_url, folder) as site:
        pollers = begin_pollers(site, folder, WAYS, limit)
        writers = begin_writers(site, folder, objects, largest, SEED)
        assert [process.wait() for process in writers.values()] == [0, 0]
        known = facts(list(writers))
        there = settle(site, known, 60 + objects / 100)
        (folder / "stop").touch()
        assert {process.wait() for process in pollers.values()} == {0}
    wrong = {}
    for way, result in zip(WAYS, pollers, strict=True):
        told = json.loads(result.read_text())
        seen = [(id_, version) for id_, version in told["seen"]]
        wrong[way] = told["faults"] + complaints(seen, there[way])
        assert len(seen) > len(there[way]) / 2
    assert not any(wrong.values()), wrong


def test_every_poller_sees_everything_once_and_in_order(database_url: str, tmp_path: Path) -> None:
    """By the time of entry, by cursor and by both, while two members write."""
    objects = int(os.environ.get("ENDURANCE_OBJECTS", ORDINARY))
    follow(database_url, tmp_path, objects, largest=40, limit=37)


@pytest.mark.deep
def test_every_poller_sees_a_hundred_thousand_objects(database_url: str, tmp_path: Path) -> None:
    """The same for as many objects as a busy consortium shares in a year."""
    objects = int(os.environ.get("ENDURANCE_OBJECTS", DEEP))
    follow(database_url, tmp_path, objects, largest=400, limit=1_000)
