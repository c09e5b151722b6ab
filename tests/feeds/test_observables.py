"""Observables: one spelling each, found where they stand, and guessed from what is pasted."""

import ipaddress
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.guessing import refang
from feeds.observables import Observable, ObservableKind, guess, normalise, observables_of

VECTORS = Path(__file__).parent.parent / "vectors" / "stix"
MD5, SHA256 = "0f" * 16, "1a" * 32

K = ObservableKind


def vector(name: str) -> Any:
    """The object of a vector."""
    return json.loads((VECTORS / name / "object.json").read_text())


def found(value: dict[str, Any]) -> set[tuple[str, str]]:
    """The observables of an object, as plain pairs."""
    return {(one.kind.value, one.value) for one in observables_of(value)}


def in_pattern(pattern: str) -> set[tuple[str, str]]:
    """The observables of a pattern."""
    return found({"type": "indicator", "pattern_type": "stix", "pattern": pattern})


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (K.ADDRESS, "192.0.2.17", "192.0.2.17"),
        (K.ADDRESS, " 192.0.2.17/32 ", "192.0.2.17"),
        (K.ADDRESS, "2001:DB8:0::0:1", "2001:db8::1"),
        (K.ADDRESS, "::ffff:192.0.2.17", "192.0.2.17"),
        (K.ADDRESS, "fe80::1%eth0", "fe80::1"),
        (K.ADDRESS, "192.0.2.0/24", None),
        (K.ADDRESS, "192.0.2.017", None),
        (K.ADDRESS, "3221226001", None),
        (K.NETWORK, "192.0.2.17/24", "192.0.2.0/24"),
        (K.NETWORK, "192.0.2.0/255.255.255.0", "192.0.2.0/24"),
        (K.NETWORK, "2001:DB8::/32", "2001:db8::/32"),
        (K.NETWORK, "::ffff:192.0.2.0/120", "192.0.2.0/24"),
        (K.NETWORK, "192.0.2.17/32", None),
        (K.NETWORK, "192.0.2.17", None),
        (K.DOMAIN, "WWW.Example.ORG.", "www.example.org"),
        (K.DOMAIN, "Bücher.example", "xn--bcher-kva.example"),
        (K.DOMAIN, "bu\u0308cher。example", "xn--bcher-kva.example"),
        (K.DOMAIN, "XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        (K.DOMAIN, "_dmarc.example.org", "_dmarc.example.org"),
        (K.DOMAIN, "192.0.2.17", None),
        (K.DOMAIN, "two words.example", None),
        (K.DOMAIN, "a..example", None),
        (K.DOMAIN, "a" * 64 + ".example", None),
        (K.DOMAIN, ".".join(["a" * 60] * 5), None),
        (K.URL, "HTTP://C2.Example:80", "http://c2.example/"),
        (K.URL, "https://c2.example:8443/A?b=C#d", "https://c2.example:8443/A?b=C#d"),
        (K.URL, "http://bücher.example/ü x?%c3", "http://xn--bcher-kva.example/%C3%BC%20x?%C3"),
        (K.URL, "http://[2001:DB8::1]:8080", "http://[2001:db8::1]:8080/"),
        (K.URL, "http://[::ffff:192.0.2.17]/", "http://192.0.2.17/"),
        (K.URL, "ftp://user:word@Host.example:21/x", "ftp://user:word@host.example/x"),
        (K.URL, "http://c2.example?q", "http://c2.example/?q"),
        (K.URL, "hxxps://c2.example", "https://c2.example/"),
        (K.URL, "http://c2.example:99999/", None),
        (K.URL, "http:///path", None),
        (K.URL, "http://c2 .example/", None),
        (K.URL, "mailto:jdoe@example.org", None),
        (K.URL, "c2.example/path", None),
        (K.HASH, "0F" * 16, "0f" * 16),
        (K.HASH, "1A" * 32, "1a" * 32),
        (K.HASH, "0f" * 15, None),
        (K.HASH, "0g" * 16, None),
        (K.EMAIL, "J.Doe@Example.ORG", "J.Doe@example.org"),
        (K.EMAIL, "jdoe@bücher.example", "jdoe@xn--bcher-kva.example"),
        (K.EMAIL, "@example.org", None),
        (K.EMAIL, "jdoe@", None),
        (K.EMAIL, "a jdoe@example.org", None),
        (K.ACCOUNT, "  EXAMPLE\\JDoe ", "example\\jdoe"),
        (K.ACCOUNT, "\u200b", None),
        (K.ASN, "AS64496", "64496"),
        (K.ASN, "asn 064496", "64496"),
        (K.ASN, "4294967295", "4294967295"),
        (K.ASN, "4294967296", None),
        (K.ASN, "-1", None),
        (K.CVE, "cve-2026-12345", "CVE-2026-12345"),
        (K.CVE, "CVE-2026-123", None),
        (K.CVE, "see CVE-2026-12345", None),
    ],
)
def test_each_kind_has_one_spelling(kind: K, text: str, value: str | None) -> None:
    """Texts that mean the same have the same value; what means nothing has none."""
    assert normalise(kind, text) == value


