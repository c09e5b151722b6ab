"""Running a pull or push: now, or what is due, one at a time and never for long.

The worker has more to do than this, and releases to place within half a minute: a round goes on
with one peer for some seconds, and comes back to it in the next round. No transaction is open
while a peer is spoken to.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace

from cloudsirt.errors import CloudSIRTError, PeerRefused
from cloudsirt.house import House
from cloudsirt.peers.holding import Hold, claim, give_back
from cloudsirt.peers.peer import Peer, Pull, Run, State
from cloudsirt.peers.pulling import pull
from cloudsirt.peers.pushing import push
from cloudsirt.peers.store import PeerStore
from feeds.errors import FeedError
from membership.errors import MembershipError

ROUND = 4.0  # seconds after which a round of the worker begins no further request
_KNOWN = (CloudSIRTError, FeedError, MembershipError)
log = logging.getLogger("cloudsirt.peers")


def run_due_peers(house: House) -> int:
    """Go on with the pull or push that has been due longest, for some seconds; how many ran."""
    for peer in _due(house):
        hold = claim(house, peer)
        if hold is not None:
            _run(house, peer, hold, ROUND)
            return 1
    return 0


def run_peer(house: House, peer: Peer) -> Run:
    """Run one to its end, due or not; PeerRefused where it is paused, or under way elsewhere."""
    if peer.state is State.PAUSED:
        raise PeerRefused(f"{peer.name} is paused.")
    hold = claim(house, peer)
    if hold is None:
        raise PeerRefused(f"{peer.name} is under way at the moment.")
    return _run(house, peer, hold, None)


def _due(house: House) -> list[Peer]:
    """What is due and runs by itself, the longest first."""
    at = house.now()
    with house.reading() as db:
        store = PeerStore(db)
        marks = store.marks()
        waiting = [
            peer
            for peer in store.peers()
            if peer.state is State.ENABLED and marks[peer.id].due <= at
        ]
    return sorted(waiting, key=lambda peer: (marks[peer.id].due, peer.id))


def _run(house: House, peer: Peer, hold: Hold, longest: float | None) -> Run:
    """Run it, and note how that ended; a fault of ours is noted by its kind, and raised."""
    error, is_through = None, False
    try:
        is_through = _go_on(house, peer, hold, _deadline(longest))
    except _KNOWN as refusal:
        error = str(refusal)
        log.warning("%s %s ended: %s", type(peer).__name__.lower(), peer.name, error)
    except Exception as fault:
        kind = type(fault).__name__
        give_back(house, peer, hold, f"A fault of this installation ({kind}).", is_through)
        raise
    give_back(house, peer, hold, error, is_through)
    with house.reading() as db:
        run = PeerStore(db).run(hold.run)
    if run is None:
        raise PeerRefused(f"{peer.name} was removed while it ran.")
    return replace(run, error=error)


def _go_on(house: House, peer: Peer, hold: Hold, is_over: Callable[[], bool]) -> bool:
    if isinstance(peer, Pull):
        return pull(house, peer, hold, is_over)
    return push(house, peer, hold, is_over)


def _deadline(longest: float | None) -> Callable[[], bool]:
    """Whether the time is over, each time it is asked; never without a longest."""
    if longest is None:
        return lambda: False
    end = time.monotonic() + longest
    return lambda: time.monotonic() >= end
