"""What happened to shared objects: frozen facts that commands return and the trail keeps.

Events carry ids, labels and counts, never content.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """Root of the events of this package; `about` is the submission or object concerned."""

    tag: ClassVar[str] = ""
    about: str


@dataclass(frozen=True, slots=True)
class ObjectsSubmitted(FeedEvent):
    """A submission was processed; `stored` holds `[id, version, label]` of each new object."""

    tag: ClassVar[str] = "feeds:submission:processed"
    contributor: str
    topic: str
    stored: tuple[tuple[str, str, str], ...]
    repeated: int
    refused: int


@dataclass(frozen=True, slots=True)
class ObjectWithdrawn(FeedEvent):
    """A contributor withdrew an object: all its versions, from every channel."""

    tag: ClassVar[str] = "feeds:object:withdrawn"
    contributor: str
    versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ObjectsReleased(FeedEvent):
    """Due releases were placed; `entered` holds `[id, version, channel]`."""

    tag: ClassVar[str] = "feeds:release:placed"
    entered: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class ReleaseRescheduled(FeedEvent):
    """A release to one perimeter was moved, hastened or stopped, for these versions.

    `due` is a timestamp, or `stopped`; one that is not in the future took place at once.
    """

    tag: ClassVar[str] = "feeds:release:rescheduled"
    contributor: str
    perimeter: str
    due: str
    versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindingsCleared(FeedEvent):
    """A person decided that personal data found in one version may leave; `findings` counts it."""

    tag: ClassVar[str] = "feeds:hold:cleared"
    contributor: str
    version: str
    findings: int


@dataclass(frozen=True, slots=True)
class ReleaseAsked(FeedEvent):
    """Somebody asked for a wider release; `about` is the request, `object` what they read."""

    tag: ClassVar[str] = "feeds:request:asked"
    object: str
    contributor: str
    wanted: str


@dataclass(frozen=True, slots=True)
class ReleaseRequestClosed(FeedEvent):
    """A request was granted, refused or taken back; `edition` is what was released instead."""

    tag: ClassVar[str] = "feeds:request:closed"
    object: str
    contributor: str
    state: str
    edition: str | None


@dataclass(frozen=True, slots=True)
class ProposalMade(FeedEvent):
    """The secretariat left a proposal for a contributor, on a held object or a request."""

    tag: ClassVar[str] = "feeds:proposal:made"
    object: str
    contributor: str
    request: str | None
