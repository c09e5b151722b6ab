"""The yearly confirmation: once in a term a representative says that the record is still true.

Bylaws, membership clause. The term runs from the last confirmation, or from the admission where
there was none yet. Who is late keeps their standing: the secretariat sees it, and asks.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from membership.bylaws import Bylaws
from membership.errors import NotComplete
from membership.events import MembershipEvent
from membership.organisation import Organisation
from membership.records.events import RecordConfirmed
from membership.records.store import RecordStore

REMINDERS: Sequence[int] = (30, 0)
"""Days before the day on which a record is due, at which its representatives are reminded."""

EARLIEST = timedelta(days=max(REMINDERS))
"""How long before that day a record is shown as to be confirmed."""


def due(bylaws: Bylaws, organisation: Organisation, confirmed: datetime | None) -> datetime | None:
    """When a record is to be confirmed next; None for who is no member, or none any more."""
    if organisation.admitted is None or organisation.ended is not None:
        return None
    last = max(filter(None, (organisation.admitted, confirmed)))
    return last + bylaws.confirmation_term


def reminder(due_at: datetime, at: datetime) -> int | None:
    """Which reminder is due: that many days before; None while there are more days left."""
    reached = [days for days in REMINDERS if at >= due_at - timedelta(days=days)]
    return min(reached, default=None)


def confirm(
    store: RecordStore, organisation: str, *, person: str, at: datetime
) -> tuple[MembershipEvent, ...]:
    """Keep that a representative confirmed the record; NotComplete where there is none."""
    if store.kept(organisation).saved is None:
        raise NotComplete("There is no record yet: fill it in first.")
    store.save_confirmation(organisation, person=person, at=at)
    return (RecordConfirmed(organisation, person),)
