"""Strict JSON types of STIX 2.1: what python-stix2 converts in silence is an error here.

Source: the data types of STIX 2.1 §2, read from python-stix2's own property tables, so that
there is one list of properties and not two. The library turns "true" into a boolean, 7 into a
string, a lone value into a list, and drops nulls and empty lists; the bytes that we store and
send on would still be wrong.

Decides: the JSON type of each property that the standard defines, that lists and dictionaries
are not empty, that required properties are there, and the form of ids. Not here: the values
that a property may take and how properties depend on each other (see `constraints`). Content
that no table knows is kept as it is.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from stix2 import properties as kinds
from stix2 import registry
from stix2.base import _STIXBase
from stix2.v21.common import MarkingProperty

from feeds import timestamps
from feeds.containers import with_global_ids
from feeds.errors import BadTimestamp

SPEC_VERSION: Final = "2.1"
IDENTIFIER: Final = re.compile(
    r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*--[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
)
_PROPERTY: Final = re.compile(r"[a-z][a-z0-9_]{2,249}")  # §3.1
EXTENSION_TYPES: Final = (
    "new-sdo",
    "new-sco",
    "new-sro",
    "property-extension",
    "toplevel-property-extension",
)

# The library fills these in by itself, where the standard wants them from the producer.
_DEFAULTED: Final = frozenset({"created", "modified", "valid_from"})
# Arguments of the library's constructors; as JSON keys they would steer it.
_ARGUMENTS: Final = frozenset(
    {"allow_custom", "interoperability", "custom_properties", "self", "_valid_refs"}
)


class Offence(NamedTuple):
    """The first thing found wrong: where, and what, to follow the property's name."""

    path: tuple[str, ...]
    reason: str

    @property
    def property_path(self) -> str:
        """As STIX selectors write it: `kill_chain_phases.[0].phase_name`."""
        return ".".join(self.path)


Check = Callable[[object], Offence | None]


def first_offence(stix_class: Any, value: Mapping[str, object]) -> Offence | None:
    """Compare an object, or an embedded one, with the property table of its class."""
    table, required = _table(stix_class)
    for name in required:
        if name not in value:
            return Offence((name,), "is missing")
    for name, content in value.items():
        check = table.get(name)
        found = check(content) if check is not None else None
        if found is not None:
            return Offence((name, *found.path), found.reason)
    return _definition_offence(value) if "definition" in table else None


def common_offence(value: Mapping[str, object], stix_class: type[Any] | None) -> Offence | None:
    """Compare with the common properties (§3.2) what the class's own table does not know."""
    known: Iterable[str] = stix_class._properties if stix_class is not None else ()
    for name in _common().keys() & value.keys() - set(known):
        found = _common()[name](value[name])
        if found is not None:
            return Offence((name, *found.path), found.reason)
    return None


def is_identifier(value: object, stix_type: str | None = None) -> bool:
    """Is this `<type>--<UUID>` of RFC 4122, in lower case, and of that type if one is given?"""
    if not isinstance(value, str) or IDENTIFIER.fullmatch(value) is None:
        return False
    return stix_type is None or value[:-38] == stix_type  # "--" and 36 characters


def required_of(stix_class: Any) -> tuple[str, ...]:
    """The properties that an object of a class, or an embedded one, must have."""
    return _table(stix_class)[1]


def is_custom_name(name: str) -> bool:
    """Whether a property that its type does not know may have this name (§3.1)."""
    return is_property_name(name) and name not in _ARGUMENTS and name not in _common()


def is_property_name(name: str) -> bool:
    """Is this 3 to 250 of a–z, 0–9 and underscore, with a letter before (§3.1)?"""
    return _PROPERTY.fullmatch(name) is not None


@cache
def _table(stix_class: Any) -> tuple[dict[str, Check], tuple[str, ...]]:
    properties: Mapping[str, Any] = stix_class._properties
    required = tuple(
        name
        for name, kind in properties.items()
        if kind.required or (name in _DEFAULTED and hasattr(kind, "default"))
    )
    table = {name: _check_of(kind) for name, kind in properties.items()}
    return table | dict.fromkeys(_ARGUMENTS - table.keys(), _reserved), required


@cache
def _common() -> dict[str, Check]:
    """The common properties, from a type that has them all."""
    table, _ = _table(registry.class_for_type("identity", SPEC_VERSION, "objects"))
    names = (
        "id created_by_ref created modified revoked labels confidence lang external_references "
        "object_marking_refs granular_markings extensions"
    )
    return {name: table[name] for name in names.split()}


def _check_of(kind: Any) -> Check:
    """Choose the check for one property object or embedded class of the library."""
    if isinstance(kind, type) and issubclass(kind, _STIXBase):
        return _embedded(kind)
    for library_class, check in _PLAIN:
        if isinstance(kind, library_class):
            return check
    if isinstance(kind, kinds.ListProperty):
        return _list_of(_check_of(kind.contained))
    if isinstance(kind, kinds.EmbeddedObjectProperty):
        return _embedded(kind.type)
    return _text  # strings, vocabularies, fixed values, patterns, hexadecimal, base64


