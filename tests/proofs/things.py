"""What random histories share: a small pool of things, so that ids collide all the time.

A thing is a number; its type and its STIX id follow from the number alone. An `Item` is one
version of a thing as somebody posts it: plain data, from which `build` makes valid STIX.
"""

import hashlib
import uuid
from dataclasses import dataclass, fields
from typing import Any

from feeds.markings import MARKING_OF
from tests.objects import address
from tlp import Label

TYPES = (
    "ipv4-addr",
    "indicator",
    "report",
    "relationship",
    "malware",
    "marking-definition",
    "identity",
    "note",
    "sighting",
    "observed-data",
    "file",
    "indicator",
    "marking-definition",
)
"""The type of each thing that may be posted; things with larger numbers are never posted."""

THINGS = range(len(TYPES))
UNKNOWN = range(len(TYPES), len(TYPES) + 2)
"""Things that objects name and nobody ever posts."""

DEFINITIONS = tuple(number for number in THINGS if TYPES[number] == "marking-definition")
IDENTITIES = tuple(number for number in THINGS if TYPES[number] == "identity")
OWN = "own"
_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@dataclass(frozen=True, slots=True)
class Part:
    """A granular marking: its label, and the property that it is on (where there is one)."""

    label: str
    on: str = "text"


@dataclass(frozen=True, slots=True)
class Item:
    """One version of a thing; `names` are the things that it refers to where its type can.

    `text` stands for its content: items that differ in nothing are exact copies of each other.
    `creator` is nobody, the poster's own organisation, or a thing that is an identity.
    """

    thing: int
    version: int = 0
    text: int = 0
    label: str | None = "amber"
    part: Part | None = None
    names: tuple[int, ...] = ()
    definition: int | None = None
    creator: str | int | None = None
    is_revoked: bool = False

    def __repr__(self) -> str:
        """What differs from an ordinary item, so that a failing history can be read."""
        given = [(field.name, getattr(self, field.name), field.default) for field in fields(self)]
        said = [f"{name}={value!r}" for name, value, default in given if value != default]
        return f"Item({', '.join(said)})"


def type_of(thing: int) -> str:
    """The STIX type of a thing."""
    return TYPES[thing] if thing < len(TYPES) else "malware"


def id_of(thing: int) -> str:
    """The STIX id of a thing; that of the first address is the one anybody would compute."""
    if thing == 0:
        return str(address()["id"])
    digest = hashlib.sha256(f"thing {thing}".encode()).digest()[:16]
    return f"{type_of(thing)}--{uuid.UUID(bytes=digest, version=4)}"


def version_of(item: Item) -> str:
    """The version as a STIX timestamp."""
    return f"2026-02-{item.version + 1:02}T08:00:00.000Z"


def build(item: Item, own_identity: str) -> dict[str, Any]:
    """The item as a STIX object, posted by the organisation with that identity."""
    kind = type_of(item.thing)
    value: dict[str, Any] = {"type": kind, "spec_version": "2.1", "id": id_of(item.thing)}
    if kind in ("ipv4-addr", "file"):
        value["x_note"] = _text(item)
    else:
        value["created"] = "2026-02-01T08:00:00.000Z"
        if kind != "marking-definition":
            value["modified"] = version_of(item)
            value["description"] = _text(item)
            if item.is_revoked:
                value["revoked"] = True
    value |= _content(kind, item)
    if item.creator is not None:
        value["created_by_ref"] = own_identity if item.creator == OWN else id_of(int(item.creator))
    return _marked(value, item)


def _text(item: Item) -> str:
    return f"What thing {item.thing} says, wording {item.text}"


def _content(kind: str, item: Item) -> dict[str, Any]:
    """What the type requires, and what names other things."""
    named = [id_of(thing) for thing in item.names if thing != item.thing] or [id_of(UNKNOWN[0])]
    name = f"thing{item.thing}"
    contents: dict[str, dict[str, Any]] = {
        "ipv4-addr": {"value": "203.0.113.7", "x_related_refs": named},
        "indicator": {
            "name": name,
            "pattern": f"[ipv4-addr:value = '198.51.100.{item.thing}']",
            "pattern_type": "stix",
            "valid_from": "2026-02-01T08:00:00.000Z",
            "x_related_refs": named,
        },
        "report": {"name": name, "published": "2026-02-01T08:00:00.000Z", "object_refs": named},
        "relationship": {
            "relationship_type": "related-to",
            "source_ref": _end(item, 0),
            "target_ref": _end(item, 1),
        },
        "malware": {"name": name, "is_family": True},
        "marking-definition": {
            "definition_type": "statement",
            "definition": {"statement": _text(item)},
        },
        "identity": {"name": name, "identity_class": "group"},
        "note": {"content": name, "object_refs": named},
        "sighting": {"sighting_of_ref": _end(item, 0)},
        "observed-data": {
            "first_observed": "2026-02-01T08:00:00.000Z",
            "last_observed": "2026-02-01T08:00:00.000Z",
            "number_observed": 1,
            "object_refs": [id_of(0), *(id_ for id_ in named if id_.startswith("file"))],
        },
        "file": {"name": f"{name}.bin", "hashes": {"SHA-256": _HASH}},
    }
    return contents[kind]


def _end(item: Item, number: int) -> str:
    """One end of a relationship: what the item names there, else something nobody knows."""
    named = [thing for thing in item.names if _can_be_an_end(thing, item)]
    return id_of(named[number]) if number < len(named) else id_of(UNKNOWN[number])


def _can_be_an_end(thing: int, item: Item) -> bool:
    never = ("relationship", "sighting", "marking-definition")
    observables = ("ipv4-addr", "file") if type_of(item.thing) == "sighting" else ()
    return thing != item.thing and type_of(thing) not in (*never, *observables)


def _marked(value: dict[str, Any], item: Item) -> dict[str, Any]:
    refs = [MARKING_OF[Label.parse(item.label)]] if item.label is not None else []
    if item.definition is not None and item.definition != item.thing:
        refs.append(id_of(item.definition))
    if refs:
        value["object_marking_refs"] = refs
    if item.part is not None:
        marking = MARKING_OF[Label.parse(item.part.label)]
        value["granular_markings"] = [
            {"marking_ref": marking, "selectors": [_selector(value, item.part)]}
        ]
    return value


def _selector(value: dict[str, Any], part: Part) -> str:
    """The place of a part: what it names, what it cannot be without, else its text."""
    if part.on == "reference":
        for name in ("object_refs", "x_related_refs"):
            if name in value:
                return f"{name}.[0]"
    if part.on == "essence":
        for name in ("pattern", "name", "content", "relationship_type", "value"):
            if name in value:
                return name
    for name in ("description", "x_note"):
        if name in value:
            return name
    return "definition.statement"
