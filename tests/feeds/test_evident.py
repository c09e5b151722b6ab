"""What is taken at one look is what every check would take, and is most of what comes."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.constraints import class_of
from feeds.evident import _DEPENDENCIES, is_evident
from feeds.validation import _SPARED
from tests import objects

TIMES = st.sampled_from(
    ["2026-02-01T08:00:00.000Z", "2026-02-02T08:00:00Z", "0001-01-01T00:00:00Z",
     "9999-12-31T23:59:59.999999Z", "1900-02-28T00:00:00.1Z", "2026-02-01T08:00:00.123456789Z"]
)  # fmt: skip
NAMED = (
    "identity", "indicator", "malware", "location", "marking-definition", "relationship",
    "sighting", "ipv4-addr", "file", "observed-data", "x-unknown", "extension-definition",
)  # fmt: skip
IDS = st.builds(objects.fresh_id, st.sampled_from(NAMED))
SCALARS = st.one_of(
    TIMES, IDS, st.text(max_size=8), st.integers(-5, 10**10), st.booleans(),
    st.sampled_from(["stix", "strongly-agree", "none", "2.1", "2.0", "indicator"]),
)  # fmt: skip
REFERENCES = st.fixed_dictionaries(
    {"source_name": st.text(max_size=4)},
    optional={
        "url": st.text(max_size=4),
        "external_id": SCALARS,
        "description": SCALARS,
        "hashes": st.dictionaries(st.sampled_from(["MD5", "SHA-256", "x"]), st.text(max_size=3)),
        "more": SCALARS,
    },
)
PHASES = st.fixed_dictionaries(
    {"kill_chain_name": st.text(max_size=4)}, optional={"phase_name": SCALARS, "_x": SCALARS}
)
VALUES = st.one_of(
    SCALARS, st.lists(SCALARS, max_size=3), st.lists(REFERENCES, max_size=2),
    st.lists(PHASES, max_size=2), st.dictionaries(st.text(max_size=4), SCALARS, max_size=2),
)  # fmt: skip


MARKING = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"
GRANULAR = st.fixed_dictionaries(
    {"selectors": st.lists(st.sampled_from(["name", "labels.[0]", "x"]), max_size=2)},
    optional={"marking_ref": st.sampled_from([MARKING, "x"]), "lang": SCALARS},
)
HASHES = st.dictionaries(
    st.sampled_from(["MD5", "SHA-1", "SHA-256", "SHA256", "TLSH", "x_y", "a b"]),
    st.sampled_from(["0f" * 16, "0F" * 20, "1a" * 32, "0g" * 16, "T1" + "0f" * 35]),
    max_size=2,
)
ANYTHING = st.one_of(
    VALUES, st.lists(GRANULAR, max_size=2), HASHES, st.floats(-200, 200), st.none(),
    st.lists(IDS, min_size=1, max_size=2),
)  # fmt: skip
OTHER_NAMES = (
    "x_own", "X_own", "x", "own", "allow_custom", "custom_properties", "created", "defanged",
    "labels", "extensions", "granular_markings",
)  # fmt: skip


def plain(stix_type: str) -> dict[str, Any]:
    """A valid object of a type, with what the type requires and little else."""
    one, other = objects.fresh_id("indicator"), objects.fresh_id("malware")
    observed = {"first_observed": objects.TIME, "last_observed": objects.TIME}
    required: dict[str, dict[str, Any]] = {
        "autonomous-system": {"number": 64496},
        "directory": {"path": "/var"},
        "grouping": {"context": "suspicious-activity", "object_refs": [one]},
        "indicator": {
            "pattern": "[url:value = 'x']", "pattern_type": "stix", "valid_from": objects.TIME
        },
        "location": {"region": "northern-europe"},
        "malware": {"is_family": False},
        "note": {"content": "Text", "object_refs": [one]},
        "observed-data": {
            **observed, "number_observed": 1, "object_refs": [objects.fresh_id("url")]
        },
        "opinion": {"opinion": "agree", "object_refs": [one]},
        "relationship": {
            "relationship_type": "indicates", "source_ref": one, "target_ref": other
        },
        "report": {"published": objects.TIME, "object_refs": [one]},
        "sighting": {"sighting_of_ref": one},
        "user-account": {"user_id": "1001"},
    }  # fmt: skip
    value = {
        "type": stix_type,
        "spec_version": "2.1",
        "id": objects.fresh_id(stix_type),
        **required.get(stix_type, {}),
    }
    table = class_of(stix_type)._properties  # type: ignore[union-attr]
    usual = {"created": objects.TIME, "modified": objects.TIME, "name": "N", "value": "V"}
    return value | {name: usual[name] for name in usual if name in table}


def evident(value: dict[str, Any]) -> bool:
    """Whether an object needs no further look."""
    stix_class = class_of(value["type"])
    assert stix_class is not None
    return is_evident(stix_class, value)


@pytest.mark.parametrize("stix_type", sorted(_DEPENDENCIES))
def test_common_objects_are_evident(stix_type: str) -> None:
    """So that few need every check."""
    usual = {
        "confidence": 70,
        "labels": ["one"],
        "created_by_ref": objects.fresh_id("identity"),
        "external_references": [{"source_name": "x", "external_id": "CASE-1"}],
    }
    table = class_of(stix_type)._properties  # type: ignore[union-attr]
    known = {name: content for name, content in usual.items() if name in table}
    assert evident(objects.marked(plain(stix_type) | known | {"x_own": [1]}, "green"))


@pytest.mark.parametrize(
    ("stix_type", "properties"),
    [
        ("indicator", {"valid_until": "2036-01-01T08:00:00Z"}),
        ("malware", {"first_seen": objects.TIME, "last_seen": objects.TIME}),
        ("file", {"hashes": {"SHA-256": "0F" * 32, "MD5": "0f" * 16}, "size": 12}),
        ("ipv4-addr", {"resolves_to_refs": [objects.fresh_id("mac-addr")]}),
        ("identity", {"granular_markings": [{"marking_ref": MARKING, "selectors": ["name"]}]}),
    ],
)
def test_what_feeds_are_full_of_is_evident(stix_type: str, properties: dict[str, Any]) -> None:
    """Times in order, hashes of the usual algorithms, what an address leads to, markings."""
    assert evident(plain(stix_type) | properties)


@settings(max_examples=600)
@given(st.data())
def test_what_is_evident_passes_every_check(data: st.DataObject) -> None:
    """Whatever stands in the properties of a type, or beside them."""
    stix_type = data.draw(st.sampled_from(sorted(_DEPENDENCIES)))
    stix_class = class_of(stix_type)
    assert stix_class is not None
    names = sorted({*stix_class._properties, *OTHER_NAMES})
    value = plain(stix_type)
    for name in data.draw(st.lists(st.sampled_from(names), max_size=4, unique=True)):
        value[name] = data.draw(st.one_of(ANYTHING, TIMES if "_" in name else SCALARS))
    if data.draw(st.booleans()):
        value.pop(data.draw(st.sampled_from(sorted(value.keys() - {"type"}))))
    if is_evident(stix_class, value):
        for check in _SPARED:
            check(value, stix_class)


@pytest.mark.parametrize("stix_type", sorted(_DEPENDENCIES))
def test_what_is_evident_lacks_nothing(stix_type: str) -> None:
    """Whatever is left out is not needed, or is missed."""
    whole = plain(stix_type)
    for name in whole.keys() - {"type"}:
        value = {other: content for other, content in whole.items() if other != name}
        if evident(value):
            for check in _SPARED:
                check(value, class_of(stix_type))


@pytest.mark.parametrize(
    ("stix_type", "properties"),
    [
        ("indicator", {"valid_until": "2026-01-01T08:00:00.000Z"}),
        ("campaign", {"first_seen": objects.LATER, "last_seen": objects.TIME}),
        ("sighting", {"sighting_of_ref": objects.fresh_id("relationship")}),
        ("sighting", {"count": -1}),
        ("identity", {"created_by_ref": objects.fresh_id("malware")}),
        ("tool", {"external_references": [{"source_name": "x"}]}),
        ("report", {"object_refs": []}),
        ("report", {"id": objects.fresh_id("note")}),
        ("report", {"id": "report--1"}),
        ("file", {"hashes": {"MD5": "0f"}}),
        ("file", {"hashes": {}}),
        ("location", {"latitude": 1.5}),
        ("observed-data", {"objects": {}}),
        ("tool", {"x_own": None}),
        ("tool", {"allow_custom": True}),
        ("url", {"created": "yesterday"}),
        ("domain-name", {"resolves_to_refs": [objects.fresh_id("malware")]}),
    ],
)
def test_what_breaks_a_rule_is_not_evident(stix_type: str, properties: dict[str, Any]) -> None:
    """It goes the full way, and is refused there."""
    assert not evident(plain(stix_type) | properties)
