"""Cortex XSOAR, Elastic and Microsoft Sentinel: raw requests in the order in which they come.

Sources: demisto/content, TAXII2ApiModule and FeedTAXII2; elastic/integrations, ti_custom,
`cel.yml.hbs`; MicrosoftDocs/azure-docs, `connect-threat-intelligence-taxii.md`, and
Azure/Azure-Sentinel #11202. Sentinel's source is not open: what it sends was not seen, only what
it asks for and complains of.
"""

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson
import pytest

from tests.clients.tool import Tool, Tools, collection, collection_id, collection_title
from tests.conformance.wire import LAST, TAXII, UUID4, Answer
from tests.objects import indicator, malware, relationship

ENOUGH = 50
OBJECTS = f"/taxii2/{collection('attacks')}objects/"


# Cortex XSOAR


def xsoar(tool: Tool, path: str, **query: str) -> Answer:
    """A request as its module sends them."""
    headers = {"Accept": TAXII, "Authorization": f"Basic {tool.basic}", "Accept-Encoding": "gzip"}
    return tool.get(path, headers, **query)


def xsoar_fetch(tool: Tool, **query: str) -> list[dict[str, Any]]:
    """Fetch until `more` ends or a page holds no object; each answer must have `objects`."""
    found: list[dict[str, Any]] = []
    for _ in range(ENOUGH):
        document = xsoar(tool, OBJECTS, **query).document
        found += document["objects"]
        if not document["objects"] or not document["more"]:
            return found
        query["next"] = document["next"]
    raise AssertionError("it would never end")


def test_xsoar_finds_root_and_collection_by_name(tools: Tools) -> None:
    """Discovery, the root by the end of its address, the collection by its title; never a 406."""
    tool = tools.of("bob", "xsoar")
    roots = xsoar(tool, "/taxii2/").document["api_roots"]
    (root,) = [one for one in roots if one.rstrip("/").rpartition("/")[2] == "members"]
    path = root.removeprefix(tool.base)
    assert xsoar(tool, path).status == 200
    found = xsoar(tool, f"{path}collections/").document["collections"]
    titles = {one["title"]: one["id"] for one in found}
    assert titles[collection_title("everything")] == collection_id("everything")


def test_xsoar_fetches_types_page_by_page(tools: Tools) -> None:
    """`match[type]` with relationships; no page is emptied by filters before the last."""
    since = tools.since()
    seen, family = indicator("TLP:GREEN"), malware("TLP:GREEN")
    link = relationship("TLP:GREEN", seen["id"], family["id"])
    others = [malware("TLP:GREEN") for _ in range(15)]
    tools.share(family, *others, seen, link)
    query = {"added_after": since, "limit": "1", "match[type]": "indicator,relationship"}
    assert xsoar_fetch(tools.of("bob", "xsoar"), **query) == [seen, link]


def test_xsoar_goes_on_from_the_latest_modified(tools: Tools) -> None:
    """An old `modified` as time gives what it had again, and what is new: nothing is skipped."""
    since = tools.since()
    tools.share(indicator("TLP:GREEN"))
    tool = tools.of("bob", "xsoar")
    (first,) = xsoar_fetch(tool, added_after=since)
    newer = indicator("TLP:GREEN")
    tools.share(newer)
    again = xsoar_fetch(tool, added_after=first["modified"])
    assert [first, newer] == [one for one in again if one["id"] in (first["id"], newer["id"])]


def test_xsoar_without_anything_new_gets_an_empty_list(tools: Tools) -> None:
    """With the profile; the standard leaves the list out."""
    since = tools.since()
    assert xsoar_fetch(tools.of("bob", "xsoar"), added_after=since) == []
    with pytest.raises(KeyError):
        xsoar_fetch(tools.of("bob"), added_after=since)


# Elastic


def elastic(tool: Tool, query: dict[str, str], scheme: str = "Basic") -> Answer:
    """A request as the agent's program writes it: slash, question mark, sorted parameters."""
    secret = tool.basic if scheme == "Basic" else tool.token
    address = f"{OBJECTS.rstrip('/')}/?{urlencode(sorted(query.items()))}"
    return tool.get(address, {"Accept": TAXII, "Authorization": f"{scheme} {secret}"})


