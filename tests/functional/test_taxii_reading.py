"""The main job: who reads what over TAXII, and that nobody reads, or can infer, anything else.

R2 to R4 (reach), R10 and R12 (copies, withdrawal), R11 (no influence), TAXII 2.1 §3 to §5.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import orjson
import pytest
from werkzeug.test import TestResponse

from feeds.topics import collections_of
from tests.objects import LATER, TIME, address, fresh_id, indicator, later, malware, marked
from tests.world import START, TAXII, World
from tlp import Label, Perimeter

ROOTS = ("members", "research", "public")


@pytest.fixture
def world(world: World) -> World:
    """Two members with two persons each, a working group and a partner."""
    world.member("Alpha", "ann")
    world.person("alf", "Alpha", "incident-contact")
    world.member("Beta", "bob")
    world.person("bea", "Beta", "incident-contact")
    world.researcher("Group", "ros")
    world.organisation("Ministry", "partner")
    world.person("pam", "Ministry")
    return world


def document(answer: TestResponse, status: int = 200) -> dict[str, Any]:
    """The resource in an answer, which has the one media type of TAXII 2.1."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == TAXII
    found: dict[str, Any] = orjson.loads(answer.data)
    return found


def refused(answer: TestResponse) -> int:
    """The status of a refusal, which is an error resource."""
    found = document(answer, answer.status_code)
    assert found["http_status"] == str(answer.status_code)
    return answer.status_code


def object_url(world: World, stix_id: str, root: str = "members", name: str = "everything") -> str:
    """The path of one object."""
    return f"{world.objects_url(root, name)}{stix_id}/"


def manifest_url(world: World, root: str = "members", name: str = "everything") -> str:
    """The path of a manifest."""
    return world.objects_url(root, name).removesuffix("objects/") + "manifest/"


def seen(
    world: World, name: str | None, root: str, ids: Iterable[str], topic: str = "attacks"
) -> set[str]:
    """Which of these ids somebody sees: every endpoint that could show one must agree."""
    wanted = set(ids)
    found = []
    for collection in ("everything", topic):
        for path in (world.objects_url(root, collection), manifest_url(world, root, collection)):
            for query in ("", "?match[version]=all", f"?match[id]={','.join(wanted)}"):
                page = document(world.taxii(name, path + query))
                found.append({item["id"] for item in page.get("objects", [])} & wanted)
    for tail in ("", "versions/"):
        paths = {stix_id: object_url(world, stix_id, root) + tail for stix_id in wanted}
        statuses = {stix_id: world.taxii(name, path).status_code for stix_id, path in paths.items()}
        assert set(statuses.values()) <= {200, 404}
        found.append({stix_id for stix_id, status in statuses.items() if status == 200})
    assert all(part == found[0] for part in found), found
    return found[0]


def sees(world: World, name: str | None, root: str, stix_id: str, topic: str = "attacks") -> bool:
    """Whether somebody sees an object, wherever they look."""
    return bool(seen(world, name, root, [stix_id], topic))


# labels and perimeters (R2, R3)

CLEAR, GREEN, AMBER, STRICT, RED = Label
READS = {
    ("ann", "members"): {CLEAR, GREEN, AMBER, STRICT, RED},
    ("alf", "members"): {CLEAR, GREEN, AMBER, STRICT},
    ("bob", "members"): {CLEAR, GREEN, AMBER, STRICT, RED},
    ("bea", "members"): {CLEAR, GREEN, AMBER, STRICT},
    ("ros", "research"): {CLEAR, GREEN},
    ("ros", "public"): {CLEAR},
    ("ann", "public"): {CLEAR},
    ("pam", "public"): {CLEAR},
    (None, "public"): {CLEAR},
}
CLOSED = {
    ("ann", "research"): 403,
    ("ros", "members"): 403,
    ("pam", "members"): 403,
    ("pam", "research"): 403,
    (None, "members"): 401,
    (None, "research"): 401,
}


