"""Walks the audit trail and says where it breaks."""

from collections.abc import Callable

from sqlalchemy import Connection, select

from cloudsirt import tables as t
from cloudsirt.audit.entry import START, Entry, head_message

Verifies = Callable[[bytes, bytes], bool]


def verify_trail(db: Connection, verifies: Verifies) -> tuple[int, list[str]]:
    """How many entries there are, and a sentence for each break; none when the trail holds."""
    columns = t.audit_entry.c
    query = select(
        columns.number, columns.at, columns.actor, columns.tag, columns.data, columns.hash
    ).order_by(columns.number)
    breaks: list[str] = []
    expected, before = 0, START
    for *fields, hash_ in db.execute(query):
        entry = Entry(*fields)
        expected += 1
        if entry.number != expected:
            breaks.append(f"entry {expected} is missing; {entry.number} follows")
            expected = entry.number
        if entry.hash_after(before) != hash_:
            breaks.append(f"entry {entry.number} does not follow from what stands before it")
        before = hash_
    breaks.extend(_head_breaks(db, expected, before, verifies))
    return expected, breaks


def _head_breaks(db: Connection, number: int, hash_: bytes, verifies: Verifies) -> list[str]:
    head = t.audit_head.c
    row = db.execute(select(head.number, head.hash, head.signature)).one_or_none()
    if row is None:
        return ["the head is missing"] if number else []
    if (row.number, row.hash) != (number, hash_):
        return [f"the trail ends at entry {number}, its signed head at entry {row.number}"]
    if not verifies(row.signature, head_message(row.number, row.hash)):
        return ["the signature of the head is not this installation's"]
    return []
