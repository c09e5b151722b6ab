"""Query parameters of TAXII 2.1 (§3.4) to a window: strict where it says so, lenient elsewhere.

A parameter that stands twice, or a value that is malformed, is a BadQuery. Unknown parameters
are ignored, as §3.4 allows for unknown match fields. `limit` above the server's own is capped.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from feeds import timestamps
from feeds.errors import BadQuery, BadTimestamp
from feeds.paging import read_cursor
from feeds.topics import Topic
from feeds.view import LATEST, Versions, Window

SPEC_VERSION = "2.1"
_KEYWORDS = ("first", "last", "all")
_DIGITS = 18  # a number of so many digits is beyond every maximum


@dataclass(frozen=True, slots=True)
class Filters:
    """Which match fields an endpoint has (§5.3 to §5.8)."""

    fields: frozenset[str]


OBJECTS = Filters(frozenset({"id", "type", "version", "spec_version"}))
OBJECT = Filters(frozenset({"version", "spec_version"}))
VERSIONS = Filters(frozenset({"spec_version"}))


@dataclass(frozen=True, slots=True)
class Position:
    """What a cursor is read with: the secret that sealed it, and whom and what it is bound to.

    `restarts`: one that was not given for this begins anew, instead of being refused.
    """

    secret: bytes
    binding: str
    restarts: bool = False


def read_window(
    pairs: Iterable[tuple[str, str]],
    filters: Filters,
    topic: Topic | None,
    maximum: int,
    position: Position,
) -> Window | None:
    """The window that a query asks for; None when its filters exclude everything stored."""
    values = _once(pairs)
    versions = _versions(values) if "version" in filters.fields else Versions(all=True)
    window = Window(
        topic=topic,
        limit=_limit(values.get("limit"), maximum),
        after=_after(values, position),
        types=_list(values, "type") if "type" in filters.fields else (),
        ids=_list(values, "id") if "id" in filters.fields else (),
        versions=versions,
    )
    spec_versions = _list(values, "spec_version")
    return None if spec_versions and SPEC_VERSION not in spec_versions else window


def _once(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    values: dict[str, str] = {}
    for name, value in pairs:
        if name in values:
            raise BadQuery(f"The parameter “{name[:40]}” stands twice.")
        values[name] = value
    return values


def _limit(text: str | None, maximum: int) -> int:
    if text is None:
        return maximum
    digits = text.lstrip("0")
    if not text.isascii() or not text.isdigit() or not digits:
        raise BadQuery("`limit` must be a positive integer.")
    return min(int(digits[:_DIGITS]), maximum)


def _after(values: Mapping[str, str], position: Position) -> int | None:
    """Where the page begins. A foreign or stale cursor beside a valid `added_after` is left out,
    since several clients send the one they had; alone it is refused."""
    added_after = _added_after(values.get("added_after"))
    cursor = values.get("next")
    if not cursor:
        return added_after
    try:
        found = read_cursor(position.secret, position.binding, cursor)
    except BadQuery:
        if added_after is None and not position.restarts:
            raise
        return added_after
    return found if added_after is None else max(found, added_after)


def _added_after(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return timestamps.lenient(text)
    except BadTimestamp as error:
        raise BadQuery(f"`added_after`: {error}") from error


def _list(values: Mapping[str, str], field: str) -> tuple[str, ...]:
    text = values.get(f"match[{field}]")
    if text is None:
        return ()
    items = tuple(text.split(","))
    if not all(items):
        raise BadQuery(f"`match[{field}]` holds an empty value.")
    return tuple(dict.fromkeys(items))


def _versions(values: Mapping[str, str]) -> Versions:
    text = values.get("match[version]")
    if text is None:
        return LATEST
    items = text.split(",")
    if len(set(items)) != len(items):
        raise BadQuery("`match[version]` names a value twice.")
    if "all" in items:
        if len(items) > 1:
            raise BadQuery("`match[version]=all` stands alone.")
        return Versions(all=True)
    return Versions(
        first="first" in items,
        last="last" in items,
        at=frozenset(_version(item) for item in items if item not in _KEYWORDS),
    )


def _version(text: str) -> int:
    try:
        return timestamps.lenient(text)
    except BadTimestamp as error:
        raise BadQuery(f"`match[version]`: {error}") from error
