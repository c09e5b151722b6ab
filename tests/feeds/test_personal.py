"""Personal and financial data: what is found, where, and what is left alone.

Every number is made up or published for tests by those who assign it; addresses and domains are
those reserved for documentation.
"""

import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from feeds.personal import Finding, Kind, scan

NUMBER = "0b5a4d5e-3a1c-4d59-9d3d-6d3f1d0f2a11"


def kinds_in(text: str) -> list[Kind]:
    """What is found in the description of a tool."""
    found = scan({"type": "tool", "id": f"tool--{NUMBER}", "name": "t", "description": text})
    assert all(finding.path == ("description",) for finding in found)
    return [finding.kind for finding in found]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.EMAIL, "Sent to jane.roe@corp.example on Monday."),
        (Kind.EMAIL, "<jane+news@mail.corp.example>,"),
        (Kind.EMAIL, "mailto:jane@corp.example"),
        (Kind.EMAIL, "jane[@]corp.example"),
        (Kind.EMAIL, "jane [at] corp [dot] example"),
        (Kind.EMAIL, "jane(at)corp.example"),
        (Kind.EMAIL, "jane@corp[.]example"),
        (Kind.EMAIL, "http://phish.example/login?victim=jane@corp.example"),
        (Kind.EMAIL, "jörg@büro.example"),
        (Kind.EMAIL, "jane@corp.xn--p1ai"),
        (Kind.ACCOUNT, r"C:\Users\jroe\AppData\Local\Temp\a.exe"),
        (Kind.ACCOUNT, r"C:\\Users\\Jane Roe\\Desktop\\a.exe"),
        (Kind.ACCOUNT, r"C:\Documents and Settings\jroe\a.exe"),
        (Kind.ACCOUNT, "copied to /home/jroe/.ssh/authorized_keys"),
        (Kind.ACCOUNT, "copied to /Users/jroe/Library"),
        (Kind.ACCOUNT, "Username: jroe, from 192.0.2.7"),
        (Kind.ACCOUNT, r"user name = CORP\jroe"),
        (Kind.ACCOUNT, "signed in with the account 'jroe'"),
        (Kind.ACCOUNT, "uploaded to ftp://jroe@ftp.example.org/in"),
        (Kind.PHONE, "Reported by Jane Roe, +44 20 7946 0958"),
        (Kind.PHONE, "call +1 202-555-0143"),
        (Kind.PHONE, "Jane Roe (202) 555-0143"),
        (Kind.PHONE, "tel: 020 7946 0958"),
        (Kind.CARD, "paid with 4111 1111 1111 1111 exp 12/29"),
        (Kind.CARD, "4111-1111-1111-1111"),
        (Kind.CARD, "dump ;5555555555554444=2912101"),
        (Kind.CARD, "PAN:378282246310005."),
        (Kind.CARD, "3782 822463 10005"),
        (Kind.CARD, "an old visa card 4222222222222"),
        (Kind.CARD, "4111\xa01111\xa01111\xa01111"),
        (Kind.CARD, "4111–1111–1111–1111"),
        (Kind.IBAN, "Wired to DE89370400440532013000."),
        (Kind.IBAN, "GB29 NWBK 6016 1331 9268 19 AND THEN GONE"),
        (Kind.IBAN, "HR12 1001 0051 8630 0016 0"),
        (Kind.IBAN, "AD12 0001 2030 2003 5910 0100"),
        (Kind.NATIONAL_ID, "her number 123-45-6789 was in it"),
        (Kind.NATIONAL_ID, "CPF 390.533.447-05"),
        (Kind.NATIONAL_ID, "756.9217.0769.85"),
        (Kind.NATIONAL_ID, "85.07.30-033.28"),
        (Kind.NATIONAL_ID, "RCCMNL83S18D969H"),
        (Kind.NATIONAL_ID, "131052-308T"),
        (Kind.NATIONAL_ID, "personnummer 880320-0016"),
        (Kind.NATIONAL_ID, "DNI 54362315K"),
        (Kind.NATIONAL_ID, "BSN: 111222333"),
    ],
)
def test_it_is_found_in_a_text(kind: Kind, text: str) -> None:
    """Each kind is found in the forms in which people write it, and as nothing else."""
    assert kinds_in(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        # E-mail addresses and account names
        "report to abuse@example.org or cert@example.org",
        "git clone git@code.example.org:tools/loader.git",
        "ssh://git@code.example.org/tools/loader.git",
        "a decorator @property and a handle @jroe",
        "icon@2x.png and loader@v1.dll",
        "package@1.2.3",
        r"C:\Users\Public\a.exe and C:\Users\Administrator\a.exe",
        r"C:\Users\%USERNAME%\a.exe, C:\Users\<username>\a.exe, C:\Users\[Username]\a",
        "/home/user/.bashrc, /home/.config/systemd, https://www.example.org/home/news/today",
        "The account is then used; login as root. Username: admin",
        "user 12345",
        # Numbers
        "CVE-2021-44228 and CVE-2024-4111111111111111",
        "4.1.1.1111, version 10.0.19041.1288, build 4111111111111112",
        "2026-01-31T12:00:00.000000Z, 2026/01/31 12:00, 20260131120000, 1769860800000",
        "192.0.2.7, 198.51.100.23, 203.0.113.255:65535 and 2001:db8::4111:1111:1111:1111",
        "AS64496, port 4444, 65535 hosts, 1234567 packets, TCP:1024-4999",
        "d41d8cd98f00b204e9800998ecf8427e 41111111111111114111111111111111",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        f"tool--{NUMBER} 12345678-1234-1234-1234-123456789012",
        "https://news.example.org/status/4111111111111111 www.example.org/?id=4111111111111111",
        "hxxps://evil.example/4111-1111-1111-1111/123-45-6789",
        "x4111111111111111 4111111111111111x 14111111111111111 4111111111111111-1",
        "4111111111111112 0000000000000000 1234 5678 1234 5678",
        "8.4111111111111111 and 41.11 1111 1111 1111",
        "DE88370400440532013000 AB12 CDEF 1234 5678 9012",
        "AA22-103A, ICSA-14-178-01, IEC 62443-4-2:2019, NIST SP 800-53 Rev. 5",
        "000-12-3456, 078-05-1120, 1123-45-6789, 123-45-67890",
        "+44 20 7946 0958 without anything beside it",
        "Jane Roe saw +1 555 010 9999 99 and 2025550143 events",
        "Jane Roe, call +999 20 7946 0958",
        "tel: 1 2 3 4 5 6",
        "Mobile 2015-2017, cell 12345678, telephone exchange 12",
        "880320-0016 and 54362315K and 111222333 mean nothing alone",
        "S-1-5-21-3623811015-3361044348-30300820-1013",
        "978-3-16-148410-0",
        "",
    ],
)
def test_technical_text_is_left_alone(text: str) -> None:
    """Ids, hashes, addresses, versions, dates and URLs' digits are nobody's data."""
    assert kinds_in(text) == []


