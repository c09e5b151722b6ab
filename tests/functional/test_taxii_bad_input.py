"""What the TAXII door does with input that is not as it should be (TAXII 2.1 §3.1, §3.4, §3.6, §5).

A refusal is an error resource in the TAXII media type and leaves nothing behind; an object that is
refused within a submission gets its line in the status, and the others are stored.
"""

import base64
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from cloudsirt.auth.permissions import Scope
from feeds import tables
from tests.objects import (
    fresh_id,
    indicator,
    malware,
    marked,
    relationship,
    statement,
)
from tests.world import TAXII, World

MEMBERS = "members/collections/"
LIMIT = 20_000  # octets
UNKNOWN_ID = "9b1de5d8-7a0c-4e62-9d3b-0c1b7c6d2f10"


@pytest.fixture
def world(world: World) -> World:
    """Two members with one person each, and a working group."""
    world.member("Alpha", "ann")
    world.member("Beta", "bob")
    world.researcher("Group", "ros")
    return world


def assert_error(answer: TestResponse, status: int, hint: object = "") -> dict[str, Any]:
    """An error resource (§3.6.1) and nothing else."""
    assert answer.status_code == status, (hint, answer.text)
    assert answer.headers["Content-Type"] == TAXII
    document: dict[str, Any] = orjson.loads(answer.data)
    assert document.keys() <= {"title", "description", "http_status", "error_id"}
    assert document["http_status"] == str(status)
    assert document["title"]
    assert document["description"]
    assert (status == 401) == ("WWW-Authenticate" in answer.headers)
    return document


def stored(world: World) -> tuple[int, int]:
    """How many submissions and objects the database holds."""
    with world.house.reading() as db:
        counts = [
            db.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (tables.submission, tables.object_)
        ]
    return counts[0], counts[1]


def enveloped(*items: object, **beside: object) -> bytes:
    """An envelope with these items."""
    return orjson.dumps({"objects": list(items), **beside})


def handled(**wishes: object) -> bytes:
    """An envelope with a good object and these wishes beside it."""
    return enveloped(indicator("TLP:GREEN"), x_cloudsirt_handling=wishes)


ENVELOPES = {
    "nothing": b"",
    "broken": b'{"objects": [',
    "something after it": enveloped(indicator()) + b"{}",
    "not UTF-8": enveloped(indicator()).replace(b"Scanner", b"\xff\xfe"),
    "UTF-16": enveloped(indicator()).decode().encode("utf-16"),
    "a list": b"[]",
    "a text": b'"objects"',
    "null": b"null",
    "without objects": b"{}",
    "empty objects": b'{"objects": []}',
    "objects that are no list": b'{"objects": {}}',
    "objects null": b'{"objects": null}',
    "an unknown property": enveloped(indicator(), x_other=True),
    "an unknown property that is no text": b'{"objects": [{}], "\\ud800": 1}',
    "a property twice": b'{"objects": [{}], "objects": [{}]}',
    "a property twice within": b'{"objects": [{"id": "a", "id": "a"}]}',
    "an integer that is too large": b'{"objects": [{"x": 9007199254740993}]}',
    "a number that is too large": b'{"objects": [{"x": 1e999}]}',
    "NaN": b'{"objects": [{"x": NaN}]}',
    "absurd nesting": b'{"objects": [' + b"[" * 9_000 + b"]" * 9_000 + b"]}",
    "wishes that are no object": enveloped(indicator(), x_cloudsirt_handling=[]),
    "an unknown wish": handled(recipient=["x"]),
    "an unknown wish that is no text": b'{"objects": [{}], "x_cloudsirt_handling": {"\\udfff": 1}}',
    "recipients that are no list": handled(recipients="identity--x"),
    "no recipients": handled(recipients=[]),
    "a recipient without an id": handled(recipients=["Beta"]),
    "an unknown recipient": handled(recipients=[f"identity--{UNKNOWN_ID}"]),
    "an unknown label": handled(unmarked="TLP:PURPLE"),
    "half a label": b'{"objects": [{}], "x_cloudsirt_handling": {"unmarked": "\\ud800"}}',
    "an unknown perimeter": handled(release={"world": "2026-12-01T00:00:00Z"}),
    "a release without a time zone": handled(release={"public": "2026-12-01T00:00:00"}),
    "a release that is no time": handled(release={"public": 1}),
    "an unknown attribution": handled(attribution="initials"),
}


