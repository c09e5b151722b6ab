"""The command that withdraws an object: all its versions, from every channel, at once (R12).

Only its contributor may. An id that the contributor did not post is unknown, unless they may
read it: then they are told that it is not theirs.
"""

from feeds.errors import NotContributor, UnknownObject
from feeds.events import FeedEvent, ObjectWithdrawn
from feeds.placing import resettle
from feeds.store import FeedStore
from tlp import Reader


def withdraw(
    store: FeedStore, stix_id: str, contributor: str, reader: Reader
) -> tuple[FeedEvent, ...]:
    """Withdraw what this contributor posted under an id; UnknownObject or NotContributor."""
    own = store.holdings([stix_id], contributor)
    if not own:
        if store.readable_versions([stix_id], contributor, reader):
            raise NotContributor("Only the contributor of an object may withdraw it.")
        raise UnknownObject("There is no such object here.")
    keys = [holding.key for holding in own]
    channels = {name for names in store.channels_of(keys).values() for name in names}
    store.remove(keys)
    resettle(store.db, ((channel, stix_id) for channel in channels))
    versions = tuple(holding.version for holding in own)
    return (ObjectWithdrawn(stix_id, contributor, versions),)
