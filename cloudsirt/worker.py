"""The worker: what happens by itself, again and again, each time as one unit of work.

Any number may run; the write lock lets one at a time do each piece. Killed at any moment, it
leaves nothing half done. A chore that fails stops no other.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from cloudsirt.auth.sessions import end_stale_sessions
from cloudsirt.balloting import close_due_ballots
from cloudsirt.house import WORKER, House
from cloudsirt.mailing import forget_old_letters, send_due_letters
from cloudsirt.organising import remind_confirmations
from cloudsirt.peers.running import run_due_peers
from cloudsirt.reminding import remind_due
from cloudsirt.renewing import answer_forgotten
from cloudsirt.reviewing import lapse_applications
from feeds.releasing import release_due

INTERVAL = 5.0  # seconds between rounds: due releases are placed well within half a minute
log = logging.getLogger("cloudsirt.worker")


@dataclass(frozen=True, slots=True)
class Chore:
    """Something that is done in each round, and how the log calls it."""

    name: str
    do: Callable[[House], object]


def run(house: House, stop: threading.Event, interval: float = INTERVAL) -> None:
    """Work until told to stop; what fails was logged by its kind, and is tried again."""
    while not stop.is_set():
        try:
            once(house)
        except ExceptionGroup as errors:
            log.error("a round failed: %s of %s chores", len(errors.exceptions), len(CHORES))
        stop.wait(interval)


def once(house: House) -> int:
    """One round: everything that is due now; how many releases were placed.

    An ExceptionGroup of what went wrong comes after every chore had its turn.
    """
    errors: list[Exception] = []
    placed = 0
    for chore in CHORES:
        try:
            done = chore.do(house)
        except Exception as error:
            log.error("%s failed: %s", chore.name, type(error).__name__)
            errors.append(error)
        else:
            placed += done if chore is RELEASES and isinstance(done, int) else 0
    if errors:
        raise ExceptionGroup("chores failed", errors)
    return placed


def place_due_releases(house: House) -> int:
    """Place every release that is due; how many were placed."""
    placed = 0
    while released := _release_batch(house):
        placed += released
    return placed


def _release_batch(house: House) -> int:
    with house.working(WORKER) as work:
        events = release_due(work.feeds, work.at, house.workshop)
        work.record(*events)
    return sum(len(event.entered) for event in events)


RELEASES = Chore("releases", place_due_releases)

CHORES = (
    RELEASES,
    Chore("ballots", close_due_ballots),
    Chore("applications", lapse_applications),
    Chore("ends of the NDA", remind_due),
    Chore("confirmations of records", remind_confirmations),
    Chore("forgotten passwords", answer_forgotten),
    Chore("letters", send_due_letters),
    Chore("stale sessions", end_stale_sessions),
    Chore("old letters", forget_old_letters),
    Chore("peers", run_due_peers),
)
"""What a round does, in this order: ballots before what lapses, letters after what they tell of."""