def test_each_label_reaches_those_it_may_and_nobody_else(world: World) -> None:
    """R2, R3: the table of labels and perimeters, for each reader at each root."""
    posted: dict[str, Label] = {}
    for label in Label:
        item = indicator(str(label))
        wishes: dict[str, Any] = {"recipients": [world.identity("bob")]} if label is RED else {}
        assert world.share("ann", item, **wishes)["success_count"] == 1
        posted[item["id"]] = label
    for (name, root), labels in READS.items():
        found = {posted[stix_id] for stix_id in seen(world, name, root, posted)}
        assert found == labels, (name, root)
    for (name, root), status in CLOSED.items():
        assert refused(world.taxii(name, f"{root}/")) == status
        for path in (world.objects_url(root), manifest_url(world, root)):
            assert refused(world.taxii(name, path)) == status
        for stix_id in posted:
            assert refused(world.taxii(name, object_url(world, stix_id, root))) == status


def test_both_families_of_markings_mean_the_same_reach(world: World) -> None:
    """R1: TLP 1.0's ids, and the widespread id for AMBER+STRICT, are read like TLP 2.0's."""
    ids = {
        "613f2e26-407d-48c7-9eca-b8e91df99dc9": {"members", "research", "public"},
        "34098fce-860f-48ae-8e50-ebd3cc5e41da": {"members", "research"},
        "f88d31f6-486f-44da-b317-01333bde0b82": {"members"},
        "826578e1-40ad-459f-bc73-ede076f81f37": {"members"},
    }
    for marking, roots in ids.items():
        item = indicator(None, object_marking_refs=[f"marking-definition--{marking}"])
        world.share("ann", item)
        readers = {"members": "bob", "research": "ros", "public": None}
        found = {root for root in ROOTS if sees(world, readers[root], root, item["id"])}
        assert found == roots


def test_the_strictest_of_several_markings_decides(world: World) -> None:
    """R1: beside a milder one, and on a part of the object alone."""
    refs = [*indicator("TLP:CLEAR")["object_marking_refs"]]
    refs += indicator("TLP:AMBER")["object_marking_refs"]
    both = indicator(None, object_marking_refs=refs)
    part = {
        **indicator("TLP:CLEAR"),
        "granular_markings": [
            {"marking_ref": refs[1], "selectors": ["name"]},
        ],
    }
    world.share("ann", both, part)
    assert world.ids("bob", query="match[type]=indicator") >= {both["id"], part["id"]}
    for name, root in (("ros", "research"), (None, "public")):
        assert not world.ids(name, root) & {both["id"], part["id"]}
        assert not [item for item in world.read(name, root) if "name" in item]


def test_unmarked_objects_get_the_label_that_the_submission_names_or_amber(world: World) -> None:
    """R1: and the status says which it was."""
    named, left = indicator(), indicator()
    status = world.share("ann", named, unmarked="TLP:GREEN")
    assert "TLP:GREEN" in status["successes"][0]["message"]
    status = world.share("ann", left)
    assert "TLP:AMBER" in status["successes"][0]["message"]
    assert world.ids("ros", "research") == {named["id"]}
    assert world.ids("bob") == {named["id"], left["id"]}


# named recipients (R3, R4)


def test_red_for_an_organisation_is_for_its_incident_contacts(world: World) -> None:
    """R3: and for nobody else of it; of the contributor's side for the posting account alone."""
    item = indicator("TLP:RED")
    world.share("ann", item, recipients=[world.identity("Beta")])
    found = {
        name for name in ("ann", "alf", "bob", "bea") if sees(world, name, "members", item["id"])
    }
    assert found == {"ann", "bea"}


def test_recipients_on_a_milder_label_narrow_it(world: World) -> None:
    """R4: to them and to the contributor's organisation, whatever the label would allow."""
    world.member("Gamma", "gus")
    item = indicator("TLP:CLEAR")
    world.share("ann", item, recipients=[world.identity("Beta"), world.identity("gus")])
    members = ("ann", "alf", "bob", "bea", "gus")
    assert all(sees(world, name, "members", item["id"]) for name in members)
    assert not sees(world, "ros", "research", item["id"])
    assert not sees(world, None, "public", item["id"])
    other = indicator("TLP:GREEN")
    world.share("ann", other, recipients=[world.identity("gus")])
    found = {name for name in members if sees(world, name, "members", other["id"])}
    assert found == {"ann", "alf", "gus"}


