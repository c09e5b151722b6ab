"""The command that lets an object leave although personal or financial data was found in it.

The decision is a person's of the contributor's organisation, about exactly the content that this
person saw: what was posted meanwhile is not meant. Until then the object stays where it is; the
members perimeter never waited for it. Leaving the data out is a new version, as any other.
"""

from datetime import datetime

from feeds import timestamps
from feeds.deriving import Workshop
from feeds.errors import NotHeld
from feeds.events import FeedEvent, FindingsCleared
from feeds.rescheduling import own_versions
from feeds.settling import settle_ids
from feeds.store import FeedStore
from feeds.waiting import held_from
from tlp import Reader


def clear(
    store: FeedStore,
    stix_id: str,
    contributor: str,
    reader: Reader,
    digest: bytes,
    *,
    at: datetime,
    workshop: Workshop,
) -> tuple[FeedEvent, ...]:
    """Let the latest version leave; `digest` is that of the content which the person was shown.

    Raises UnknownObject, NotContributor, or NotHeld.
    """
    own = own_versions(store, stix_id, contributor, reader)
    item = own[-1]
    if item.digest != digest or not held_from(item):
        raise NotHeld("This is not held, or not any more: look at the list of what is held again.")
    store.clear(item.key, timestamps.from_datetime(at))
    settle_ids(store.db, [stix_id], at, workshop)
    return (FindingsCleared(stix_id, contributor, item.version, len(item.findings)),)
