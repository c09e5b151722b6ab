"""Which answers are compressed for whom, and that the coding changes nothing else.

RFC 9110 §8.4, §8.8.3.3, §12.5.3; what BREACH (2013) forbids.
"""

import gzip
import sys

import pytest
from werkzeug.wrappers import Response

from tests.functional.test_taxii_caching import poll, share, tag_of
from tests.objects import indicator
from tests.world import World

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


@pytest.fixture
def world(world: World) -> World:
    """Two members."""
    world.member("Alpha", "ann")
    world.member("Beta", "bob")
    return world


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", None),
        ("identity", None),
        ("br, deflate", None),
        ("*", None),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate, br", "gzip"),
        ("gzip, zstd", "zstd"),
        ("gzip;q=1.0, zstd;q=0.5", "gzip"),
        ("gzip;q=0, zstd;q=0", None),
        ("gzip;q=0.2, identity;q=0.7", None),
        ("zstd;q=0.1, *;q=0", "zstd"),
    ],
)
def test_the_client_chooses_the_coding(world: World, accepted: str, coding: str | None) -> None:
    """The coding with the highest q-value, zstd at a tie, and only one that the client names."""
    share(world, 10)
    path = world.objects_url()
    plain = poll(world, "bob", path)
    answer = poll(world, "bob", path, Accept_Encoding=accepted)
    assert answer.headers.get("Content-Encoding") == coding
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert answer.headers["Content-Type"] == plain.headers["Content-Type"]
    assert "accept-encoding" in {value.lower() for value in answer.vary}
    assert decoded(answer) == plain.data
    if coding is not None:
        assert len(answer.data) < len(plain.data) / 2


def decoded(answer: Response) -> bytes:
    """The body without its coding."""
    found: bytes = answer.data
    match answer.headers.get("Content-Encoding"):
        case "gzip":
            return gzip.decompress(found)
        case "zstd":
            return zstd.decompress(found)
    return found


def test_small_answers_are_left_alone(world: World) -> None:
    """Below 1,024 octets nothing is compressed, and the ETag stays strong."""
    answer = poll(world, "bob", "members/", Accept_Encoding="gzip, zstd")
    assert "Content-Encoding" not in answer.headers
    assert answer.get_etag()[1] is False


def test_one_validator_serves_all_codings(world: World) -> None:
    """RFC 9110 §8.8.3.3: a coded answer has a weak ETag, which gives 304 under any coding, and
    the 304 repeats the ETag that the whole answer would have."""
    share(world, 10)
    path = world.objects_url()
    tags = {
        coding: tag_of(world, "bob", path, Accept_Encoding=coding)
        for coding in ("identity", "gzip", "zstd")
    }
    assert tags["gzip"] == tags["zstd"] == f"W/{tags['identity']}"
    for held in tags.values():
        for coding, tag in tags.items():
            answer = poll(world, "bob", path, Accept_Encoding=coding, If_None_Match=held)
            assert (answer.status_code, answer.data) == (304, b"")
            assert answer.headers["ETag"] == tag
            assert "Content-Encoding" not in answer.headers


def test_the_same_answer_is_the_same_octets(world: World) -> None:
    """Compressed answers hold no time and no chance."""
    share(world, 10)
    for coding in ("gzip", "zstd"):
        sent = [poll(world, "bob", world.objects_url(), Accept_Encoding=coding) for _ in range(2)]
        assert sent[0].data == sent[1].data


def test_pages_with_secrets_are_never_compressed(world: World) -> None:
    """BREACH: no page with a form or for somebody signed in; public advisories without cookies,
    and files that are the same for everybody."""
    for _ in range(12):
        assert world.share("ann", indicator("TLP:CLEAR"))["success_count"] == 1
    browser = world.client()
    sent = {"Accept-Encoding": "gzip, zstd"}

    def coding(path: str) -> str | None:
        with browser.get(path, headers=sent) as answer:
            assert answer.status_code == 200
            return answer.headers.get("Content-Encoding")

    assert coding("/advisories/") == "zstd"
    assert coding("/static/layout.css") == "zstd"
    assert coding("/sign-in") is None
    assert coding("/") is None
    assert coding("/advisories/") is None  # the visitor has a cookie by now
    assert coding("/static/layout.css") == "zstd"


def test_files_are_asked_for_again(world: World) -> None:
    """A file of the portal that was sent compressed gives a 304 as well."""
    sent = {"Accept-Encoding": "gzip"}
    with world.client().get("/static/layout.css", headers=sent) as answer:
        tag, plain = answer.headers["ETag"], decoded(answer)
        assert answer.headers["Content-Length"] == str(len(answer.data))
        assert tag.startswith("W/")
    with world.client().get("/static/layout.css") as answer:
        assert answer.data == plain
    sent["If-None-Match"] = tag
    with world.client().get("/static/layout.css", headers=sent) as answer:
        assert (answer.status_code, answer.headers["ETag"], answer.data) == (304, tag, b"")