def _list_of(check: Check) -> Check:
    def each(value: object) -> Offence | None:
        if not isinstance(value, list):
            return Offence((), "must be a list")
        for index, item in enumerate(value):
            found = check(item)
            if found is not None:
                return Offence((f"[{index}]", *found.path), found.reason)
        return None if value else Offence((), "is an empty list; leave the property out instead")

    return each


def _embedded(stix_class: type[Any]) -> Check:
    def inside(value: object) -> Offence | None:
        wrong = _object(value)
        return wrong or first_offence(stix_class, value)  # type: ignore[arg-type]

    return inside


def _boolean(value: object) -> Offence | None:
    return None if isinstance(value, bool) else Offence((), "must be true or false")


def _integer(value: object) -> Offence | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return None if whole else Offence((), "must be a whole number")


def _number(value: object) -> Offence | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return None if number else Offence((), "must be a number")


def _text(value: object) -> Offence | None:
    return None if isinstance(value, str) else Offence((), "must be a string")


def _reference(value: object) -> Offence | None:
    if not isinstance(value, str):
        return _text(value)
    if IDENTIFIER.fullmatch(value) is None:
        return Offence((), "must be a STIX id: a type, two hyphens and a UUID in lower case")
    return None


def _timestamp(value: object) -> Offence | None:
    if not isinstance(value, str):
        return _text(value)
    try:
        timestamps.parse(value)
    except BadTimestamp:
        return Offence((), "must be a timestamp like 2026-01-31T12:00:00.000Z (RFC 3339, UTC)")
    return None


def _object(value: object) -> Offence | None:
    if not isinstance(value, dict):
        return Offence((), "must be a JSON object")
    return None if value else Offence((), "is an empty object; leave the property out instead")


def _hashes(value: object) -> Offence | None:
    if not isinstance(value, dict) or not value:
        return _object(value)
    for algorithm, digest in value.items():
        if not isinstance(digest, str):
            return Offence((algorithm,), "must be a string")
    return None


def _extensions(value: object) -> Offence | None:
    if not isinstance(value, dict) or not value:
        return _object(value)
    for name, content in value.items():
        found = _object(content) or _extension(name, content)
        if found is not None:
            return Offence((name, *found.path), found.reason)
    return None


def _extension(name: str, content: dict[str, object]) -> Offence | None:
    """Check one extension: by its table if it has one, else by §7.3."""
    known = registry.class_for_type(name, SPEC_VERSION, "extensions")
    if known is not None:
        return first_offence(known, content)
    if not name.startswith("extension-definition--"):
        return None
    if not is_identifier(name):
        return Offence((), "must be named by the id of an extension definition")
    if content.get("extension_type") not in EXTENSION_TYPES:
        return Offence(("extension_type",), "must be one of " + ", ".join(EXTENSION_TYPES))
    return None


def _container(value: object) -> Offence | None:
    """Check the deprecated `objects` of observed-data (§4.14): each entry by its own table."""
    if not isinstance(value, dict) or not value:
        return _object(value)
    for key, item in value.items():
        found = _object(item) or _observable(with_global_ids(item, value))
        if found is not None:
            return Offence((key, *found.path), found.reason)
    return None


def _observable(item: dict[str, object]) -> Offence | None:
    if not isinstance(item.get("type"), str):
        return Offence(("type",), "is missing or not a string")
    known = registry.class_for_type(item["type"], SPEC_VERSION, "observables")
    return first_offence(known, item) if known is not None else None


def _definition_offence(value: Mapping[str, object]) -> Offence | None:
    """Check `definition` of a marking definition by the table of its `definition_type`."""
    definition = value.get("definition")
    known = registry.class_for_type(value.get("definition_type"), SPEC_VERSION, "markings")
    if known is None or not isinstance(definition, dict):
        return None
    found = first_offence(known, definition)
    return Offence(("definition", *found.path), found.reason) if found is not None else None


def _reserved(value: object) -> Offence | None:
    del value  # whatever it holds
    return Offence((), "is a property name that CloudSIRT cannot take here")


_PLAIN: Final[tuple[tuple[type[Any], Check], ...]] = (
    (kinds.BooleanProperty, _boolean),
    (kinds.IntegerProperty, _integer),
    (kinds.FloatProperty, _number),
    (kinds.TimestampProperty, _timestamp),
    (kinds.HashesProperty, _hashes),
    (kinds.ExtensionsProperty, _extensions),
    (kinds.DictionaryProperty, _object),
    (kinds.ObservableProperty, _container),
    (kinds.IDProperty, _reference),
    (kinds.ReferenceProperty, _reference),
    (MarkingProperty, _object),
)
