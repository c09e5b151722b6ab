"""Appends to the audit trail, inside the writing transaction of what it records."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from cloudsirt import tables as t
from cloudsirt.audit.entry import START, Event, entry_of, head_message
from feeds.events import ObjectsSubmitted

_HEAD = select(
    *(t.audit_head.c.number, t.audit_head.c.hash),
    *(t.audit_head.c.register, t.audit_head.c.register_number),
)
_ADD_ENTRY, _SET_HEAD = insert(t.audit_entry), update(t.audit_head)
Sign = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the trail: its last number, the hash over everything, and the hash after the last
    entry that is not of a submission, or over everything where that is not known."""

    number: int
    hash: bytes
    register: bytes


def head_of(db: Connection) -> Head | None:
    """The end of the trail as this transaction sees it; None where there is none yet."""
    row = db.execute(_HEAD).one_or_none()
    if row is None:
        return None
    is_known = row.register is not None and row.register_number == row.number
    return Head(row.number, row.hash, row.register if is_known else row.hash)


def append(
    db: Connection, events: Sequence[Event], *, actor: str, at: datetime, sign: Sign
) -> None:
    """Append one entry for each event and sign the new head; the caller holds the write lock."""
    head = head_of(db)
    number, hash_, register = (
        (head.number, head.hash, head.register) if head is not None else (0, START, START)
    )
    rows = []
    for event in events:
        number += 1
        entry = entry_of(event, number, at, actor)
        hash_ = entry.hash_after(hash_)
        register = register if entry.tag == ObjectsSubmitted.tag else hash_
        rows.append(
            {
                "number": number,
                "at": at,
                "actor": actor,
                "tag": entry.tag,
                "data": entry.data,
                "hash": hash_,
            }
        )
    db.execute(_ADD_ENTRY, rows)
    new = {
        "number": number,
        "hash": hash_,
        "signature": sign(head_message(number, hash_)),
        "register": register,
        "register_number": number,
    }
    if head is None:
        db.execute(insert(t.audit_head).values(id=1, **new))
    else:
        db.execute(_SET_HEAD, new)
