"""What is right beyond doubt, seen in one look: most of what is shared every day.

For `validation`: what is evident passes `strictness` and `constraints`, so neither has to look
closer. Each kind of property of the library's own tables has a test here that is passed only by
what the standard's JSON type is and the library's `clean` accepts; each of the commonest types has
one for how its properties depend on each other. Everything else is no verdict at all: then every
check is made. So nothing is accepted here that is refused there, which a test holds it to.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any, Final

from stix2 import properties as kinds
from stix2.base import _STIXBase
from stix2.v21.common import ExternalReference, GranularMarking, KillChainPhase

from feeds import timestamps
from feeds.strictness import IDENTIFIER, is_custom_name, required_of

Test = Callable[[Any], bool]


def is_evident(stix_class: Any, value: Mapping[str, Any]) -> bool:
    """Whether properties are of the right kinds and go together; False decides nothing."""
    depends = _DEPENDENCIES.get(stix_class._type)
    if depends is None or "id" not in value:  # the library would make one up
        return False
    return _fits(stix_class, value, _is_custom) and depends(value)


def _is_custom(name: str, content: object) -> bool:
    return content is not None and is_custom_name(name)


def _nothing_else(name: str, content: object) -> bool:
    del name, content
    return False


def _fits(
    stix_class: Any, value: Mapping[str, Any], may_be_unknown: Callable[[str, object], bool]
) -> bool:
    tests, required = _tests(stix_class)
    for name in required:
        if name not in value:
            return False
    for name, content in value.items():
        test = tests.get(name)
        if not (test(content) if test is not None else may_be_unknown(name, content)):
            return False
    return True


@cache
def _tests(stix_class: Any) -> tuple[dict[str, Test], tuple[str, ...]]:
    """The test of each property of a class, and which are required."""
    properties: Mapping[str, Any] = stix_class._properties
    return {name: _test_of(kind) for name, kind in properties.items()}, required_of(stix_class)


def _test_of(kind: Any) -> Test:
    """The test for a property object or an embedded class; one that nothing passes, if need be."""
    if isinstance(kind, type) and issubclass(kind, _STIXBase):
        return _embedded(kind)
    if hasattr(kind, "_fixed_value"):
        return _equals(kind._fixed_value)
    return _TESTS.get(type(kind), _undecided)(kind)


def _undecided(kind: Any) -> Test:
    del kind
    return lambda value: False


def _embedded(stix_class: Any) -> Test:
    depends = _EMBEDDED.get(stix_class)
    if depends is None:
        return _undecided(stix_class)
    return lambda value: (
        type(value) is dict and _fits(stix_class, value, _nothing_else) and depends(value)
    )


def _list(kind: Any) -> Test:
    test = _test_of(kind.contained)
    return lambda value: type(value) is list and bool(value) and all(map(test, value))


def _equals(fixed: object) -> Test:
    return lambda value: bool(value == fixed)


def _text(kind: Any) -> Test:
    del kind
    return lambda value: type(value) is str


def _boolean(kind: Any) -> Test:
    del kind
    return lambda value: type(value) is bool


def _number(kind: Any) -> Test:
    low = kind.min if kind.min is not None else float("-inf")
    high = kind.max if kind.max is not None else float("inf")
    taken = (int, float) if isinstance(kind, kinds.FloatProperty) else (int,)
    return lambda value: type(value) in taken and low <= value <= high


def _enumerated(kind: Any) -> Test:
    allowed = frozenset(kind.allowed)
    return lambda value: type(value) is str and value in allowed


def _time(kind: Any) -> Test:
    """Of our own centuries: at the ends of the calendar, time zones are hard on the library."""
    del kind
    return lambda value: (
        type(value) is str and value[:2] in ("19", "20") and timestamps.is_timestamp(value)
    )


def _id(kind: Any) -> Test:
    prefix = kind.required_prefix
    return lambda value: (
        type(value) is str and value.startswith(prefix) and IDENTIFIER.fullmatch(value) is not None
    )


def _reference(kind: Any) -> Test:
    """Of an id that is one, the type alone decides; the library is asked once for each type."""

    @lru_cache(maxsize=256)
    def may_name(stix_type: str) -> bool:
        try:
            kind.clean(stix_type + _SOME_NUMBER, True)
        except Exception:  # many kinds; whoever asks it about the object will hear of it
            return False
        return True

    return lambda value: (
        type(value) is str
        and len(value) <= _LONGEST_ID
        and IDENTIFIER.fullmatch(value) is not None
        and may_name(value[: -len(_SOME_NUMBER)])
    )


def _hashes(kind: Any) -> Test:
    del kind
    return lambda value: (
        type(value) is dict
        and bool(value)
        and all(
            type(digest) is str and name in _DIGESTS and _DIGESTS[name].fullmatch(digest)
            for name, digest in value.items()
        )
    )


_DIGESTS: Final = {
    name: re.compile(rf"[0-9a-fA-F]{{{digits}}}")
    for name, digits in (("MD5", 32), ("SHA-1", 40), ("SHA-256", 64), ("SHA-512", 128))
}
_LONGEST_ID: Final = 288  # characters: a type of 250, two hyphens, a UUID; no more is remembered
_SOME_NUMBER: Final = "--3f4e2c5a-7c55-4b1e-9a55-0c8b6ef0a7d2"

_TESTS: Final[Mapping[type[Any], Callable[[Any], Test]]] = {
    kinds.ListProperty: _list,
    kinds.StringProperty: _text,
    kinds.PatternProperty: _text,
    kinds.OpenVocabProperty: _text,
    kinds.SelectorProperty: _text,
    kinds.EnumProperty: _enumerated,
    kinds.BooleanProperty: _boolean,
    kinds.IntegerProperty: _number,
    kinds.FloatProperty: _number,
    kinds.TimestampProperty: _time,
    kinds.HashesProperty: _hashes,
    kinds.IDProperty: _id,
    kinds.ReferenceProperty: _reference,
}


def _always(value: Mapping[str, Any]) -> bool:
    del value
    return True


def _in_order(one: str, other: str, *, apart: bool = False) -> Test:
    """That the second time, if there are two, is not before the first, or is after it."""

    def is_in_order(value: Mapping[str, Any]) -> bool:
        if one not in value or other not in value:
            return True
        distance = timestamps.parse(value[other]) - timestamps.parse(value[one])
        return distance > 0 if apart else distance >= 0

    return is_in_order


_seen = _in_order("first_seen", "last_seen")
_observed_in_order = _in_order("first_observed", "last_observed")


def _malware(value: Mapping[str, Any]) -> bool:
    return "name" in value and _seen(value)


def _file(value: Mapping[str, Any]) -> bool:
    return "hashes" in value or "name" in value


def _observed_data(value: Mapping[str, Any]) -> bool:
    return "object_refs" in value and _observed_in_order(value)


def _location(value: Mapping[str, Any]) -> bool:
    is_placed = "region" in value or "country" in value
    return is_placed and not value.keys() & {"latitude", "longitude", "precision"}


def _explained(value: Mapping[str, Any]) -> bool:
    """An external reference says more than its source (§2.5)."""
    return "description" in value or "external_id" in value or "url" in value


# How the properties of a type depend on each other, where the library has rules for it.
_DEPENDENCIES: Final[Mapping[str, Test]] = {
    "attack-pattern": _always,
    "autonomous-system": _always,
    "campaign": _seen,
    "course-of-action": _always,
    "directory": _always,
    "domain-name": _always,
    "email-addr": _always,
    "file": _file,
    "grouping": _always,
    "identity": _always,
    "indicator": _in_order("valid_from", "valid_until", apart=True),
    "infrastructure": _seen,
    "intrusion-set": _seen,
    "ipv4-addr": _always,
    "ipv6-addr": _always,
    "location": _location,
    "mac-addr": _always,
    "malware": _malware,
    "mutex": _always,
    "note": _always,
    "observed-data": _observed_data,
    "opinion": _always,
    "relationship": _in_order("start_time", "stop_time", apart=True),
    "report": _always,
    "sighting": _seen,
    "software": _always,
    "threat-actor": _seen,
    "tool": _always,
    "url": _always,
    "user-account": _always,
    "vulnerability": _always,
}
_EMBEDDED: Final[Mapping[type[Any], Test]] = {
    ExternalReference: _explained,
    GranularMarking: _always,
    KillChainPhase: _always,
}