INDICATOR: dict[str, Any] = {
    "type": "indicator",
    "id": f"indicator--{NUMBER}",
    "name": "Mail from eve@phish.example",
    "description": "eve[@]phish[.]example, EVE@PHISH.EXAMPLE and the account 'evil'",
    "pattern": "[email-addr:value = 'eve@phish.example'] AND [user-account:user_id = 'evil']",
    "pattern_type": "stix",
}


def test_the_indicator_itself_is_no_finding() -> None:
    """What the pattern matches may stand in the pattern and in the texts beside it."""
    assert scan(INDICATOR) == ()


@pytest.mark.parametrize("name", ["ve@phish.example", "jane@corp.example", "peve@phish.example"])
def test_another_address_in_an_indicator_is_a_finding(name: str) -> None:
    """A victim's address in the description is not the indicator, even if it ends alike."""
    value = {**INDICATOR, "description": f"sent to {name}"}

    assert scan(value) == (Finding(("description",), Kind.EMAIL, name),)


def test_the_pattern_of_anything_else_is_a_text() -> None:
    """Only an indicator's pattern is an indicator."""
    value = {**INDICATOR, "type": "x-rule", "name": "r", "description": "d"}

    assert [(finding.path, finding.kind) for finding in scan(value)] == [(("pattern",), Kind.EMAIL)]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (
            {"type": "email-addr", "value": "info@corp.example", "display_name": "Jane Roe"},
            [("value", Kind.EMAIL), ("display_name", Kind.PERSON)],
        ),
        (
            {"type": "user-account", "account_login": "jroe", "display_name": "Jane"},
            [("display_name", Kind.PERSON), ("account_login", Kind.ACCOUNT)],
        ),
        (
            {"type": "user-account", "account_login": "sql", "is_service_account": True},
            [],
        ),
        ({"type": "user-account", "user_id": "root"}, []),
        (
            {"type": "user-account", "user_id": "root", "credential": "hunter2"},
            [("credential", Kind.CREDENTIAL)],
        ),
        (
            {"type": "identity", "identity_class": "individual", "name": "Jane Roe"},
            [("name", Kind.PERSON)],
        ),
        ({"type": "identity", "identity_class": "organization", "name": "Ex Corp"}, []),
        (
            {"type": "identity", "name": "Ex Corp", "contact_information": "+44 20 7946 0958"},
            [("contact_information", Kind.PHONE)],
        ),
        ({"type": "threat-actor", "name": "Jane Roe"}, []),
        ({"type": "url", "value": "https://shop.example/?card=4111111111111111"}, []),
    ],
)
def test_an_observable_of_a_person_is_a_finding(
    value: dict[str, object], found: list[tuple[str, Kind]]
) -> None:
    """Addresses, accounts and individuals that are objects of their own are always findings."""
    assert [(finding.path[0], finding.kind) for finding in scan(value)] == found