def test_partners_and_working_groups_read_what_names_them_in_their_own_root(world: World) -> None:
    """R4: what is addressed to somebody is read in the root of their own perimeter, only there."""
    item = indicator("TLP:AMBER")
    world.share("ann", item, recipients=[world.identity("Ministry"), world.identity("ros")])
    assert sees(world, "pam", "public", item["id"])
    assert sees(world, "ros", "research", item["id"])
    assert not sees(world, "ros", "public", item["id"])
    assert not sees(world, None, "public", item["id"])
    assert not sees(world, "bob", "members", item["id"])


# standing, at each request


def test_a_lapse_closes_the_members_root_at_the_next_request_and_a_signature_opens_it(
    world: World,
) -> None:
    """No NDA in force, no access to the members perimeter, at that very request."""
    amber, clear = indicator("TLP:AMBER"), indicator("TLP:CLEAR")
    world.share("ann", amber, clear)
    cursor = document(world.taxii("bob", f"{world.objects_url()}?limit=1"))["next"]
    world.end_nda("Beta")
    for path in ("members/", "members/collections/", f"{world.objects_url()}?next={cursor}"):
        assert refused(world.taxii("bob", path)) == 403
    assert refused(world.taxii("bob", object_url(world, amber["id"]))) == 403
    assert world.ids("bob", "public") == {clear["id"]}
    assert document(world.taxii("bob", ""))["api_roots"] == ["http://localhost/taxii2/public/"]
    world.sign_nda("Beta")
    assert world.ids("bob") == {amber["id"], clear["id"]}


def test_an_nda_ends_at_the_very_instant_that_it_names(world: World) -> None:
    """Until, exclusive: the microsecond before is the last one."""
    world.organisation("Gamma", "telco")
    world.sign_nda("Gamma", until=world.now + timedelta(days=30))
    world.person("gus", "Gamma")
    world.advance(days=30, microseconds=-1)
    assert world.taxii("gus", world.objects_url()).status_code == 200
    world.advance(microseconds=1)
    assert refused(world.taxii("gus", world.objects_url())) == 403
    assert world.taxii("gus", world.objects_url("public")).status_code == 200


def test_what_named_a_lapsed_member_is_closed_too(world: World) -> None:
    """RED and narrowed objects are read by those in good standing only, recipients or not."""
    red, narrowed = indicator("TLP:RED"), indicator("TLP:AMBER")
    world.share("ann", red, recipients=[world.identity("bob")])
    world.share("ann", narrowed, recipients=[world.identity("Beta")])
    assert world.ids("bob") == {red["id"], narrowed["id"]}
    world.suspend("Beta")
    assert refused(world.taxii("bob", world.objects_url())) == 403
    assert world.ids("bob", "public") == set()


def test_whoever_has_not_acknowledged_the_nda_reads_what_is_public(world: World) -> None:
    """The organisation's signature alone opens nothing for a person."""
    world.person("ben", "Beta", acknowledged=False)
    world.share("ann", indicator("TLP:GREEN"))
    assert refused(world.taxii("ben", world.objects_url())) == 403
    assert world.ids("ben", "public") == set()


# the resources


def test_discovery_lists_the_roots_that_the_caller_can_use(world: World) -> None:
    """§4.1.1: absolute URLs, the default among them, and each of them answers."""
    usable = {
        "ann": ["members", "public"],
        "ros": ["research", "public"],
        "pam": ["public"],
        None: ["public"],
    }
    for name, roots in usable.items():
        found = document(world.taxii(name, ""))
        assert found["api_roots"] == [f"http://localhost/taxii2/{root}/" for root in roots]
        assert found["default"] == found["api_roots"][0]
        for root in roots:
            resource = document(world.taxii(name, f"{root}/"))
            assert resource["versions"] == [TAXII]
            assert resource["max_content_length"] > 0


