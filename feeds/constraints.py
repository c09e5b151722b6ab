"""The constraints of each STIX type, checked by python-stix2 and said in our words.

Decides: values outside a range or a closed vocabulary, references to the wrong kind of object,
properties that need or exclude each other, hashes, TLP 1 definitions (STIX 2.1 §4 to §7).
The library is handed only what its tables know, so nothing in foreign JSON steers it, and
without what is checked better elsewhere: granular markings, patterns. Its own texts never
leave this module: they name its classes, and repeat what was sent.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from stix2 import exceptions, registry
from stix2.properties import TimestampProperty

from feeds.containers import SOME_NUMBER, with_global_ids
from feeds.errors import InvalidObject, quoted
from feeds.strictness import SPEC_VERSION

_ELSEWHERE: Final = frozenset({"granular_markings"})
# A TLSH digest of version 1 begins with T1; the library knows only the 70 digits behind it.
_TLSH: Final = re.compile(r"T1([0-9A-Fa-f]{70})")
_NOT_ALLOWED: Final = "has a value that STIX 2.1 does not allow there"
_FORGED_TLP: Final = (
    "This TLP marking definition is not one of the standard's own; refer to those by id, "
    "and do not define others"
)


def class_of(stix_type: str) -> type[Any] | None:
    """The library's class of a type of the standard, or None for a custom type."""
    found: type[Any] | None = registry.class_for_type(
        stix_type, SPEC_VERSION, "objects"
    ) or registry.class_for_type(stix_type, SPEC_VERSION, "observables")
    return found


def check_constraints(stix_class: type[Any], value: Mapping[str, object]) -> None:
    """Let the library judge an object whose JSON types are already right (`strictness`)."""
    if stix_class._type == "observed-data" and "objects" in value:
        _check_contained(value)
    known = _known_part(stix_class, value)
    try:
        stix_class(allow_custom=True, **known)
    except Exception as error:  # many kinds, some of them by accident
        raise _in_our_words(error) from error


def _check_contained(value: Mapping[str, object]) -> None:
    """Check the deprecated `objects` of observed-data (§4.14), each as the observable it is.

    One with markings of its own is refused: whoever reads the whole would overlook them.
    """
    if "object_refs" in value:
        raise InvalidObject("", "This object must have exactly one of `objects`, `object_refs`")
    contained = value["objects"]
    if not isinstance(contained, dict):
        return
    for key, item in contained.items():
        for name in ("object_marking_refs", "granular_markings"):
            if name in item:
                raise InvalidObject(f"objects.{key}.{name}", "belongs on the observed data itself")
        stix_class = registry.class_for_type(item["type"], SPEC_VERSION, "observables")
        if stix_class is None:
            continue
        try:
            check_constraints(stix_class, with_global_ids(item, contained))
        except InvalidObject as error:
            path = ".".join(filter(None, ("objects", key, error.property_path)))
            raise InvalidObject(path, error.reason) from error


def _known_part(stix_class: type[Any], value: Mapping[str, object]) -> dict[str, object]:
    """What the library shall see of an object."""
    table = stix_class._properties
    names = table.keys() - _ELSEWHERE
    known = {name: content for name, content in value.items() if name in names}
    for name, content in known.items():
        if isinstance(table[name], TimestampProperty) and len(str(content)) > _MICROSECONDS:
            known[name] = f"{str(content)[: _MICROSECONDS - 1]}Z"
    hashes = known.get("hashes")
    if isinstance(hashes, dict):
        known["hashes"] = {name: _digest(name, text) for name, text in hashes.items()}
    if known.get("pattern_type") == "stix":
        known["pattern_type"] = "read-by-patterns"
    if stix_class._type == "observed-data" and "objects" in known:
        del known["objects"]  # deprecated: the library would warn for each one
        known["object_refs"] = [f"file{SOME_NUMBER}"]
    return known


_MICROSECONDS: Final = len("2026-01-31T12:00:00.000000Z")


def _digest(algorithm: str, text: str) -> str:
    version_1 = _TLSH.fullmatch(text) if algorithm == "TLSH" else None
    return version_1[1] if version_1 is not None else text


