"""What waits for the secretariat from other subjects, as lines of its desk.

Each subject adds one function to `LINES`; the desk asks them all and sorts by age.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy import Connection

from cloudsirt.portal.secretariat.records import late, waiting_changes
from membership.ndas.upload import State
from membership.store import MembershipStore


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that waits: of what kind it is, where it is seen to, and since when it waits."""

    kind: str
    title: str
    url: str
    text: str
    since: datetime

    def age(self, at: datetime) -> str:
        """How long it has waited, in whole days."""
        days = (at - self.since).days
        return "since today" if days < 1 else f"{days} day" if days == 1 else f"{days} days"


def records(db: Connection, at: datetime) -> list[Line]:
    """Changes of records that wait, and records that were not confirmed in time."""
    url = url_for("portal.secretariat_records.index")
    return [
        *(
            Line("Record", item.organisation, url, "A change of its record waits.", item.asked)
            for item in waiting_changes(db)
        ),
        *(
            Line("Confirmation", item.name, url, "Its record is not confirmed.", item.due)
            for item in late(db, at)
        ),
    ]


def uploads(db: Connection, at: datetime) -> list[Line]:
    """Signed documents that wait to be looked at."""
    store = MembershipStore(db)
    found = store.ndas.uploads_in(State.WAITING)
    names = store.organisations_by_id({item.organisation for item in found}) if found else {}
    url, text = url_for("portal.nda_desk.index"), "Compare it with the text, and accept or refuse."
    return [
        Line("NDA document", names[item.organisation].name, url, text, item.uploaded)
        for item in found
    ]


LINES: tuple[Callable[[Connection, datetime], list[Line]], ...] = (records, uploads)
"""What other subjects bring to the desk."""
