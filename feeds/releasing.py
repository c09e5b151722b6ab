"""The command that places what is due (R5): each object enters with the time of its entry."""

from datetime import datetime

from feeds import timestamps
from feeds.deriving import Workshop
from feeds.events import ObjectsReleased
from feeds.settling import settle_ids
from feeds.store import FeedStore

BATCH = 1_000
"""Releases in one transaction: the write lock is held for a moment, not for minutes."""


def release_due(store: FeedStore, at: datetime, workshop: Workshop) -> tuple[ObjectsReleased, ...]:
    """Place up to one batch of due releases; no event when nothing is due."""
    due = store.due_releases(timestamps.from_datetime(at), BATCH)
    if not due:
        return ()
    store.drop_releases(due)
    settle_ids(store.db, {item.stix_id for item in due}, at, workshop)
    entered = tuple((item.stix_id, item.version, item.perimeter) for item in due)
    return (ObjectsReleased("releases", entered),)