def test_collections_come_ascending_by_id_with_the_callers_own_rights(world: World) -> None:
    """§5.1, §5.2.1: unique titles without dots, aliases, can_write for members' topics alone."""
    titles: set[tuple[str, str]] = set()
    for name, root, writes in (
        ("ann", "members", True),
        ("ros", "research", False),
        ("ann", "public", False),
        (None, "public", False),
    ):
        found = document(world.taxii(name, f"{root}/collections/"))["collections"]
        assert [item["id"] for item in found] == sorted(item["id"] for item in found)
        assert len(found) == len(collections_of(Perimeter(root))) == 5
        for item in found:
            assert item["can_read"] is True
            assert item["can_write"] is (writes and item["alias"] != "everything")
            assert item["media_types"] == ["application/stix+json;version=2.1"]
            assert "." not in item["title"]
            assert document(world.taxii(name, f"{root}/collections/{item['id']}/")) == item
            assert document(world.taxii(name, f"{root}/collections/{item['alias']}/")) == item
        titles.update((root, item["title"]) for item in found)
    assert len({title for _, title in titles}) == len(titles)


def test_objects_go_out_as_they_came_in(world: World) -> None:
    """Every property, in its order and spelling; in the order in which they were accepted."""
    sent = (
        b'{"type":"indicator","spec_version":"2.1","id":"%s","created":"2026-02-01T08:00:00.120Z",'
        b'"modified":"2026-02-01T08:00:00.120000Z",'
        b'"pattern":"[url:value = \'https://b\\u00e4d.example/\']",'
        b'"pattern_type":"stix","valid_from":"2026-02-01T08:00:00Z",'
        b'"confidence":  80,"x_risk":1.50,'
        b'"object_marking_refs":["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"]}'
    ) % fresh_id("indicator").encode()
    second = orjson.dumps(malware("TLP:GREEN"))
    world.post("ann", b'{"objects":[%s, %s]}' % (sent, second))
    for name, root in (("bob", "members"), ("ros", "research")):
        answer = world.taxii(name, world.objects_url(root))
        assert answer.data == b'{"more":false,"objects":[%s,%s]}' % (sent, second)


def test_an_empty_collection_is_an_envelope_without_objects(world: World) -> None:
    """§3.7, §5.4: 200 `{"more": false}`, no list and no date headers; likewise the manifest."""
    for name, root in (("bob", "members"), ("ros", "research"), (None, "public")):
        for path in (world.objects_url(root), manifest_url(world, root)):
            answer = world.taxii(name, path)
            assert document(answer) == {"more": False}
            assert not [key for key, _ in answer.headers if key.startswith("X-TAXII")]


def test_date_headers_are_those_of_the_first_and_last_object_of_the_page(world: World) -> None:
    """§3.2: and with them alone, or with cursors, a poller gets each object exactly once."""
    items = [indicator("TLP:GREEN") for _ in range(7)]
    world.share("ann", *items[:4])
    world.advance(seconds=1)
    world.share("ann", *items[4:], topic="sources")
    records = document(world.taxii("bob", manifest_url(world)))["objects"]
    dates = [record["date_added"] for record in records]
    assert dates == sorted(set(dates))
    assert all(len(date) == len("2026-03-01T12:00:00.000000Z") for date in dates)
    by_date, by_cursor, after, cursor = [], [], "", ""
    for start in (0, 3, 6):
        path = f"{world.objects_url()}?limit=3"
        dated, followed = world.taxii("bob", path + after), world.taxii("bob", path + cursor)
        for answer in (dated, followed):
            page = dates[start : start + 3]
            assert answer.headers["X-TAXII-Date-Added-First"] == page[0]
            assert answer.headers["X-TAXII-Date-Added-Last"] == page[-1]
        by_date += document(dated)["objects"]
        by_cursor += document(followed)["objects"]
        after = f"&added_after={dated.headers['X-TAXII-Date-Added-Last']}"
        cursor = f"&next={document(followed).get('next', '')}"
    assert by_date == by_cursor == items
    assert "next" not in document(followed)
    assert document(followed)["more"] is False


def test_a_manifest_has_a_record_for_each_version(world: World) -> None:
    """§5.3.1: id, date added, version as the producer wrote it, media type."""
    first, lone = indicator("TLP:GREEN"), address(label="TLP:GREEN")
    second = later(first)
    world.share("ann", first, second, lone)
    path = manifest_url(world)
    records = document(world.taxii("bob", f"{path}?match[version]=all"))["objects"]
    assert [(record["id"], record["version"]) for record in records] == [
        (first["id"], TIME),
        (first["id"], LATER),
        (lone["id"], "1970-01-01T00:00:00.000000Z"),
    ]
    assert {record["media_type"] for record in records} == {"application/stix+json;version=2.1"}
    latest = document(world.taxii("bob", path))["objects"]
    assert latest == records[1:]