def test_a_body_that_is_no_envelope_is_refused_whole(world: World) -> None:
    """422 (§5.5), whatever is wrong with the body as a whole, and nothing is stored."""
    for name, body in ENVELOPES.items():
        assert_error(world.post("ann", body), 422, name)
        assert stored(world) == (0, 0), name


FORGED = {
    "type": "marking-definition",
    "spec_version": "2.1",
    "id": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",  # TLP:AMBER
    "created": "2022-10-01T00:00:00.000Z",
    "name": "TLP:CLEAR",
    "extensions": {
        "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d": {
            "extension_type": "property-extension",
            "tlp_2_0": "clear",
        }
    },
}
ELSEWHERE = {"object_marking_refs": [fresh_id("marking-definition")]}
OBJECTS: dict[str, tuple[Any, str]] = {
    "a text": ("indicator", "JSON object"),
    "a number": (7, "JSON object"),
    "null": (None, "JSON object"),
    "a list": ([indicator()], "JSON object"),
    "an empty object": ({}, "type"),
    "no id": ({key: value for key, value in indicator().items() if key != "id"}, "id"),
    "no type": ({key: value for key, value in indicator().items() if key != "type"}, "type"),
    "a required property missing": (malware("TLP:GREEN", is_family=None), "is_family"),
    "a flag as text": (indicator("TLP:GREEN", revoked="true"), "revoked"),
    "a date without time": (indicator("TLP:GREEN", valid_from="2026-02-01"), "valid_from"),
    "a broken pattern": (indicator("TLP:GREEN", pattern="[ipv4-addr:value ="), "pattern"),
    "a bundle": ({"type": "bundle", "id": fresh_id("bundle"), "objects": [indicator()]}, "bundle"),
    "a forged TLP definition": (FORGED, "something else"),
    "another forged TLP definition": ({**FORGED, "id": fresh_id("marking-definition")}, "TLP"),
    "a forged TLP 1.0 definition": (
        {
            **statement(),
            "definition_type": "tlp",
            "definition": {"tlp": "white"},
        },
        "TLP",
    ),
    "an unknown marking": (indicator(None, **ELSEWHERE), "send its definition"),
    "an unknown kind of marking": (
        {**statement(), "definition_type": "x-secret", "definition": {"level": 9}},
        "",
    ),
    "RED without recipients": (indicator("TLP:RED"), "recipients"),
    "ids that are no texts": ({"type": ["a"], "id": ["b"], "created_by_ref": ["c"]}, "type"),
}


@pytest.mark.parametrize(("item", "word"), OBJECTS.values(), ids=OBJECTS)
def test_an_object_that_is_refused_gets_its_line_and_the_good_one_is_stored(
    world: World, item: object, word: str
) -> None:
    """§4.3.1: HTTP stays 202; each object is counted; the reason is named; the good is stored."""
    good = indicator("TLP:GREEN")
    answer = world.post("ann", {"objects": [good, item]})
    assert answer.status_code == 202
    status = orjson.loads(answer.data)
    counts = [status[f"{name}_count"] for name in ("total", "success", "failure", "pending")]
    assert counts == [2, 1, 1, 0]
    assert status["status"] == "complete"
    assert [line["id"] for line in status["successes"]] == [good["id"]]
    (failure,) = status["failures"]
    assert failure["id"]
    assert failure["version"]
    assert word in failure["message"]
    assert stored(world) == (1, 1)
    assert world.ids("bob") == {good["id"]}


