"""Requests to hosts that strangers name: to public addresses, over TLS, short and small."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cloudsirt import outbound
from cloudsirt.config import Config
from cloudsirt.errors import CannotReach
from cloudsirt.outbound import fetch, public_addresses
from tests.cloudsirt.checking.servers import Site, Zone, resolving, serving

HOST = "alder.example.org"


@pytest.fixture
def zone() -> Iterator[Zone]:
    """A resolver of our own."""
    with resolving() as found:
        yield found


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A web server that this machine trusts."""
    with serving(tmp_path, HOST) as found:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        yield found


def settings(zone: Zone, *allowed: str) -> Config:
    """Settings with our resolver, and hosts that may be private."""
    return Config(
        home=Path("/nowhere"),
        database_url="sqlite://",
        dns_server=zone.address,
        allow_private_hosts=frozenset(allowed),
    )


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("A", "127.0.0.1"),
        ("A", "10.1.2.3"),
        ("A", "172.16.0.1"),
        ("A", "192.168.1.1"),
        ("A", "169.254.169.254"),
        ("A", "100.64.0.1"),
        ("A", "0.1.2.3"),
        ("A", "192.0.2.1"),
        ("A", "224.0.0.1"),
        ("A", "255.255.255.255"),
        ("AAAA", "::1"),
        ("AAAA", "fe80::1"),
        ("AAAA", "fc00::1"),
        ("AAAA", "::ffff:127.0.0.1"),
        ("AAAA", "64:ff9b::7f00:1"),
        ("AAAA", "2002:7f00:1::"),
        ("AAAA", "ff02::1"),
        ("AAAA", "2001:db8::1"),
    ],
)
def test_names_that_lead_inside_are_refused(zone: Zone, kind: str, address: str) -> None:
    """Whatever way an address is written in, it is not one of the public internet."""
    zone.put(HOST, kind, address)
    with pytest.raises(CannotReach, match="not public"):
        public_addresses(settings(zone), HOST)


def test_one_private_address_among_public_ones_is_enough(zone: Zone) -> None:
    """Which of them would be taken is nobody's to choose."""
    zone.put(HOST, "A", "8.8.8.8")
    assert [str(item) for item in public_addresses(settings(zone), HOST)] == ["8.8.8.8"]
    zone.put(HOST, "A", "8.8.8.8", "10.0.0.1")
    with pytest.raises(CannotReach, match="not public"):
        public_addresses(settings(zone), HOST)


def test_a_name_that_leads_nowhere(zone: Zone) -> None:
    """An unknown name, and a resolver that does not answer."""
    with pytest.raises(CannotReach, match="nowhere"):
        public_addresses(settings(zone), "unknown.example.org")


def test_the_system_resolver_is_asked_without_a_setting() -> None:
    """And guarded in the same way."""
    config = Config(home=Path("/nowhere"), database_url="sqlite://")
    with pytest.raises(CannotReach, match="not public"):
        public_addresses(config, "localhost")
    with pytest.raises(CannotReach, match="nowhere"):
        public_addresses(config, "x" * 70 + ".invalid")


def test_a_refused_host_gets_no_connection(zone: Zone, site: Site) -> None:
    """The name is looked at first."""
    zone.put(HOST, "A", "127.0.0.1")
    with pytest.raises(CannotReach):
        fetch(settings(zone), HOST, "/", port=site.port)
    assert site.asked == []


def test_the_operator_may_except_a_host(zone: Zone, site: Site) -> None:
    """By name, for networks of one's own; the name is resolved once."""
    zone.put(HOST, "A", "127.0.0.1")
    site.pages["/x"] = (200, {}, b"found")
    found = fetch(settings(zone, HOST), HOST, "/x", port=site.port)
    assert (found.status, found.content) == (200, b"found")
    assert zone.asked.count((HOST, "A")) == 1


def test_redirects_are_not_followed(zone: Zone, site: Site) -> None:
    """They would lead past the guard."""
    zone.put(HOST, "A", "127.0.0.1")
    site.pages["/x"] = (302, {"Location": "/y"}, b"")
    assert fetch(settings(zone, HOST), HOST, "/x", port=site.port).status == 302
    assert site.asked == ["/x"]


def test_no_more_is_read_than_is_needed(zone: Zone, site: Site) -> None:
    """Four kilobytes hold any token."""
    zone.put(HOST, "A", "127.0.0.1")
    site.pages["/x"] = (200, {}, b"a" * 1_000_000)
    assert len(fetch(settings(zone, HOST), HOST, "/x", port=site.port).content) == 4096


def test_a_certificate_for_another_name_is_refused(zone: Zone, site: Site) -> None:
    """Who answers must be who was asked."""
    zone.put("birch.example.org", "A", "127.0.0.1")
    with pytest.raises(CannotReach, match="HTTPS"):
        fetch(settings(zone, "birch.example.org"), "birch.example.org", "/", port=site.port)


def test_an_authority_nobody_trusts_is_refused(
    zone: Zone, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trust store is that of the system."""
    zone.put(HOST, "A", "127.0.0.1")
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(CannotReach, match="HTTPS"):
        fetch(settings(zone, HOST), HOST, "/", port=site.port)


@pytest.mark.parametrize("drip", [b"", b"\x16"], ids=["silent", "dripping"])
def test_a_host_that_takes_its_time_is_left(
    zone: Zone, monkeypatch: pytest.MonkeyPatch, drip: bytes
) -> None:
    """One that says nothing, and one that says a little again and again."""
    monkeypatch.setattr(outbound, "LONGEST", 0.6)
    zone.put(HOST, "A", "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_drip, args=(listening, drip))
        thread.start()
        began = time.monotonic()
        with pytest.raises(CannotReach):
            fetch(settings(zone, HOST), HOST, "/", port=listening.getsockname()[1])
        assert time.monotonic() - began < 2
        thread.join()


def _drip(listening: socket.socket, drip: bytes) -> None:
    connected, _ = listening.accept()
    with connected:
        for _ in range(12):
            time.sleep(0.1)
            try:
                connected.send(drip)
            except OSError:
                return
