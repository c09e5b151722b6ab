"""Control of a domain is shown by a token that only its owner can put there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cloudsirt.checking.domains import Challenge, challenge, look_up
from cloudsirt.config import Config
from cloudsirt.keys import create_keys, load_keys
from tests.cloudsirt.checking.servers import Zone, resolving, serving

DOMAIN = "alder.example.org"
APPLICATION = "3f2b8f0a-0000-4000-8000-000000000001"
OTHER = "3f2b8f0a-0000-4000-8000-000000000002"


@pytest.fixture
def zone() -> Iterator[Zone]:
    """A resolver of our own."""
    with resolving() as found:
        yield found


@pytest.fixture
def asked(tmp_path: Path) -> Challenge:
    """The challenge for a domain of an application."""
    create_keys(tmp_path / "home")
    return challenge(load_keys(tmp_path / "home"), APPLICATION, DOMAIN)


def settings(zone: Zone, *allowed: str) -> Config:
    """Settings with our resolver."""
    return Config(
        home=Path("/nowhere"),
        database_url="sqlite://",
        dns_server=zone.address,
        allow_private_hosts=frozenset(allowed),
    )


def test_a_token_is_for_one_application_and_one_domain(tmp_path: Path) -> None:
    """The same each time, another elsewhere, and another at another installation."""
    create_keys(tmp_path / "one")
    create_keys(tmp_path / "two")
    keys, others = load_keys(tmp_path / "one"), load_keys(tmp_path / "two")
    first = challenge(keys, APPLICATION, DOMAIN)
    assert first == challenge(keys, APPLICATION, DOMAIN)
    assert first.record == "_cloudsirt-challenge.alder.example.org"
    assert first.address == "https://alder.example.org/.well-known/cloudsirt-3f2b8f0a.txt"
    tokens = {
        first.token,
        challenge(keys, OTHER, DOMAIN).token,
        challenge(keys, APPLICATION, "birch.example.org").token,
        challenge(others, APPLICATION, DOMAIN).token,
    }
    assert len(tokens) == 4
    assert all(len(token) == len("cloudsirt-") + 32 for token in tokens)


def test_a_txt_record_shows_it(zone: Zone, asked: Challenge) -> None:
    """Among others, and in one string or several."""
    half = len(asked.token) // 2
    zone.put(asked.record, "TXT", '"other"', f'"{asked.token[:half]}" "{asked.token[half:]}"')
    found = look_up(settings(zone), asked)
    assert (found.outcome, found.detail) == (
        "good",
        f"The token is in the TXT record of {asked.record}.",
    )


def test_another_token_does_not(zone: Zone, asked: Challenge) -> None:
    """It may be an older one, or somebody else's; so it is said."""
    zone.put(asked.record, "TXT", f'"{asked.token[:-1]}0"')  # no digit of base 32
    found = look_up(settings(zone), asked)
    assert found.outcome == "bad"
    assert "another token" in found.detail


def test_nothing_there_is_not_known(zone: Zone, asked: Challenge) -> None:
    """The page says where it was looked for."""
    found = look_up(settings(zone), asked)
    assert found.outcome == "unknown"
    assert asked.record in found.detail


def test_a_file_shows_it(
    zone: Zone, asked: Challenge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token and nothing else, over HTTPS; not an echo, not an error page, not a redirect."""
    zone.put(DOMAIN, "A", "127.0.0.1")
    config = settings(zone, DOMAIN)
    with serving(tmp_path, DOMAIN) as site:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        token = asked.token.encode()
        for status, content, outcome in (
            (200, token + b"\r\n", "good"),
            (404, token, "unknown"),
            (301, token, "unknown"),
            (200, b"<p>" + token + b"</p>", "unknown"),
            (200, b"", "unknown"),
        ):
            site.pages[asked.path] = (status, {}, content)
            assert look_up(config, asked, port=site.port).outcome == outcome
    assert look_up(config, asked, port=site.port).outcome == "unknown"


def test_a_domain_inside_is_not_asked(zone: Zone, asked: Challenge, tmp_path: Path) -> None:
    """Applicants name domains: none of them makes us knock at our own doors."""
    zone.put(DOMAIN, "A", "127.0.0.1")
    with serving(tmp_path, DOMAIN) as site:
        found = look_up(settings(zone), asked, port=site.port)
        assert site.asked == []
    assert "not public" in found.detail
