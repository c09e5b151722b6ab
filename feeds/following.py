"""Under which topics an object stands in a channel: whoever follows one goes on following it.

A later version stands under every topic under which the readers of the channel find an earlier
one, so that a client that polls one topic gets it. Versions that those readers may not read take
no part: under which topic they were posted is no less secret than the rest of them (R11).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tlp import Channel
from tlp.overlap import Homes, Reach, is_covered


@dataclass(frozen=True, slots=True)
class Posted:
    """One version: whose it is, the topics it was posted to itself, as bits, and where it, or a
    derivative of it, can be read."""

    contributor: str
    stix_id: str
    topics: int
    reach: Reach


def posted(row: Any, reach: Reach) -> Posted:
    """A stored version, with where it, or a derivative of it, can be read."""
    return Posted(row.contributor, row.stix_id, row.topics, reach)


class Following:
    """The versions of some objects, all of each."""

    def __init__(self, versions: Mapping[int, Posted], homes: Homes) -> None:
        self._versions = versions
        self._homes = homes
        self._together: dict[tuple[str, str], list[Posted]] = {}
        for version in versions.values():
            key = (version.contributor, version.stix_id)
            self._together.setdefault(key, []).append(version)

    def topics(self, key: int, channel: Channel) -> int:
        """The topics, as bits, under which a version stands in a channel."""
        own = self._versions[key]
        found = own.topics
        for version in self._together[(own.contributor, own.stix_id)]:
            if version is not own and is_covered(channel, version.reach, self._homes):
                found |= version.topics
        return found
