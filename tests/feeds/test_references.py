"""References and their treatment (rule R8)."""

import inspect
from collections.abc import Iterator
from pathlib import Path as FilePath

import pytest
import stix2.v21  # noqa: F401  (fills the registry)
from stix2.properties import (
    EmbeddedObjectProperty,
    ListProperty,
    ObjectReferenceProperty,
    ReferenceProperty,
)
from stix2.registry import STIX2_OBJ_MAPS

from feeds.paths import Path, value_at
from feeds.references import (
    EVERY,
    REFERENCE_TABLE,
    STANDARD_TYPES,
    Reference,
    Row,
    Treatment,
    as_markdown,
    references_of,
)

NUMBER = "0b5a4d5e-3a1c-4d59-9d3d-6d3f1d0f2a11"
HIDDEN = f"malware--{NUMBER}"
IDENTITY = "identity--6f1c2c1e-62f8-4f0d-8a8e-3f0f3f4ad001"
STATEMENT = "marking-definition--5c3f0a2e-7f44-4a0f-9f68-4bb8f2e0d002"
EXTENSION = "extension-definition--9b0e5f6a-2f6d-4d0e-8a3e-1c2d3e4f5003"

Declared = tuple[str, str]


def declared_by_stix2() -> Iterator[Declared]:
    """Each reference property that the OASIS library declares: host and place."""
    registry = STIX2_OBJ_MAPS["2.1"]
    for kind, host in {**registry["objects"], **registry["observables"]}.items():
        for place in places_in(host):
            yield kind, place
    for name, extension in registry["extensions"].items():
        for place in places_in(extension):
            yield "any", f"extensions.{name}.{place}"


def places_in(host: type) -> Iterator[str]:
    """The places of references within one class, through lists and embedded classes."""
    for name, declared in getattr(host, "_properties", {}).items():
        place, held = name, declared
        if isinstance(declared, ListProperty):
            place, held = f"{name}.[]", declared.contained
        if isinstance(held, EmbeddedObjectProperty):
            held = held.type
        if isinstance(held, (ReferenceProperty, ObjectReferenceProperty)):
            yield place
        elif inspect.isclass(held):
            yield from (f"{place}.{inner}" for inner in places_in(held))


@pytest.mark.parametrize("declared", sorted(declared_by_stix2()), ids=".".join)
def test_each_reference_of_the_standard_is_in_the_table(declared: Declared) -> None:
    """Nothing that the OASIS library knows as a reference is missing."""
    kind, place = declared
    listed = {(row.kind, row.place) for row in REFERENCE_TABLE}
    if kind == "any":
        assert place in {listed_place for _, listed_place in listed}
    else:
        assert (kind, place) in listed or (EVERY, place) in listed


def test_the_walk_finds_what_it_should() -> None:
    """The walk over the library's classes reaches lists, embedded classes and extensions."""
    declared = set(declared_by_stix2())

    assert ("report", "object_refs.[]") in declared
    assert ("email-message", "body_multipart.[].body_raw_ref") in declared
    assert ("any", "extensions.archive-ext.contains_refs.[]") in declared


def test_the_table_lists_nothing_that_the_library_does_not_know() -> None:
    """No row is a slip of the pen; keys of extensions are not properties to the library."""
    places = {place for _, place in declared_by_stix2()}

    assert {"extensions.{}"} == {row.place for row in REFERENCE_TABLE} - places


def test_each_type_of_the_standard_is_known() -> None:
    """Types of the standard are those of the library but the bundle, which is no object."""
    registry = STIX2_OBJ_MAPS["2.1"]

    assert (set(registry["objects"]) | set(registry["observables"])) - {"bundle"} == STANDARD_TYPES


def test_the_page_is_printed_from_the_table() -> None:
    """docs/policy/references.md is what `as_markdown` prints."""
    page = FilePath(__file__).parents[2] / "docs" / "policy" / "references.md"

    assert page.read_text(encoding="utf-8") == as_markdown()


@pytest.mark.parametrize("row", REFERENCE_TABLE, ids=lambda row: f"{row.kind}.{row.place}")
def test_each_row_is_obeyed(row: Row) -> None:
    """An object with a reference at the row's place gets the row's treatment for it."""
    kind = "tool" if row.kind == EVERY else row.kind
    target = STATEMENT if row.treatment is Treatment.TRAVELS else HIDDEN
    value: object = target
    path: list[str | int] = []
    for step in reversed(row.place.split(".")):
        if step == "{}":
            value, target = {EXTENSION: {}}, EXTENSION
            path.insert(0, EXTENSION)
        elif step == "[]":
            value = [value]
            path.insert(0, 0)
        else:
            value = {step: value}
            path.insert(0, step)
    assert isinstance(value, dict)

    found = references_of({"type": kind, **value})

    assert found == (Reference(tuple(path), target, row.treatment),)


