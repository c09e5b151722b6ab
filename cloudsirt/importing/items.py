"""What a source gives, one by one: an object to post, one that still needs its times, or a refusal.

Pure: whose objects these become, and under which ids, comes in with `Maker`.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from feeds import timestamps
from feeds.errors import InvalidObject, quoted
from feeds.validation import validate

ASSUMED_TIME = "2000-01-01T00:00:00.000Z"
"""Stands where a time must be and only its form matters."""

UNDATED = frozenset({"created", "modified"})
"""Assumed of what has no times at all."""


@dataclass(frozen=True, slots=True)
class Sent:
    """An object with an id and times of its own: its text as it goes to the store."""

    text: str


@dataclass(frozen=True, slots=True)
class Made:
    """An object made from a source that keeps no STIX versions.

    `assumed` are properties that the source does not say: they stay as they were stored before;
    at first they are the time of storing, unless `value` holds something better.
    """

    value: Mapping[str, Any]
    assumed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Left:
    """Something in the source that is not taken: where it stands, and a sentence that says why."""

    what: str
    reason: str


Item = Sent | Made | Left


@dataclass(frozen=True, slots=True)
class Maker:
    """For whom objects are made: the organisation's identity, and the name space of its ids.

    The name space is secret: nobody tells from an id what it stands for, and two organisations
    that import the same list never share an id.
    """

    identity: str
    namespace: uuid.UUID

    def id_for(self, stix_type: str, name: str) -> str:
        """The id of what this organisation makes of that name: always the same."""
        return f"{stix_type}--{uuid.uuid5(self.namespace, name)}"


def checked(made: Made, what: str) -> Item:
    """What was made of the source, or why it is no valid object."""
    try:
        validate({**dict.fromkeys(made.assumed, ASSUMED_TIME), **made.value})
    except InvalidObject as error:
        return Left(quoted(what), str(error))
    return made


def dated(made: Made, stored: bytes | None, at: datetime) -> str:
    """The text of an object as it goes to the store, where it may stand already.

    What says the same as before is the same version; anything else is a new one.
    """
    now = timestamps.show(timestamps.from_datetime(at))
    value = {**dict.fromkeys(made.assumed, now), **made.value}
    if stored is None:
        return orjson.dumps(value).decode()
    before: dict[str, Any] = orjson.loads(stored)
    kept = {**value, **{name: before[name] for name in made.assumed if name in before}}
    if kept == before:
        return stored.decode()
    if "modified" in made.assumed:
        kept["modified"] = now
    return orjson.dumps(kept).decode()
