"""A signed document that a member hands in, and what can become of it (bylaws, NDA clause)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from membership.errors import IllegalTransition


class State(Enum):
    """Where a document stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    TAKEN_BACK = "taken-back"

    @property
    def text(self) -> str:
        """As people read it."""
        return _STATES[self]


_STATES = {
    State.WAITING: "waits for the secretariat",
    State.ACCEPTED: "accepted",
    State.REFUSED: "refused",
    State.TAKEN_BACK: "taken back",
}


class Action(Enum):
    """What somebody does with a document."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    TAKE_BACK = "take back"


_NEXT = {
    (State.WAITING, Action.ACCEPT): State.ACCEPTED,
    (State.WAITING, Action.REFUSE): State.REFUSED,
    (State.WAITING, Action.TAKE_BACK): State.TAKEN_BACK,
}


@dataclass(frozen=True, slots=True)
class Upload:
    """One document, whose content is kept beside it; times are UTC.

    `text` is the title of the text that it signs, `digest` the document's SHA-256 in hex,
    `decided_by` who decided, as the audit trail names them, `nda` the signature it became.
    """

    id: str
    organisation: str
    person: str
    text: str
    name: str
    digest: str
    uploaded: datetime
    state: State = State.WAITING
    decided: datetime | None = None
    decided_by: str | None = None
    reason: str = ""
    nda: str | None = None


def next_state(state: State, action: Action) -> State:
    """Where an action leads; IllegalTransition where it does not apply."""
    found = _NEXT.get((state, action))
    if found is None:
        raise IllegalTransition(f"This document was {state.text} already.")
    return found
