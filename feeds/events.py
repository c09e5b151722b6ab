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
