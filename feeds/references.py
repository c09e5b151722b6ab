"""References: which other objects an object names, and what each naming does to its reach.

Source: STIX 2.1, the sections named in the table; how each is treated is CloudSIRT's rule R8: an
object reaches no further than the objects it names. `REFERENCE_TABLE` is the rule, and
docs/policy/references.md is printed from it.

What the table does not list is judged by its shape: a string (or a dictionary key) that is a STIX
id from its first to its last character names an object, whatever property it stands in. Nobody
knows what such a reference means, so it bounds its object; only where a type of the standard
carries it as a property of its own at the top, which nothing else can need, can it be left out.

Not here: ids inside a longer text; whether a named object exists or who may see it; what the
deprecated `objects` of observed data mean among themselves, since they are keys and not ids.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from feeds.paths import Path
from feeds.skimming import may_hold


class Treatment(Enum):
    """What becomes of an object where the object that it names may not be seen."""

    BOUNDS = "bounds"
    """It reaches no further than what it names."""
    PRUNED = "pruned"
    """The reference is left out of a derivative."""
    TRAVELS = "travels"
    """What is named is a definition: it goes wherever the object goes, and never bounds it."""
    ATTRIBUTION = "attribution"
    """It says who made the object: governed by the contributor's choice of attribution."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One naming of another object: where it stands, the id named, and its treatment."""

    path: Path
    target: str
    treatment: Treatment


@dataclass(frozen=True, slots=True)
class Row:
    """One reference property of the standard.

    `place` writes `[]` for each item of a list and `{}` for each key of a dictionary. `carrier`
    is what cannot stand once no reference is left: `""` is the whole object, else the place of an
    extension; None where nothing depends on the reference.
    """

    kind: str
    place: str
    treatment: Treatment
    clause: str
    carrier: str | None = None


EVERY = "every type"
WHOLE = ""

_BOUNDS, _PRUNED = Treatment.BOUNDS, Treatment.PRUNED
_HTTP = "extensions.http-request-ext"
_SERVICE = "extensions.windows-service-ext"
_ARCHIVE = "extensions.archive-ext"

