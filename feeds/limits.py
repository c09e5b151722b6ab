"""What no object may exceed or contain, wherever it stands: I-JSON (RFC 7493) and our limits.

The standard sets no limits (STIX 2.1 leaves them to the platform); each of ours has its reason
beside it. Not here: duplicate keys and bytes that are no UTF-8, which are gone once JSON is read.
"""

import math
from collections.abc import Iterable, Iterator
from typing import Any, Final

from feeds.errors import InvalidObject

# A STIX object needs about 8 levels; deeper ones exhaust the stack of whoever reads them.
MAX_DEPTH: Final = 32
# List items and object keys of one object, counted together: the largest reports have thousands.
MAX_ITEMS: Final = 100_000
# Larger integers lose digits in clients that read numbers as doubles (RFC 7493 §2.2).
MAX_INTEGER: Final = 2**53 - 1

Path = tuple[str, ...]


def check_limits(value: dict[str, object]) -> None:
    """Walk an object once; raises `InvalidObject` at the first thing out of bounds."""
    if _is_plain(value):
        return
    seen = 0
    level: list[tuple[Path, object]] = [((), value)]
    for _ in range(MAX_DEPTH + 1):
        seen += len(level)
        if seen > MAX_ITEMS:
            raise InvalidObject("", f"This object has more than {MAX_ITEMS:,} items and keys")
        level = [below for path, item in level for below in _below(path, item)]
        if not level:
            return
    raise _refused(level[0][0], f"is nested deeper than {MAX_DEPTH} levels")


def _is_plain(value: dict[str, object]) -> bool:
    """Whether it is small and without anything that needs a closer look: nearly always."""
    seen = 0
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH + 1):
        seen += len(level)
        below: list[Any] = []
        for item in level:
            kind = type(item)
            if kind is dict:
                if item.get("type") == "bundle" or not _are_ascii(item):
                    return False
                below.extend(item.values())
            elif kind is list:
                below.extend(item)
            elif kind is str:
                if not item.isascii():
                    return False
            elif kind is int:
                if not -MAX_INTEGER <= item <= MAX_INTEGER:
                    return False
            elif kind is not bool and item is not None:
                return False
        if not below:
            return seen <= MAX_ITEMS
        level = below
    return False


def _are_ascii(names: Iterable[str]) -> bool:
    try:
        return "".join(names).isascii()
    except TypeError:  # not all of them are text
        return False


def _refused(path: Path, reason: str) -> InvalidObject:
    """The path as STIX selectors write it."""
    if not path:
        return InvalidObject("", f"This object {reason}")
    return InvalidObject(".".join(path), reason)


def _below(path: Path, value: object) -> Iterator[tuple[Path, object]]:
    """Check one value; what it contains comes next."""
    if isinstance(value, str):
        _check_text(path, value)
    elif isinstance(value, dict):
        yield from _members(path, value)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield (*path, f"[{index}]"), item
    elif value is None or isinstance(value, bool):
        return
    elif isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise _refused(path, "is an integer beyond ±(2^53−1)")
    elif not isinstance(value, float):
        raise _refused(path, "is not a JSON value")
    elif not math.isfinite(value):
        raise _refused(path, "is a number that is not finite")


def _members(path: Path, value: dict[object, object]) -> Iterator[tuple[Path, object]]:
    for name, content in value.items():
        if not isinstance(name, str):
            raise _refused(path, "has a key that is not a string")
        _check_text((*path, name), name)
        yield (*path, name), content
    if value.get("type") == "bundle" and isinstance(value.get("objects"), list):
        raise _refused(path, BUNDLE_INSIDE)


BUNDLE_INSIDE: Final = "is a bundle; send the objects themselves, one by one, without it"


def _check_text(path: Path, text: str) -> None:
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise _refused(path, "holds half a UTF-16 pair, which is no text") from error
