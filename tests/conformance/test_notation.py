"""Addresses, data types and their notation (TAXII 2.1 §1.6.7, §2, §3, §7, §8.2.1)."""

import re
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from tests.conformance.items import item
from tests.conformance.served import ATTACKS, EMPTY, MEMBERS, PUBLIC, RESEARCH, Site
from tests.conformance.wire import FIRST, LAST, TIMESTAMP, UUID4, assert_error
from tests.objects import indicator


@item(
    "T-030",
    "§3.1",
    "Paths end in a slash; what happens without it is left open",
    chosen="served, not redirected",
)
def test_a_missing_slash_changes_nothing(site: Site) -> None:
    """The same answer, and no redirect, on which clients lose their credentials."""
    shared = indicator("TLP:GREEN")
    status = site.share("ann", shared)
    one = f"{ATTACKS}objects/{shared['id']}/"
    for path in (
        *("/taxii2/", MEMBERS, f"{MEMBERS}collections/", ATTACKS, one, f"{one}versions/"),
        f"{MEMBERS}status/{status['id']}/",
        f"{EMPTY}objects/",
    ):
        answer = site.ask("ann", path)
        assert answer.status == 200
        assert site.ask("ann", path.rstrip("/")).steady() == answer.steady()


@item("T-031", "§8.2.1", "Discovery is at `/taxii2/` of the server")
def test_discovery_is_where_clients_look(site: Site) -> None:
    """And nowhere else."""
    assert site.ask(None, "/taxii2/").document["title"]
    for path in ("/taxii2/taxii2/", "/TAXII2/", "/taxii/", "/taxii2/none"):
        assert site.ask(None, path).status == 404


@item("T-032", "§8.2.1", "There is at least one API root", chosen="three")
def test_there_are_api_roots(site: Site) -> None:
    """Each is open to somebody."""
    for who, root in (("bob", MEMBERS), ("ros", RESEARCH), (None, PUBLIC)):
        assert site.ask(who, root).status == 200


NOT_I_JSON = {
    "a name twice": b'{"objects": [{}], "objects": [{}]}',
    "a name twice within": b'{"objects": [{"id": "a", "id": "a"}]}',
    "an integer beyond 2^53-1": b'{"objects": [{"x": 9007199254740993}]}',
    "NaN": b'{"objects": [{"x": NaN}]}',
    "UTF-16": '{"objects": [{}]}'.encode("utf-16"),
    "broken UTF-8": b'{"objects": [{"x": "\xff"}]}',
}


@pytest.mark.parametrize("body", NOT_I_JSON.values(), ids=NOT_I_JSON)
@item("T-033", "§1.6.7, §2", "JSON is UTF-8 and I-JSON (RFC 7493)")
def test_what_is_not_i_json_is_refused(site: Site, body: bytes) -> None:
    """Whole, before anything of it is looked at."""
    assert_error(site.post("ann", body), 422)


def lists_in(value: Any) -> Iterator[list[Any]]:
    """Every list in a document."""
    if isinstance(value, list):
        yield value
    for below in value.values() if isinstance(value, dict) else value:
        if isinstance(below, dict | list):
            yield from lists_in(below)


@item("T-034", "§2", "Empty lists are left out")
def test_no_list_is_empty(site: Site) -> None:
    """In resources of ours, with something to say and with nothing."""
    status = site.share("ann", indicator("TLP:GREEN"))
    failed = site.post("ann", {"objects": [{"id": "x"}]}).document
    documents = [
        site.ask(who, path).document
        for who, path in (
            (None, "/taxii2/"),
            ("nell", "/taxii2/"),
            ("bob", MEMBERS),
            ("nell", f"{MEMBERS}collections/"),
            ("bob", f"{EMPTY}objects/"),
            ("bob", f"{EMPTY}manifest/"),
            ("bob", f"{ATTACKS}manifest/?match[type]=campaign"),
        )
    ]
    for document in (*documents, status, failed):
        assert all(lists_in(document)), document


@item("T-035", "§2", "Timestamps are RFC 3339 in UTC with six digits and `Z`")
def test_times_are_written_one_way(site: Site) -> None:
    """In manifests, statuses and headers."""
    status = site.share("ann", indicator("TLP:GREEN"))
    manifest = site.ask("bob", f"{ATTACKS}manifest/")
    times = [record["date_added"] for record in manifest.objects]
    times += [status["request_timestamp"], manifest.header(FIRST), manifest.header(LAST)]
    assert all(TIMESTAMP.fullmatch(time) for time in times), times


@item("T-036", "§2", "Ids of collections and statuses are UUIDs of version 4")
def test_ids_are_random_uuids(site: Site) -> None:
    """In every root."""
    ids = [site.share("ann", indicator("TLP:GREEN"))["id"]]
    for who, root in (("bob", MEMBERS), ("ros", RESEARCH), (None, PUBLIC)):
        found = site.ask(who, f"{root}collections/").document["collections"]
        ids += [collection["id"] for collection in found]
    assert len(set(ids)) == 16
    assert all(UUID4.fullmatch(id_) for id_ in ids)


@item("T-037", "§3.8, §8.1.2", "Names and literals are exact in case")
def test_names_in_another_case_are_other_names(site: Site) -> None:
    """Properties, filters, keywords; nothing is guessed."""
    shared = indicator("TLP:GREEN")
    assert_error(site.post("ann", {"Objects": [shared]}), 422)
    site.share("ann", shared)
    assert_error(site.ask("bob", f"{ATTACKS}objects/?match[version]=ALL"), 400)
    found = site.ask("bob", f"{ATTACKS}objects/?match[id]={shared['id']}&MATCH[type]=malware")
    assert found.ids == [shared["id"]]
    assert_error(site.ask("bob", f"{MEMBERS}Collections/"), 404)


@item("T-038", "§7.1.1", "Custom properties have names of a-z, 0-9 and `_`, best `x_source_name`")
def test_our_custom_property_is_named_by_the_rule(site: Site) -> None:
    """The one there is: the handling of a submission, beside its objects."""
    name = "x_cloudsirt_handling"
    assert re.fullmatch(r"x_[a-z0-9]+_[a-z0-9_]{1,200}", name)
    site.share("ann", indicator(), **{name: {"unmarked": "TLP:GREEN"}})


@item("T-039", "§7.1.1", "Unknown custom properties are refused or ignored", chosen="422")
def test_an_unknown_custom_property_is_refused(site: Site) -> None:
    """It might be a restriction, which must not be lost; and nothing of it is stored."""
    shared = indicator("TLP:GREEN")
    body = orjson.dumps({"objects": [shared], "x_other_note": True})
    assert "x_other_note" in assert_error(site.post("ann", body), 422)["description"]
    assert_error(site.ask("ann", f"{ATTACKS}objects/{shared['id']}/"), 404)
