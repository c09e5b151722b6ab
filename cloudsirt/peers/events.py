"""What happened to pulls and pushes; `about` is the id of the one it happened to.

What a pull brought is in the event of the submission; what a push sent is told here, since it is
a disclosure. Names and addresses of peers, never credentials.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class PullAdded:
    """A peer's collection is read from now on, and posted by a service account."""

    tag: ClassVar[str] = "peer:pull:added"
    about: str
    name: str
    url: str
    person: str
    topic: str
    unmarked: str | None


@dataclass(frozen=True, slots=True)
class PushAdded:
    """A channel goes to a peer from now on; `reason` says why, where it is not the public one."""

    tag: ClassVar[str] = "peer:push:added"
    about: str
    name: str
    url: str
    person: str
    channel: str
    topic: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class PeerPaused:
    """A pull or push does not run by itself any more."""

    tag: ClassVar[str] = "peer:either:paused"
    about: str


@dataclass(frozen=True, slots=True)
class PeerResumed:
    """A pull or push runs by itself again."""

    tag: ClassVar[str] = "peer:either:resumed"
    about: str


@dataclass(frozen=True, slots=True)
class PeerRemoved:
    """A pull or push is no more; what it brought or sent stays."""

    tag: ClassVar[str] = "peer:either:removed"
    about: str


@dataclass(frozen=True, slots=True)
class ObjectsPushed:
    """A peer took an envelope; `until` is the time of entry of its last object (microseconds)."""

    tag: ClassVar[str] = "peer:push:sent"
    about: str
    channel: str
    objects: int
    until: int