def test_versions_are_selected_as_the_standard_says(world: World) -> None:
    """§3.4.1: the last unless asked otherwise; keywords, exact versions, and unions of them."""
    first = indicator("TLP:GREEN")
    second = later(first, name="Second")
    third = later(first, name="Third", modified="2026-02-03T08:00:00.000Z")
    world.share("ann", first, second, third)
    path = object_url(world, first["id"])
    expected = {
        "": [third],
        "?match[version]=last": [third],
        "?match[version]=first": [first],
        "?match[version]=all": [first, second, third],
        "?match[version]=first,last": [first, third],
        f"?match[version]={LATER}": [second],
        "?match[version]=2026-02-02T08:00:00Z,first": [first, second],
        "?match[version]=2020-01-01T00:00:00Z": [],
    }
    for query, versions in expected.items():
        assert document(world.taxii("bob", path + query)).get("objects", []) == versions
        everything = world.taxii("bob", world.objects_url() + query)
        assert document(everything).get("objects", []) == versions
    listed = world.taxii("bob", f"{path}versions/")
    assert document(listed)["versions"] == [TIME, LATER, "2026-02-03T08:00:00.000Z"]
    assert "X-TAXII-Date-Added-First" in listed.headers
    page = document(world.taxii("bob", f"{path}versions/?limit=2"))
    assert page["versions"] == [TIME, LATER]
    rest = document(world.taxii("bob", f"{path}versions/?limit=2&next={page['next']}"))
    assert rest == {"more": False, "versions": ["2026-02-03T08:00:00.000Z"]}


def test_match_fields_are_anded_and_their_values_are_ored(world: World) -> None:
    """§3.4: by id, by type and by version of the specification."""
    one, two, family = indicator("TLP:GREEN"), indicator("TLP:GREEN"), malware("TLP:GREEN")
    world.share("ann", one, two, family)
    expected = {
        "match[type]=indicator": [one, two],
        "match[type]=malware,tool": [family],
        f"match[id]={two['id']},{family['id']}": [two, family],
        f"match[id]={two['id']},{family['id']}&match[type]=malware": [family],
        "match[type]=campaign": [],
        "match[spec_version]=2.1": [one, two, family],
        "match[spec_version]=2.0,2.1": [one, two, family],
        "match[spec_version]=2.0": [],
        "match[colour]=blue": [one, two, family],
        "limit=1&match[type]=malware": [family],
    }
    for query, items in expected.items():
        assert world.read("bob", query=query) == items, query


def test_an_object_stands_in_the_collection_of_its_topic_and_in_everything(world: World) -> None:
    """The four topics are apart; what was posted to two of them stands once in everything."""
    item, other = indicator("TLP:GREEN"), indicator("TLP:GREEN")
    world.share("ann", item, topic="attacks")
    world.share("ann", item, other, topic="compromises")
    assert world.read("bob", collection="attacks") == [item]
    assert world.read("bob", collection="compromises") == [item, other]
    assert world.read("bob", collection="sources") == []
    assert world.read("bob") == [item, other]


# status


def test_a_status_is_for_the_account_that_posted(world: World) -> None:
    """§4.3: for a colleague or another member it is not there, as one that never was."""
    status = world.share("ann", indicator("TLP:GREEN"))
    path = f"members/status/{status['id']}/"
    assert document(world.taxii("ann", path)) == status
    absent = fresh_id("x").removeprefix("x--")
    for name in ("alf", "bob"):
        there = world.taxii(name, path)
        never = world.taxii(name, f"members/status/{absent}/")
        assert refused(there) == refused(never) == 404
        assert there.text.replace(status["id"], absent) == never.text
    assert refused(world.taxii("ros", path)) == 403
    assert refused(world.taxii(None, path)) == 401
    assert refused(world.taxii("ann", f"public/status/{status['id']}/")) == 404
    world.end_nda("Alpha")
    assert refused(world.taxii("ann", path)) == 403


# copies (R10)


