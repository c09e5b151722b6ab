"""What becomes of an object, as values: who gets what of it, from when, and why somebody never.

Pure. Where the facts come from is `previewing`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from feeds.examining import Examined
from feeds.reaching import SourceNaming
from feeds.references import Treatment
from tlp import Channel, Label, Perimeter, perimeters_of
from tlp.overlap import Homes, audience

_REPLACED = frozenset(
    {"id", "created_by_ref", "created", "modified", "object_marking_refs", "granular_markings"}
)
"""What every derivative has of its own; see `derivatives`."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What somebody gets: the object as it is, or a derivative and which properties it lacks."""

    is_derivative: bool
    label: Label
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """Where an object stands from a moment on; `since` is None for at once, else microseconds.

    `after_check` says that a person must have looked at the personal data found.
    """

    since: int | None
    after_check: bool
    shapes: Mapping[Channel, Shape]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What becomes of one new object: first what follows by itself, then what a check adds."""

    stix_id: str
    digest: bytes
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """What the readers of one channel get, from when; as in `Moment`."""

    since: int | None
    after_check: bool
    shape: Shape


class Absence(Enum):
    """Why an object never reaches a perimeter; the first of these that applies."""

    RECIPIENTS = "only those whom its source names get it (R3, R4)"
    LABEL = "its label does not go there (R2)"
    SOURCE = "it is about its source, which is not to be named there (R6)"
    PARTS = "what is left without its stricter parts cannot go there (R7)"
    REFERENCES = "what it names does not go there (R8)"
    SUCCESSION = "a later version goes less far (R9)"


def steps(forecast: Forecast, channel: Channel, homes: Homes) -> tuple[Step, ...]:
    """What the readers of a channel get of an object, in the order in which it happens."""
    found: list[Step] = []
    unchecked: dict[int | None, Shape | None] = {}
    for moment in forecast.moments:
        shape = _shape_for(channel, moment.shapes, homes)
        if not moment.after_check:
            unchecked[moment.since] = shape
        elif shape == unchecked[moment.since]:
            continue  # the check makes no difference here
        if shape is None:
            continue
        step = Step(moment.since, moment.after_check, shape)
        if not found or not _goes_on(found[-1], step):
            found.append(step)
    return tuple(found)


def why_absent(
    examined: Examined, perimeter: Perimeter, *, is_narrowed: bool, is_source_named: bool
) -> Absence:
    """The reason for which an object never reaches a perimeter; asked where it does not."""
    if is_narrowed:
        return Absence.RECIPIENTS
    if perimeter not in perimeters_of(examined.own_label):
        return Absence.LABEL
    if examined.source_naming is SourceNaming.ESSENTIAL and not is_source_named:
        return Absence.SOURCE
    if perimeter not in perimeters_of(examined.label):
        return Absence.PARTS
    names_something = any(
        reference.treatment is not Treatment.TRAVELS for reference in examined.references
    )
    return Absence.REFERENCES if names_something else Absence.SUCCESSION


def left_out(original: Mapping[str, Any], derived: Mapping[str, Any]) -> tuple[str, ...]:
    """The properties that a derivative lacks, or has only in part."""
    return tuple(
        f"{name} (in part)" if name in derived else name
        for name, content in original.items()
        if name not in _REPLACED and derived.get(name) != content
    )


def _goes_on(last: Step, step: Step) -> bool:
    return step.shape == last.shape and step.after_check == last.after_check


def _shape_for(channel: Channel, shapes: Mapping[Channel, Shape], homes: Homes) -> Shape | None:
    """What those get who read this channel, and so what all its readers read."""
    found = [shapes[item] for item in audience(channel, homes) if item in shapes]
    return min(found, key=lambda shape: shape.is_derivative, default=None)
