"""What the audit trail last remembers of one kind about somebody: for pages that owe a reason."""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, select

from cloudsirt import tables as t


def last_about(db: Connection, tag: str, about: str) -> Mapping[str, Any] | None:
    """The facts of the newest entry with this tag about this id; for tags that are rare."""
    query = select(t.audit_entry.c.data).where(t.audit_entry.c.tag == tag)
    for data in db.execute(query.order_by(t.audit_entry.c.number.desc())).scalars():
        facts: Mapping[str, Any] = orjson.loads(data)
        if facts["about"] == about:
            return facts
    return None
