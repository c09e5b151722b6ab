"""Peers on a page: what is pulled and pushed, how the last runs went, when the next is due.

The secretariat reads; the operator changes, at the console. Counts of what is not public are told
to those who read the members perimeter; whoever does not, sees that it ran, and not what it moved.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection
from werkzeug.exceptions import NotFound

from cloudsirt.auth import gate
from cloudsirt.auth.duties import may_run_secretariat
from cloudsirt.auth.permissions import Permission
from cloudsirt.auth.principal import Principal, principal_of
from cloudsirt.peers.peer import Mark, Peer, Pull, Push, Run, State
from cloudsirt.peers.store import PeerStore
from cloudsirt.portal.chrome import perimeter_text
from tlp import Perimeter, Verdict

pages = Blueprint("secretariat_peers", __name__, url_prefix="/secretariat/peers")


@dataclass(frozen=True, slots=True)
class ShownPeer:
    """A pull or push as the pages show it; `standing` is its service account's at this instant."""

    id: str
    name: str
    url: str
    what: str
    account: str
    organisation: str
    standing: Verdict | None
    every: int
    is_paused: bool
    due: datetime
    is_under_way: bool
    reason: str
    with_counts: bool
    runs: tuple[Run, ...]

    @property
    def last(self) -> Run | None:
        """The last run."""
        return self.runs[0] if self.runs else None


@pages.get("")
@gate.needs(Permission.PEER_READ)
def index() -> ResponseReturnValue:
    """Every peer with its last run."""
    principal = gate.on_duty(may_run_secretariat)
    with gate.house().reading() as db:
        store = PeerStore(db)
        marks = store.marks()
        pulls = [_shown(db, peer, marks[peer.id], principal, 1) for peer in store.pulls()]
        pushes = [_shown(db, peer, marks[peer.id], principal, 1) for peer in store.pushes()]
    return render_template("secretariat_peers.html", pulls=pulls, pushes=pushes)


@pages.get("/<id_>")
@gate.needs(Permission.PEER_READ)
def show(id_: str) -> ResponseReturnValue:
    """One peer: as whom it acts, and its last runs."""
    principal = gate.on_duty(may_run_secretariat)
    with gate.house().reading() as db:
        store = PeerStore(db)
        peer, mark = store.peer(id_), store.mark(id_)
        if peer is None or mark is None:
            raise NotFound
        shown = _shown(db, peer, mark, principal, None)
    return render_template("secretariat_peer.html", peer=shown)


def _shown(
    db: Connection, peer: Peer, mark: Mark, reader: Principal, limit: int | None
) -> ShownPeer:
    at, store = gate.house().now(), PeerStore(db)
    account = principal_of(db, peer.person, at)
    runs = store.runs(peer.id) if limit is None else store.runs(peer.id, limit)
    return ShownPeer(
        id=peer.id,
        name=peer.name,
        url=peer.url,
        what=_what(peer),
        account=account.person.name if account is not None else "An account that has ended",
        organisation=account.organisation.name if account is not None else "",
        standing=account.standing.verdict if account is not None else None,
        every=peer.every,
        is_paused=peer.state is State.PAUSED,
        due=mark.due,
        is_under_way=mark.held is not None and mark.held > at,
        reason=peer.reason if isinstance(peer, Push) else "",
        with_counts=_may_count(peer, reader),
        runs=tuple(runs),
    )


def _may_count(peer: Peer, reader: Principal) -> bool:
    """R11: a count of what somebody may not read says something of it."""
    if isinstance(peer, Push) and peer.channel is Perimeter.PUBLIC:
        return True
    return reader.reader.perimeter is Perimeter.MEMBERS


def _what(peer: Peer) -> str:
    if isinstance(peer, Pull):
        label = str(peer.unmarked) if peer.unmarked is not None else "the organisation's default"
        return f"Posted under “{peer.topic.text}”; what has no label gets {label}."
    topic = peer.topic.text if peer.topic is not None else "Everything"
    return f"{topic}, from the channel: {perimeter_text(peer.channel)}."