REFERENCE_TABLE: tuple[Row, ...] = (
    Row(EVERY, "created_by_ref", Treatment.ATTRIBUTION, "3.2"),
    Row(EVERY, "object_marking_refs.[]", Treatment.TRAVELS, "3.2, 7.2.2"),
    Row(EVERY, "granular_markings.[].marking_ref", Treatment.TRAVELS, "7.2.3"),
    Row(EVERY, "extensions.{}", Treatment.TRAVELS, "3.2, 7.3"),
    Row("relationship", "source_ref", _BOUNDS, "5.1"),
    Row("relationship", "target_ref", _BOUNDS, "5.1"),
    Row("sighting", "sighting_of_ref", _BOUNDS, "5.2"),
    Row("sighting", "observed_data_refs.[]", _PRUNED, "5.2"),
    Row("sighting", "where_sighted_refs.[]", _PRUNED, "5.2"),
    Row("language-content", "object_ref", _BOUNDS, "7.1"),
    Row("grouping", "object_refs.[]", _PRUNED, "4.3", WHOLE),
    Row("note", "object_refs.[]", _PRUNED, "4.13", WHOLE),
    Row("observed-data", "object_refs.[]", _PRUNED, "4.14", WHOLE),
    Row("opinion", "object_refs.[]", _PRUNED, "4.15", WHOLE),
    Row("report", "object_refs.[]", _PRUNED, "4.16", WHOLE),
    Row("malware", "operating_system_refs.[]", _PRUNED, "4.11"),
    Row("malware", "sample_refs.[]", _PRUNED, "4.11"),
    Row("malware-analysis", "analysis_sco_refs.[]", _PRUNED, "4.12"),
    Row("malware-analysis", "host_vm_ref", _PRUNED, "4.12"),
    Row("malware-analysis", "installed_software_refs.[]", _PRUNED, "4.12"),
    Row("malware-analysis", "operating_system_ref", _PRUNED, "4.12"),
    Row("malware-analysis", "sample_ref", _PRUNED, "4.12"),
    Row("directory", "contains_refs.[]", _PRUNED, "6.3"),
    Row("domain-name", "resolves_to_refs.[]", _PRUNED, "6.4"),
    Row("email-addr", "belongs_to_ref", _PRUNED, "6.5"),
    Row("email-message", "bcc_refs.[]", _PRUNED, "6.6"),
    Row("email-message", "body_multipart.[].body_raw_ref", _PRUNED, "6.6.2"),
    Row("email-message", "cc_refs.[]", _PRUNED, "6.6"),
    Row("email-message", "from_ref", _PRUNED, "6.6"),
    Row("email-message", "raw_email_ref", _PRUNED, "6.6"),
    Row("email-message", "sender_ref", _PRUNED, "6.6"),
    Row("email-message", "to_refs.[]", _PRUNED, "6.6"),
    Row("file", "contains_refs.[]", _PRUNED, "6.7"),
    Row("file", "content_ref", _PRUNED, "6.7"),
    Row("file", f"{_ARCHIVE}.contains_refs.[]", _PRUNED, "6.7.2", _ARCHIVE),
    Row("file", "parent_directory_ref", _PRUNED, "6.7"),
    Row("ipv4-addr", "belongs_to_refs.[]", _PRUNED, "6.8"),
    Row("ipv4-addr", "resolves_to_refs.[]", _PRUNED, "6.8"),
    Row("ipv6-addr", "belongs_to_refs.[]", _PRUNED, "6.9"),
    Row("ipv6-addr", "resolves_to_refs.[]", _PRUNED, "6.9"),
    Row("network-traffic", "dst_payload_ref", _PRUNED, "6.12"),
    Row("network-traffic", "dst_ref", _PRUNED, "6.12"),
    Row("network-traffic", "encapsulated_by_ref", _PRUNED, "6.12"),
    Row("network-traffic", "encapsulates_refs.[]", _PRUNED, "6.12"),
    Row("network-traffic", f"{_HTTP}.message_body_data_ref", _PRUNED, "6.12.2"),
    Row("network-traffic", "src_payload_ref", _PRUNED, "6.12"),
    Row("network-traffic", "src_ref", _PRUNED, "6.12"),
    Row("process", "child_refs.[]", _PRUNED, "6.13"),
    Row("process", "creator_user_ref", _PRUNED, "6.13"),
    Row("process", f"{_SERVICE}.service_dll_refs.[]", _PRUNED, "6.13.3"),
    Row("process", "image_ref", _PRUNED, "6.13"),
    Row("process", "opened_connection_refs.[]", _PRUNED, "6.13"),
    Row("process", "parent_ref", _PRUNED, "6.13"),
    Row("windows-registry-key", "creator_user_ref", _PRUNED, "6.17"),
)

_TYPES_OF_THE_STANDARD = """
attack-pattern campaign course-of-action grouping identity incident indicator infrastructure
intrusion-set location malware malware-analysis note observed-data opinion report threat-actor
tool vulnerability relationship sighting artifact autonomous-system directory domain-name
email-addr email-message file ipv4-addr ipv6-addr mac-addr mutex network-traffic process software
url user-account windows-registry-key x509-certificate language-content marking-definition
extension-definition
"""
STANDARD_TYPES = frozenset(_TYPES_OF_THE_STANDARD.split())

