"""What a pull does not do, whatever a peer answers: follow, wait, swallow, or believe it."""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from cloudsirt.config import Config
from cloudsirt.errors import CannotReach, PeerRefused
from cloudsirt.outbound import Asked, Limits, Place, exchange
from cloudsirt.peers import session
from cloudsirt.peers.peer import Pull, check
from feeds.topics import Topic
from tests.cloudsirt.checking.servers import resolving, serving
from tests.cloudsirt.peers.arrange import error, mark, pull_of
from tests.objects import indicator
from tests.plumbing.peers import COLLECTION, HOST, Odd
from tests.world import TAXII, World

OBJECTS = f"/root/collections/{COLLECTION}/objects/"


@pytest.fixture
def stranger(stranger: Odd) -> Odd:
    """It has a collection at least."""
    stranger.collection()
    return stranger


def test_redirects_are_refused(world: World, stranger: Odd) -> None:
    """Even to itself; the credentials go nowhere else."""
    stranger.put(OBJECTS, b"", {"Location": "/elsewhere/"}, status=302)
    assert "redirect" in error(world, pull_of(world, stranger.url))
    assert [path for path, _ in stranger.asked if "elsewhere" in path] == []


def test_private_addresses_are_refused_unless_allowed(world: World, stranger: Odd) -> None:
    """The name is looked at for each request, not only when the peer is added."""
    pull = pull_of(world, stranger.url)
    config = world.house.config
    world.house.config = Config(config.home, config.database_url)
    assert "CLOUDSIRT_ALLOW_PRIVATE_HOSTS" in error(world, pull)
    world.advance(hours=1)
    secure = pull_of(world, f"https://{HOST}:{stranger.port}/collections/x/", name="secure")
    assert "not public" in error(world, secure)
    assert stranger.asked == []


def test_an_answer_that_is_too_large_is_refused(world: World, stranger: Odd) -> None:
    """Said in its header or not: no more is read than a submission may have."""
    limit = world.house.config.max_content_length
    stranger.put(OBJECTS, b" " * (limit + 1))
    assert "larger than" in error(world, pull_of(world, stranger.url))


