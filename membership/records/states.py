"""A request for a change of the record, and what may become of it: a table and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import Any

from membership.errors import IllegalTransition


class State(Enum):
    """Where a request stands."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    TAKEN_BACK = "taken-back"

    @property
    def text(self) -> str:
        """As people read it."""
        return _TEXTS[self]


_TEXTS = {
    State.OPEN: "waits for the secretariat",
    State.GRANTED: "granted",
    State.REFUSED: "refused",
    State.TAKEN_BACK: "taken back",
}


class Action(Enum):
    """What somebody does with a request."""

    GRANT = "grant"
    REFUSE = "refuse"
    TAKE_BACK = "take-back"


_NEXT: Mapping[tuple[State, Action], State] = MappingProxyType(
    {
        (State.OPEN, Action.GRANT): State.GRANTED,
        (State.OPEN, Action.REFUSE): State.REFUSED,
        (State.OPEN, Action.TAKE_BACK): State.TAKEN_BACK,
    }
)


def next_state(state: State, action: Action) -> State:
    """What a request becomes; IllegalTransition says what it is already."""
    found = _NEXT.get((state, action))
    if found is None:
        raise IllegalTransition(f"This request is {state.text} already.")
    return found


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """One request: the fields as they were and as they are wanted, in a record's document.

    `answer` is what the secretariat said; `asked_by` and `decided_by` are people's ids.
    """

    id: str
    organisation: str
    asked_by: str
    asked: datetime
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    state: State = State.OPEN
    decided_by: str | None = None
    decided: datetime | None = None
    answer: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields it is about."""
        return tuple(self.after)