def test_what_no_json_document_can_hold_is_refused_by_its_line(world: World) -> None:
    """Half UTF-16 pairs and NUL in ids, creators and markings are refused, never a fault of ours,
    and the line that says so can be sent."""
    text = orjson.dumps(indicator("TLP:GREEN")).decode()
    definition = orjson.dumps(FORGED).decode()
    for half in ("\\ud800", "\\u0000"):
        items = (
            text.replace('"id":"indicator', f'"id":"{half}indicator'),
            text.replace('"name"', f'"created_by_ref":"identity--{half}","name"'),
            text.replace("marking-definition--", f"marking-definition--{half}"),
            text.replace("2026-02-01T08", f"2026{half}"),
            definition.replace("55d920b0", half),
        )
        answer = world.post("ann", f'{{"objects": [{",".join(items)}]}}'.encode())
        assert answer.status_code == 202
        assert orjson.loads(answer.data)["failure_count"] == len(items)
    assert stored(world)[1] == 0


HANDLING: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "a release that the label excludes": (
        indicator("TLP:GREEN"),
        {"release": {"public": "2026-12-01T00:00:00Z"}},
        "public",
    ),
    "a wider release before a narrower one": (
        indicator("TLP:CLEAR"),
        {"release": {"research": "2026-12-08T00:00:00Z", "public": "2026-12-01T00:00:00Z"}},
        "wider",
    ),
}


@pytest.mark.parametrize(("item", "wishes", "word"), HANDLING.values(), ids=HANDLING)
def test_wishes_that_contradict_the_label_refuse_the_object(
    world: World, item: dict[str, Any], wishes: dict[str, Any], word: str
) -> None:
    """R5: the line says what does not go together, and the object is not stored."""
    status = world.share("ann", item, **wishes)
    assert status["failure_count"] == 1
    assert word in status["failures"][0]["message"]
    assert stored(world) == (1, 0)


def test_nobody_speaks_for_another_registered_organisation(world: World) -> None:
    """STIX §3.5: `created_by_ref` may name oneself or somebody unregistered, never another."""
    own = indicator("TLP:GREEN", created_by_ref=world.identity("Alpha"))
    foreign = indicator("TLP:GREEN", created_by_ref=fresh_id("identity"))
    stolen = indicator("TLP:GREEN", created_by_ref=world.identity("Beta"))
    status = world.share("ann", own, foreign, stolen)
    assert [line["id"] for line in status["failures"]] == [stolen["id"]]
    assert world.ids("bob") == {own["id"], foreign["id"]}


def test_many_creators_are_no_fault_of_ours(world: World) -> None:
    """More different ids than one statement of a database can name are looked up all the same."""
    items = [{"created_by_ref": fresh_id("identity")} for _ in range(66_000)]
    answer = world.post("ann", {"objects": items})
    assert answer.status_code == 202
    assert orjson.loads(answer.data)["failure_count"] == len(items)


# media types

NOT_TAKEN = [
    None,
    "",
    "text/plain",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/taxii+json;version=2.0",
    "application/vnd.oasis.stix+json; version=2.0",
]


def test_a_media_type_that_holds_no_envelope_is_refused(world: World) -> None:
    """415 (§5.5), and nothing is stored."""
    path = world.objects_url("members", "attacks")
    body = enveloped(indicator("TLP:GREEN"))
    for media_type in NOT_TAKEN:
        given = {} if media_type is None else {"Content-Type": media_type}
        answer = world.taxii("ann", path, method="POST", input_stream=BytesIO(body), headers=given)
        assert_error(answer, 415, media_type)
    assert stored(world) == (0, 0)


