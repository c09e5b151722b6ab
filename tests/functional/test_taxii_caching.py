"""Polls that find nothing new: validators, 304, and nothing that they betray.

RFC 9110 §8.8, §13.1, §15.4.5; R11 (no influence), R12 (withdrawal).
"""

import pytest
from werkzeug.test import TestResponse

from feeds.taxii.validators import entity_tag
from tests.objects import indicator
from tests.world import World

KEPT = ("ETag", "Cache-Control", "Vary", "X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last")
LONG_AGO = "Thu, 01 Jan 1970 00:00:00 GMT"
FAR_AHEAD = "Fri, 31 Dec 2100 00:00:00 GMT"


@pytest.fixture
def world(world: World) -> World:
    """Two members, the second with two persons."""
    world.member("Alpha", "ann")
    world.member("Beta", "bob")
    world.person("bea", "Beta")
    return world


def poll(world: World, name: str | None, path: str, **headers: str) -> TestResponse:
    """A GET; the names of headers are written with underscores."""
    sent = {key.replace("_", "-"): value for key, value in headers.items()}
    return world.taxii(name, path, headers=sent)


def tag_of(world: World, name: str | None, path: str, **headers: str) -> str:
    """The ETag of what somebody gets."""
    answer = poll(world, name, path, **headers)
    assert answer.status_code == 200, answer.text
    return answer.headers["ETag"]


def share(world: World, count: int = 1, name: str = "ann") -> list[str]:
    """Share indicators with all members; their ids."""
    items = [indicator("TLP:GREEN") for _ in range(count)]
    assert world.share(name, *items)["success_count"] == count
    return [item["id"] for item in items]


def everything(world: World, stix_id: str) -> list[str]:
    """One path of each kind that can be read."""
    objects = world.objects_url()
    collection = objects.removesuffix("objects/")
    one = f"{objects}{stix_id}/"
    lists = (objects, f"{collection}manifest/", one, f"{one}versions/")
    return ["", "members/", "members/collections/", collection, *lists]


# validators


def test_whatever_is_read_can_be_asked_for_again(world: World) -> None:
    """Each kind of answer has a strong ETag; who sends it gets 304, no body, the same headers."""
    (stix_id,) = share(world)
    for path in everything(world, stix_id):
        first = poll(world, "bob", path)
        assert first.status_code == 200
        assert first.get_etag()[1] is False, path
        assert first.headers["Cache-Control"] == "private, no-cache"
        assert first.headers["Vary"] == "Authorization, Accept, Accept-Encoding"
        again = poll(world, "bob", path, If_None_Match=first.headers["ETag"])
        assert (again.status_code, again.data) == (304, b""), path
        assert "Content-Type" not in again.headers
        assert [again.headers.get(name) for name in KEPT] == [
            first.headers.get(name) for name in KEPT
        ]


def test_pages_keep_their_dates_when_nothing_is_new(world: World) -> None:
    """A 304 of a page tells the times of its first and last item, as the page did."""
    share(world, 3)
    path = f"{world.objects_url()}?limit=2"
    first = poll(world, "bob", path)
    again = poll(world, "bob", path, If_None_Match=f'"other", {first.headers["ETag"]}')
    assert again.status_code == 304
    assert again.headers["X-TAXII-Date-Added-Last"] == first.headers["X-TAXII-Date-Added-Last"]


def test_head_has_the_validators_of_get(world: World) -> None:
    """HEAD: the headers of GET, compressed or not, and 304 under the same condition."""
    share(world, 10)
    path = world.objects_url()
    for coding in ("identity", "gzip", "zstd"):
        get = poll(world, "bob", path, Accept_Encoding=coding)
        sent = {"Accept-Encoding": coding}
        head = world.taxii("bob", path, method="HEAD", headers=sent)
        assert (head.status_code, head.data) == (200, b"")
        assert sorted(head.headers) == sorted(get.headers)
        sent["If-None-Match"] = get.headers["ETag"]
        again = world.taxii("bob", path, method="HEAD", headers=sent)
        assert (again.status_code, again.headers["ETag"]) == (304, get.headers["ETag"])


