"""The unit of work: one transaction, one instant, and at least one audit entry for a change.

Commands return events; `record` keeps them; leaving the block appends them to the audit trail in
the same transaction. A change that recorded no event does not commit, nor does anything else of
its transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from cloudsirt import tables
from cloudsirt.accounts import AccountStore
from cloudsirt.audit.entry import Event
from feeds.store import FeedStore
from membership.store import MembershipStore


@dataclass(slots=True)
class ChangeLedger:
    """Notes that something changed, and what happened."""

    has_changed: bool = False
    events: list[Event] = field(default_factory=list)

    def note_change(self, statement: str) -> None:
        """Any table may change in a unit of work; that it did is what matters."""
        self.has_changed = True


class HousekeepingLedger:
    """Allows changes to marks of use, and to nothing else."""

    def note_change(self, statement: str) -> None:
        """Refuse any table that is not listed; the name follows INTO, UPDATE or FROM."""
        words = statement.replace('"', "").split()
        table = words[2] if words[0].upper() in ("INSERT", "DELETE") else words[1]
        if table not in tables.HOUSEKEEPING:
            raise RuntimeError(f"{table} changes only in a unit of work")


class Work:
    """One unit of work: the instant, and the stores of its transaction."""

    def __init__(self, db: Connection, at: datetime, ledger: ChangeLedger) -> None:
        self.db = db
        self.at = at
        self.membership = MembershipStore(db)
        self.feeds = FeedStore(db)
        self.accounts = AccountStore(db)
        self._ledger = ledger

    @property
    def events(self) -> Sequence[Event]:
        """What was recorded so far, in its order; grows as more is."""
        return self._ledger.events

    def record(self, *events: Event) -> None:
        """Remember what happened, in the audit trail, when the work commits."""
        self._ledger.events.extend(events)
