"""Is this STIX 2.1? The numbered checks that every object passes before anything else happens.

Source: the OASIS Standard STIX 2.1; the clause stands beside each check. Stricter than
python-stix2, which converts and fills in: we store and send on what was written, so what was
written must be right. Kept as it is: content that the standard leaves open.

Not here: whether the marking definitions are genuine and what they permit (`markings`), who
may send which object, and whether what an object refers to exists (§3.3 lets it dangle).
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from stix2.hashes import Hash, check_hash, infer_hash_algorithm

from feeds import strictness, timestamps
from feeds.constraints import check_constraints, class_of
from feeds.errors import BadPattern, InvalidObject, quoted
from feeds.evident import is_evident
from feeds.limits import BUNDLE_INSIDE, check_limits
from feeds.patterns import Comparison, read_pattern
from feeds.selectors import check_granular_markings, is_language

_TYPE: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_TYPE_LENGTH: Final = range(3, 251)  # characters (§3.1)
_PRECISE: Final = re.compile(r"\.[0-9]{3,}Z$")  # §3.2: milliseconds at least
_NEW_TYPES: Final = ("new-sdo", "new-sco", "new-sro")
# What a marking definition cannot have, because it cannot be versioned (§7.2.1).
_UNVERSIONED: Final = ("modified", "revoked", "labels", "confidence", "lang")
_ANY_FORM: Final = frozenset({Hash.SSDEEP, Hash.TLSH})  # the library's forms are out of date

_STIX_20: Final = (
    "This is a STIX 2.0 object ({why}); CloudSIRT takes STIX 2.1. "
    "Convert it, for example with stix2-elevator"
)


def validate(value: Mapping[str, object]) -> None:
    """Accept a STIX 2.1 object, or raise `InvalidObject` with one sentence for its sender.

    Takes any parsed JSON value; never raises anything else.
    """
    if not isinstance(value, dict):
        raise InvalidObject("", "A STIX object must be a JSON object")
    check_limits(value)
    stix_type = _check_type(value)
    stix_class = class_of(stix_type)
    is_plain = stix_class is not None and is_evident(stix_class, value)
    for check in _OTHER_CHECKS if is_plain else _CHECKS:
        check(value, stix_class)


def _check_type(value: dict[str, object]) -> str:
    """1. `type` is a type name (§3.1), and not that of a bundle (§8)."""
    stix_type = value.get("type")
    if not isinstance(stix_type, str):
        raise InvalidObject("type", "must be a string" if "type" in value else "is missing")
    if stix_type == "bundle":
        raise InvalidObject("", f"This object {BUNDLE_INSIDE}")
    if _TYPE.fullmatch(stix_type) is None or len(stix_type) not in _TYPE_LENGTH:
        raise InvalidObject(
            "type", "must be 3 to 250 lower-case letters, digits and single hyphens"
        )
    return stix_type


def _check_version(value: dict[str, object], stix_class: Any) -> None:
    """2. `spec_version` is "2.1"; only observables may leave it out (§3.2)."""
    version = value.get("spec_version")
    if version == "2.0":
        raise InvalidObject("", _STIX_20.format(why='`spec_version` is "2.0"'))
    if "spec_version" in value:
        if version != strictness.SPEC_VERSION:
            raise InvalidObject("spec_version", 'must be the string "2.1"')
    elif not _is_observable(stix_class) and (
        stix_class is not None or "created" in value or "modified" in value
    ):
        raise InvalidObject("", _STIX_20.format(why="no `spec_version`"))


def _check_id(value: dict[str, object], stix_class: Any) -> None:
    """3. `id` is the object's own type, two hyphens and a UUID of RFC 4122 (§2.9)."""
    del stix_class
    if "id" not in value:
        raise InvalidObject("id", "is missing")
    if not strictness.is_identifier(value["id"]):
        raise InvalidObject(
            "id", "must be the type, two hyphens and a UUID (RFC 4122) in lower case"
        )
    if not strictness.is_identifier(value["id"], str(value["type"])):
        raise InvalidObject("id", "must begin with the object's own type")


def _check_custom_type(value: dict[str, object], stix_class: Any) -> None:
    """4. A type that the standard does not have says so: `x-…` (§11.2), or an extension (§7.3)."""
    if stix_class is not None or str(value["type"]).startswith("x-"):
        return
    extensions = value.get("extensions")
    for extension in extensions.values() if isinstance(extensions, dict) else ():
        if isinstance(extension, dict) and extension.get("extension_type") in _NEW_TYPES:
            return
    raise InvalidObject(
        "type",
        "is not a type of STIX 2.1; custom types begin with x- or come with an extension "
        "that defines them",
    )


def _check_json_types(value: dict[str, object], stix_class: Any) -> None:
    """5. Every property has the JSON type of the standard, and none is null (§2)."""
    offence = strictness.first_offence(stix_class, value) if stix_class is not None else None
    offence = offence or strictness.common_offence(value, stix_class)
    if offence is not None:
        raise InvalidObject(offence.property_path, offence.reason)
    for name, content in value.items():
        if content is None:
            raise InvalidObject(name, "is null; leave the property out instead")


