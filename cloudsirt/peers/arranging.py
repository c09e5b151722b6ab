"""The operator's commands on pulls and pushes: add, pause, resume, remove; each with its event."""

from cloudsirt.config import Config
from cloudsirt.errors import PeerRefused
from cloudsirt.peers.credentials import read_credentials
from cloudsirt.peers.events import PeerPaused, PeerRemoved, PeerResumed, PullAdded, PushAdded
from cloudsirt.peers.peer import Peer, Pull, Push, State, check
from cloudsirt.peers.store import PeerStore
from cloudsirt.work import Work
from membership.person import Role


def add(work: Work, config: Config, peer: Peer) -> None:
    """Keep a pull or push, due now; PeerRefused or NotConfigured where it cannot be as asked."""
    check(peer, config.allow_private_hosts)
    store = PeerStore(work.db)
    if Role.SERVICE not in work.membership.person(peer.person).roles:
        raise PeerRefused("A pull or push acts as a service account: a person's is not one.")
    if peer.name in {known.name for known in _alike(store, peer)}:
        raise PeerRefused(f"There is one called {peer.name} already.")
    read_credentials(config.home, peer.credentials)
    store.add(peer, work.at)
    work.record(_added(peer))


def pause(work: Work, peer: Peer) -> None:
    """Let it run no more by itself, until it is resumed."""
    _require(peer, State.ENABLED)
    PeerStore(work.db).set_state(peer, State.PAUSED)
    work.record(PeerPaused(peer.id))


def resume(work: Work, peer: Peer) -> None:
    """Let it run by itself again, from where it was."""
    _require(peer, State.PAUSED)
    PeerStore(work.db).set_state(peer, State.ENABLED)
    work.record(PeerResumed(peer.id))


def remove(work: Work, peer: Peer) -> None:
    """Forget it; what it brought or sent stays where it is."""
    PeerStore(work.db).remove(peer)
    work.record(PeerRemoved(peer.id))


def pull_named(store: PeerStore, name: str) -> Pull:
    """The pull with this name; PeerRefused when there is none."""
    found = next((peer for peer in store.pulls() if peer.name == name), None)
    if found is None:
        raise PeerRefused(f"There is no pull called {name}.")
    return found


def push_named(store: PeerStore, name: str) -> Push:
    """The push with this name; PeerRefused when there is none."""
    found = next((peer for peer in store.pushes() if peer.name == name), None)
    if found is None:
        raise PeerRefused(f"There is no push called {name}.")
    return found


def _alike(store: PeerStore, peer: Peer) -> list[Pull] | list[Push]:
    return store.pulls() if isinstance(peer, Pull) else store.pushes()


def _require(peer: Peer, state: State) -> None:
    if peer.state is not state:
        raise PeerRefused(f"{peer.name} is {peer.state.value} already.")


def _added(peer: Peer) -> PullAdded | PushAdded:
    if isinstance(peer, Pull):
        unmarked = str(peer.unmarked) if peer.unmarked is not None else None
        return PullAdded(peer.id, peer.name, peer.url, peer.person, peer.topic.value, unmarked)
    topic = peer.topic.value if peer.topic is not None else None
    return PushAdded(
        peer.id,
        peer.name,
        peer.url,
        peer.person,
        peer.channel.value,
        topic,
        peer.reason,
    )