@pytest.mark.parametrize("kind", K)
@pytest.mark.parametrize("text", ["", "   ", "\ud800", "x\x00y.example", "x" * 100_000])
def test_what_no_table_can_hold_is_nothing(kind: K, text: str) -> None:
    """Nothing, control characters, halves of characters, and what is too long for an index."""
    assert normalise(kind, text) is None


labels = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_", min_size=1, max_size=10)
domains = st.builds(
    "{}.{}".format, labels, st.sampled_from(["example", "example.org", "Example.COM"])
)
ports = st.sampled_from(["", ":80", ":8080", ":443", ":0080", ":"])
texts = st.one_of(
    st.text(max_size=40),
    st.ip_addresses().map(str),
    st.builds("{}/{}".format, st.ip_addresses(), st.integers(0, 130)),
    domains,
    st.builds("{}.example".format, st.text(max_size=8)),
    st.builds(
        "{}://{}{}{}".format,
        st.sampled_from(["http", "HTTPS", "hxxp", "ftp", "tcp"]),
        domains | st.ip_addresses(v=4).map(str) | st.ip_addresses(v=6).map("[{}]".format),
        ports,
        st.text(max_size=15) | st.text("%/?#@:[]a0 é", max_size=10),
    ),
    st.builds("{}@{}".format, st.text(max_size=8), domains),
    st.text("0123456789abcdefABCDEF", min_size=32, max_size=32),
    st.builds("{}{}".format, st.sampled_from(["", "AS", "asn "]), st.integers(0, 2**33)),
    st.builds("cve-{}-{}".format, st.integers(1990, 2100), st.integers(0, 10**7)),
)


def spellings(text: str) -> Iterator[Observable]:
    """All that a text can be."""
    for kind in K:
        value = normalise(kind, text)
        if value is not None:
            yield Observable(kind, value)


@given(texts)
def test_a_value_is_its_own_spelling(text: str) -> None:
    """Normalising twice changes nothing, and a value can be stored and sent."""
    for one in spellings(text):
        assert normalise(one.kind, one.value) == one.value
        assert 0 < len(one.value.encode()) <= 2000
        assert one.value == one.value.strip()


@given(st.lists(st.from_regex("0?[0-9]{1,3}", fullmatch=True), min_size=3, max_size=5))
def test_what_is_an_address_is_what_the_standard_library_takes_for_one(parts: list[str]) -> None:
    """Four numbers up to 255, none with a zero before it."""
    text = ".".join(parts)
    try:
        expected = str(ipaddress.IPv4Address(text))
    except ValueError:
        expected = None
    assert normalise(K.ADDRESS, text) == expected


@given(texts)
def test_an_address_is_never_a_network_or_a_domain(text: str) -> None:
    """The three exclude each other."""
    kinds = {one.kind for one in spellings(text)}
    assert len(kinds & {K.ADDRESS, K.NETWORK, K.DOMAIN}) <= 1


