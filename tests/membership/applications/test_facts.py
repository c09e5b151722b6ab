"""Facts that a record shows by itself: AS numbers, networks, validity."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.applications.facts import asn_fact, assurance_fact, facts, network_fact
from membership.record import Assurance, Record
from membership.routable import special_number

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (0, "RFC 7607"),
        (23456, "RFC 6793"),
        (64496, "RFC 5398"),
        (64511, "RFC 5398"),
        (64512, "RFC 6996"),
        (65534, "RFC 6996"),
        (65535, "RFC 7300"),
        (65536, "RFC 5398"),
        (65551, "RFC 5398"),
        (65552, "IANA"),
        (131071, "IANA"),
        (4200000000, "RFC 6996"),
        (4294967294, "RFC 6996"),
        (4294967295, "RFC 7300"),
        (4294967296, "RFC 6793"),
    ],
)
def test_special_numbers_are_told_apart(number: int, told: str) -> None:
    """At both ends of each range, with the source."""
    found = asn_fact(number)
    assert (found.kind, found.subject, found.outcome) == ("asn", f"AS{number}", "bad")
    assert told in found.detail


@pytest.mark.parametrize("number", [1, 3333, 64495, 131072, 4199999999])
def test_public_numbers_are_good(number: int) -> None:
    """Whose they are is another question."""
    assert asn_fact(number).outcome == "good"


@given(st.integers(1, 2**32 - 1))
def test_every_number_is_public_or_for_something_else(number: int) -> None:
    """The fact and the reason go together."""
    assert (asn_fact(number).outcome == "good") is (special_number(number) is None)


@pytest.mark.parametrize(
    ("network", "outcome", "told"),
    [
        ("8.8.8.0/24", "good", "Public"),
        ("2606:4700::/32", "good", "Public"),
        ("192.0.2.0/24", "bad", "documentation"),
        ("203.0.113.64/26", "bad", "documentation"),
        ("2001:db8:1::/48", "bad", "documentation"),
        ("3fff::/20", "bad", "documentation"),
        ("10.0.0.0/8", "bad", "private"),
        ("192.0.0.0/16", "bad", "for protocols"),
        ("0.0.0.0/0", "bad", "or some of them"),
        ("100.64.0.0/16", "bad", "carrier-grade"),
        ("fe80::/10", "bad", "not global unicast"),
        ("::/0", "bad", "not global unicast"),
        ("2001:DB8::/32", "bad", "otherwise than usual: 2001:db8::/32"),
        ("8.8.8.8", "bad", "8.8.8.8/32"),
        ("8.8.8.8/24", "bad", "No prefix"),
        ("banana", "bad", "No prefix"),
    ],
)
def test_networks_are_canonical_and_public(network: str, outcome: str, told: str) -> None:
    """A prefix that reaches into a special block is not public."""
    found = network_fact(network)
    assert found.outcome == outcome
    assert told in found.detail


@pytest.mark.parametrize(
    ("begins", "ends", "outcome", "told"),
    [
        (None, TODAY + timedelta(days=200), "good", "Valid until"),
        (TODAY, TODAY + timedelta(days=31), "good", "Valid until"),
        (None, TODAY + timedelta(days=30), "good", "only until"),
        (None, TODAY, "good", "only until"),
        (None, TODAY - timedelta(days=1), "bad", "Expired on 2026-02-28"),
        (TODAY + timedelta(days=1), TODAY + timedelta(days=9), "bad", "Not valid before"),
        (TODAY, None, "unknown", "no last day"),
    ],
)
def test_validity_of_an_assurance(
    begins: date | None, ends: date | None, outcome: str, told: str
) -> None:
    """Both days count; a month before the end it is said."""
    found = assurance_fact(Assurance("csa-star-2", "https://example.org/1", begins, ends), TODAY)
    assert found.subject == "CSA STAR level 2 (third-party audit), https://example.org/1"
    assert found.outcome == outcome
    assert told in found.detail


def test_the_facts_of_a_record_come_in_its_order() -> None:
    """AS numbers, networks, assurances; nothing for what is not there."""
    assert facts(Record(), TODAY) == ()
    record = Record(asns=(3333,), networks=("8.8.8.0/24",), assurances=(Assurance("c5"),))
    assert [fact.kind for fact in facts(record, TODAY)] == ["asn", "network", "certificate"]