TAKEN = [
    "application/taxii+json;version=2.1",
    "application/taxii+json; version=2.1",
    'application/taxii+json; version="2.1"',
    "application/taxii+json",
    "Application/TAXII+JSON; Version=2.1",
    "application/taxii+json;version=2.1; charset=utf-8",
    "application/stix+json",
    "application/stix+json;version=2.1",
    "application/stix+json; version=2.1",
    "application/json",
    "application/json; charset=utf-8",
]


def test_media_types_that_clients_send_are_taken(world: World) -> None:
    """§3.1, and what products in the field send with an envelope."""
    posted = set()
    for media_type in TAKEN:
        item = indicator("TLP:GREEN")
        answer = world.post("ann", {"objects": [item]}, headers={"Content-Type": media_type})
        assert answer.status_code == 202, media_type
        assert answer.headers["Content-Type"] == TAXII
        posted.add(item["id"])
    assert world.ids("bob") == posted


NOT_ANSWERED = [
    "text/html",
    "application/xml",
    "image/*",
    "application/stix+json;version=2.1",
    "application/vnd.oasis.taxii+json; version=2.0",
    "application/taxii+json;version=2.0",
    "application/taxii+json;version=3.0",
    "application/taxii+json;version=2.1;q=0",
]


def test_an_accept_that_names_nothing_we_have_is_refused(world: World) -> None:
    """406 (§3.1) for reading and for posting, and nothing is stored."""
    for accept in NOT_ANSWERED:
        given = {"Accept": accept}
        assert_error(world.taxii("ann", "", headers=given), 406, accept)
        assert_error(world.taxii("ann", world.objects_url(), headers=given), 406, accept)
        posted = world.post("ann", enveloped(indicator("TLP:GREEN")), headers=given)
        assert_error(posted, 406, accept)
    assert stored(world) == (0, 0)


ANSWERED = [
    "application/taxii+json",
    "application/taxii+json;version=2.1",
    "application/taxii+json; version=2.1",
    'application/taxii+json; version="2.1"',
    "APPLICATION/TAXII+JSON; VERSION=2.1",
    "application/taxii+json;version=2.1;q=0.5",
    "application/taxii+json;version=2.0, application/taxii+json;version=2.1",
    "application/taxii+json;version=2.1, application/stix+json;version=2.1",
    "application/json",
    "application/json, text/plain, */*",
    "application/*",
    "*/*",
    "text/html, */*;q=0.1",
    "",
]


def test_accept_headers_that_clients_send_are_answered(world: World) -> None:
    """§3.1: every list that holds our media type, and wildcards, pass; the answer is exact."""
    for accept in ANSWERED:
        for path in ("", "members/", f"{MEMBERS}attacks/", world.objects_url()):
            answer = world.taxii("ann", path, headers={"Accept": accept})
            assert answer.status_code == 200, (accept, path, answer.text)
            assert answer.headers["Content-Type"] == TAXII