def test_a_copy_changes_nothing_for_readers_and_another_version_is_for_the_source(
    world: World,
) -> None:
    """R10: an exact copy is a success and one object; a differing one or a new version is not."""
    item = indicator("TLP:AMBER")
    world.share("ann", item)
    assert world.share("bob", item)["success_count"] == 1
    assert world.share("bob", {**item, "name": "Mine"})["failure_count"] == 1
    assert world.share("bob", later(item, label="TLP:CLEAR"))["failure_count"] == 1
    assert world.read("bea") == [item]
    assert world.ids(None, "public") == set()
    assert world.share("ann", later(item))["success_count"] == 1
    assert world.read("bea") == [later(item)]


# releases (R5)


def test_a_release_enters_later_where_a_poller_sees_it(world: World) -> None:
    """R5: before its time it is nowhere; then it enters with the time at which it did."""
    item, other = indicator("TLP:GREEN"), indicator("TLP:GREEN")
    world.share("ann", item, release={"research": "2026-03-01T13:00:00Z"})
    world.share("ann", other)
    assert sees(world, "bob", "members", item["id"])
    polled = world.taxii("ros", world.objects_url("research"))
    assert [found["id"] for found in document(polled)["objects"]] == [other["id"]]
    world.advance(hours=1, microseconds=-1)
    assert world.work() == 0
    assert not sees(world, "ros", "research", item["id"])
    world.advance(microseconds=1)
    assert world.work() == 1
    after = f"added_after={polled.headers['X-TAXII-Date-Added-Last']}"
    assert world.ids("ros", "research", query=after) == {item["id"]}
    assert sees(world, "ros", "research", item["id"])
    record = document(world.taxii("ros", manifest_url(world, "research")))["objects"][-1]
    assert record["date_added"] == "2026-03-01T13:00:00.000000Z"


# withdrawal (R12)


def test_a_poller_misses_nothing_when_the_clock_is_set_back(world: World) -> None:
    """Two channels, one cursor: what enters the one comes after what was polled from the other."""
    world.advance(hours=1)
    world.share("bob", indicator("TLP:GREEN"))
    polled = world.taxii("ann", world.objects_url())
    world.advance(seconds=-2)
    addressed = indicator("TLP:AMBER")
    world.share("bob", addressed, recipients=[world.identity("Alpha")])
    since = {"added_after": polled.headers["X-TAXII-Date-Added-Last"]}
    found = document(world.taxii("ann", world.objects_url(), query_string=since))["objects"]
    assert [item["id"] for item in found] == [addressed["id"]]


def test_what_its_contributor_deletes_is_gone_everywhere_at_once(world: World) -> None:
    """§5.7: 200 without a body; all versions, every root, every topic; it may be posted anew."""
    item = indicator("TLP:CLEAR")
    world.share("ann", item, topic="attacks")
    world.share("ann", later(item), topic="sources")
    answer = world.taxii("ann", object_url(world, item["id"], name="attacks"), method="DELETE")
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Type"] == TAXII
    for name, root in (
        ("ann", "members"),
        ("bob", "members"),
        ("ros", "research"),
        (None, "public"),
    ):
        assert not sees(world, name, root, item["id"])
        assert not sees(world, name, root, item["id"], topic="sources")
    again = world.taxii("ann", object_url(world, item["id"], name="attacks"), method="DELETE")
    assert refused(again) == 404
    assert world.share("ann", item)["success_count"] == 1
    assert world.read(None, "public") == [item]


def test_deleting_is_for_the_contributor_and_says_no_more_than_reading(world: World) -> None:
    """§5.7: 403 to another reader; 404, as for what never was, to whoever cannot read it."""
    world.member("Gamma", "gus")
    item = indicator("TLP:AMBER")
    world.share("ann", item, recipients=[world.identity("Beta")])
    path = object_url(world, item["id"], name="attacks")
    absent = object_url(world, fresh_id("indicator"), name="attacks")
    assert refused(world.taxii("bob", path, method="DELETE")) == 403
    hidden = world.taxii("gus", path, method="DELETE")
    never = world.taxii("gus", absent, method="DELETE")
    assert refused(hidden) == refused(never) == 404
    assert (hidden.data, list(hidden.headers)) == (never.data, list(never.headers))
    assert refused(world.taxii("ros", path, method="DELETE")) == 403
    assert refused(world.taxii(None, path, method="DELETE")) == 401
    everywhere = object_url(world, item["id"])
    assert refused(world.taxii("ann", everywhere, method="DELETE")) == 403
    elsewhere = object_url(world, item["id"], name="sources")
    assert refused(world.taxii("ann", elsewhere, method="DELETE")) == 404
    assert sees(world, "bob", "members", item["id"])
    assert world.taxii("alf", path, method="DELETE").status_code == 200
    assert not sees(world, "bob", "members", item["id"])


