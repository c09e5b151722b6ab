"""The command that moves, hastens or stops a release of an object that still waits (R5).

All versions of the id that have not entered the perimeter are meant. Only its contributor may. An
id that the reader may not read is unknown; one of somebody else's is not theirs to move.
"""

from datetime import datetime

from feeds import timestamps
from feeds.contributions import Contribution, versions_of
from feeds.deriving import Workshop
from feeds.errors import NotContributor, UnknownObject
from feeds.events import FeedEvent, ObjectsReleased, ReleaseRescheduled
from feeds.settling import settle_ids
from feeds.store import FeedStore
from feeds.timetable import NEVER, STOPPED, concerned, release_of, rescheduled
from tlp import Perimeter, Reader


def reschedule(
    store: FeedStore,
    stix_id: str,
    contributor: str,
    reader: Reader,
    perimeter: Perimeter,
    when: datetime | None,
    *,
    at: datetime,
    workshop: Workshop,
) -> tuple[FeedEvent, ...]:
    """Set the release of a contributor's object to one perimeter; `when` None stops it.

    A time that is not in the future means now. Raises UnknownObject, NotContributor, or
    ReleaseRefused where the label, the order of perimeters or the place it stands rules it out.
    """
    own = own_versions(store, stix_id, contributor, reader)
    return _rescheduled(store, own, perimeter, when, at, workshop)


def reschedule_for(
    store: FeedStore,
    stix_id: str,
    contributor: str,
    perimeter: Perimeter,
    when: datetime | None,
    *,
    at: datetime,
    workshop: Workshop,
) -> tuple[FeedEvent, ...]:
    """The same at the console, in the name of a contributor who cannot do it."""
    found = versions_of(store.db, stix_id, contributor, None)
    if not found:
        raise UnknownObject("This organisation has no such object here.")
    return _rescheduled(store, found, perimeter, when, at, workshop)


def own_versions(
    store: FeedStore, stix_id: str, contributor: str, reader: Reader
) -> list[Contribution]:
    """What a contributor's person decides about, oldest first; UnknownObject, NotContributor."""
    own = versions_of(store.db, stix_id, contributor, reader)
    if own:
        return own
    if store.held([stix_id], contributor, reader).readable:
        raise NotContributor("Only the contributor of an object may decide about it.")
    raise UnknownObject("There is no such object here.")


def _rescheduled(
    store: FeedStore,
    own: list[Contribution],
    perimeter: Perimeter,
    when: datetime | None,
    at: datetime,
    workshop: Workshop,
) -> tuple[FeedEvent, ...]:
    now = timestamps.from_datetime(at)
    due = NEVER if when is None else max(timestamps.from_datetime(when), now)
    waiting = concerned([item.waiting for item in own], perimeter)
    times = {item.key: rescheduled(item, perimeter, due, now) for item in waiting}
    overdue = store.set_releases({key: release_of(found) for key, found in times.items()}, now)
    stix_id, contributor = own[0].stix_id, own[0].contributor
    settle_ids(store.db, [stix_id], at, workshop)
    changed = ReleaseRescheduled(
        about=stix_id,
        contributor=contributor,
        perimeter=perimeter.value,
        due=STOPPED if due == NEVER else timestamps.show(due),
        versions=tuple(item.version for item in own if item.key in times),
    )
    # What the worker had not come to yet has entered with this.
    entered = tuple((item.stix_id, item.version, item.perimeter) for item in overdue)
    return (ObjectsReleased("releases", entered), changed) if entered else (changed,)