def test_a_request_without_an_accept_header_is_answered(world: World) -> None:
    """§1.6.8.2: what names no version gets the one that we have."""
    headers = {"Authorization": world.headers("ann")["Authorization"]}
    answer = world.client().get(f"/taxii2/{world.objects_url()}", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == TAXII


# addresses


def test_an_alias_does_what_the_id_does(world: World) -> None:
    """§5.2.1: posted by alias, read by alias and by id, without a slash and with one."""
    item = indicator("TLP:GREEN")
    for slash in ("", "/"):
        path = f"{MEMBERS}malicious-activity/objects{slash}"
        headers = {"Content-Type": TAXII}
        body = enveloped(item)
        answer = world.taxii("ann", path, method="POST", data=body, headers=headers)
        assert answer.status_code == 202
    by_id = world.taxii("bob", world.objects_url("members", "malicious-activity"))
    for path in (f"{MEMBERS}malicious-activity/objects/", f"{MEMBERS}malicious-activity/objects"):
        assert world.taxii("bob", path).data == by_id.data
    assert item["id"] in by_id.text


def test_a_missing_slash_is_served_and_never_redirected(world: World) -> None:
    """Clients lose their credentials on a redirect, so there is none (§3.1 leaves the choice)."""
    item = indicator("TLP:GREEN")
    status = world.share("ann", item)
    collection = world.objects_url("members", "attacks").removesuffix("objects/")
    for path in (
        "",
        "members/",
        f"members/status/{status['id']}/",
        MEMBERS,
        collection,
        f"{collection}manifest/",
        f"{collection}objects/",
        f"{collection}objects/{item['id']}/",
        f"{collection}objects/{item['id']}/versions/",
    ):
        with_slash = world.taxii("ann", path)
        without = world.client().get(f"/taxii2/{path}".rstrip("/"), headers=world.headers("ann"))
        assert with_slash.status_code == 200, path
        assert (without.status_code, without.data) == (200, with_slash.data), path


def test_a_bundle_is_taken_apart(world: World) -> None:
    """Several products post a bundle: its objects are stored, the bundle itself is not."""
    items = [indicator("TLP:GREEN"), malware("TLP:GREEN")]
    document = {"type": "bundle", "id": fresh_id("bundle"), "objects": items}
    answer = world.post(
        "ann", document, headers={"Content-Type": "application/stix+json; version=2.1"}
    )
    assert answer.status_code == 202
    assert world.read("bob") == items


def test_a_byte_order_mark_and_odd_spacing_are_no_obstacle(world: World) -> None:
    """What is JSON to others is JSON here; the object goes out as its text came in."""
    text = b'{ "type" : "indicator", ' + orjson.dumps(indicator("TLP:GREEN"))[20:]
    body = b'\xef\xbb\xbf\r\n{"more":false , "objects" : [\t' + text + b" ]}\n"
    assert world.post("ann", body).status_code == 202
    answer = world.taxii("bob", world.objects_url())
    assert text in answer.data


NOWHERE = [
    "nowhere/",
    "taxii2/",
    "members/nowhere/",
    "members//collections/",
    "members/collections/nowhere/",
    f"members/collections/{UNKNOWN_ID}/",
    f"members/collections/{UNKNOWN_ID}/objects/",
    f"members/collections/{UNKNOWN_ID}/manifest/",
    f"members/collections/{UNKNOWN_ID}/objects/indicator--{UNKNOWN_ID}/",
    f"members/collections/attacks/objects/indicator--{UNKNOWN_ID}/",
    f"members/collections/attacks/objects/indicator--{UNKNOWN_ID}/versions/",
    "members/collections/attacks/objects/%00/",
    "members/collections/attacks/objects/%ff%fe/versions/",
    "members/collections/6c275da6-da6d-40ab-a52b-31e8ab0ddfc6/",  # of the public root
    f"members/status/{UNKNOWN_ID}/",
    "members/status/%00/",
    f"public/status/{UNKNOWN_ID}/",
]


def test_what_is_not_there_is_404(world: World) -> None:
    """Unknown roots, collections, objects and statuses (§4.2, §4.3, §5.2, §5.6)."""
    for path in NOWHERE:
        assert_error(world.taxii("ann", path), 404, path)


BAD_QUERIES = [
    "limit=0",
    "limit=-1",
    "limit=ten",
    "limit=1.5",
    "limit=",
    "limit=%D9%A1",  # an Arabic digit one
    "limit=1_0",
    "limit=+5",
    "limit=1&limit=1",
    "limit=1&limit=2",
    "added_after=yesterday",
    "added_after=2026-02-30T00:00:00Z",
    "added_after=2026-02-01T00:00:00",
    "added_after=2026-02-01T00:00:00Z&added_after=2026-02-01T00:00:00Z",
    "next=abc",
    "next=%00",
    "next=AAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "match[id]=a&match[id]=b",
    "match[id]=",
    "match[id]=a,,b",
    "match[id]=a%00b",
    "match[type]=,indicator",
    "match[version]=all,last",
    "match[version]=first,first",
    "match[version]=newest",
    "match[spec_version]=",
]


def test_a_malformed_query_is_400(world: World) -> None:
    """§3.4: any malformed parameter, and one that stands twice."""
    world.share("ann", indicator("TLP:GREEN"))
    for query in BAD_QUERIES:
        for path in (world.objects_url(), world.objects_url().replace("objects", "manifest")):
            assert_error(world.taxii("bob", f"{path}?{query}"), 400, query)


def test_a_cursor_of_somebody_else_or_of_another_collection_is_400(world: World) -> None:
    """A cursor is bound to its caller and its collection; beside `added_after` it is left out."""
    world.share("ann", indicator("TLP:GREEN"), indicator("TLP:GREEN"))
    attacks, everything = world.objects_url("members", "attacks"), world.objects_url()
    cursor = orjson.loads(world.taxii("bob", f"{attacks}?limit=1").data)["next"]
    assert world.taxii("bob", f"{attacks}?next={cursor}").status_code == 200
    assert_error(world.taxii("bob", f"{everything}?next={cursor}"), 400)
    assert_error(world.taxii("ann", f"{attacks}?next={cursor}"), 400)
    both = f"next={cursor}&added_after=2026-01-01T00:00:00Z"
    answer = orjson.loads(world.taxii("bob", f"{everything}?{both}").data)
    assert len(answer["objects"]) == 2


# size


@pytest.fixture
def small(database_url: str, world: World) -> Iterator[World]:
    """The same installation, taking little at once."""
    limited = World(
        database_url,
        world.folder / "small",
        settings={"max_content_length": LIMIT},
        organisations=world.organisations,
        people=world.people,
        tokens=world.tokens,
    )
    yield limited
    limited.close()


def padded(size: int) -> bytes:
    """A good envelope of this many octets."""
    body = enveloped(indicator("TLP:GREEN"))
    return body + b" " * (size - len(body))


def test_a_body_over_the_limit_is_413_and_one_of_just_the_limit_is_not(small: World) -> None:
    """§4.2.1, §5.5: with Content-Length, the limit is exact."""
    assert_error(small.post("ann", padded(LIMIT + 1)), 413)
    assert stored(small) == (0, 0)
    assert small.post("ann", padded(LIMIT)).status_code == 202
    root = orjson.loads(small.taxii("ann", "members/").data)
    assert root["max_content_length"] == LIMIT


def test_a_chunked_body_is_taken_up_to_the_limit(small: World) -> None:
    """§5.5: without Content-Length the limit holds just the same."""

    def chunked(body: bytes) -> TestResponse:
        return small.taxii(
            "ann",
            small.objects_url("members", "attacks"),
            method="POST",
            input_stream=BytesIO(body),
            headers={"Content-Type": TAXII, "Transfer-Encoding": "chunked"},
            environ_overrides={"wsgi.input_terminated": True},
        )

    assert_error(chunked(padded(LIMIT + 1)), 413)
    assert stored(small) == (0, 0)
    assert chunked(padded(LIMIT)).status_code == 202
    assert_error(chunked(b""), 422)


# who


def pair(name: str, secret: str) -> str:
    """Basic credentials."""
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def test_credentials_that_are_not_good_are_401_everywhere(world: World) -> None:
    """§1.6.9: with a challenge, on every root and method, and the same text for every reason."""
    token, others = world.tokens["ann"], world.tokens["bob"]
    texts = set()
    for given in (
        pair("ann@example.org", "cst_wrong"),
        pair("nobody@example.org", token),
        pair("bob@example.org", token),
        pair("ann@example.org", others),
        pair("ann@example.org", ""),
        pair("", token),
        "Bearer cst_wrong",
        "Token cst_wrong",
        "Bearer ",
    ):
        for path in ("", "members/", world.objects_url(), world.objects_url("public")):
            answer = world.taxii(None, path, headers={"Authorization": given})
            texts.add(assert_error(answer, 401)["description"])
        body = enveloped(indicator("TLP:GREEN"))
        assert_error(world.post(None, body, headers={"Authorization": given}), 401)
    assert len(texts) == 1
    assert stored(world) == (0, 0)


def test_an_authorization_header_that_is_none_is_401(world: World) -> None:
    """A header that was meant to say something never counts as none."""
    for given in ("nonsense", "Digest a=b", "Basic !!!", "Basic", "Bearer"):
        assert_error(world.taxii(None, "public/", headers={"Authorization": given}), 401, given)


def test_without_credentials_the_closed_roots_are_401(world: World) -> None:
    """§5.1 to §5.8: whatever is asked for, there or not, the answer is the same challenge."""
    paths = [
        "members/",
        "research/",
        MEMBERS,
        world.objects_url(),
        f"{MEMBERS}nowhere/objects/",
        f"members/status/{UNKNOWN_ID}/",
    ]
    bodies = {world.taxii(None, path).data for path in paths}
    assert len(bodies) == 1
    for path in paths:
        assert_error(world.taxii(None, path), 401)
    assert_error(world.post(None, enveloped(indicator("TLP:GREEN"))), 401)


def test_a_token_is_refused_from_the_instant_it_is_revoked_or_expires(world: World) -> None:
    """The next request after the end is 401, at the very microsecond."""
    world.tokens["ann"] = world.issue_token("ann", days=1)
    world.advance(days=1, microseconds=-1)
    assert world.taxii("ann", "members/").status_code == 200
    world.advance(microseconds=1)
    assert_error(world.taxii("ann", "members/"), 401)
    assert world.taxii("bob", "members/").status_code == 200
    world.revoke_token("bob")
    assert_error(world.taxii("bob", "members/"), 401)


def test_a_token_does_only_what_its_scopes_allow(world: World) -> None:
    """403 for posting with a token to read, and for reading with one to post."""
    item = indicator("TLP:GREEN")
    path = world.objects_url("members", "attacks")
    world.tokens["ann"] = world.issue_token("ann", scopes=[Scope.TAXII_READ])
    assert_error(world.post("ann", {"objects": [item]}), 403)
    assert_error(world.taxii("ann", f"{path}{item['id']}/", method="DELETE"), 403)
    assert world.taxii("ann", path).status_code == 200
    assert stored(world) == (0, 0)
    world.tokens["ann"] = world.issue_token("ann", scopes=[Scope.TAXII_WRITE])
    assert world.post("ann", {"objects": [item]}).status_code == 202
    for closed in (path, path.replace("objects", "manifest"), f"{path}{item['id']}/"):
        assert_error(world.taxii("ann", closed), 403)
    assert_error(world.taxii("ann", f"{path}{item['id']}/versions/"), 403)
    assert_error(world.taxii("ann", f"{path}{item['id']}/", method="DELETE"), 403)
    assert world.ids("bob") == {item["id"]}


def test_a_token_to_post_sees_what_it_needs_for_posting(world: World) -> None:
    """§5.2.1: collections tell each client what it may do; the poster follows its own status."""
    world.tokens["ann"] = world.issue_token("ann", scopes=[Scope.TAXII_WRITE])
    collection = orjson.loads(world.taxii("ann", f"{MEMBERS}attacks/").data)
    assert (collection["can_read"], collection["can_write"]) == (False, True)
    status = orjson.loads(world.post("ann", {"objects": [indicator("TLP:GREEN")]}).data)
    assert orjson.loads(world.taxii("ann", f"members/status/{status['id']}/").data) == status


def test_posting_where_nobody_posts_is_403(world: World) -> None:
    """The collection of everything and the outer roots are read-only, for members too."""
    body = enveloped(indicator("TLP:CLEAR"))
    headers = {"Content-Type": TAXII}
    for root, name, who in (
        ("members", "everything", "ann"),
        ("public", "attacks", "ann"),
        ("public", "everything", "ros"),
        ("public", "attacks", None),
        ("research", "attacks", "ros"),
        ("research", "attacks", "ann"),
        ("members", "attacks", "ros"),
    ):
        path = world.objects_url(root, name)
        assert_error(world.taxii(who, path, method="POST", data=body, headers=headers), 403)
        found = f"{path}{fresh_id('indicator')}/"
        assert_error(world.taxii(who, found, method="DELETE"), 403)
    assert stored(world) == (0, 0)


@pytest.mark.parametrize("how", ["lapsed", "suspended", "not acknowledged", "not admitted"])
def test_whoever_is_not_in_good_standing_cannot_post(world: World, how: str) -> None:
    """403 from the very next request, with the reason of one's own standing."""
    if how == "lapsed":
        world.end_nda("Alpha")
    elif how == "suspended":
        world.suspend("Alpha")
    elif how == "not acknowledged":
        world.person("ann2", "Alpha", acknowledged=False)
    else:
        world.organisation("Gamma", admitted=False)
        world.person("ann2", "Gamma")
    who = "ann" if how in ("lapsed", "suspended") else "ann2"
    document = assert_error(world.post(who, enveloped(indicator("TLP:GREEN"))), 403)
    assert document["description"] == world.principal(who).standing.verdict.reason
    assert stored(world) == (0, 0)


def test_a_removed_person_is_401(world: World) -> None:
    """The account's end is the end of its tokens."""
    world.remove("ann")
    assert_error(world.post("ann", enveloped(indicator("TLP:GREEN"))), 401)
    assert stored(world) == (0, 0)


# methods

METHODS = [
    ("", "POST"),
    ("", "DELETE"),
    ("members/", "POST"),
    ("members/", "PUT"),
    (MEMBERS, "POST"),
    (f"{MEMBERS}attacks/", "DELETE"),
    (f"{MEMBERS}attacks/objects/", "PUT"),
    (f"{MEMBERS}attacks/objects/", "PATCH"),
    (f"{MEMBERS}attacks/objects/", "DELETE"),
    (f"{MEMBERS}attacks/manifest/", "POST"),
    (f"{MEMBERS}attacks/objects/indicator--{UNKNOWN_ID}/", "POST"),
    (f"{MEMBERS}attacks/objects/indicator--{UNKNOWN_ID}/", "PUT"),
    (f"{MEMBERS}attacks/objects/indicator--{UNKNOWN_ID}/versions/", "DELETE"),
    (f"members/status/{UNKNOWN_ID}/", "DELETE"),
]


def test_a_method_that_an_endpoint_does_not_have_is_405(world: World) -> None:
    """An error resource, which names the methods there are (RFC 9110 §15.5.6)."""
    for path, method in METHODS:
        answer = world.taxii("ann", path, method=method, data=b"{}")
        assert_error(answer, 405, (path, method))
        assert "GET" in answer.headers["Allow"]
        assert method not in answer.headers["Allow"].split(", ")


def test_refusals_of_a_relationship_do_not_depend_on_what_is_hidden(world: World) -> None:
    """R11: naming an object that others keep to themselves is answered like naming none."""
    world.person("carl", "Beta")
    hidden = indicator("TLP:RED")
    world.share("bob", hidden, recipients=[world.identity("carl")])
    answers = []
    for target in (hidden["id"], fresh_id("indicator")):
        tie = relationship("TLP:GREEN", target, fresh_id("malware"))
        status = world.share("ann", tie)
        answers.append((status["success_count"], status["successes"][0].get("message")))
    assert answers[0] == answers[1]
    copy = marked({**hidden, "name": "Mine"}, "TLP:GREEN")
    assert world.share("ann", copy)["success_count"] == 1