@given(texts)
def test_what_is_guessed_is_in_its_one_spelling(text: str) -> None:
    """A guess can be looked up as it is, and guessing it again finds the same."""
    guessed = guess(text)
    if guessed is not None:
        assert normalise(guessed.kind, guessed.value) == guessed.value


@given(texts)
def test_a_stored_value_is_guessed_as_what_it_is(text: str) -> None:
    """Copying a value from one page into the search box of another finds it."""
    for one in spellings(text):
        plain = refang(one.value) == one.value == one.value.strip("<>\"'`“”‘’«»,;")
        if plain and one.kind in (K.ADDRESS, K.NETWORK, K.URL, K.HASH, K.CVE):
            assert guess(one.value) == one


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("hxxps://c2[.]example/a", K.URL, "https://c2.example/a"),
        ("hXXp[://]c2(dot)example", K.URL, "http://c2.example/"),
        ("h**p://c2.example:80", K.URL, "http://c2.example/"),
        ("192.0.2[.]17", K.ADDRESS, "192.0.2.17"),
        ("192[.]0[.]2[.]17:443", K.ADDRESS, "192.0.2.17"),
        ("[2001:db8::1]:443", K.ADDRESS, "2001:db8::1"),
        ("192.0.2.17/32", K.ADDRESS, "192.0.2.17"),
        ("198.51.100.0/24", K.NETWORK, "198.51.100.0/24"),
        ("jdoe[at]example[dot]org", K.EMAIL, "jdoe@example.org"),
        ("mailto:jdoe@example.org", K.EMAIL, "jdoe@example.org"),
        ("“C2.Example.”,", K.DOMAIN, "c2.example"),
        ("c2\\.example", K.DOMAIN, "c2.example"),
        ("c2.example:8080", K.DOMAIN, "c2.example"),
        ("c2.example/", K.DOMAIN, "c2.example"),
        ("AS64496", K.ASN, "64496"),
        ("cve-2026-12345", K.CVE, "CVE-2026-12345"),
        ("SHA-256: " + SHA256.upper(), K.HASH, SHA256),
    ],
)
def test_what_people_paste_is_recognised(text: str, kind: K, value: str) -> None:
    """With defanging, quotes, ports and prefixes."""
    assert guess(text) == Observable(kind, value)


@pytest.mark.parametrize("text", ["", "scanner", "64496", "two words", "1.2.3", "-", "a.b.c.1"])
def test_words_are_not_observables(text: str) -> None:
    """A word, a number or a sentence is for the text filter."""
    assert guess(text) is None