def test_a_colleague_can_neither_see_nor_delete_what_is_red(world: World) -> None:
    """R3, R11: a RED object is its poster's; to the rest of the organisation it is not there."""
    item = indicator("TLP:RED")
    world.share("ann", item, recipients=[world.identity("bob")])
    path = object_url(world, item["id"], name="attacks")
    hidden = world.taxii("alf", path, method="DELETE")
    never = world.taxii(
        "alf", object_url(world, fresh_id("indicator"), name="attacks"), method="DELETE"
    )
    assert refused(hidden) == 404
    assert (hidden.data, list(hidden.headers)) == (never.data, list(never.headers))
    assert sees(world, "bob", "members", item["id"])
    assert world.taxii("ann", path, method="DELETE").status_code == 200
    assert not sees(world, "bob", "members", item["id"])


# no influence (R11)


def everything_about(world: World, name: str | None, root: str) -> list[tuple[Any, ...]]:
    """Every answer, with its headers, that a reader gets about a root."""
    paths = ["", f"{root}/", f"{root}/collections/"]
    for alias in ("everything", "attacks", "sources"):
        objects, manifest = world.objects_url(root, alias), manifest_url(world, root, alias)
        for query in ("", "?limit=1", "?limit=2", "?match[version]=all", "?match[type]=indicator"):
            paths += [objects + query, manifest + query]
    answers = [world.taxii(name, path) for path in paths]
    return [(answer.status_code, list(answer.headers), answer.data) for answer in answers]


def test_what_is_hidden_changes_no_answer(world: World) -> None:
    """R11: hidden objects before, between and after what one may read leave no trace at all:
    not in objects, pages, cursors, counts, dates or headers."""

    def hide(topic: str) -> None:
        world.share("ann", indicator("TLP:RED"), topic=topic, recipients=[world.identity("alf")])
        world.share("ann", indicator("TLP:CLEAR"), topic=topic, recipients=[world.identity("alf")])
        world.share("ann", indicator("TLP:RED"), topic=topic)  # refused: nobody is named
        world.share(
            "bob", marked(shown, "TLP:RED"), topic=topic, recipients=[world.identity("bob")]
        )

    shown = indicator("TLP:CLEAR")
    hide("attacks")
    world.share("ann", shown, indicator("TLP:CLEAR"), topic="attacks")
    readers = (("bea", "members"), ("ros", "research"), (None, "public"))
    before = {name: everything_about(world, name, root) for name, root in readers}
    hide("sources")
    hide("attacks")
    for name, root in readers:
        assert everything_about(world, name, root) == before[name]
    world.share("ann", indicator("TLP:CLEAR"), topic="attacks")
    dates = [
        item["date_added"]
        for item in document(world.taxii(None, manifest_url(world, "public")))["objects"]
    ]
    start = START.strftime("%Y-%m-%dT%H:%M:%S")
    assert dates == [f"{start}.{micros:06}Z" for micros in (0, 4, 8)]


def test_hidden_and_absent_are_the_same_answer(world: World) -> None:
    """R11: body and headers, for every way to ask for one object."""
    hidden = indicator("TLP:RED")
    world.share("ann", hidden, recipients=[world.identity("alf")])
    for name, root in (("bob", "members"), ("ros", "research"), (None, "public")):
        for collection in ("everything", "attacks", "sources"):
            for tail in ("", "versions/", "?match[version]=all", "?match[spec_version]=2.0"):
                answers = [
                    world.taxii(name, object_url(world, stix_id, root, collection) + tail)
                    for stix_id in (hidden["id"], fresh_id("indicator"))
                ]
                assert [refused(answer) for answer in answers] == [404, 404]
                assert answers[0].data == answers[1].data
                assert list(answers[0].headers) == list(answers[1].headers)
