"""When an object enters which perimeter, and how its contributor may change that (R5).

Source: the bylaws: "not all the information will be shared in all ways, nor simultaneously". A
release time says from when; a stop says not at all, until it gets a time again.

  1  the object's own label opens the perimeter, and so does every later version (R2, R9)
  2  it does not stand there yet: what has left would have to be withdrawn
  3  a wider perimeter never comes before a narrower one; a narrower one that is moved takes the
     wider ones along, and one that is hastened leaves them at the time that they had

Pure: times are microseconds. Not here: who may change it, and what else keeps an object back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from feeds.errors import ReleaseRefused
from feeds.timestamps import LATEST
from tlp import Label, Perimeter

STOPPED: Final = "stopped"
"""Stands for a release time where the source stopped the release."""

NEVER: Final = LATEST
"""The time of a stopped release, where it has to be compared with others."""

Release = Mapping[str, int | str]
"""Times as they are kept: microseconds or STOPPED, by the name of a perimeter."""

Times = Mapping[Perimeter, int]
"""When each perimeter opens, NEVER where it is stopped; without an entry, at once."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One version, as far as its release goes.

    `opened` are the perimeters of its label without granular markings, `bound` those of its
    effective label, which bind earlier versions; `there` is where it stands.
    """

    key: int
    version_at: int
    label: Label
    opened: frozenset[Perimeter]
    bound: frozenset[Perimeter]
    there: frozenset[Perimeter]
    release: Release


def times_of(opened: Iterable[Perimeter], release: Release) -> dict[Perimeter, int]:
    """When each of these perimeters opens: never before a narrower one, and with it where it
    has no time of its own."""
    times: dict[Perimeter, int] = {}
    since: int | None = None
    for perimeter in sorted(opened, key=lambda item: item.width):
        own = release.get(perimeter.value)
        if own is not None:
            due = NEVER if isinstance(own, str) else own
            since = due if since is None else max(since, due)
        if since is not None:
            times[perimeter] = since
    return times


def release_of(times: Times) -> dict[str, int | str]:
    """The times as they are kept."""
    return {
        perimeter.value: STOPPED if due == NEVER else due
        for perimeter, due in sorted(times.items(), key=lambda item: item[0].width)
    }


def calls_of(release: Release, at: int) -> dict[str, int]:
    """When something has to be done about a release, by perimeter; at NEVER for a stopped one,
    so that the calendar has it."""
    times = {name: NEVER if isinstance(due, str) else due for name, due in release.items()}
    return {name: due for name, due in times.items() if due > at}


def reachable(version: Waiting, versions: Sequence[Waiting]) -> frozenset[Perimeter]:
    """What the label of a version opens, as far as all later versions allow (step 1)."""
    found = version.opened
    for other in versions:
        if other.version_at > version.version_at:
            found = found & other.bound
    return found


def still_due(version: Waiting, versions: Sequence[Waiting], at: int) -> dict[Perimeter, int]:
    """The perimeters that a version is still to enter at a later time, or that are stopped."""
    open_ = reachable(version, versions) - version.there
    times = times_of(version.opened, version.release)
    return {perimeter: due for perimeter, due in times.items() if perimeter in open_ and due > at}


def concerned(versions: Sequence[Waiting], perimeter: Perimeter) -> list[Waiting]:
    """The versions that may still enter a perimeter; ReleaseRefused when there is none."""
    found = [
        version for version in versions if perimeter in reachable(version, versions) - version.there
    ]
    if not found:
        raise ReleaseRefused(_why_none(versions, perimeter))
    return found


def rescheduled(version: Waiting, perimeter: Perimeter, due: int, at: int) -> dict[Perimeter, int]:
    """The times of a version after its release to one perimeter was set to `due`, or to NEVER.

    ReleaseRefused when a narrower perimeter would come later, or a wider one is reached already.
    """
    before = times_of(version.opened, version.release)
    wanted = max(due, at)
    for narrower, time in before.items():
        if narrower.width < perimeter.width and time > wanted:
            raise ReleaseRefused(_too_early(perimeter, narrower, time))
    after = {**before, perimeter: wanted}
    for wider in version.opened:
        if wider.width > perimeter.width:
            after[wider] = max(before.get(wider, wanted), wanted)
    for item in version.there:
        if item in version.opened and after.get(item, at) > at:
            raise ReleaseRefused(_already_there(item))
    return after


def _why_none(versions: Sequence[Waiting], perimeter: Perimeter) -> str:
    latest = max(versions, key=lambda version: version.version_at)
    if perimeter in latest.there:
        return _already_there(perimeter)
    if not latest.opened:
        return "This object reaches only those it names; release times do not apply to it."
    return (
        f"{latest.label} may never reach the {perimeter.value} perimeter, so it cannot have a "
        f"release time there."
    )


def _already_there(perimeter: Perimeter) -> str:
    return (
        f"It has reached the {perimeter.value} perimeter already. What is there can only be "
        f"withdrawn."
    )


def _too_early(perimeter: Perimeter, narrower: Perimeter, time: int) -> str:
    if time == NEVER:
        return (
            f"The release to the {narrower.value} perimeter is stopped; a wider audience never "
            f"comes first. Give that release a time before the one to {perimeter.value}."
        )
    return (
        f"The release to the {perimeter.value} perimeter would come before the release to "
        f"{narrower.value}; a wider audience never comes first."
    )
