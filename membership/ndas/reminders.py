"""Which signatures end soon, and whether anybody must be told of it (bylaws, NDA clause; pure).

Each signature is reminded of once for each number of days that the bylaws name. After a time in
which nothing was sent, only the nearest is: three letters at once would say nothing more. Nobody
is reminded of a signature that another one follows without a gap.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from membership.bylaws import Bylaws
from membership.ndas.signature import Nda


@dataclass(frozen=True, slots=True)
class Reminder:
    """One that is due: the signature ends in `days` days or fewer."""

    nda: Nda
    days: int


def due_reminders(
    signatures: Sequence[Nda], sent: Set[tuple[str, int]], bylaws: Bylaws, at: datetime
) -> tuple[Reminder, ...]:
    """What is due at that instant; `sent` are the pairs of a signature's id and days."""
    found: list[Reminder] = []
    for nda in signatures:
        reached = [days for days in bylaws.nda_reminders if nda.end - at <= timedelta(days=days)]
        if not reached or not nda.in_force(at) or _is_followed(nda, signatures):
            continue
        nearest = min(reached)
        if not any((nda.id, days) in sent for days in bylaws.nda_reminders if days <= nearest):
            found.append(Reminder(nda, nearest))
    return tuple(found)


def _is_followed(nda: Nda, signatures: Iterable[Nda]) -> bool:
    """Whether another signature of the same organisation goes on where this one ends."""
    return any(
        other.organisation == nda.organisation and other.since <= nda.end < other.end
        for other in signatures
    )