def _check_names(value: dict[str, object], stix_class: Any) -> None:
    """6. Property names are 3 to 250 of a–z, 0–9 and underscore (§3.1); `id` is the exception."""
    known = stix_class._properties if stix_class is not None else {"id"}
    for name in value:
        if name not in known and not strictness.is_property_name(name):
            raise InvalidObject(
                name, "is not a property name: 3 to 250 lower-case letters, digits and underscores"
            )


def _check_times(value: dict[str, object], stix_class: Any) -> None:
    """7. `created` and `modified` have milliseconds, in this order (§3.2, §3.6).

    That versioned types have them is part of check 5.
    """
    del stix_class
    for name in ("created", "modified"):
        if name in value and _PRECISE.search(str(value[name])) is None:
            raise InvalidObject(name, "must have at least milliseconds, as in …T12:00:00.000Z")
    if "created" in value and "modified" in value:
        created = timestamps.parse(str(value["created"]))
        if timestamps.parse(str(value["modified"])) < created:
            raise InvalidObject("modified", "is earlier than `created`")


def _check_common(value: dict[str, object], stix_class: Any) -> None:
    """8. `confidence` is 0 to 100, `lang` a language tag, `defanged` for observables (§3.2)."""
    confidence = value.get("confidence", 0)
    if not isinstance(confidence, int) or not 0 <= confidence <= 100:
        raise InvalidObject("confidence", "must be a whole number from 0 to 100")
    if "lang" in value and not is_language(value["lang"]):
        raise InvalidObject("lang", "must be a language tag such as en or pt-BR (RFC 5646)")
    if "defanged" in value and stix_class is not None and not _is_observable(stix_class):
        raise InvalidObject("defanged", "is for observables only")


def _check_markings(value: dict[str, object], stix_class: Any) -> None:
    """9. Markings refer to marking definitions, never to the object itself (§3.2, §7.2)."""
    del stix_class
    refs = value.get("object_marking_refs")
    for index, ref in enumerate(refs if isinstance(refs, list) else ()):
        _check_marking_ref(value, f"object_marking_refs.[{index}]", ref)
    check_granular_markings(value)
    granular = value.get("granular_markings")
    for index, marking in enumerate(granular if isinstance(granular, list) else ()):
        if "marking_ref" in marking:
            _check_marking_ref(
                value, f"granular_markings.[{index}].marking_ref", marking["marking_ref"]
            )


def _check_marking_ref(value: dict[str, object], place: str, ref: object) -> None:
    if not strictness.is_identifier(ref, "marking-definition"):
        raise InvalidObject(place, "must be the id of a marking definition")
    if ref == value["id"]:
        raise InvalidObject(place, "refers to the marking definition itself")


def _check_marking_definition(value: dict[str, object], stix_class: Any) -> None:
    """10. A marking definition cannot be versioned (§7.2.1)."""
    del stix_class
    if value["type"] == "marking-definition":
        for name in _UNVERSIONED:
            if name in value:
                raise InvalidObject(
                    name, "does not exist on marking definitions, which have no versions"
                )


def _check_pattern(value: dict[str, object], stix_class: Any) -> None:
    """11. A pattern of type `stix` follows the grammar (§9), with hashes of the right form."""
    del stix_class
    if value["type"] != "indicator" or value.get("pattern_type") != "stix":
        return
    try:
        comparisons = read_pattern(str(value["pattern"]))
    except BadPattern as error:
        raise InvalidObject("pattern", f"is not a STIX pattern: {error}") from error
    for comparison in comparisons:
        _check_hashes(comparison)


def _check_hashes(comparison: Comparison) -> None:
    if "hashes" not in comparison.path[:-1] or comparison.operator not in ("=", "!=", "IN"):
        return
    algorithm = infer_hash_algorithm(comparison.path[-1])
    for digest in comparison.values if algorithm not in _ANY_FORM else ():
        if algorithm is not None and not check_hash(algorithm, digest):
            name = quoted(comparison.path[-1])
            raise InvalidObject("pattern", f"compares `{name}` with what is no such hash")


def _check_constraints(value: dict[str, object], stix_class: Any) -> None:
    """12. What else the type asks for (§4 to §7), by python-stix2."""
    if stix_class is not None:
        check_constraints(stix_class, value)


def _is_observable(stix_class: Any) -> bool:
    return stix_class is not None and hasattr(stix_class, "_id_contributing_properties")


_CHECKS: Final[tuple[Callable[[dict[str, object], Any], None], ...]] = (
    _check_version,
    _check_id,
    _check_custom_type,
    _check_json_types,
    _check_names,
    _check_times,
    _check_common,
    _check_markings,
    _check_marking_definition,
    _check_pattern,
    _check_constraints,
)
_SPARED: Final = (_check_id, _check_json_types, _check_names, _check_constraints)
"""What an object passes that is evident."""
_OTHER_CHECKS: Final = tuple(check for check in _CHECKS if check not in _SPARED)