@pytest.mark.parametrize("part", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"])
def test_a_peer_that_drips_is_left(
    world: World, stranger: Odd, part: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A little again and again is no answer; nor is half of one."""

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(part)
        for _ in range(15):
            time.sleep(0.1)
            handler.wfile.write(b" ")

    monkeypatch.setattr(session, "SECONDS", 0.6)
    stranger.answers[OBJECTS] = drip
    began = time.monotonic()
    assert "time" in error(world, pull_of(world, stranger.url))
    assert time.monotonic() - began < 4


def test_half_an_answer_is_none(world: World, stranger: Odd) -> None:
    """A connection that ends early does not end the page."""
    stranger.put(OBJECTS, b'{"objects": []}', {"Content-Length": "400"})
    assert "before it was complete" in error(world, pull_of(world, stranger.url))


def test_an_answer_without_an_end_that_is_cut_off_is_refused(
    world: World, stranger: Odd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read until the time was over may look whole."""

    def endless(handler: BaseHTTPRequestHandler) -> None:
        head = f"HTTP/1.0 200 OK\r\nContent-Type: {TAXII}\r\n\r\n"
        handler.wfile.write(head.encode() + b'{"objects": []}')
        for _ in range(15):
            time.sleep(0.1)
            handler.wfile.write(b" ")

    monkeypatch.setattr(session, "SECONDS", 0.6)
    stranger.answers[OBJECTS] = endless
    assert "in time" in error(world, pull_of(world, stranger.url))


MALFORMED: tuple[tuple[bytes, dict[str, str], str], ...] = (
    (b"{", {}, "not JSON"),
    (b"", {}, "not JSON"),
    (b"[]", {}, "must be a JSON object"),
    (b"\xff", {}, "not UTF-8"),
    (b"[" * 100_000, {}, "TAXII 2.1"),
    (b'{"objects": {}}', {}, "must be a list"),
    (b'{"objects": [], "objects": []}', {}, "stands twice"),
    (b'{"objects": [{"a": "secret", "a": 1}]}', {}, "property … stands twice"),
    (b'{"objects": [{"a": 9007199254740993}]}', {}, "The number … is beyond"),
    (b'{"objects": [NaN]}', {}, "NaN"),
    (b'{"more": "yes", "next": "x"}', {}, "whether more follows"),
    (b'{"more": true}', {}, "not where"),
    (b'{"more": true, "next": 7}', {}, "not where"),
    (b'{"more": true, "next": "a\\nb"}', {}, "not where"),
    (b'{"more": true, "next": ""}', {}, "not where"),
    (b'{"objects": []}', {"X-TAXII-Date-Added-Last": "yesterday"}, "when a page was added"),
    (b'{"objects": []}', {"Content-Type": "text/html"}, "TAXII 2.1"),
    (b'{"objects": []}', {"Content-Type": "application/taxii+json"}, "TAXII 2.1"),
    (b'{"objects": []}', {"Content-Encoding": "gzip"}, "compressed"),
)


def test_a_malformed_page_is_refused_with_the_reason(world: World, stranger: Odd) -> None:
    """Nothing of it is taken in, none of it is quoted, and the next run asks for it again."""
    pull = pull_of(world, stranger.url)
    for body, headers, said in MALFORMED:
        stranger.answers[OBJECTS] = (200, {"Content-Type": TAXII, **headers}, body)
        found = error(world, pull)
        assert said in found, (body[:40], found)
        assert "secret" not in found
        assert "9007" not in found
    assert mark(world, pull).position is None
    assert mark(world, pull).next is None
    assert world.read("bob") == []


def test_a_page_without_a_media_type_is_refused(world: World, stranger: Odd) -> None:
    """taxii2-client would look for it in vain."""
    stranger.answers[OBJECTS] = (200, {}, b"{}")
    assert "TAXII 2.1" in error(world, pull_of(world, stranger.url))


def test_pages_that_go_in_circles_are_left(world: World, stranger: Odd) -> None:
    """The same cursor twice leads nowhere."""
    stranger.page({"more": True, "next": "again", "objects": [indicator("TLP:GREEN")]})
    assert "circles" in error(world, pull_of(world, stranger.url))


@pytest.mark.parametrize(
    ("status", "said"),
    [(401, "credentials"), (403, "not let us"), (404, "no such"), (500, "could not"), (429, "too")],
)
def test_a_peer_that_declines_is_quoted_by_its_number(
    world: World, stranger: Odd, status: int, said: str
) -> None:
    """In our words."""
    stranger.put(OBJECTS, {"title": "secret words"}, status=status)
    found = error(world, pull_of(world, stranger.url))
    assert said in found
    assert f"(HTTP status {status})" in found
    assert "secret" not in found


@pytest.mark.parametrize(
    "collection",
    [{"can_read": False}, {"id": "another"}, {"title": ""}, {"can_read": None}],
)
def test_a_collection_that_is_another_or_closed(
    world: World, stranger: Odd, collection: dict[str, Any]
) -> None:
    """taxii2-client looks at the collection before it is asked for objects."""
    stranger.collection(**collection)
    assert "collection" in error(world, pull_of(world, stranger.url)).lower()
    assert all("objects" not in path for path, _ in stranger.asked)


def test_the_environment_has_no_say(
    world: World, stranger: Odd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No proxy, no password file, no cookie."""
    with socket.create_server((HOST, 0)) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://{HOST}:{proxy.getsockname()[1]}")
        (tmp_path / "netrc").write_text(f"machine {HOST} login a password b\n")
        monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
        headers = {"Set-Cookie": "a=b"}
        stranger.put(OBJECTS, {"more": True, "next": "n"}, headers)
        error(world, pull_of(world, stranger.url))
    assert len(stranger.asked) == 3
    for _, sent in stranger.asked:
        assert not {"Authorization", "Cookie"} & set(sent)
        assert sent["Accept-Encoding"] == "identity"


def test_tls_is_verified_and_goes_to_the_address_that_was_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One look at the name; the certificate is for the name."""
    host = "taxii.example.org"
    with resolving() as zone, serving(tmp_path, host) as site:
        zone.put(host, "A", HOST)
        config = Config(
            tmp_path, "sqlite://", dns_server=zone.address, allow_private_hosts=frozenset({host})
        )
        site.pages["/x"] = (200, {}, b"found")
        place, limits = Place(host, site.port, is_secure=True), Limits(5.0, 5)
        with pytest.raises(CannotReach, match="HTTPS"):
            exchange(config, place, Asked("GET", "/x", {}), limits)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        zone.asked.clear()
        assert exchange(config, place, Asked("GET", "/x", {}), limits).content == b"found"
        assert zone.asked.count((host, "A")) == 1
        with pytest.raises(CannotReach, match="larger than 4 octets"):
            exchange(config, place, Asked("GET", "/x", {}), Limits(5.0, 4))


def test_a_handshake_that_takes_its_time_is_left(tmp_path: Path) -> None:
    """The clock runs from the first octet."""
    config = Config(tmp_path, "sqlite://", allow_private_hosts=frozenset({HOST}))
    with socket.create_server((HOST, 0)) as listening:
        thread = threading.Thread(target=_accept, args=(listening.accept,))
        thread.start()
        place = Place(HOST, listening.getsockname()[1], is_secure=True)
        began = time.monotonic()
        with pytest.raises(CannotReach):
            exchange(config, place, Asked("GET", "/", {}), Limits(0.5, 9))
        assert time.monotonic() - began < 2
        thread.join()


def _accept(accept: Callable[[], tuple[socket.socket, Any]]) -> None:
    connected, _ = accept()
    with connected:
        time.sleep(0.8)


GOOD = "https://taxii.example.org/api/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://taxii.example.org/collections/a/",
        "https://taxii.example.org/",
        "https://taxii.example.org/collections/a",
        "https://user:password@taxii.example.org/collections/a/",
        "https://taxii.example.org/collections/a/?match=1",
        "https://taxii.example.org/collections/a/#here",
        "https://taxii.example.org:port/collections/a/",
        "https:///collections/a/",
        "https://täxii.example.org/collections/a/",
        "https://taxii.example.org/a b/collections/a/",
        "http://taxii.example.org/collections/a/",
        "https://taxii.example.org/" + "a" * 2_000 + "/collections/a/",
        "",
    ],
)
def test_addresses_that_are_none(url: str) -> None:
    """A collection by its id, over TLS, and nothing beside it."""
    good = Pull("id", "other", GOOD, "person", Topic.ATTACKS, None, 60, None)
    check(good, frozenset())
    with pytest.raises(PeerRefused):
        check(replace(good, url=url), frozenset())


def test_a_request_to_elsewhere_is_not_sent(world: World) -> None:
    """The adapter has one place, whatever the client above it makes of an answer."""
    place = Place(HOST, 1, is_secure=False)
    adapter = session.GuardedAdapter(world.house.config, place)
    with pytest.raises(CannotReach, match="another place"):
        session.guarded(adapter, None).get(f"http://{HOST}:2/collections/a/")
