"""Last polls: in words what a token asked over TAXII, and how it was answered.

A poll causes no write of its own. Lines wait in the memory of each process (`polls.Notebook`) and
are written together, at most once in `INTERVAL`, by a thread that the server starts; until then
the process that answered shows them from its memory. With them it is written when each token was
used last. A process that is killed loses those of its
last seconds, which is accepted: they decide nothing. One that is stopped writes them.

The words name addresses and kinds of filters, never what somebody filtered for.
"""

import logging
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus

from flask import Request, g
from sqlalchemy import Connection

from cloudsirt import clock
from cloudsirt.house import House
from cloudsirt.polls import KEPT, Poll, PollStore
from feeds import timestamps
from feeds.errors import BadTimestamp
from feeds.topics import collection_named
from tlp import Perimeter

INTERVAL = 5.0
"""Seconds between two writes of what waits."""

_ROOTS = {perimeter.value: perimeter for perimeter in Perimeter}
_COUNTS = re.compile(rb'"(total|failure)_count":([0-9]{1,12})')
_FEW = 9  # digits of a limit that is repeated
log = logging.getLogger("cloudsirt.polling")


def poll_of(request: Request, status: int, token: str, *, at: datetime) -> Poll:
    """The line for a request that was answered."""
    return Poll(
        id=clock.new_id(),
        token=token,
        at=at,
        method=str(request.environ["REQUEST_METHOD"])[:10],
        asked=", ".join((_address(request.path), *_filters(request.args.to_dict()))),
        objects=g.get("taxii_objects") if status < 300 else None,
        status=status,
        problem=g.get("taxii_problem"),
    )


def counted(status: bytes) -> tuple[int | None, str | None]:
    """How many objects a status is about, and how many of them were not taken."""
    counts = {name: int(number) for name, number in _COUNTS.findall(status)}
    failed = counts.get(b"failure", 0)
    return counts.get(b"total"), f"{failed} not taken" if failed else None


def last_polls(house: House, db: Connection, tokens: Sequence[str]) -> list[Poll]:
    """What these tokens asked last, the newest first: what this process knows, and what is kept."""
    waiting = house.notebook.waiting(tokens)
    found = {poll.id: poll for poll in (*waiting, *PollStore(db).of(tokens))}
    return sorted(found.values(), key=lambda poll: poll.at, reverse=True)[:KEPT]


def write_waiting(house: House) -> None:
    """Write what waits in this process."""
    taken = house.notebook.take()
    if taken:
        with house.housekeeping() as accounts:
            accounts.polls.add(taken)
            accounts.touch_tokens(last_uses(taken))


def last_uses(polls: Iterable[Poll]) -> dict[str, datetime]:
    """When each token was used last; one that was refused was not."""
    found: dict[str, datetime] = {}
    for poll in polls:
        if poll.status != HTTPStatus.UNAUTHORIZED:
            found[poll.token] = max(poll.at, found.get(poll.token, poll.at))
    return found


def write_if_possible(house: House) -> None:
    """Write what waits in this process; what cannot be written is let go."""
    try:
        write_waiting(house)
    except Exception as error:
        log.error("last polls were not kept: %s", type(error).__name__)


def keep_writing(house: House, stop: threading.Event, interval: float = INTERVAL) -> None:
    """Write what waits, again and again, and once more when told to stop."""
    while not stop.wait(interval):
        write_if_possible(house)
    write_if_possible(house)


@lru_cache(maxsize=256)
def _address(path: str) -> str:
    """What stands at an address, without anything that only its sender knows."""
    parts = [part for part in path.split("/") if part][1:]
    if not parts:
        return "discovery"
    root = _ROOTS.get(parts[0])
    if root is None:
        return "an unknown address"
    match parts[1:]:
        case []:
            return f"{root.value}: the API root"
        case ["collections"]:
            return f"{root.value}: its collections"
        case ["status", _]:
            return f"{root.value}: a status"
        case ["collections", name, *rest]:
            collection = collection_named(root, name)
            shown = collection.alias if collection is not None else "an unknown collection"
            return f"{root.value}/{shown}: {_resource(rest)}"
    return "an unknown address"


def _resource(rest: list[str]) -> str:
    match rest:
        case []:
            return "the collection"
        case ["objects"]:
            return "objects"
        case ["manifest"]:
            return "manifest"
        case ["objects", _]:
            return "one object"
        case ["objects", _, "versions"]:
            return "versions of one object"
    return "an unknown address"


def _filters(values: Mapping[str, str]) -> Iterator[str]:
    """What was filtered by; of values only times and numbers."""
    if not values:
        return
    if "added_after" in values:
        yield _added_after(values["added_after"])
    if "limit" in values:
        limit = values["limit"]
        is_number = limit.isascii() and limit.isdigit() and len(limit) <= _FEW
        yield f"limit {limit}" if is_number else "a limit that is none"
    for field in ("id", "type", "version", "spec_version"):
        given = values.get(f"match[{field}]")
        if given is not None:
            number = given.count(",") + 1
            yield f"{number} {field.replace('_', ' ')}{'s' if number > 1 else ''}"
    if values.get("next"):
        yield "next page"


def _added_after(text: str) -> str:
    try:
        return f"added after {timestamps.show(timestamps.lenient(text))}"
    except BadTimestamp:
        return "added after what is no timestamp"
