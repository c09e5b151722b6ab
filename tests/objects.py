"""Valid STIX 2.1 objects with defaults, one function for each kind that tests need."""

import uuid
from typing import Any

from feeds.markings import MARKING_OF
from tlp import Label

TIME = "2026-02-01T08:00:00.000Z"
LATER = "2026-02-02T08:00:00.000Z"


def fresh_id(type_: str) -> str:
    """An id that nobody has used."""
    return f"{type_}--{uuid.uuid4()}"


def indicator(label: str | None = None, **properties: Any) -> dict[str, Any]:
    """An indicator, marked with a label or unmarked."""
    return _object(
        "indicator",
        label,
        {
            "name": "Scanner",
            "pattern": "[ipv4-addr:value = '203.0.113.7']",
            "pattern_type": "stix",
            "valid_from": TIME,
            **properties,
        },
    )


def report(label: str | None, *refs: str, **properties: Any) -> dict[str, Any]:
    """A report on some objects."""
    return _object(
        "report",
        label,
        {
            "name": "Credential stuffing",
            "description": "What happened.\n\nWhat to do.",
            "published": TIME,
            "object_refs": list(refs),
            **properties,
        },
    )


def malware(label: str | None = None, **properties: Any) -> dict[str, Any]:
    """A malware family."""
    return _object("malware", label, {"name": "Miner", "is_family": True, **properties})


def identity(label: str | None = None, **properties: Any) -> dict[str, Any]:
    """A group that is no organisation of the platform."""
    named = {"name": "Author", "identity_class": "group", **properties}
    return _object("identity", label, named)


def relationship(label: str | None, source: str, target: str, **properties: Any) -> dict[str, Any]:
    """A relationship: source indicates target."""
    return _object(
        "relationship",
        label,
        {
            "relationship_type": "indicates",
            "source_ref": source,
            "target_ref": target,
            **properties,
        },
    )


def address(value: str = "203.0.113.7", label: str | None = None) -> dict[str, Any]:
    """An IPv4 address as an observable, with its deterministic id."""
    namespace = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
    canonical = f'{{"value":"{value}"}}'
    found: dict[str, Any] = {
        "type": "ipv4-addr",
        "spec_version": "2.1",
        "id": f"ipv4-addr--{uuid.uuid5(namespace, canonical)}",
        "value": value,
    }
    return marked(found, label)


def statement(text: str = "Copyright Example Org") -> dict[str, Any]:
    """A statement marking definition."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": fresh_id("marking-definition"),
        "created": TIME,
        "definition_type": "statement",
        "definition": {"statement": text},
    }


def later(value: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A later version of an object; `label` changes its marking."""
    label = changes.pop("label", None)
    newer = {**value, "modified": LATER, **changes}
    return marked(newer, label) if label is not None else newer


def marked(value: dict[str, Any], label: str | None) -> dict[str, Any]:
    """The object with the TLP 2.0 marking of a label, or as it is."""
    if label is None:
        return value
    return {**value, "object_marking_refs": [MARKING_OF[Label.parse(label)]]}


def part(label: str, *selectors: str) -> dict[str, Any]:
    """A granular marking."""
    return {"marking_ref": MARKING_OF[Label.parse(label)], "selectors": list(selectors)}


def ids(*objects: dict[str, Any]) -> set[str]:
    """The ids of some objects."""
    return {item["id"] for item in objects}


def _object(type_: str, label: str | None, properties: dict[str, Any]) -> dict[str, Any]:
    value = {
        "type": type_,
        "spec_version": "2.1",
        "id": fresh_id(type_),
        "created": TIME,
        "modified": TIME,
        **properties,
    }
    return marked(value, label)
