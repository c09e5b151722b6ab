"""What python-stix2 cannot object to, seen without asking it: most of what is shared every day.

For `constraints`, after `strictness` has found the JSON types, the required properties and the
form of ids and times right. Each kind of property of the library's own tables has a test here that
is passed only by what its `clean` accepts; each of the commonest types has one for how its
properties depend on each other. Everything else is no verdict at all: then the library is asked.
So nothing is accepted here that it refuses, which a test holds it to.
"""

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any, Final

from stix2 import properties as kinds
from stix2.base import _STIXBase
from stix2.v21.common import ExternalReference, KillChainPhase

Test = Callable[[Any], bool]


def is_evident(stix_class: Any, value: Mapping[str, Any]) -> bool:
    """Whether the library would accept these properties, beyond doubt; False decides nothing."""
    depends = _DEPENDENCIES.get(stix_class._type)
    return depends is not None and depends(value) and _fits(_tests(stix_class), value)


def _fits(tests: Mapping[str, Test], value: Mapping[str, Any]) -> bool:
    for name, content in value.items():
        test = tests.get(name)
        if test is None or not test(content):
            return False
    return True


@cache
def _tests(stix_class: Any) -> dict[str, Test]:
    """The tests of those properties of a class that have one."""
    properties: Mapping[str, Any] = stix_class._properties
    found = {name: _test_of(kind) for name, kind in properties.items()}
    return {name: test for name, test in found.items() if test is not None}


def _test_of(kind: Any) -> Test | None:
    """The test for a property object or an embedded class, where there is one."""
    if isinstance(kind, type) and issubclass(kind, _STIXBase):
        return _embedded(kind)
    if hasattr(kind, "_fixed_value"):
        return _equals(kind._fixed_value)
    make = _TESTS.get(type(kind))
    return make(kind) if make is not None else None


def _embedded(stix_class: Any) -> Test | None:
    depends = _EMBEDDED.get(stix_class)
    if depends is None:
        return None
    tests = _tests(stix_class)
    return lambda value: type(value) is dict and depends(value) and _fits(tests, value)


def _list(kind: Any) -> Test | None:
    test = _test_of(kind.contained)
    if test is None:
        return None
    return lambda value: type(value) is list and bool(value) and all(map(test, value))


def _equals(fixed: object) -> Test:
    return lambda value: bool(value == fixed)


def _text(kind: Any) -> Test:
    del kind
    return lambda value: type(value) is str


def _boolean(kind: Any) -> Test:
    del kind
    return lambda value: type(value) is bool


def _integer(kind: Any) -> Test:
    low = kind.min if kind.min is not None else float("-inf")
    high = kind.max if kind.max is not None else float("inf")
    return lambda value: type(value) is int and low <= value <= high


def _enumerated(kind: Any) -> Test:
    allowed = frozenset(kind.allowed)
    return lambda value: type(value) is str and value in allowed


def _time(kind: Any) -> Test:
    """Of our own centuries: at the ends of the calendar, time zones are hard on the library."""
    del kind
    return lambda value: type(value) is str and value[:2] in ("19", "20")


def _id(kind: Any) -> Test:
    prefix = kind.required_prefix
    return lambda value: type(value) is str and value.startswith(prefix)


def _reference(kind: Any) -> Test:
    """Of an id that is one, the type alone decides; the library is asked once for each type."""

    @lru_cache(maxsize=256)
    def may_name(stix_type: str) -> bool:
        try:
            kind.clean(stix_type + _SOME_NUMBER, True)
        except Exception:  # many kinds; whoever asks it about the object will hear of it
            return False
        return True

    return lambda value: type(value) is str and may_name(value[: -len(_SOME_NUMBER)])


_SOME_NUMBER: Final = "--3f4e2c5a-7c55-4b1e-9a55-0c8b6ef0a7d2"

_TESTS: Final[Mapping[type[Any], Callable[[Any], Test | None]]] = {
    kinds.ListProperty: _list,
    kinds.StringProperty: _text,
    kinds.PatternProperty: _text,
    kinds.OpenVocabProperty: _text,
    kinds.EnumProperty: _enumerated,
    kinds.BooleanProperty: _boolean,
    kinds.IntegerProperty: _integer,
    kinds.TimestampProperty: _time,
    kinds.IDProperty: _id,
    kinds.ReferenceProperty: _reference,
}


def _always(value: Mapping[str, Any]) -> bool:
    del value
    return True


def _not_both(one: str, other: str) -> Test:
    return lambda value: one not in value or other not in value


def _malware(value: Mapping[str, Any]) -> bool:
    return "name" in value and _seen(value)


def _explained(value: Mapping[str, Any]) -> bool:
    """An external reference says more than its source (§2.5)."""
    return "description" in value or "external_id" in value or "url" in value


_seen = _not_both("first_seen", "last_seen")

# How the properties of a type depend on each other, where the library has rules for it.
_DEPENDENCIES: Final[Mapping[str, Test]] = {
    "attack-pattern": _always,
    "campaign": _seen,
    "course-of-action": _always,
    "identity": _always,
    "indicator": _not_both("valid_from", "valid_until"),
    "infrastructure": _seen,
    "intrusion-set": _seen,
    "malware": _malware,
    "note": _always,
    "relationship": _not_both("start_time", "stop_time"),
    "report": _always,
    "sighting": _seen,
    "threat-actor": _seen,
    "tool": _always,
    "vulnerability": _always,
}
_EMBEDDED: Final[Mapping[type[Any], Test]] = {
    ExternalReference: _explained,
    KillChainPhase: _always,
}
