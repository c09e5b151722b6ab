"""Derivatives (rule R7): an object of CloudSIRT's own, from which nothing leads back."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
import stix2
from hypothesis import given
from hypothesis import strategies as st

from feeds.derivatives import Imprint, derivative, derived_from, deterministic_id
from feeds.markings import MARKING_OF
from feeds.paths import Path
from feeds.validation import validate
from tlp import Label

AT = "2026-01-31T12:00:00.000Z"
LATER = "2026-02-01T12:00:00.000Z"
KEY = b"a key for tests, not for use"
SOURCE = "identity--6f1c2c1e-62f8-4f0d-8a8e-3f0f3f4ad001"
CREATOR = "identity--b3f1d0c2-0d1e-4f2a-8b3c-4d5e6f708004"
STATEMENT = "marking-definition--5c3f0a2e-7f44-4a0f-9f68-4bb8f2e0d002"
NUMBER = "0b5a4d5e-3a1c-4d59-9d3d-6d3f1d0f2a11"
RED, GREEN = MARKING_OF[Label.RED], MARKING_OF[Label.GREEN]

TOOL: dict[str, Any] = {
    "type": "tool",
    "spec_version": "2.1",
    "id": f"tool--{NUMBER}",
    "created_by_ref": SOURCE,
    "created": "2026-01-01T00:00:00.000Z",
    "modified": "2026-01-02T00:00:00.000Z",
    "name": "A tool",
    "description": "Used against the pumping station",
    "object_marking_refs": [GREEN, STATEMENT],
    "granular_markings": [
        {"marking_ref": RED, "selectors": ["description"]},
        {"marking_ref": STATEMENT, "selectors": ["name"]},
        {"lang": "en", "selectors": ["name", "created_by_ref"]},
        {"lang": "fr", "selectors": ["created_by_ref"]},
    ],
}
ADDRESS: dict[str, Any] = {
    "type": "ipv4-addr",
    "spec_version": "2.1",
    "id": "ipv4-addr--f2d3c796-6c4d-5c2f-9d2f-0f2f8d5b0a11",
    "value": "192.0.2.7",
    "resolves_to_refs": [f"mac-addr--{NUMBER}"],
}


def is_stix(value: Mapping[str, object]) -> bool:
    """Whether the OASIS library and our own stricter check accept the object."""
    try:
        validate(value)
        stix2.parse(json.dumps(value), allow_custom=True)
    except Exception:
        return False
    return True


def imprint_for(value: Mapping[str, object], *, source_named: bool = False) -> Imprint:
    """What CloudSIRT puts on a derivative of this object."""
    return Imprint(
        id=deterministic_id(str(value["type"]), KEY, str(value["id"]), "public"),
        creator=CREATOR,
        created=AT,
        modified=LATER,
        label_marking=GREEN,
        other_markings=(STATEMENT,),
        source_named=source_named,
    )


def derived(
    value: Mapping[str, object],
    hidden: tuple[Path, ...] = (),
    pruned: tuple[Path, ...] = (),
    *,
    source_named: bool = False,
) -> dict[str, Any] | None:
    """The derivative of an object that the OASIS library accepts, valid to it as well."""
    assert is_stix(value)
    imprint = imprint_for(value, source_named=source_named)
    return derivative(value, imprint, hidden=hidden, pruned=pruned, is_valid=is_stix)


def test_a_derivative_is_an_object_of_its_own() -> None:
    """New id, CloudSIRT as creator, own times, the label of what is left, no granular TLP."""
    assert derived(TOOL, hidden=(("description",),)) == {
        "type": "tool",
        "spec_version": "2.1",
        "id": imprint_for(TOOL).id,
        "created_by_ref": CREATOR,
        "created": AT,
        "modified": LATER,
        "name": "A tool",
        "object_marking_refs": [GREEN, STATEMENT],
        "granular_markings": [
            {"marking_ref": STATEMENT, "selectors": ["name"]},
            {"lang": "en", "selectors": ["name"]},
        ],
    }


def test_an_observable_gets_no_creator_and_no_times() -> None:
    """Observables have neither (section 3.2)."""
    assert derived(ADDRESS, pruned=(("resolves_to_refs", 0),)) == {
        "type": "ipv4-addr",
        "spec_version": "2.1",
        "id": imprint_for(ADDRESS).id,
        "value": "192.0.2.7",
        "object_marking_refs": [GREEN, STATEMENT],
    }


def test_times_that_an_observable_came_with_are_replaced() -> None:
    """A producer's own times and creator on an observable do not lead back to it."""
    made = derived({**ADDRESS, "modified": "2020-01-01T00:00:00.000Z", "created_by_ref": SOURCE})

    assert made is not None
    assert (made["modified"], made["created_by_ref"]) == (LATER, CREATOR)
    assert "created" not in made


def test_granular_labels_are_not_left() -> None:
    """The label of the whole derivative speaks for each part, hidden ones being gone."""
    made = derived(
        {**TOOL, "granular_markings": [{"marking_ref": GREEN, "selectors": ["description"]}]}
    )

    assert made is not None
    assert made["description"] == TOOL["description"]
    assert "granular_markings" not in made


