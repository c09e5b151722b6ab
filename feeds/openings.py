"""What a stored version opens at an instant: by its labels, its recipients and its release times.

Pure: facts of a row in, no decisions. The objects of a submission that are labelled alike open the
same, so this is worked out once for all of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from feeds import timestamps
from feeds.columns import opened, seen_in
from feeds.submitted import Submitted
from feeds.timetable import STOPPED
from tlp import Channel, Label, Perimeter
from tlp.overlap import Reach

_OUTER = frozenset(Channel.perimeter(item) for item in (Perimeter.RESEARCH, Perimeter.PUBLIC))


@dataclass(frozen=True, slots=True)
class Opened:
    """What `Subject` says of a version that it shares with others of its submission."""

    whole: Reach
    whole_ever: Reach
    rest: Reach
    rest_ever: Reach
    own: Channel
    keeps_own: bool
    seen: frozenset[tuple[str, str]]


class Openings:
    """What versions open at one instant; for one computation."""

    def __init__(self, at: datetime) -> None:
        self._now = timestamps.from_datetime(at)
        self._found: dict[tuple[object, ...], Opened] = {}

    def of(self, row: Submitted) -> Opened:
        """What one version opens."""
        is_held = row.findings != "[]" and row.cleared is None
        alike = (row.submission, row.label, row.own_label, row.release, is_held)
        found = self._found.get(alike)
        if found is None:
            found = self._found[alike] = _opened(row, is_held, self._now)
        return found


def _opened(row: Submitted, is_held: bool, now: int) -> Opened:
    label, own_label = Label.of_rank(row.label), Label.of_rank(row.own_label)
    release: Mapping[str, Any] = orjson.loads(row.release)
    stopped = _from(name for name, due in release.items() if due == STOPPED)
    waiting = _from(name for name, due in release.items() if due != STOPPED and due > now)
    whole_ever, rest_ever = (
        opened(item, row.contributor, row.poster, row.recipients) - stopped
        for item in (label, own_label)
    )
    whole, rest = whole_ever - waiting, rest_ever - waiting
    if is_held:
        whole = whole - _OUTER
        rest = whole if label is own_label else rest
    is_red = label is Label.RED
    return Opened(
        whole=whole,
        whole_ever=whole_ever,
        rest=rest,
        rest_ever=rest_ever,
        own=Channel.person(row.poster) if is_red else Channel.organisation(row.contributor),
        keeps_own=Perimeter.MEMBERS.value in release,
        seen=seen_in(row.seen),
    )


def _from(perimeters: Iterable[str]) -> Reach:
    """The channels of the narrowest of these and of all that are wider: what is closed there is
    closed to a wider audience, too."""
    widths = [Perimeter(name).width for name in perimeters]
    return frozenset(
        Channel.perimeter(item) for item in Perimeter if widths and item.width >= min(widths)
    )
