"""Pulls and pushes as values, and what their names, addresses and intervals may be.

Each is a small principal: it acts as one service account, whose standing is computed at every
step. A push tells somebody outside, so any channel but the public one needs a reason.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from urllib.parse import urlsplit

from cloudsirt.errors import PeerRefused
from cloudsirt.outbound import Place
from feeds.topics import Topic
from tlp import Label, Perimeter

LONGEST_URL = 2_000  # characters
LONGEST_REASON = 500  # characters
SHORTEST, LONGEST = 1, 7 * 24 * 60  # minutes between two runs
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,48}[a-z0-9]")
_CREDENTIALS = re.compile(r"peer\.[a-z0-9][a-z0-9-]{0,59}")
_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*/collections/[A-Za-z0-9-]+/")
_PORTS = {"https": 443, "http": 80}


class State(Enum):
    """Whether it runs by itself."""

    ENABLED = "enabled"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Pull:
    """A peer's collection that is read; `person` is the service account that posts what is there.

    `unmarked` is the label of what comes without one (None: the organisation's default); `every`
    is in minutes; `credentials` names a file of the home folder.
    """

    id: str
    name: str
    url: str
    person: str
    topic: Topic
    unmarked: Label | None
    every: int
    credentials: str | None
    state: State = State.ENABLED


@dataclass(frozen=True, slots=True)
class Push:
    """A peer's collection that is posted to, from one channel, as `person` reads it.

    `topic` is None for everything; `reason` says why anything but public information goes there.
    """

    id: str
    name: str
    url: str
    person: str
    channel: Perimeter
    topic: Topic | None
    every: int
    credentials: str | None
    reason: str = ""
    state: State = State.ENABLED


Peer = Pull | Push


@dataclass(frozen=True, slots=True)
class Mark:
    """How far it has come: `position` is where the next sweep begins, `reached` and `next` where
    the one under way is; all of them the peer's (pull) or ours (push), in microseconds.

    `holder` is the run that has it until `held`.
    """

    peer: str
    due: datetime
    position: int | None = None
    reached: int | None = None
    next: str | None = None
    holder: str | None = None
    held: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Objects that were fetched or sent, and what became of them."""

    objects: int = 0
    stored: int = 0
    repeated: int = 0
    refused: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.objects + other.objects,
            self.stored + other.stored,
            self.repeated + other.repeated,
            self.refused + other.refused,
        )


@dataclass(frozen=True, slots=True)
class Run:
    """One run: without an end it is under way, or was killed; `error` is a sentence of ours."""

    id: str
    peer: str
    started: datetime
    ended: datetime | None
    counts: Counts
    error: str | None


def interval(peer: Peer) -> timedelta:
    """The time between the starts of two runs."""
    return timedelta(minutes=peer.every)


def place_of(url: str) -> Place:
    """Where the requests for a collection go: one host, one port, and nowhere else."""
    parts = urlsplit(url)
    port = parts.port or _PORTS[parts.scheme]
    return Place(parts.hostname or "", port, parts.scheme == "https")


def check(peer: Peer, allowed: frozenset[str]) -> None:
    """Raise PeerRefused where a pull or push says what it may not.

    `allowed` are the hosts that may be reached at private addresses, and without TLS.
    """
    if not _NAME.fullmatch(peer.name):
        raise PeerRefused("A name has 2 to 50 of: lower-case letters, digits, hyphens inside.")
    if not SHORTEST <= peer.every <= LONGEST:
        raise PeerRefused(f"The interval is {SHORTEST} to {LONGEST} minutes.")
    if peer.credentials is not None and not _CREDENTIALS.fullmatch(peer.credentials):
        raise PeerRefused("A file of credentials is in the home folder and named like peer.isac.")
    _check_url(peer.url, allowed)
    if isinstance(peer, Push):
        _check_disclosure(peer)
    elif peer.unmarked is Label.RED:
        raise PeerRefused("TLP:RED needs named recipients, so nothing unmarked can become it.")


def _check_url(url: str, allowed: frozenset[str]) -> None:
    try:
        parts, place = urlsplit(url), place_of(url)
    except (ValueError, KeyError) as error:
        raise PeerRefused(_LIKE_THIS) from error
    is_plain = f"{parts.scheme}://{parts.netloc}{parts.path}" == url and "@" not in url
    if not is_plain or len(url) > LONGEST_URL or not _PATH.fullmatch(parts.path):
        raise PeerRefused(_LIKE_THIS)
    if not place.host.isascii() or not place.host:
        raise PeerRefused(_LIKE_THIS)
    if not place.is_secure and place.host not in allowed:
        raise PeerRefused("Without TLS only hosts of CLOUDSIRT_ALLOW_PRIVATE_HOSTS are reached.")


_LIKE_THIS = (
    "The address is that of a collection, by its id: https://taxii.example.org/root/collections/"
    "91a7b528-80eb-42ed-a74d-c6fbd5a26116/"
)


def _check_disclosure(push: Push) -> None:
    if len(push.reason) > LONGEST_REASON:
        raise PeerRefused(f"The reason has at most {LONGEST_REASON} characters.")
    if push.channel is not Perimeter.PUBLIC and not push.reason.strip():
        raise PeerRefused(_NEEDED[push.channel])


_NEEDED: Mapping[Perimeter, str] = {
    Perimeter.MEMBERS: "What members share goes to a member only: say which one, as the reason.",
    Perimeter.RESEARCH: "The research perimeter is for working groups: say which, as the reason.",
}
