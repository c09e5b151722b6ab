"""Pulling: a peer's collection, page by page, posted by a service account as anybody would.

  1  the service account may contribute, now                        standing
  2  one page is asked for, from where the last one ended           no transaction is open
  3  its objects are judged as any submission                       `posting`
  4  kept and placed, with the cursor, in one unit of work          or nothing of it

So a page is taken in once; a worker that is killed leaves the cursor before it, and what comes
twice is a success that changes nothing. What the peer wishes beside the objects is not read: it
has no say in who receives them here. What a creator made stays the creator's (R10): objects are
relayed, and none may speak for the organisation that relays them or change what its people posted.
"""

from collections.abc import Callable
from dataclasses import replace

import orjson
from sqlalchemy import Connection

from cloudsirt.auth.principal import Principal
from cloudsirt.errors import NotPermitted, PeerRefused
from cloudsirt.house import House
from cloudsirt.peers.acting import acting
from cloudsirt.peers.collection import Declined, Page, PeerCollection
from cloudsirt.peers.holding import Hold
from cloudsirt.peers.peer import Counts, Mark, Pull
from cloudsirt.peers.store import PeerStore, marking
from cloudsirt.posting import Prepared, prepare, take_in
from feeds.contributions import posted_by_others
from feeds.events import FeedEvent, ObjectsSubmitted
from feeds.examining import Examined
from feeds.handling import KEY, Wishes, as_document
from feeds.intake import Rejection
from feeds.statuses import Line

_STALE = (400, 404, 410, 422)
"""How servers say that a cursor is no longer good."""

_NOT_THEIRS = "It speaks for, or changes, what the relaying organisation itself posted."


def pull(house: House, peer: Pull, hold: Hold, is_over: Callable[[], bool]) -> bool:
    """Take in what is new at the peer; False where time ran out before the last page."""
    collection, seen = PeerCollection(house.config, peer), set[str]()
    while True:
        principal = _contributor(house, peer)
        mark = hold.mark(house)
        page = _page(collection, mark, is_first=not seen)
        if page.next is not None and page.next in seen:
            raise PeerRefused("The peer's pages go in circles.")
        _take(house, peer, hold, principal, page, mark)
        if page.next is None:
            return True
        seen.add(page.next)
        if is_over():
            return False


def _contributor(house: House, peer: Pull) -> Principal:
    """Step 1: who posts; NotPermitted with the reason when they may not."""
    principal = acting(house, peer)
    if not principal.standing.may_contribute:
        raise NotPermitted("The service account is not one of a member: it cannot contribute.")
    return principal


def _page(collection: PeerCollection, mark: Mark, *, is_first: bool) -> Page:
    """Step 2; a cursor from an earlier run may have lapsed: then the sweep begins again."""
    try:
        return collection.page(mark.position, mark.next)
    except Declined as error:
        if not is_first or mark.next is None or error.status not in _STALE:
            raise
    return collection.page(mark.position, None)


def _take(
    house: House, peer: Pull, hold: Hold, principal: Principal, page: Page, mark: Mark
) -> None:
    """Steps 3 and 4."""
    marks = _marks(page, mark)
    if not page.objects:
        with marking(house.database) as store:
            hold.note(store, house.now(), Counts(), **marks)
        return
    prepared = prepare(house, principal, peer.topic, _body(peer, page))
    with house.working(principal.actor) as work:
        _, events = take_in(house, work, principal, _relayed(work.db, principal, prepared))
        hold.note(PeerStore(work.db), work.at, _counts(events), **marks)
        work.record(*events)


def _marks(page: Page, mark: Mark) -> dict[str, object]:
    """Where the next page begins; only a whole sweep moves the instant that sweeps begin at."""
    known = [instant for instant in (mark.reached, page.last) if instant is not None]
    reached = max(known, default=None)
    if page.next is not None:
        return {"next": page.next, "reached": reached}
    position = reached if reached is not None else mark.position
    return {"next": None, "reached": None, "position": position}


def _body(peer: Pull, page: Page) -> bytes:
    """The objects as they came, with our wishes beside them and none of the peer's."""
    objects = b",".join(item.text.encode() for item in page.objects)
    handling = orjson.dumps(as_document(Wishes(unmarked=peer.unmarked)))
    return b'{"objects":[' + objects + b'],"' + KEY.encode() + b'":' + handling + b"}"


def _relayed(db: Connection, principal: Principal, prepared: Prepared) -> Prepared:
    """The submission without what is the relaying organisation's own."""
    organisation = principal.organisation
    ids = [item.id for item in prepared.judged if isinstance(item, Examined)]
    own = posted_by_others(db, ids, organisation.id, principal.person.id)

    def judged(item: Examined | Rejection) -> Examined | Rejection:
        if isinstance(item, Rejection):
            return item
        if item.by_creator or item.id == organisation.identity or item.id in own:
            return Rejection(Line(item.id, item.version, _NOT_THEIRS))
        return item

    return replace(prepared, judged=tuple(judged(item) for item in prepared.judged))


def _counts(events: tuple[FeedEvent, ...]) -> Counts:
    counts = Counts()
    for event in events:
        if isinstance(event, ObjectsSubmitted):
            stored = len(event.stored)
            objects = stored + event.repeated + event.refused
            counts += Counts(objects, stored, event.repeated, event.refused)
    return counts
