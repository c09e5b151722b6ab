"""The command that places what is due (R5): each object enters with the time of its entry."""

from datetime import datetime

from feeds import timestamps
from feeds.events import ObjectsReleased
from feeds.placing import Entry, place
from feeds.store import FeedStore
from feeds.topics import topics_of
from tlp import Channel

BATCH = 1_000
"""Releases in one transaction: the write lock is held for milliseconds, not for seconds."""


def release_due(store: FeedStore, at: datetime) -> tuple[ObjectsReleased, ...]:
    """Place up to one batch of due releases; no event when nothing is due."""
    now = timestamps.from_datetime(at)
    due = store.due_releases(now, BATCH)
    if not due:
        return ()
    entries = [
        Entry(
            channel=Channel.parse(name),
            topic=topic,
            object=holding.key,
            stix_id=holding.stix_id,
            type=holding.type,
            version_at=holding.version_at,
            by_creator=holding.by_creator,
        )
        for name, holding in due
        for topic in topics_of(holding.topics)
    ]
    place(store.db, entries, now)
    store.drop_releases([(name, holding.key) for name, holding in due])
    entered = tuple((holding.stix_id, holding.version, name) for name, holding in due)
    return (ObjectsReleased("releases", entered),)
