"""Bytes to objects: a TAXII envelope, or a STIX bundle, as received (TAXII 2.1 §3.7, RFC 7493).

Each object keeps its own text as it was sent; that text is what is stored and given back.
Refused as a whole: what is not UTF-8 or not JSON, duplicate keys, numbers that I-JSON does not
have, absurd nesting, no objects at all. What each object says is judged elsewhere.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from feeds.errors import BadEnvelope, quoted
from feeds.handling import KEY as HANDLING_KEY

_INTEGER_LIMIT = 2**53 - 1
_WHITESPACE = " \t\n\r"
_PROPERTIES = frozenset({"objects", "more", "next", HANDLING_KEY})
_BUNDLE_PROPERTIES = frozenset({"type", "id", "spec_version", "objects", HANDLING_KEY})


@dataclass(frozen=True, slots=True)
class Received:
    """One item of `objects`: its text as sent, and its parsed value (any JSON value)."""

    text: str
    value: object


@dataclass(frozen=True, slots=True)
class Envelope:
    """What was sent: the objects in order, and the handling document beside them or None."""

    objects: tuple[Received, ...]
    handling: object


def read_envelope(body: bytes) -> Envelope:
    """Take an envelope apart; BadEnvelope says why it cannot be."""
    members, objects = _read_body(body)
    _refuse_unknown(members)
    if not objects:
        raise BadEnvelope("The envelope holds no objects.")
    return Envelope(tuple(objects), members.get(HANDLING_KEY))


def read_answer(body: bytes) -> tuple[Mapping[str, object], tuple[Received, ...]]:
    """Take apart what another server answered: its properties, which may be any, and objects.

    BadEnvelope says why it cannot be.
    """
    members, objects = _read_body(body)
    return members, tuple(objects or ())


def _read_body(body: bytes) -> tuple[dict[str, object], list[Received] | None]:
    try:
        text = body.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadEnvelope(f"The body is not UTF-8 (at byte {error.start}).") from error
    try:
        return _read_members(text)
    except RecursionError as error:
        raise BadEnvelope("The body is nested too deeply.") from error
    except json.JSONDecodeError as error:
        raise BadEnvelope(
            f"The body is not JSON: {error.msg} (line {error.lineno}, column {error.colno})."
        ) from error


def _refuse_unknown(members: Mapping[str, object]) -> None:
    known = _BUNDLE_PROPERTIES if members.get("type") == "bundle" else _PROPERTIES
    unknown = sorted(set(members) - known)
    if unknown:
        raise BadEnvelope(f"The envelope has an unknown property “{quoted(unknown[0])}”.")


def _read_members(text: str) -> tuple[dict[str, object], list[Received] | None]:
    """The members of the outermost object, with the items of `objects` kept apart."""
    members: dict[str, object] = {}
    objects: list[Received] | None = None
    at = _expect(text, _skip(text, 0), "{", "The body must be a JSON object.")
    if text[at : at + 1] == "}":
        return _end(text, at + 1, members), None
    while True:
        name, at = _value(text, at)
        if not isinstance(name, str):
            raise json.JSONDecodeError("expected a property name", text, at)
        if name in members:
            raise BadEnvelope(f"The property “{quoted(name)}” stands twice.")
        at = _expect(text, _skip(text, at), ":", "expected a colon")
        if name == "objects":
            objects, at = _items(text, at)
            members[name] = None
        else:
            members[name], at = _value(text, at)
        at = _skip(text, at)
        if text[at : at + 1] == "}":
            return _end(text, at + 1, members), objects
        at = _expect(text, at, ",", "expected a comma or the end of the object")


def _items(text: str, at: int) -> tuple[list[Received], int]:
    """The items of an array, each with the text it was sent as."""
    at = _expect(text, at, "[", "“objects” must be a list")
    items: list[Received] = []
    if text[at : at + 1] == "]":
        return items, at + 1
    while True:
        value, end = _value(text, at)
        items.append(Received(text[at:end], value))
        at = _skip(text, end)
        if text[at : at + 1] == "]":
            return items, at + 1
        at = _expect(text, at, ",", "expected a comma or the end of the list")


def _value(text: str, at: int) -> tuple[object, int]:
    value, end = _DECODER.raw_decode(text, at)
    return value, end


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _WHITESPACE:
        at += 1
    return at


def _expect(text: str, at: int, mark: str, problem: str) -> int:
    """The position of what follows the mark; the mark must stand here."""
    if text[at : at + 1] != mark:
        raise json.JSONDecodeError(problem, text, at)
    return _skip(text, at + 1)


def _end(text: str, at: int, members: dict[str, object]) -> dict[str, object]:
    if _skip(text, at) != len(text):
        raise json.JSONDecodeError("something follows the object", text, at)
    return members


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """I-JSON §2.3: no name stands twice in one object."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadEnvelope(f"The property “{quoted(twice)}” stands twice in one object.")
    return found


def _integer(digits: str) -> int:
    """I-JSON §2.2: integers beyond 2^53−1 do not survive every reader, so none is accepted."""
    if len(digits) > 17 or abs(int(digits)) > _INTEGER_LIMIT:
        raise BadEnvelope(f"The number {digits[:40]} is beyond 2^53−1.")
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise BadEnvelope(f"The number {digits[:40]} is too large.")
    return value


def _constant(name: str) -> object:
    raise BadEnvelope(f"{name} is not JSON.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=_float, parse_constant=_constant
)
