"""The worker: what happens by itself, again and again, each time as one unit of work.

Any number may run; the write lock lets one at a time do each piece. Killed at any moment, it
leaves nothing half done.
"""

import logging
import threading

from cloudsirt.auth.sessions import end_stale_sessions
from cloudsirt.house import WORKER, House
from feeds.releasing import release_due

INTERVAL = 5.0  # seconds between rounds: due releases are placed well within half a minute
log = logging.getLogger("cloudsirt.worker")


def run(house: House, stop: threading.Event, interval: float = INTERVAL) -> None:
    """Work until told to stop; a round that fails is logged by its kind and tried again."""
    while not stop.is_set():
        try:
            once(house)
        except Exception as error:
            log.error("a round failed: %s", type(error).__name__)
        stop.wait(interval)


def once(house: House) -> int:
    """One round: everything that is due now; how many releases were placed."""
    placed = 0
    while released := _release_batch(house):
        placed += released
    end_stale_sessions(house)
    return placed


def _release_batch(house: House) -> int:
    with house.working(WORKER) as work:
        events = release_due(work.feeds, work.at, house.workshop)
        work.record(*events)
    return sum(len(event.entered) for event in events)