_TREATMENTS = {(row.kind, tuple(row.place.split("."))): row.treatment for row in REFERENCE_TABLE}
_ID = re.compile(r"[a-zA-Z0-9-]+?--[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_DEFINITIONS = ("marking-definition--", "extension-definition--")


def references_of(value: Mapping[str, object]) -> tuple[Reference, ...]:
    """Every naming of another object in this one, in the order in which they stand."""
    found: list[tuple[Path, str]] = []
    _walk(value, [], found)
    own = (("id",), value.get("id"))
    kind = value.get("type")
    return tuple(
        Reference(path, target, _treatment(kind if isinstance(kind, str) else "", path, target))
        for path, target in found
        if path != own[0] and target != own[1]
    )


def is_id(text: str) -> bool:
    """Whether the whole text has the form of a STIX id."""
    return _ID.fullmatch(text) is not None


def rows_with_carrier(kind: str) -> tuple[Row, ...]:
    """The rows of a type whose last reference cannot go without something going with it."""
    return tuple(row for row in REFERENCE_TABLE if row.kind == kind and row.carrier is not None)


def as_markdown() -> str:
    """The table as the page docs/policy/references.md."""
    rows = "".join(
        f"| {row.kind} | `{row.place}` | {row.treatment.value} | {_left_empty(row)} "
        f"| {row.clause} |\n"
        for row in REFERENCE_TABLE
    )
    return _PAGE.replace("ROWS", rows)


def _walk(
    node: Mapping[str, object] | list[object],
    trail: list[str | int],
    found: list[tuple[Path, str]],
) -> None:
    members: Iterable[tuple[str | int, object]]
    if isinstance(node, list):
        members = enumerate(node)
    else:
        members = node.items()
        if "--" in "".join(node):
            found += [((*trail, key), key) for key in node if is_id(key)]
    for step, member in members:
        if isinstance(member, str):
            # The two dashes are looked at first because nearly every text fails there, cheaply.
            if member[-38:-36] == "--" and is_id(member):
                found.append(((*trail, step), member))
        elif isinstance(member, (dict, list)) and may_hold(member, b"--"):
            trail.append(step)
            _walk(member, trail, found)
            trail.pop()


def _treatment(kind: str, path: Path, target: str) -> Treatment:
    if target.startswith(_DEFINITIONS):
        return Treatment.TRAVELS
    place = tuple("[]" if isinstance(step, int) else step for step in path)
    listed = _TREATMENTS.get((kind, place)) or _TREATMENTS.get((EVERY, place))
    # A place for definitions that names something else is a reference of unknown meaning.
    if listed is not None and listed is not Treatment.TRAVELS:
        return listed
    at_the_top = len(path) == 1 or (len(path) == 2 and isinstance(path[1], int))
    is_key = path[-1] == target
    if kind in STANDARD_TYPES and listed is None and at_the_top and not is_key:
        return Treatment.PRUNED
    return Treatment.BOUNDS


def _left_empty(row: Row) -> str:
    if row.carrier is None:
        return "the property goes" if row.treatment is Treatment.PRUNED else "–"
    return "the object is withheld" if row.carrier == WHOLE else f"`{row.carrier}` goes"


_PAGE = """# References

Printed from `REFERENCE_TABLE` in `feeds/references.py`; a test compares the two.

An object reaches no further than the objects it names, counting those that its contributor can
see on this platform. What that means for each reference property of STIX 2.1:

* **bounds**: the object reaches no further than what it names; a relationship needs both ends.
* **pruned**: where the named object may not be seen, the reference is left out of a derivative.
* **travels**: marking and extension definitions go with whatever refers to them and never bound
  it.
* **attribution**: governed by the contributor's choice of attribution.

A derivative must be valid STIX by itself. Where pruning leaves an object without something that
its type requires (network traffic with neither source nor destination, say), it is withheld.

| type | property | treatment | when none is left | STIX 2.1 section |
|---|---|---|---|---|
ROWS
`[]` is each item of a list, `{}` each key of a dictionary.

Beyond the table, any string or dictionary key that as a whole is a STIX id names an object:

| where | treatment |
|---|---|
| the object's own id | not a reference |
| an id of a marking definition or extension definition, anywhere | travels |
| a custom property at the top of a type of the standard, or an item of such a list | pruned |
| deeper in any object, as a dictionary key, or anywhere in a custom type | bounds |
"""
