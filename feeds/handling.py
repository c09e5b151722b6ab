"""What a source asks for: the `x_cloudsirt_handling` property of an envelope (DESIGN §6).

TAXII has no field for recipients, release times or attribution, so they stand beside the
objects. Unknown keys are refused: a wish that is not understood must not be dropped.
Who a recipient is, is the register's to say; here ids are only read.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from feeds import timestamps
from feeds.errors import BadHandling, BadTimestamp, quoted
from tlp import Label, Perimeter, TLPError

KEY = "x_cloudsirt_handling"
RECIPIENT_LIMIT = 1_000
ATTRIBUTIONS = ("named", "members", "none")
_IDENTITY = re.compile(r"identity--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the source asked for; `recipients` are identity ids, times are aware and in UTC."""

    recipients: tuple[str, ...] = ()
    unmarked: Label | None = None
    release: Mapping[Perimeter, datetime] = field(default_factory=lambda: MappingProxyType({}))
    attribution: str | None = None


def read_wishes(document: object) -> Wishes:
    """Read the handling of an envelope; BadHandling names what is wrong with it."""
    if document is None:
        return Wishes()
    if not isinstance(document, dict):
        raise BadHandling(f"{KEY} must be a JSON object.")
    unknown = sorted(set(document) - set(_READERS))
    if unknown:
        raise BadHandling(
            f"{KEY} has an unknown key “{quoted(unknown[0])}”; known are {', '.join(_READERS)}."
        )
    read: dict[str, Any] = {key: _READERS[key](item) for key, item in document.items()}
    return Wishes(**read)


def as_document(wishes: Wishes) -> dict[str, object]:
    """The same wishes as a JSON document; reading it gives the same wishes."""
    document: dict[str, object] = {}
    if wishes.recipients:
        document["recipients"] = list(wishes.recipients)
    if wishes.unmarked is not None:
        document["unmarked"] = str(wishes.unmarked)
    if wishes.release:
        document["release"] = {
            perimeter.value: timestamps.show(timestamps.from_datetime(moment))
            for perimeter, moment in wishes.release.items()
        }
    if wishes.attribution is not None:
        document["attribution"] = wishes.attribution
    return document


def _recipients(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or len(value) > RECIPIENT_LIMIT:
        raise BadHandling(f"{KEY}.recipients must be a list of 1 to {RECIPIENT_LIMIT} ids.")
    for item in value:
        if not isinstance(item, str) or not _IDENTITY.fullmatch(item):
            shown = f"“{quoted(item)}”" if isinstance(item, str) else "something"
            raise BadHandling(f"{KEY}.recipients holds {shown} that is no identity id.")
    return tuple(dict.fromkeys(value))


def _unmarked(value: object) -> Label:
    if not isinstance(value, str):
        raise BadHandling(f"{KEY}.unmarked must be a TLP label.")
    try:
        return Label.parse(value)
    except TLPError as error:
        known = ", ".join(str(label) for label in Label)
        raise BadHandling(
            f"{KEY}.unmarked: “{quoted(value)}” is not a TLP label; known are {known}."
        ) from error


def _release(value: object) -> Mapping[Perimeter, datetime]:
    if not isinstance(value, dict):
        raise BadHandling(f"{KEY}.release must be an object of perimeter and time.")
    return MappingProxyType({_perimeter(name): _time(name, text) for name, text in value.items()})


def _perimeter(name: str) -> Perimeter:
    try:
        return Perimeter(name)
    except ValueError:
        known = ", ".join(perimeter.value for perimeter in Perimeter)
        raise BadHandling(
            f"{KEY}.release names “{quoted(name)}”; perimeters are {known}."
        ) from None


def _time(name: str, text: object) -> datetime:
    try:
        return timestamps.to_datetime(timestamps.lenient(text if isinstance(text, str) else ""))
    except BadTimestamp as error:
        raise BadHandling(f"{KEY}.release.{name}: {error}") from error


def _attribution(value: object) -> str:
    if value not in ATTRIBUTIONS:
        raise BadHandling(f"{KEY}.attribution must be one of {', '.join(ATTRIBUTIONS)}.")
    return str(value)


_READERS: Mapping[str, Callable[[object], object]] = MappingProxyType(
    {
        "recipients": _recipients,
        "unmarked": _unmarked,
        "release": _release,
        "attribution": _attribution,
    }
)
