"""Last polls as their holders see them: which tool, when, what it asked, how it was answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from cloudsirt.auth import gate
from cloudsirt.polling import last_polls
from cloudsirt.portal.organisation.lines import ShownToken


@dataclass(frozen=True, slots=True)
class ShownPoll:
    """One line; `objects` is empty where there was no list of them."""

    at: datetime
    tool: str
    asked: str
    objects: str
    answer: str


def shown_polls(db: Connection, tokens: Sequence[ShownToken]) -> list[ShownPoll]:
    """What these tokens asked last, the newest first."""
    labels = {token.id: token.label for token in tokens}
    return [
        ShownPoll(
            at=poll.at,
            tool=labels[poll.token],
            asked=f"{poll.method} {poll.asked}",
            objects="" if poll.objects is None else str(poll.objects),
            answer=f"{poll.status} {poll.problem}" if poll.problem else str(poll.status),
        )
        for poll in last_polls(gate.house(), db, list(labels))
    ]
