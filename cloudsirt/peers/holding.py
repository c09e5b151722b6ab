"""A run has its peer for itself: claimed for a while, renewed with every step, given back.

Any number of workers may look; the write lock lets one claim. A worker that is killed leaves a
claim that lapses; one that was only slow finds that its claim is gone, and saves nothing more.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from cloudsirt import clock
from cloudsirt.errors import PeerRefused
from cloudsirt.house import House
from cloudsirt.peers.peer import Counts, Mark, Peer, Run, interval
from cloudsirt.peers.store import PeerStore, marking

LEASE = timedelta(minutes=2)
"""How long a claim holds without a sign of life; no step takes as long."""

_GONE = "Another run has taken over, or it was removed."


@dataclass(frozen=True, slots=True)
class Hold:
    """The claim of one run on one pull or push."""

    peer: str
    run: str

    def note(self, store: PeerStore, at: datetime, counts: Counts, **marks: Any) -> None:
        """Note how far it is and what came, in the transaction at hand; PeerRefused when the
        claim is gone."""
        run = store.run(self.run)
        if run is None or not store.set_mark(self.peer, self.run, held=at + LEASE, **marks):
            raise PeerRefused(_GONE)
        store.save_run(replace(run, counts=run.counts + counts))

    def mark(self, house: House) -> Mark:
        """How far it is; PeerRefused when the claim is gone."""
        with house.reading() as db:
            found = PeerStore(db).mark(self.peer)
        if found is None or found.holder != self.run:
            raise PeerRefused(_GONE)
        return found


def claim(house: House, peer: Peer) -> Hold | None:
    """Have a pull or push for oneself, and begin a run; None while another has it."""
    at, run = house.now(), clock.new_id()
    with marking(house.database) as store:
        mark = store.mark(peer.id)
        if mark is None or (mark.held is not None and mark.held > at):
            return None
        store.hold(peer.id, run, at + LEASE)
        store.add_run(Run(run, peer.id, at, None, Counts(), None))
    return Hold(peer.id, run)


def give_back(house: House, peer: Peer, hold: Hold, error: str | None, is_through: bool) -> None:
    """End a run: due again after the interval, or at once where it was not through."""
    at = house.now()
    with marking(house.database) as store:
        run = store.run(hold.run)
        if run is None:
            return
        store.save_run(replace(run, ended=at, error=error))
        is_left = error is None and not is_through
        due = at if is_left else max(at, run.started + interval(peer))
        store.set_mark(peer.id, hold.run, due=due, holder=None, held=None)