def test_nothing_is_too_deep_to_be_found() -> None:
    """Lists, dictionaries, their keys, numbers and the deprecated `objects` are looked at."""
    value: dict[str, object] = {
        "type": "observed-data",
        "objects": {"0": {"type": "email-addr", "value": "jane@corp.example"}},
        "x_list": [{"notes": ["", "IBAN DE89370400440532013000"]}],
        "x_keys": {"jane@corp.example": True},
        "x_card": 4111111111111111,
        "x_env": {"USERNAME": "ignored", "username": "jroe"},
        "x_phone": {"phone": "020 7946 0958"},
    }

    assert {(finding.path, finding.kind) for finding in scan(value)} == {
        (("objects", "0", "value"), Kind.EMAIL),
        (("x_list", 0, "notes", 1), Kind.IBAN),
        (("x_keys", "jane@corp.example"), Kind.EMAIL),
        (("x_card",), Kind.CARD),
        (("x_env", "username"), Kind.ACCOUNT),
        (("x_phone", "phone"), Kind.PHONE),
    }


@pytest.mark.parametrize("key", ["id", "hashes", "source_ref", "object_refs", "payload_bin"])
def test_technical_properties_are_not_texts(key: str) -> None:
    """Ids, hashes, references and payloads are not read."""
    assert scan({"type": "tool", key: {"MD5": "4111 1111 1111 1111"}}) == ()


@pytest.mark.parametrize(
    ("text", "excerpt"),
    [
        ("4111 1111 1111 1111", "••••1111"),
        ("DE89370400440532013000", "••••3000"),
        ("123-45-6789", "••••6789"),
        ("jane@corp.example", "jane@corp.example"),
    ],
)
def test_an_excerpt_gives_no_number_away(text: str, excerpt: str) -> None:
    """A finding may be listed and mailed, so numbers and passwords show their end at most."""
    found = scan({"type": "tool", "description": text})
    secret = scan({"type": "user-account", "credential": "hunter2"})

    assert [finding.excerpt for finding in found] == [excerpt]
    assert [finding.excerpt for finding in secret] == ["••••"]


def test_the_same_thing_twice_in_one_text_is_one_finding() -> None:
    """A reviewer is told once per place."""
    assert kinds_in("jane@corp.example, again jane@corp.example") == [Kind.EMAIL]


@given(
    st.sampled_from(["4", "51", "2221", "6011", "3530", "34"]),
    st.text(string.digits, min_size=15, max_size=15),
    st.sampled_from(["", " ", "-"]),
)
def test_every_card_number_of_a_known_issuer_is_found(
    prefix: str, digits: str, separator: str
) -> None:
    """With its check digit right, a number is a card's however it is grouped."""
    length = 14 if prefix == "34" else 15
    body = (prefix + digits)[:length]
    number = body + luhn.calc_check_digit(body)
    groups = (4, 10, 15) if prefix == "34" else (4, 8, 12, 16)
    starts = (0, *groups)
    written = separator.join(number[a:b] for a, b in zip(starts, groups, strict=False))

    assert Kind.CARD in kinds_in(f"It was {written}, they said.")


@given(st.lists(st.uuids() | st.ip_addresses() | st.datetimes() | st.dates(), max_size=6))
def test_ids_addresses_and_times_are_never_findings(parts: list[object]) -> None:
    """Whatever their digits happen to be."""
    assert kinds_in(" ".join(map(str, parts))) == []


@given(st.binary(min_size=16, max_size=64))
def test_hashes_are_never_findings(digest: bytes) -> None:
    """Whatever their digits happen to be."""
    assert kinds_in(f"hash {digest.hex()}.") == []
    assert kinds_in(f"HASH:{digest.hex().upper()}") == []


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text() | st.sampled_from(["type", "pattern", "username"]), values))
def test_any_object_can_be_scanned(value: dict[str, object]) -> None:
    """No text makes it fail, and nothing is changed."""
    before = json.dumps(value)

    scan(value)

    assert json.dumps(value) == before
