"""Pushing: what entered one channel, in the order of entry, posted to a peer's collection.

It reads as its service account would read that one perimeter, through the shelves as every client
does; what is addressed to somebody by name is never sent. After the peer took an envelope, how far
it went is saved, with an entry in the audit trail: a worker that is killed in between sends one
envelope twice, which to the peer is a success that changes nothing.

A withdrawal cannot be pushed: TAXII has no word for it, and the peer's copy is the peer's. A
revocation is a version like any other, and is.
"""

from collections.abc import Callable, Sequence

import orjson

from cloudsirt.errors import NotPermitted
from cloudsirt.house import WORKER, House
from cloudsirt.peers.acting import acting
from cloudsirt.peers.collection import PeerCollection, awaited
from cloudsirt.peers.events import ObjectsPushed
from cloudsirt.peers.holding import Hold
from cloudsirt.peers.peer import Counts, Push
from cloudsirt.peers.store import PeerStore, marking
from feeds.shelf import Page, Shelf
from feeds.view import Window
from tlp import Perimeter, Reader

PAGE = 100
"""Objects in an envelope, at most."""

OCTETS = 1_000_000
"""Octets in an envelope, at most; fewer where the peer says so."""

_DEFINITIONS = ("marking-definition", "extension-definition")


def push(house: House, peer: Push, hold: Hold, is_over: Callable[[], bool]) -> bool:
    """Send what is new in the channel; False where time ran out before the last of it."""
    collection, octets = PeerCollection(house.config, peer), 0
    while True:
        reader = _reader(house, peer)
        position = hold.mark(house).position
        octets = octets or min(OCTETS, collection.largest())
        page = _part(house, peer, reader, position, octets)
        if page.last is None:
            return True
        fit = [item for item in page.items if _may_leave(item, peer, octets)]
        _send(house, peer, hold, collection, fit, page)
        if not page.more:
            return True
        if is_over():
            return False


def _reader(house: House, peer: Push) -> Reader:
    """The channel alone, where the account reads it now; NotPermitted otherwise."""
    principal = acting(house, peer)
    if peer.channel not in (Perimeter.PUBLIC, principal.reader.perimeter):
        raise NotPermitted(f"The service account does not read the channel {peer.channel.value}.")
    return Reader(perimeter=peer.channel)


def _part(
    house: House, peer: Push, reader: Reader, position: int | None, octets: int
) -> Page[bytes]:
    """What entered next, as much as fits into one envelope; one object in any case."""
    limit = PAGE
    with house.reading() as db:
        shelf = Shelf(db, reader)
        while True:
            page = shelf.contents(Window(peer.topic, limit, after=position))
            if limit == 1 or len(_envelope(page.items)) <= octets:
                return page
            limit = max(1, min(limit, len(page.items)) // 2)


def _may_leave(item: bytes, peer: Push, octets: int) -> bool:
    """Whether it fits into an envelope, and carries what the peer needs to handle it rightly.

    What has no marking of its own would arrive without the label that it has here; from the
    public channel that is no loss.
    """
    if len(_envelope([item])) > octets:
        return False
    if peer.channel is Perimeter.PUBLIC:
        return True
    value = orjson.loads(item)
    return value.get("type") in _DEFINITIONS or bool(value.get("object_marking_refs"))


def _send(
    house: House,
    peer: Push,
    hold: Hold,
    collection: PeerCollection,
    items: Sequence[bytes],
    page: Page[bytes],
) -> None:
    left = len(page.items) - len(items)
    read = Counts(objects=len(page.items), refused=left)
    if not items:
        with marking(house.database) as store:
            hold.note(store, house.now(), read, position=page.last)
        return
    status = collection.post(_envelope(items))
    with house.working(WORKER) as work:
        hold.note(PeerStore(work.db), work.at, read, position=page.last)
        sent = ObjectsPushed(peer.id, peer.channel.value, len(items), page.last or 0)
        work.record(sent)
    became = awaited(status, len(items))
    with marking(house.database) as store:
        hold.note(store, house.now(), became)


def _envelope(items: Sequence[bytes]) -> bytes:
    return b'{"objects":[' + b",".join(items) + b"]}"
