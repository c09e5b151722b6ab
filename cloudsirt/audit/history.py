"""What the audit trail holds about one subject: for pages that show a history, or owe a reason."""

from collections.abc import Mapping
from typing import Any

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


def last_about(db: Connection, tag: str, about: str) -> Mapping[str, Any] | None:
    """The facts of the newest entry with this tag about this id; for tags that are rare."""
    query = select(t.audit_entry.c.data).where(t.audit_entry.c.tag == tag)
    for data in db.execute(query.order_by(t.audit_entry.c.number.desc())).scalars():
        facts: Mapping[str, Any] = orjson.loads(data)
        if facts["about"] == about:
            return facts
    return None
