"""Laws of the importers, for sources that nobody has thought of."""

import contextlib
import json
import tempfile
import uuid
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cloudsirt.errors import SourceRefused
from cloudsirt.importing import misp, prose, table
from cloudsirt.importing.items import Item, Left, Made, Maker, Sent, dated
from cloudsirt.importing.observables20 import NotUpgradable
from cloudsirt.importing.patterns20 import upgraded_pattern
from cloudsirt.importing.reading import Kind, open_source
from cloudsirt.importing.stix20 import upgrade
from feeds.validation import validate
from tests.world import START

MAKER = Maker("identity--5f0c5b1e-3c0e-4d0e-9d5a-0d4d1c0f7b11", uuid.UUID(int=4))

PIECES = st.sampled_from(
    "evil[.]example hxxp:// (dot) [@] 203.0.113.7 /24 2001:db8::1 AS64500 CVE-2026-1234 , ; | ' \" "
    "value,type ip domain TLP:AMBER # ( ) = é \\ \n \t [ ] aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".split(
        " "
    )
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=30).map("".join)

NAMES = st.sampled_from(
    "type id created modified labels objects granular_markings selectors object_marking_refs "
    "pattern pattern_type value hashes 0 1 src_ref contains_refs name number_observed".split()
)
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.integers(),
        st.sampled_from(["observed-data", "indicator", "file", "ipv4-addr", "x-a", "0", "1", ""]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=5)),
    max_leaves=25,
)


def valid(item: Item) -> None:
    """What an importer gives is STIX 2.1 when it is stored."""
    if isinstance(item, Made):
        validate(json.loads(dated(item, None, START)))
    elif isinstance(item, Sent):
        validate(json.loads(item.text))


@given(TEXTS)
def test_any_text_gives_valid_objects_and_no_fault(text: str) -> None:
    """Whatever stands in it, and each observable once."""
    lines = text.splitlines(keepends=True)
    try:
        found = list(prose.items(lambda: lines, MAKER))
    except SourceRefused as error:
        assert "TLP" in str(error)  # noqa: PT017  # the only reason there is
        return
    for item in found:
        valid(item)
    names = [str(item.value["id"]) for item in found if isinstance(item, Made)]
    assert len(names) == len(set(names))


@given(st.lists(TEXTS, max_size=6))
def test_any_table_gives_valid_objects_or_a_sentence(cells: list[str]) -> None:
    """Rows that make no sense are left with a reason, and end nothing."""
    rows = ["value,type,comment,tags,tlp,first_seen\n", *(f"{cell}\n" for cell in cells)]
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="") as file:
        file.writelines(row.replace("\0", "") for row in rows)
        file.flush()
        for item in open_source(Path(file.name), Kind.CSV, MAKER).items:
            valid(item)


@given(VALUES, VALUES)
def test_an_upgrade_gives_objects_or_a_sentence(objects: Any, markings: Any) -> None:
    """Of anything that claims to be STIX 2.0."""
    base = {
        "type": "observed-data",
        "id": "observed-data--b67d30ff-02ac-498a-92f9-32f845f448cf",
        "created": "2016-04-06T19:58:16.000Z",
        "modified": "2016-04-06T19:58:16.000Z",
        "objects": objects,
        "granular_markings": markings,
    }
    for value in (base, {**base, "type": "indicator", "labels": objects, "pattern": markings}):
        try:
            found = upgrade(value)
        except NotUpgradable:
            continue
        assert all(isinstance(item, dict) for item in found)


@given(st.lists(st.sampled_from(["file:created", "'", "START ", "t'x'", "\\", " AND "])))
def test_a_pattern_is_upgraded_once(pieces: list[str]) -> None:
    """What is 2.1 already stays as it is."""
    once = upgraded_pattern("".join(pieces))
    assert upgraded_pattern(once) == once


@given(st.text(max_size=20), st.sampled_from(["", "0123"]))
def test_an_object_that_says_the_same_is_the_same(name: str, described: str) -> None:
    """Dated again later, it is the stored text; with anything else in it, it is a later version."""
    made = Made({"type": "campaign", "name": name}, frozenset({"created", "modified"}))
    first = dated(made, None, START)
    later = START.replace(year=START.year + 1)
    assert dated(made, first.encode(), later) == first
    other = Made({**made.value, "description": described}, made.assumed)
    changed = json.loads(dated(other, first.encode(), later))
    assert changed["created"] == json.loads(first)["created"]
    assert changed["modified"] > json.loads(first)["modified"]


@given(VALUES, VALUES)
def test_any_misp_document_gives_events_or_a_sentence(document: Any, part: Any) -> None:
    """And what stands in an event that is none loses that event only."""
    with contextlib.suppress(SourceRefused):
        misp.events_in({"response": document})
    for name in ("Tag", "Attribute", "Object", "distribution"):
        for value in (part, [part], [{"Tag": part}], [{"Attribute": part}]):
            items = list(misp.items({"uuid": document, name: value}, lambda _: ([], [])))
            assert all(isinstance(item, Left) for item in items)


def test_a_header_names_each_column_once() -> None:
    """Of two columns with the same meaning, the first counts."""
    assert table.header_of(["IOC", "Indicator", "Kind"]) == ["value", "", "type"]