def elastic_run(tool: Tool, query: dict[str, str]) -> tuple[list[str], str | None]:
    """One run: it goes on while there is a `next`, without the time, and keeps the last header."""
    found: list[str] = []
    stamp, asked = None, query
    for _ in range(ENOUGH):
        answer = elastic(tool, asked)
        assert answer.status == 200
        found += [one["id"] for one in answer.document["objects"]]
        stamp = answer.header("x-taxii-date-added-last") or stamp
        cursor = answer.document.get("next")
        if not cursor:
            return found, stamp
        asked = {"next": cursor, "limit": query["limit"]}
    raise AssertionError("it would never end")


def test_elastic_reads_on_while_there_is_a_next(tools: Tools) -> None:
    """The last page has none; the header of the last full page begins the next run."""
    since = tools.since()
    items = [indicator("TLP:GREEN") for _ in range(4)]
    tools.share(*items)
    tool = tools.of("bob", "elastic")
    found, stamp = elastic_run(tool, {"added_after": since, "limit": "2"})
    assert found == [item["id"] for item in items]
    assert stamp is not None
    assert elastic_run(tool, {"added_after": stamp, "limit": "2"}) == ([], None)
    newer = indicator("TLP:GREEN")
    tools.share(newer)
    assert elastic_run(tool, {"added_after": stamp, "limit": "2"})[0] == [newer["id"]]


def test_elastic_begins_at_whole_seconds(tools: Tools) -> None:
    """Its first time is RFC 3339 without a fraction; a key goes as Bearer."""
    tool = tools.of("bob", "elastic")
    answer = elastic(tool, {"added_after": "2026-01-01T00:00:00Z", "limit": "1"}, "Bearer")
    assert answer.status == 200
    assert "objects" in answer.document


def test_elastic_with_nothing_new_goes_through_no_list_but_an_empty_one(tools: Tools) -> None:
    """With the profile; the standard leaves the list out."""
    query = {"added_after": tools.since(), "limit": "2"}
    assert orjson.loads(elastic(tools.of("bob", "elastic"), query).body)["objects"] == []
    assert elastic(tools.of("bob"), query).document == {"more": False}


# Microsoft Sentinel


def test_sentinel_asks_a_root_and_a_collection_id(tools: Tools) -> None:
    """No discovery; the root with and without its slash, an id that is UUIDv4, name and token."""
    since = tools.since()
    items = [indicator("TLP:GREEN") for _ in range(13)]
    tools.share(*items)
    tool = tools.of("bob")
    headers = {"Accept": TAXII, "Authorization": f"Basic {tool.basic}"}
    for root in ("/taxii2/members/", "/taxii2/members"):
        assert TAXII in tool.get(root, headers).document["versions"]
    name = collection_id("attacks")
    assert UUID4.fullmatch(name)
    assert tool.get(f"/taxii2/members/collections/{name}/", headers).document["can_read"] is True
    first = tool.get(OBJECTS, headers, added_after=since)
    cursor = first.document["next"]
    second = tool.get(OBJECTS, headers, added_after=since, next=cursor)
    assert first.ids + second.ids == [item["id"] for item in items]
    assert re.fullmatch(r"[A-Za-z0-9_-]+", cursor)
    assert dict(parse_qsl(urlencode({"next": cursor}))) == {"next": cursor}


def test_sentinel_is_told_of_wrong_credentials_in_one_way(tools: Tools) -> None:
    """A 401 with a challenge, whichever of name and token is wrong."""
    tool = tools.of("bob")
    for name, secret in (("bob@example.org", "wrong"), ("ann@example.org", tool.token)):
        other = Tool(tool.site, name, secret)
        headers = {"Accept": TAXII, "Authorization": f"Basic {other.basic}"}
        answer = other.get("/taxii2/members/", headers)
        assert answer.status == 401
        assert (answer.header("WWW-Authenticate") or "").startswith("Basic ")
        assert answer.header(LAST) is None