@pytest.mark.parametrize(
    ("kind", "properties", "path", "treatment"),
    [
        ("tool", {"x_see_ref": HIDDEN}, ("x_see_ref",), Treatment.PRUNED),
        ("tool", {"x_see_refs": ["?", HIDDEN]}, ("x_see_refs", 1), Treatment.PRUNED),
        ("tool", {"x_see": HIDDEN}, ("x_see",), Treatment.PRUNED),
        ("tool", {"x_see": {"a_ref": HIDDEN}}, ("x_see", "a_ref"), Treatment.BOUNDS),
        ("tool", {"x_see": [[HIDDEN]]}, ("x_see", 0, 0), Treatment.BOUNDS),
        ("tool", {"x_see": {HIDDEN: 1}}, ("x_see", HIDDEN), Treatment.BOUNDS),
        ("tool", {HIDDEN: 1}, (HIDDEN,), Treatment.BOUNDS),
        (
            "tool",
            {"external_references": [{"source_name": "s", "external_id": HIDDEN}]},
            ("external_references", 0, "external_id"),
            Treatment.BOUNDS,
        ),
        (
            "tool",
            {"extensions": {EXTENSION: {"see_ref": HIDDEN}}},
            ("extensions", EXTENSION, "see_ref"),
            Treatment.BOUNDS,
        ),
        ("x-mine", {"see_ref": HIDDEN}, ("see_ref",), Treatment.BOUNDS),
        ("x-mine", {"object_refs": [HIDDEN]}, ("object_refs", 0), Treatment.BOUNDS),
        ("x-mine", {"created_by_ref": IDENTITY}, ("created_by_ref",), Treatment.ATTRIBUTION),
        ("tool", {"object_marking_refs": [HIDDEN]}, ("object_marking_refs", 0), Treatment.BOUNDS),
        ("tool", {"extensions": {HIDDEN: {}}}, ("extensions", HIDDEN), Treatment.BOUNDS),
        ("report", {"object_refs": [STATEMENT]}, ("object_refs", 0), Treatment.TRAVELS),
        ("tool", {"x_see": HIDDEN.upper()}, ("x_see",), Treatment.PRUNED),
    ],
)
def test_what_the_table_does_not_list_is_judged_by_its_shape(
    kind: str, properties: dict[str, object], path: Path, treatment: Treatment
) -> None:
    """A whole id names an object wherever it stands; of unknown meaning, it bounds."""
    found = references_of({"type": kind, **properties})

    assert [(reference.path, reference.treatment) for reference in found if reference.path == path]
    assert {treatment} == {r.treatment for r in found if r.target.lower() != EXTENSION}


@pytest.mark.parametrize(
    "text",
    [
        f"see {HIDDEN}",
        f"{HIDDEN}.",
        f"{HIDDEN}\n",
        NUMBER,
        "malware--",
        f"--{NUMBER}",
        f"malware-{NUMBER}",
        f"malware--{NUMBER[:-1]}",
        f"mal ware--{NUMBER}",
        "",
    ],
)
def test_what_is_not_a_whole_id_is_no_reference(text: str) -> None:
    """Ids inside a text, and texts that look a little like an id, name nothing."""
    assert references_of({"type": "tool", "description": text}) == ()


def test_an_object_does_not_name_itself() -> None:
    """Its own id, where it is defined or repeated, is no reference."""
    value = {"type": "malware", "id": HIDDEN, "x_same": HIDDEN, "sample_refs": [HIDDEN]}

    assert references_of(value) == ()


def test_each_reference_is_found_where_it_stands() -> None:
    """The path of a reference leads to it in the object."""
    value: dict[str, object] = {
        "type": "report",
        "id": f"report--{NUMBER}",
        "created_by_ref": IDENTITY,
        "object_refs": [HIDDEN, f"tool--{NUMBER}"],
        "object_marking_refs": [STATEMENT],
        "x_deep": [{"also_ref": HIDDEN}],
    }

    found = references_of(value)

    assert [r.target for r in found] == [value_at(value, r.path) for r in found]
    assert len(found) == 5