@pytest.mark.parametrize(
    "path",
    [
        (),
        ("id",),
        ("created",),
        ("modified",),
        ("object_marking_refs", 1),
        ("granular_markings", 2, "lang"),
    ],
)
def test_what_withholds_an_object_withholds_its_derivative(path: Path) -> None:
    """A part that is replaced may still be one that cannot be hidden alone."""
    assert derived(TOOL, hidden=(path,)) is None


def test_a_hidden_creator_is_replaced_and_stays_unnamed() -> None:
    """Hiding who made the object leaves the object, whatever the contributor's attribution."""
    made = derived(TOOL, hidden=(("created_by_ref",),), source_named=True)

    assert made is not None
    assert made["created_by_ref"] == CREATOR
    again = {**TOOL, "description": f"by {SOURCE}"}
    assert derived(again, hidden=(("created_by_ref",),), source_named=True) is None


def test_an_unnamed_source_is_named_nowhere() -> None:
    """Its id is left out where a reference can be, and withholds the object where it cannot."""
    loose = {**TOOL, "x_modified_by_ref": SOURCE}
    bound = {**TOOL, "description": f"thanks to {SOURCE}"}

    made = derived(loose)

    assert made is not None
    assert SOURCE not in json.dumps(made)
    assert derived(bound) is None
    assert derived(bound, source_named=True) is not None


def test_the_id_of_the_original_is_nowhere() -> None:
    """What would link a derivative to its original withholds it."""
    for text in (TOOL["id"], f"see https://portal.example/objects/{NUMBER.upper()}"):
        assert derived({**TOOL, "description": text}) is None


@pytest.mark.parametrize("kind", ["marking-definition", "extension-definition"])
def test_a_definition_has_no_derivative(kind: str) -> None:
    """Under another id, a definition would define something else."""
    imprint = imprint_for({"type": kind, "id": f"{kind}--{NUMBER}"})

    assert (
        derivative({"type": kind}, imprint, hidden=(), pruned=(), is_valid=lambda _: True) is None
    )


def test_a_derivative_keeps_the_type() -> None:
    """An id of another type is a mistake of the caller."""
    with pytest.raises(ValueError, match="type"):
        derivative(TOOL, imprint_for(ADDRESS), hidden=(), pruned=(), is_valid=lambda _: True)


def test_the_original_stays_as_it_was() -> None:
    """Making a derivative changes nothing in the original."""
    before = json.dumps(TOOL)

    derived(TOOL, hidden=(("description",),))

    assert json.dumps(TOOL) == before


@given(st.text(min_size=1), st.lists(st.text()))
def test_an_id_is_stable_and_looks_random(kind: str, parts: list[str]) -> None:
    """The same parts give the same id, in the form of a version 4 UUID."""
    made = deterministic_id("tool", KEY, *parts)
    number = uuid.UUID(made.removeprefix("tool--"))

    assert made == deterministic_id("tool", KEY, *parts)
    assert (number.version, number.variant) == (4, uuid.RFC_4122)
    assert str(number) == made.removeprefix("tool--")


@given(st.lists(st.text(), unique=True, min_size=2, max_size=2), st.text())
def test_other_parts_give_other_ids(parts: list[str], tail: str) -> None:
    """Each part counts, and so do the borders between them."""
    one, other = parts

    assert deterministic_id("tool", KEY, one) != deterministic_id("tool", KEY, other)
    assert deterministic_id("tool", KEY, one, tail) != deterministic_id("tool", KEY, one + tail)
    assert deterministic_id("tool", KEY, one)[6:] != deterministic_id("file", KEY, one)[6:]


def test_an_id_needs_the_key() -> None:
    """Another key gives another id, and neither is a plain hash of the original's id."""
    made = deterministic_id("tool", KEY, TOOL["id"])
    plain = uuid.UUID(bytes=hashlib.sha256(TOOL["id"].encode()).digest()[:16], version=4)

    assert made != deterministic_id("tool", KEY + b"!", TOOL["id"])
    assert made != f"tool--{plain}"


def test_a_short_key_is_refused() -> None:
    """There is no default key, and one that could be tried out is none."""
    with pytest.raises(ValueError, match="16 bytes"):
        deterministic_id("tool", b"short", TOOL["id"])


def test_the_way_back_is_a_relationship_of_its_own() -> None:
    """`derived-from` leads from the derivative to the original, marked as it is told to be."""
    made = derived_from(
        deterministic_id("relationship", KEY, TOOL["id"], "public"),
        derivative_id=imprint_for(TOOL).id,
        original_id=TOOL["id"],
        creator=CREATOR,
        at=AT,
        markings=(RED, STATEMENT),
    )

    assert made is not None
    assert is_stix(made)
    ends = (made["relationship_type"], made["source_ref"], made["target_ref"])
    assert ends == ("derived-from", imprint_for(TOOL).id, TOOL["id"])
    assert made["object_marking_refs"] == [RED, STATEMENT]


@pytest.mark.parametrize("kind", ["relationship", "sighting", "language-content"])
def test_a_relationship_has_no_relationship(kind: str) -> None:
    """STIX relates no relationships and no meta objects (section 5.1)."""
    made = derived_from(
        f"relationship--{NUMBER}",
        derivative_id=f"{kind}--{NUMBER}",
        original_id=f"{kind}--{NUMBER}",
        creator=CREATOR,
        at=AT,
        markings=(),
    )

    assert made is None
