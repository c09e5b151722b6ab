"""What is taken without asking python-stix2 is what it would take, and is most of what comes."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import strictness
from feeds.constraints import _known_part, class_of
from feeds.evident import _DEPENDENCIES, is_evident
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


def plain(stix_type: str) -> dict[str, Any]:
    """A valid object of a type, with what the type requires and nothing else."""
    one, other = objects.fresh_id("indicator"), objects.fresh_id("malware")
    required: dict[str, dict[str, Any]] = {
        "indicator": {
            "pattern": "[url:value = 'x']", "pattern_type": "stix", "valid_from": objects.TIME
        },
        "malware": {"is_family": False},
        "note": {"content": "Text", "object_refs": [one]},
        "relationship": {
            "relationship_type": "indicates", "source_ref": one, "target_ref": other
        },
        "report": {"published": objects.TIME, "object_refs": [one]},
        "sighting": {"sighting_of_ref": one},
    }  # fmt: skip
    value = {
        "type": stix_type,
        "spec_version": "2.1",
        "id": objects.fresh_id(stix_type),
        "created": objects.TIME,
        "modified": objects.TIME,
        **required.get(stix_type, {}),
    }
    return value if stix_type in ("note", "relationship", "sighting") else {**value, "name": "N"}


def evident(value: dict[str, Any]) -> bool:
    """Whether an object needs no further look."""
    stix_class = class_of(value["type"])
    assert stix_class is not None
    return is_evident(stix_class, _known_part(stix_class, value))


@pytest.mark.parametrize("stix_type", sorted(_DEPENDENCIES))
def test_common_objects_are_evident(stix_type: str) -> None:
    """So that the library is asked about few."""
    usual = {
        "confidence": 70,
        "labels": ["one"],
        "created_by_ref": objects.fresh_id("identity"),
        "external_references": [{"source_name": "x", "external_id": "CASE-1"}],
    }
    assert evident(objects.marked(plain(stix_type) | usual, "green"))


@given(st.data())
def test_what_is_evident_the_library_accepts(data: st.DataObject) -> None:
    """Whatever stands in the properties of a type, as long as its JSON types are right."""
    stix_type = data.draw(st.sampled_from(sorted(_DEPENDENCIES)))
    stix_class = class_of(stix_type)
    assert stix_class is not None
    names = sorted(stix_class._properties.keys() - {"granular_markings"})
    value = plain(stix_type)
    for name in data.draw(st.lists(st.sampled_from(names), max_size=4, unique=True)):
        value[name] = data.draw(st.one_of(VALUES, TIMES if "_" in name else SCALARS))
    if data.draw(st.booleans()) and len(value) > 6:
        del value[data.draw(st.sampled_from(sorted(value.keys() - {"type"})))]
    if strictness.first_offence(stix_class, value) is not None:
        return
    known = _known_part(stix_class, value)
    if is_evident(stix_class, known):
        stix_class(allow_custom=True, **copy.deepcopy(known))


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
    ],
)
def test_what_breaks_a_rule_is_not_evident(stix_type: str, properties: dict[str, Any]) -> None:
    """It goes the full way, and is refused there."""
    assert not evident(plain(stix_type) | properties)
