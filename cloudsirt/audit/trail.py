"""Appends to the audit trail, inside the writing transaction of what it records."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from cloudsirt import tables as t
from cloudsirt.audit.entry import START, Event, entry_of, head_message
from feeds.events import ObjectsSubmitted

HEAD = select(
    *(t.audit_head.c.number, t.audit_head.c.hash),
    *(t.audit_head.c.register, t.audit_head.c.register_number),
)
"""The question that `head_in` reads the answer to."""

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
    return head_in(db.execute(HEAD).all())


def head_in(rows: Sequence[Sequence[Any]]) -> Head | None:
    """The end of the trail as these rows tell it."""
    if not rows:
        return None
    number, hash_, register, register_number = rows[0]
    is_known = register is not None and register_number == number
    return Head(number, hash_, register if is_known else hash_)


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
