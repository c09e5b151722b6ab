"""What reviewers found, and what follows from it (bylaws, eligibility clause; pure).

A criterion counts as judged once as many different people as the bylaws ask for agree, and nobody
disagrees. Requirements are three-valued: of what is open, only what cannot change the outcome any
more is ignored. What is not shown counts as not met, and the reason says which of the two it was.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from membership.eligibility.criteria import (
    AllOf,
    AnyOf,
    Criterion,
    Requirement,
    criteria_in,
)


class Finding(Enum):
    """What a reviewer finds about one criterion."""

    MET = "met"
    NOT_MET = "not-met"
    NOT_SHOWN = "not-shown"

    @property
    def text(self) -> str:
        """As people read it."""
        return self.value.replace("-", " ")


class LineState(Enum):
    """Where one criterion stands."""

    MET = "met"
    NOT_MET = "not met"
    NOT_SHOWN = "not shown"
    UNJUDGED = "not judged yet"
    WAITING = "waits for a second pair of eyes"
    DISPUTED = "disputed"


class Outcome(Enum):
    """What follows for the application."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not-eligible"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One reviewer's present opinion on one criterion; `criterion` and `reviewer` are ids."""

    criterion: str
    reviewer: str
    finding: Finding
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion with what was judged about it, and where that leaves it."""

    criterion: Criterion
    state: LineState
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """The outcome, criterion by criterion, and in one sentence.

    `awaited` are the lines on which it still hangs: what they come to can make a difference.
    """

    outcome: Outcome
    lines: tuple[Line, ...]
    awaited: tuple[Line, ...]
    sentence: str


_SETTLED = {
    Finding.MET: LineState.MET,
    Finding.NOT_MET: LineState.NOT_MET,
    Finding.NOT_SHOWN: LineState.NOT_SHOWN,
}
_TRUTH = {LineState.MET: True, LineState.NOT_MET: False, LineState.NOT_SHOWN: False}
_OUTCOMES = {True: Outcome.ELIGIBLE, False: Outcome.NOT_ELIGIBLE, None: Outcome.OPEN}


def assess(requirement: Requirement, judgements: Iterable[Judgement], reviewers: int) -> Assessment:
    """What follows from these judgements; of each reviewer the latest on a criterion counts."""
    if reviewers < 1:
        raise ValueError("somebody must judge")
    latest: dict[str, dict[str, Judgement]] = {}
    for item in sorted(judgements, key=lambda item: item.at):
        latest.setdefault(item.criterion, {})[item.reviewer] = item
    lines = tuple(
        _line(criterion, tuple(latest.get(criterion.id, {}).values()), reviewers)
        for criterion in criteria_in(requirement)
    )
    states = {line.criterion.id: line.state for line in lines}
    outcome = _OUTCOMES[_truth(requirement, states)]
    open_ = set(_open(requirement, states))
    awaited = tuple(line for line in lines if line.criterion.id in open_)
    return Assessment(outcome, lines, awaited, _sentence(requirement, outcome, states))


def _line(criterion: Criterion, found: tuple[Judgement, ...], reviewers: int) -> Line:
    findings = {item.finding for item in found}
    if not findings:
        state = LineState.UNJUDGED
    elif len(findings) > 1:
        state = LineState.DISPUTED
    elif len(found) < reviewers:
        state = LineState.WAITING
    else:
        state = _SETTLED[findings.pop()]
    return Line(criterion, state, found)


def _truth(requirement: Requirement, states: Mapping[str, LineState]) -> bool | None:
    """Kleene's logic: None is what is still open."""
    if isinstance(requirement, Criterion):
        return _TRUTH.get(states[requirement.id])
    values = {_truth(part, states) for part in requirement.of}
    decisive = isinstance(requirement, AnyOf)
    if decisive in values:
        return decisive
    return None if None in values else not decisive


def _open(requirement: Requirement, states: Mapping[str, LineState]) -> Iterator[str]:
    """The ids of the criteria on which what is open hangs."""
    if _truth(requirement, states) is not None:
        return
    if isinstance(requirement, Criterion):
        yield requirement.id
        return
    for part in requirement.of:
        yield from _open(part, states)


def _sentence(requirement: Requirement, outcome: Outcome, states: Mapping[str, LineState]) -> str:
    if outcome is Outcome.ELIGIBLE:
        return "Eligible: what the category asks for is met."
    if isinstance(requirement, AnyOf) and not requirement.of:
        return "Not eligible as of right: it fits none of the categories."
    parts = "; ".join(_because(requirement, outcome, states))
    return f"{'Not eligible' if outcome is Outcome.NOT_ELIGIBLE else 'Still open'}: {parts}."


def _because(
    requirement: Requirement, outcome: Outcome, states: Mapping[str, LineState]
) -> list[str]:
    """The parts that make the outcome what it is, each with its state."""
    truth = _truth(requirement, states)
    if truth is True or (outcome is Outcome.NOT_ELIGIBLE and truth is not False):
        return []
    if isinstance(requirement, Criterion):
        return [f"“{requirement.text}” {_verb(states[requirement.id])}"]
    parts = requirement.of
    if isinstance(requirement, AllOf) and outcome is Outcome.OPEN:
        parts = tuple(part for part in parts if _truth(part, states) is None)
    return [text for part in parts for text in _because(part, outcome, states)]


def _verb(state: LineState) -> str:
    return state.value if state is LineState.WAITING else f"is {state.value}"