def test_what_enters_and_what_is_withdrawn_is_seen(world: World) -> None:
    """A new object, a withdrawn one, and one more behind a full page each end the 304."""
    (stix_id,) = share(world)
    path = f"{world.objects_url()}?limit=1"
    alone = tag_of(world, "bob", path)
    (second,) = share(world)
    with_more = tag_of(world, "bob", path)
    assert with_more != alone
    gone = world.taxii(
        "ann", f"{world.objects_url('members', 'attacks')}{stix_id}/", method="DELETE"
    )
    assert gone.status_code == 200
    assert "ETag" not in gone.headers
    answer = poll(world, "bob", path, If_None_Match=f"{alone}, {with_more}")
    assert answer.status_code == 200
    assert second in answer.text


def test_dates_alone_never_give_a_304(world: World) -> None:
    """If-Modified-Since has no effect, beside If-None-Match or without it, and nothing offers it:
    the date of the last item does not move when something is withdrawn."""
    share(world)
    path = world.objects_url()
    tag = tag_of(world, "bob", path)
    assert "Last-Modified" not in poll(world, "bob", path).headers
    assert poll(world, "bob", path, If_Modified_Since=FAR_AHEAD).status_code == 200
    other = poll(world, "bob", path, If_Modified_Since=FAR_AHEAD, If_None_Match='"other"')
    assert other.status_code == 200
    same = poll(world, "bob", path, If_Modified_Since=LONG_AGO, If_None_Match=tag)
    assert same.status_code == 304


def test_the_holder_of_a_token_sees_that_nothing_was_new(world: World) -> None:
    """A last poll that was answered with 304 says so."""
    share(world)
    path = world.objects_url()
    poll(world, "bob", path, If_None_Match=tag_of(world, "bob", path))
    assert [(line.status, line.objects) for line in world.house.notebook.take()] == [
        (200, 1),
        (304, None),
    ]


# nothing shared, nothing betrayed


def test_readers_cannot_compare_their_validators(world: World) -> None:
    """The same octets have another ETag for each reader, and one reader's is no use to another."""
    share(world)
    path = world.objects_url()
    answers = {name: poll(world, name, path) for name in ("ann", "bob", "bea")}
    assert len({answer.data for answer in answers.values()}) == 1
    assert len({answer.headers["ETag"] for answer in answers.values()}) == 3
    stolen = poll(world, "bea", path, If_None_Match=answers["bob"].headers["ETag"])
    assert stolen.status_code == 200
    public = [poll(world, name, "public/") for name in ("ann", None)]
    assert public[0].data == public[1].data
    assert public[0].headers["ETag"] != public[1].headers["ETag"]


def test_validators_cannot_be_computed_by_others() -> None:
    """The key, the caller, the dates and the octets each decide."""
    known = (b"k" * 32, "bob", "dates", b"body")
    others = [(b"l" * 32, *known[1:]), (known[0], "bobd", "ates", b"body")]
    others += [(*known[:2], "date", b"sbody"), (*known[:3], b"bodies")]
    tags = {entity_tag(*one) for one in (known, *others)}
    assert len(tags) == 5


def test_what_cannot_be_read_changes_no_validator(world: World) -> None:
    """R11: a RED object for one colleague leaves the other's ETags as they were."""
    (stix_id,) = share(world)
    before = [tag_of(world, "bea", path) for path in everything(world, stix_id)]
    mine = tag_of(world, "bob", world.objects_url())
    red = indicator("TLP:RED")
    assert world.share("ann", red, recipients=[world.identity("bob")])["success_count"] == 1
    assert tag_of(world, "bob", world.objects_url()) != mine
    assert [tag_of(world, "bea", path) for path in everything(world, stix_id)] == before


@pytest.mark.parametrize("condition", ["held", "*"])
def test_rights_come_before_conditions(world: World, condition: str) -> None:
    """Absent, closed or no longer theirs: 404, 403 and 401, whatever ETag was held."""
    share(world)
    objects = world.objects_url()
    tag = tag_of(world, "bob", objects) if condition == "held" else "*"

    def status(name: str | None, path: str) -> int:
        answer = poll(world, name, path, If_None_Match=tag)
        if answer.status_code != 304:
            assert "ETag" not in answer.headers
            assert answer.headers["Cache-Control"] == "private, no-store"
        return answer.status_code

    assert status("bob", objects) == 304
    assert status(None, objects) == 401
    assert status("bob", world.objects_url("research")) == 403
    assert status("bob", f"{objects}{indicator()['id']}/") == 404
    world.suspend("Beta")
    assert status("bob", objects) == 403
    world.revoke_token("bob")
    assert status("bob", objects) == 401
