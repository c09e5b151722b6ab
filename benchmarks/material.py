"""The objects that every server gets: made up, the same at each run, and as varied as a feed.

Of ten objects seven are indicators, one is a malware family, one an infrastructure and one says
which indicator points to which family. No observables: OpenTAXII takes none without times.
"""

import json
import uuid
from collections.abc import Iterator
from typing import Any

GREEN = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
TYPES = ("indicator",) * 3 + ("malware",) + ("indicator",) * 4 + ("infrastructure", "relationship")
_NAMESPACE = uuid.UUID("6c5c4e9a-6a0c-4d5b-9f0e-3f6f4f1f2d11")
_TIME = "2026-02-01T08:00:00.000Z"


def objects(start: int, count: int, series: str = "read") -> list[dict[str, Any]]:
    """So many objects of a series, from the one with that number."""
    return [_object(number, series) for number in range(start, start + count)]


def envelope(start: int, count: int, series: str) -> bytes:
    """An envelope of so many objects, as a client would send it."""
    return json.dumps({"objects": objects(start, count, series)}).encode()


def envelopes(count: int, size: int, series: str) -> Iterator[bytes]:
    """So many envelopes of one size, none with an object of another."""
    return (envelope(number * size, size, series) for number in range(count))


def object_id(number: int, series: str = "read") -> str:
    """The id of one of them."""
    return f"{TYPES[number % 10]}--{uuid.uuid5(_NAMESPACE, f'{series}-{number}')}"


def _object(number: int, series: str) -> dict[str, Any]:
    kind = TYPES[number % 10]
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": object_id(number, series),
        "created": _TIME,
        "modified": _TIME,
        **_PROPERTIES[kind](number, series),
        "object_marking_refs": [GREEN],
    }


def _indicator(number: int, series: str) -> dict[str, Any]:
    address = f"198.51.{number // 250 % 100 + 100}.{number % 250 + 1}"
    return {
        "name": f"Scanner {number}",
        "description": "Tries a list of passwords against management interfaces, from one address.",
        "indicator_types": ["malicious-activity"],
        "pattern": f"[ipv4-addr:value = '{address}']",
        "pattern_type": "stix",
        "valid_from": _TIME,
        "kill_chain_phases": [{"kill_chain_name": "mitre-attack", "phase_name": "initial-access"}],
        "external_references": [{"source_name": "example", "external_id": f"CASE-{number}"}],
        "confidence": 70,
    }


def _malware(number: int, series: str) -> dict[str, Any]:
    return {
        "name": f"Miner {number}",
        "description": "Mines on rented machines until the account is closed.",
        "malware_types": ["resource-exploitation"],
        "is_family": True,
    }


def _infrastructure(number: int, series: str) -> dict[str, Any]:
    return {
        "name": f"Relay {number}",
        "infrastructure_types": ["command-and-control"],
        "first_seen": _TIME,
    }


def _relationship(number: int, series: str) -> dict[str, Any]:
    return {
        "relationship_type": "indicates",
        "source_ref": object_id(number - number % 10, series),
        "target_ref": object_id(number - number % 10 + 3, series),
    }


_PROPERTIES = {
    "indicator": _indicator,
    "malware": _malware,
    "infrastructure": _infrastructure,
    "relationship": _relationship,
}
