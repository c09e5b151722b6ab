"""Asking for a wider release, and what may become of it (R10).

Source: TLP 2.0: whoever wants to share something further than its label allows asks its source.
Only the source answers; whoever asked may take it back; what is answered stays answered.

Pure. Not here: who reads what, who speaks for the source, what is released instead.
"""

from enum import Enum
from typing import Final

from feeds.errors import AlreadyDecided, RequestRefused
from tlp import Label

LONGEST_TEXT: Final = 2_000
"""Characters of a reason, an answer or a proposal."""


class State(Enum):
    """Where a request stands; the value is stored."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Action(Enum):
    """What can be done about a request."""

    GRANT = "grant"
    REFUSE = "refuse"
    TAKE_BACK = "take back"


_NEXT: Final = {
    (State.OPEN, Action.GRANT): State.GRANTED,
    (State.OPEN, Action.REFUSE): State.REFUSED,
    (State.OPEN, Action.TAKE_BACK): State.WITHDRAWN,
}

_SAID: Final = {
    State.GRANTED: "was granted",
    State.REFUSED: "was refused",
    State.WITHDRAWN: "was taken back",
}


def next_state(state: State, action: Action) -> State:
    """The state that follows; AlreadyDecided where nothing can follow any more."""
    found = _NEXT.get((state, action))
    if found is None:
        raise AlreadyDecided(f"This request {_SAID[state]} already; your answer was not recorded.")
    return found


def labels_to_ask_for(label: Label) -> tuple[Label, ...]:
    """The milder labels, the strictest of them first."""
    return tuple(sorted((item for item in Label if item < label), reverse=True))


def check_wanted(label: Label, wanted: Label) -> None:
    """Refuse to ask for a label that is not milder than the one that the object has."""
    if wanted in labels_to_ask_for(label):
        return
    if label is Label.CLEAR:
        raise RequestRefused(f"{label} may go to everybody already; there is nothing to ask for.")
    raise RequestRefused(f"{wanted} is not milder than {label}, which the object has.")


def written(text: str, what: str) -> str:
    """A text that somebody has to write, tidied; RequestRefused when it is empty or too long."""
    kept = "".join(mark for mark in text if mark.isprintable() or mark in "\n\t").strip()
    if not kept:
        raise RequestRefused(f"{what} is missing: a sentence is enough.")
    if len(kept) > LONGEST_TEXT:
        raise RequestRefused(f"{what} is too long: {LONGEST_TEXT} characters are the limit.")
    return kept
