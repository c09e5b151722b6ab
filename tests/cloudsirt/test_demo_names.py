"""The demo names nobody real: addresses, domains and numbers are those kept for documentation."""

import ipaddress
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from cloudsirt.demo.content import submissions

AT = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
SOMEBODY = "identity--5e0a1c9b-3f52-4d0e-8a57-c41b7d2e9f30"
NETWORKS = tuple(
    ipaddress.ip_network(text)
    for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)
ADDRESS = re.compile(
    r"(?<![\d.])\d+(?:\.\d+){3}(?:/\d+)?|(?<![\w:])[0-9a-f]{1,4}:[0-9a-f:]*:[0-9a-f]*(?:/\d+)?"
)
HOST = re.compile(
    r"(?:https?://|@|domain-name:value = ')([^/'\s:\"?]+)|\b([\w.-]+\.(?:com|net|org|io))\b"
)
OWN_HOST = re.compile(r"(?:.+\.)?example(?:\.(?:org|net|com))?")
AS_NUMBER = re.compile(r"\bAS(\d+)|autonomous-system:number = (\d+)")
TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")


def texts(value: object) -> Iterator[str]:
    """Every text inside a value; links to ATT&CK are the one exception, being its own pages."""
    if isinstance(value, str):
        yield "" if value.startswith("https://attack.mitre.org/techniques/T") else value
    elif isinstance(value, dict):
        yield from (text for item in value.values() for text in texts(item))
    elif isinstance(value, list):
        yield from (text for item in value for text in texts(item))


def is_documentation(address: str) -> bool:
    """Whether an address or network lies in a range for documentation (RFC 5737, 3849)."""
    found = ipaddress.ip_network(address, strict=False)
    return any(found[0] in own and found[-1] in own for own in NETWORKS)


def real_names(text: str) -> Iterator[str]:
    """Whatever in a text could belong to somebody (RFC 2606, 3849, 5398, 5737)."""
    text = TIME.sub("", text)
    yield from (found for found in ADDRESS.findall(text) if not is_documentation(found))
    hosts = [(first or second).rstrip(".,") for first, second in HOST.findall(text)]
    yield from (host for host in hosts if not OWN_HOST.fullmatch(host))
    numbers = [first or second for first, second in AS_NUMBER.findall(text)]
    yield from (number for number in numbers if not 64496 <= int(number) <= 64511)
    yield from re.findall(r"CVE-(?!2026-9\d{4}\b)[\d-]+", text)


def test_no_text_names_anybody_real() -> None:
    """No pattern, value or sentence of any object holds a name that could be somebody's."""
    for post in submissions(AT, lambda _: SOMEBODY, lambda _: SOMEBODY):
        for value in post.objects:
            assert [name for text in texts(value) for name in real_names(text)] == []


def test_observables_are_documentation_values() -> None:
    """Names and numbers of networks, which are no text that would stand out, are checked too."""
    for post in submissions(AT, lambda _: SOMEBODY, lambda _: SOMEBODY):
        for value in post.objects:
            if value["type"] == "domain-name":
                assert OWN_HOST.fullmatch(value["value"])
            if value["type"] == "autonomous-system":
                assert 64496 <= value["number"] <= 64511


@pytest.mark.parametrize(
    "text",
    [
        "[ipv4-addr:value = '192.0.3.1']",
        "[ipv4-addr:value = '192.0.2.0/23']",
        "[ipv6-addr:value = '2001:4860::8888']",
        "[domain-name:value = 'panel.example.dev']",
        "[url:value = 'https://example.cloud/x']",
        "mail to somebody@mail.test",
        "seen at evil.com",
        "announced by AS64512",
        "[autonomous-system:number = 3333]",
        "CVE-2026-1234",
    ],
)
def test_the_measure_finds_what_could_be_somebody(text: str) -> None:
    """The measure itself: each of these would be found."""
    assert list(real_names(text))
