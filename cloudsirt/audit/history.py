"""What the audit trail holds about one subject, for a page that shows its history."""

import orjson
from sqlalchemy import Connection, select

from cloudsirt import tables as t
from cloudsirt.audit.entry import Entry


def subjects_of(db: Connection, tag: str) -> frozenset[str]:
    """Whom or what the entries with this tag are about."""
    columns = t.audit_entry.c
    found = db.execute(select(columns.data).where(columns.tag == tag)).scalars()
    return frozenset(orjson.loads(data)["about"] for data in found)


def entries_about(db: Connection, subject: str, about: str) -> list[Entry]:
    """The entries with tags below `subject` whose `about` is this id, oldest first."""
    columns = t.audit_entry.c
    query = (
        select(columns.number, columns.at, columns.actor, columns.tag, columns.data)
        .where(columns.tag.startswith(f"{subject}:", autoescape=True))
        .where(columns.data.contains(f'"about":"{about}"', autoescape=True))
        .order_by(columns.number)
    )
    return [Entry(**row) for row in db.execute(query).mappings()]