def _in_our_words(error: Exception) -> InvalidObject:
    """Turn what the library raised into our one sentence."""
    path = str(getattr(error, "prop_name", ""))
    for cause in _causes(error):
        if isinstance(cause, exceptions.TLPMarkingDefinitionError):
            return InvalidObject("", _FORGED_TLP)
        if isinstance(cause, exceptions.ExtraPropertiesError):  # only there is nothing custom
            return InvalidObject(
                "definition", f"has unknown properties: {_names(cause.properties)}"
            )
        reason = _presence(cause) or _by_text(str(cause))
        if reason is not None:
            return InvalidObject(path, reason if path else f"This object {reason}")
    return InvalidObject(path, _NOT_ALLOWED if path else "This object breaks a rule of its type")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """What led to an error, from the innermost outwards."""
    if error.__cause__ is not None:
        yield from _causes(error.__cause__)
    yield error


def _presence(error: BaseException) -> str | None:
    """Say which properties are missing, too many, or do not go together."""
    match error:
        case exceptions.MissingPropertiesError():
            return f"needs {_names(error.properties)}"
        case exceptions.MutuallyExclusivePropertiesError():
            return f"must have exactly one of {_names(error.properties)}"
        case exceptions.AtLeastOnePropertyError():
            return f"needs at least one of {_names(error.properties)}"
        case exceptions.DependentPropertiesError():
            names = dict.fromkeys(name for pair in error.dependencies for name in pair)
            return f"has properties that do not go together: {_names(names)}"
        case exceptions.DictionaryKeyError():
            return (
                f"has the key `{quoted(str(error.key))}`; keys are 1 to 250 letters, digits, "
                "hyphens and underscores"
            )
        case _:
            return None


def _names(names: Iterable[object]) -> str:
    shown = [f"`{quoted(str(name))}`" for name in names]
    return ", ".join(shown[:_SHOWN]) + (" and others" if len(shown) > _SHOWN else "")


_SHOWN: Final = 6  # properties that one sentence lists


def _by_text(text: str) -> str | None:
    """Recognise an error that the library tells apart by its text alone."""
    bound = _BOUND.search(text)
    if bound is not None:
        return f"must be at {'least' if bound[1] == 'minimum' else 'most'} {bound[2]}"
    return next((reason for part, reason in _REASONS if part in text), None)


_BOUND: Final = re.compile(r"^(minimum|maximum) value is (-?[0-9.]+)\. received ")
_REASONS: Final = (
    ("'last_seen' must be greater than", "has a `last_seen` before its `first_seen`"),
    ("'last_observed' must be greater", "has a `last_observed` before its `first_observed`"),
    (
        "'valid_until' must be greater than",
        "has a `valid_until` that is not after its `valid_from`",
    ),
    ("'stop_time' must be later than", "has a `stop_time` that is not after its `start_time`"),
    ("'end' must be greater than", "has an `end` before its `start`"),
    ("'is_active' must be False", "has an `end`, so `is_active` must be false"),
    ("Location objects must have", "needs a `region`, a `country`, or `latitude` and `longitude`"),
    ("required property for malware families", "is a malware family and needs a `name`"),
    ("'definition' if 'extensions'", "needs `definition_type` and `definition`, or `extensions`"),
    ("must be a Statement, TLP Marking", "needs a `definition_type` beside it"),
    ("definition_type must be a valid", "has a `definition_type` that CloudSIRT does not know"),
    ("hash algorithm", "names a hash algorithm that is not in the standard's list"),
    ("Hash algorithm", "names a hash algorithm that is not in the standard's list"),
    (" hash", "holds a hash that has not the form of its algorithm"),
    ("base64", "must be base64"),
    ("hexadecimal", "must be pairs of hexadecimal digits"),
    ("type-specifying prefix", "refers to a kind of object that the standard does not allow there"),
    ("valid for this enumeration", "is not one of the values that the standard allows there"),
    ("ptions ", "holds a socket option that the standard does not allow"),
    ("recognizable format", "must have at most six digits after the second"),
    ("must equal", "has another value than the standard fixes"),
)