@given(st.text())
def test_guessing_never_raises(text: str) -> None:
    """Whatever is typed, it is an observable or nothing."""
    guess(text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("address", {("address", "192.0.2.17")}),
        ("file", {("hash", MD5), ("hash", SHA256)}),
        ("account", {("account", "jdoe")}),
        ("observed-data-objects", {("address", "192.0.2.17")}),
        ("indicator", {("address", "192.0.2.17")}),
        (
            "indicator-long-pattern",
            {("domain", "a.example"), ("domain", "b.example"), ("hash", SHA256)},
        ),
        ("indicator-other-language", set()),
        ("network-traffic", set()),
        ("identity", set()),
    ],
)
def test_objects_give_their_observables(name: str, expected: set[tuple[str, str]]) -> None:
    """From the object's own properties or its pattern."""
    assert found(vector(name)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"type": "ipv4-addr", "value": "198.51.100.7/24"}, {("network", "198.51.100.0/24")}),
        ({"type": "domain-name", "value": "192.0.2.17"}, {("address", "192.0.2.17")}),
        (
            {"type": "url", "value": "http://C2.example/x"},
            {("url", "http://c2.example/x"), ("domain", "c2.example")},
        ),
        (
            {"type": "url", "value": "hxxp://192[.]0[.]2[.]17/", "defanged": True},
            {("url", "http://192.0.2.17/"), ("address", "192.0.2.17")},
        ),
        ({"type": "email-addr", "value": "jdoe@Example.org"}, {("email", "jdoe@example.org")}),
        ({"type": "autonomous-system", "number": 64496}, {("asn", "64496")}),
        ({"type": "x509-certificate", "hashes": {"MD5": MD5}}, {("hash", MD5)}),
        (
            {"type": "artifact", "url": "http://c2.example/", "hashes": {"MD5": MD5}},
            {("url", "http://c2.example/"), ("domain", "c2.example"), ("hash", MD5)},
        ),
        ({"type": "vulnerability", "name": "CVE-2026-12345"}, {("cve", "CVE-2026-12345")}),
        (
            {
                "type": "malware",
                "external_references": [{"source_name": "cve", "external_id": "CVE-2026-12345"}],
            },
            {("cve", "CVE-2026-12345")},
        ),
    ],
)
def test_each_kind_is_found_where_it_stands(
    value: dict[str, Any], expected: set[tuple[str, str]]
) -> None:
    """One object for each place in the standard that holds an observable."""
    assert found(value) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("[ipv4-addr:value = '192.0.2.17']", {("address", "192.0.2.17")}),
        ("[ipv4-addr:value IN ('192.0.2.0/24')]", {("network", "192.0.2.0/24")}),
        ("[network-traffic:dst_ref.value = '192.0.2.17']", {("address", "192.0.2.17")}),
        ("[network-traffic:dst_ref.value = 'c2.example']", {("domain", "c2.example")}),
        ("[email-message:from_ref.value = 'jdoe@example.org']", {("email", "jdoe@example.org")}),
        ("[domain-name:resolves_to_refs[*].value = '192.0.2.17']", {("address", "192.0.2.17")}),
        (f"[process:image_ref.hashes.MD5 = '{MD5}']", {("hash", MD5)}),
        ("[user-account:account_login = 'JDoe']", {("account", "jdoe")}),
        ("[autonomous-system:number = 64496]", {("asn", "64496")}),
        ("[ipv4-addr:belongs_to_refs[*].number = 64496]", {("asn", "64496")}),
        (
            "[url:value = 'http://c2.example/x']",
            {("url", "http://c2.example/x"), ("domain", "c2.example")},
        ),
        ("[ipv4-addr:value != '192.0.2.17']", set()),
        ("[ipv4-addr:value NOT = '192.0.2.17']", set()),
        ("[ipv4-addr:value NOT IN ('192.0.2.17')]", set()),
        ("[ipv4-addr:value LIKE '192.0.2.17']", set()),
        ("[url:value MATCHES 'http://c2.example/']", set()),
        ("[ipv4-addr:value > '192.0.2.17']", set()),
        ("[file:name = 'c2.example']", set()),
        ("[file:size = 64496]", set()),
        ("[network-traffic:dst_port = 443]", set()),
        ("[broken", set()),
    ],
)
def test_patterns_give_what_they_look_for(pattern: str, expected: set[tuple[str, str]]) -> None:
    """Compared by `=` or IN, not negated, and in a place that holds an observable."""
    assert in_pattern(pattern) == expected


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
types = st.sampled_from(
    "ipv4-addr domain-name url email-addr file artifact user-account autonomous-system indicator "
    "observed-data vulnerability x509-certificate".split()
)
names = st.sampled_from(
    "value hashes url account_login number objects name pattern pattern_type "
    "external_references".split()
)


@given(st.dictionaries(names, json_values), types | json_values)
def test_no_object_raises(value: dict[str, Any], stix_type: Any) -> None:
    """Of what is not well formed there is nothing, and everything found is in its one spelling."""
    for one in observables_of(value | {"type": stix_type}):
        assert normalise(one.kind, one.value) == one.value


def test_observables_have_an_order() -> None:
    """By kind, then by value: lists of them read the same everywhere."""
    domain, first, second = (
        Observable(K.DOMAIN, "a.example"),
        Observable(K.ADDRESS, "192.0.2.1"),
        Observable(K.ADDRESS, "192.0.2.2"),
    )
    assert sorted({domain, second, first}) == [first, second, domain]
