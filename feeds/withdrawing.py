"""The command that withdraws an object: all its versions, from every channel, at once (R12).

Only its contributor may, and of its people only those who may read it: a colleague's RED object
is unknown to them. An id that the contributor did not post is unknown, unless they may read it:
then they are told that it is not theirs. What it said is gone; that it was here is kept,
so that what names it goes no further than before.
"""

from datetime import datetime

from feeds import timestamps
from feeds.contributions import versions_of
from feeds.deriving import Workshop
from feeds.errors import NotContributor, UnknownObject
from feeds.events import FeedEvent, ObjectWithdrawn
from feeds.settling import settle_ids
from feeds.store import FeedStore
from tlp import Reader


def withdraw(
    store: FeedStore,
    stix_id: str,
    contributor: str,
    reader: Reader,
    *,
    at: datetime,
    workshop: Workshop,
) -> tuple[FeedEvent, ...]:
    """Withdraw what this contributor posted under an id; UnknownObject or NotContributor."""
    own = store.holdings([stix_id], contributor)
    if not own or not versions_of(store.db, stix_id, contributor, reader):
        if store.held([stix_id], contributor, reader).readable:
            raise NotContributor("Only the contributor of an object may withdraw it.")
        raise UnknownObject("There is no such object here.")
    travelled = store.withdraw([holding.key for holding in own], timestamps.from_datetime(at))
    settle_ids(store.db, [stix_id, *travelled], at, workshop)
    versions = tuple(holding.version for holding in own)
    return (ObjectWithdrawn(stix_id, contributor, versions),)
