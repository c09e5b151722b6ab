"""What people call an object, and the words by which they find it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.folding import fold, one_line
from feeds.titles import MAX_TITLE, MAX_WORDS, title_of, type_text, words_of

VECTORS = Path(__file__).parent.parent / "vectors" / "stix"


def vector(name: str) -> Any:
    """The object of a vector."""
    return json.loads((VECTORS / name / "object.json").read_text())


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("identity", "Example Telco CSIRT"),
        ("address", "192.0.2.17"),
        ("file", "invoice.pdf.exe"),
        ("certificate", "CN=Example Root"),
        ("relationship", "relationship: indicates"),
        ("sighting", "sighting of an indicator"),
        ("opinion", "opinion: agree"),
        ("observed-data", "observed 3 times"),
        ("observed-data-objects", "observed once"),
        ("note", "Seen again in the second zone."),
        ("marking-statement", "Copyright Example Telco"),
        ("marking-tlp-1", "TLP:GREEN"),
        ("marking-tlp-2", "TLP:RED"),
        ("email-message", "Your invoice"),
        ("registry-key", "hkey_local_machine\\system"),
        ("account", "jdoe"),
        ("network-traffic", "tcp/tls traffic to port 443"),
        ("custom-type", "Console"),
        ("location", "northern-europe"),
    ],
)
def test_an_object_is_called_what_people_call_it(name: str, title: str) -> None:
    """Its name, else what it is about, else its id."""
    assert title_of(vector(name)) == title


def test_what_has_no_name_is_called_by_its_id() -> None:
    """Such as a process without a command line."""
    value = vector("process")
    assert title_of(value) == value["id"]


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ({"type": "note", "abstract": "Short", "content": "Long"}, "Short"),
        ({"type": "autonomous-system", "number": 64496}, "AS64496"),
        ({"type": "autonomous-system", "number": 64496, "name": "Example"}, "AS64496 Example"),
        ({"type": "file", "hashes": {"MD5": "aa", "SHA-256": "bb"}}, "bb"),
        ({"type": "x-example", "name": " \n ", "id": "x-example--1"}, "x-example--1"),
        ({"name": "two\nlines\u202e\x00 of  text"}, "two lines of text"),
        ({"name": 7}, "Unnamed object"),
        ({}, "Unnamed object"),
    ],
)
def test_a_title_is_one_clean_line(value: dict[str, Any], title: str) -> None:
    """Blank and unprintable text names nothing, and breaks no line."""
    assert title_of(value) == title


def test_a_long_title_is_cut() -> None:
    """At 200 characters, with a sign that something is missing."""
    title = title_of({"name": "word " * 100})
    assert len(title) <= MAX_TITLE
    assert title.endswith("…")


@pytest.mark.parametrize(
    ("stix_type", "text"),
    [
        ("attack-pattern", "Attack pattern"),
        ("x-mitre-asset", "Mitre asset"),
        ("indicator", "Indicator"),
        ("ipv4-addr", "IPv4 address"),
        ("url", "URL"),
    ],
)
def test_a_type_reads_like_words(stix_type: str, text: str) -> None:
    """Types of the standard and custom ones."""
    assert type_text(stix_type) == text


def test_words_hold_what_people_search_for() -> None:
    """Names, aliases, values, patterns, labels, hashes, and ids in other systems."""
    words = words_of(
        {
            "name": "Straße",
            "aliases": ["EXAMPLE Bot"],
            "pattern": "[url:value = 'http://c2.example/']",
            "labels": ["scanner"],
            "hashes": {"MD5": "0F" * 16},
            "external_references": [{"source_name": "cve", "external_id": "CVE-2026-1234"}],
            "description": "Several\nlines",
        }
    )
    for part in (
        "strasse",
        "example bot",
        "[url:value = 'http://c2.example/']",
        "scanner",
        "0f" * 16,
        "cve-2026-1234",
        "several lines",
    ):
        assert part in words


def test_what_is_typed_folded_is_found() -> None:
    """Case, width and white space make no difference to a filter."""
    words = words_of({"name": "ＥＸＡＭＰＬＥ  Bot"})
    assert fold("Example bot") in words


def test_words_are_limited_and_the_telling_ones_come_first() -> None:
    """A long description does not push the ids out."""
    words = words_of(
        {
            "description": "d" * 10_000,
            "name": "Name",
            "external_references": [{"source_name": "example", "external_id": "EX-1"}],
        }
    )
    assert len(words) == MAX_WORDS
    assert words.startswith("name ex-1 example ddd")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
names = st.sampled_from(
    "type name value path abstract hashes definition number dst_port protocols sighting_of_ref "
    "relationship_type number_observed aliases external_references description id opinion".split()
)
types = st.sampled_from([path.name for path in VECTORS.iterdir()] + ["autonomous-system"])


@given(st.dictionaries(names, json_values), types | json_values)
def test_every_object_has_a_title_and_words(value: dict[str, Any], stix_type: Any) -> None:
    """Whatever an object holds, both are clean lines within their limits."""
    title, words = title_of(value | {"type": stix_type}), words_of(value | {"type": stix_type})
    assert title
    assert title == one_line(title)
    assert len(title) <= MAX_TITLE
    assert words == one_line(words)
    assert len(words) <= MAX_WORDS


def test_a_number_too_large_to_show_is_not_shown() -> None:
    """Python refuses to write some integers; no object gets that far."""
    value = {"type": "autonomous-system", "number": 10**5000, "id": "x"}
    assert title_of(value) == "x"
    assert words_of(value) == ""


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    """What is folded is folded."""
    assert fold(fold(text)) == fold(text)
    assert one_line(one_line(text)) == one_line(text)


@given(st.text())
def test_case_makes_no_difference(text: str) -> None:
    """A text and its upper case fold alike, where upper case leads back."""
    if text.upper().casefold() == text.casefold():
        assert fold(text.upper()) == fold(text)
