"""The command that reminds: says which signatures end soon, and notes that it did."""

from datetime import datetime

from membership.ndas.events import NdaExpires
from membership.ndas.reminders import Reminder, due_reminders
from membership.store import MembershipStore


def due(store: MembershipStore, at: datetime) -> tuple[Reminder, ...]:
    """The reminders that are due now, of organisations whose membership has not ended."""
    bylaws, signatures = store.bylaws(at), store.ndas.all_signatures()
    found = due_reminders(signatures, store.ndas.reminders(), bylaws, at)
    organisations = store.organisations_by_id({item.nda.organisation for item in found})
    return tuple(item for item in found if organisations[item.nda.organisation].ended is None)


def remind(store: MembershipStore, at: datetime) -> tuple[NdaExpires, ...]:
    """Send the reminders that are due, each once."""
    found = due(store, at)
    store.ndas.add_reminders([(item.nda.id, item.days) for item in found], at)
    return tuple(
        NdaExpires(item.nda.organisation, item.nda.id, item.nda.end.isoformat(), item.days)
        for item in found
    )
