"""OpenCTI in its three ways: the connector TAXII2, the built-in TAXII feeds, and the pusher.

Sources: OpenCTI-Platform/connectors, external-import/taxii2 (`client_taxii.py`, `connector.py`)
and stream/taxii-post (`connector.py`); OpenCTI-Platform/opencti #4246, #5681, #7755. The connector
is built on taxii2-client, which is used here; the rest are raw requests.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from taxii2client.v21 import Collection, Server

from tests.clients.tool import Tool, Tools, collection, collection_id, collection_title
from tests.objects import address, fresh_id, indicator, malware

ENOUGH = 50  # pages: more than any collection here has


@dataclass
class Connector:
    """The connector's way of reading: filters are kept from collection to collection."""

    tool: Tool
    filters: dict[str, Any] = field(default_factory=dict)

    def collection(self, wanted: str) -> Collection:
        """The collection that is called `root.title` in its settings."""
        root_name, title = wanted.split(".")
        server = Server(self.tool.url(""), user=self.tool.user, password=self.tool.token)
        (root,) = [one for one in server.api_roots if one.url.split("/")[-2] == root_name]
        (found,) = [one for one in root.collections if one.title == title]
        return found

    def poll(self, source: Collection) -> list[dict[str, Any]]:
        """Everything it gets; by cursor, or by manifest where it takes the server for 2.0."""
        page = source.get_objects(**self.filters)
        if not page.get("objects"):
            return []
        if "spec_version" not in page["objects"][0]:
            return self._by_manifest(source, page)
        found = list(page["objects"])
        for _ in range(ENOUGH):
            if page.get("more") is not True:
                return found
            self.filters.pop("added_after", None)
            self.filters["next"] = page["next"]
            page = source.get_objects(**self.filters)
            found += page.get("objects", [])
        raise AssertionError("it would never end")

    def _by_manifest(self, source: Collection, page: dict[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for _ in range(ENOUGH):
            found += page["objects"]
            manifest = source.get_manifest(id=page["objects"][-1]["id"])
            self.filters["added_after"] = manifest["objects"][0]["date_added"]
            page = source.get_objects(**self.filters)
            if len(page["objects"]) == 0:
                return found
        raise AssertionError("it would never end")


def connector(tools: Tools, client: str, **filters: Any) -> Connector:
    """A connector of Beta's."""
    return Connector(tools.of("bob", client), {"limit": 2, **filters})


def test_the_connector_reads_a_collection_by_its_title(tools: Tools) -> None:
    """Every title can stand in its settings; pages come by cursor, though it drops the time."""
    since = tools.since()
    items = [indicator("TLP:GREEN") for _ in range(5)]
    tools.share(*items)
    tool = connector(tools, "opencti", added_after=since)
    assert tool.poll(tool.collection(f"members.{collection_title('attacks')}")) == items
    for alias in ("everything", "malicious-activity", "compromises", "sources"):
        assert tool.collection(f"members.{collection_title(alias)}").id == collection_id(alias)


def test_the_connectors_old_cursor_does_no_harm(tools: Tools) -> None:
    """Its next run sends the last cursor of the run before beside the new time."""
    since = tools.since()
    tools.share(*(indicator("TLP:GREEN") for _ in range(3)))
    tool = connector(tools, "opencti", added_after=since)
    source = tool.collection(f"members.{collection_title('attacks')}")
    assert len(tool.poll(source)) == 3
    newer = indicator("TLP:GREEN")
    tool.filters["added_after"] = tools.since()
    tools.share(newer)
    assert tool.poll(source) == [newer]


def test_the_cursor_of_one_collection_loses_nothing_of_the_next(tools: Tools) -> None:
    """It goes there alone: the profile begins anew; the standard refuses, and the run is lost."""
    since = tools.since()
    first = [indicator("TLP:GREEN") for _ in range(3)]
    second = malware("TLP:GREEN")
    tools.share(*first)
    tools.share(second, to="malicious-activity")
    titles = [f"members.{collection_title(alias)}" for alias in ("attacks", "malicious-activity")]
    tool = connector(tools, "opencti", added_after=since)
    assert tool.poll(tool.collection(titles[0])) == first
    assert second in tool.poll(tool.collection(titles[1]))
    plain = connector(tools, "standard", added_after=since)
    plain.poll(plain.collection(titles[0]))
    with pytest.raises(requests.HTTPError, match="400"):
        plain.poll(plain.collection(titles[1]))


def test_an_observable_without_spec_version_does_not_end_the_run(tools: Tools) -> None:
    """It then goes on by manifest until `objects` is empty, which only the profile says."""
    since = tools.since()
    bare = {key: value for key, value in address("203.0.113.77").items() if key != "spec_version"}
    items = [bare, *(indicator("TLP:GREEN") for _ in range(3))]
    tools.share(*items)
    tool = connector(tools, "opencti", added_after=since)
    assert tool.poll(tool.collection(f"members.{collection_title('attacks')}")) == items
    plain = connector(tools, "standard", added_after=since)
    with pytest.raises(KeyError, match="objects"):
        plain.poll(plain.collection(f"members.{collection_title('attacks')}"))


def test_the_feeds_read_without_slash_and_with_any_accept(tools: Tools) -> None:
    """Basic, the header of the last answer as time, and `next` beside it."""
    since = tools.since()
    items = [indicator("TLP:GREEN") for _ in range(15)]
    tools.share(*items)
    tool, path = tools.of("bob"), f"/taxii2/{collection('attacks')}objects"
    headers = {
        "Accept": "application/json, text/plain, */*",
        "Authorization": f"Basic {tool.basic}",
    }
    page = tool.get(path, headers, added_after=since)
    assert page.document["more"] is True
    after = page.header("X-TAXII-Date-Added-Last")
    assert after is not None
    rest = tool.get(path, headers, added_after=after, next=page.document["next"])
    assert [item["id"] for item in items] == page.ids + rest.ids
    assert rest.document["more"] is False


@pytest.mark.parametrize("scheme", ["Bearer", "Basic"])
def test_the_pusher_posts_bundles(tools: Tools, scheme: str) -> None:
    """One object in each, as STIX, without its marking: it is then as strict as unmarked is."""
    tool, item = tools.of("ann"), indicator()
    secret = tool.token if scheme == "Bearer" else tool.basic
    bundle = {
        "type": "bundle",
        "spec_version": "2.1",
        "id": fresh_id("bundle"),
        "objects": [item],
    }
    headers = {
        "Content-Type": "application/stix+json; version=2.1",
        "Accept": "application/taxii+json; version=2.1",
        "Accept-Encoding": "gzip, deflate",
        "Authorization": f"{scheme} {secret}",
    }
    path = f"/taxii2/{collection('attacks')}objects/"
    answer = tool.post(path, bundle, headers)
    assert answer.status == 202
    (line,) = answer.document["successes"]
    assert "AMBER" in line["message"]
