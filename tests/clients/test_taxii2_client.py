"""taxii2-client 2.3.0, the OASIS library, itself: most Python tools are built on it.

Source: oasis-open/cti-taxii-client, `common.py`, `v21/__init__.py`. It compares the ids in
addresses, demands the media type of every answer to its letter, and finds statuses by itself.
"""

import pytest
import requests
from taxii2client.common import TokenAuth
from taxii2client.exceptions import AccessError
from taxii2client.v21 import ApiRoot, Collection, Server, as_pages

from tests.clients.tool import Tool, Tools, collection
from tests.objects import indicator
from tlp import Perimeter


def opened(tool: Tool, alias: str, root: Perimeter = Perimeter.MEMBERS) -> Collection:
    """A collection as the library opens it."""
    return Collection(tool.url(collection(alias, root)), user=tool.user, password=tool.token)


def test_it_finds_its_way_from_discovery(tools: Tools) -> None:
    """Discovery, the default root, its collections: every URL as the library compares them."""
    tool = tools.of("bob")
    server = Server(tool.url(""), user=tool.user, password=tool.token)
    assert server.default is not None
    assert server.default.url == tool.url("members/")
    titles = {found.title for root in server.api_roots for found in root.collections}
    assert len(titles) == 10
    assert not [title for title in titles if set(title) & set(".,")]


def test_it_follows_pages_and_then_the_date_header(tools: Tools) -> None:
    """All objects once over several pages, and an empty page is no fault."""
    since = tools.since()
    items = [indicator("TLP:GREEN") for _ in range(5)]
    tools.share(*items)
    reading = opened(tools.of("bob"), "attacks")
    for per_request in (1, 2, 5, 50):
        pages = list(as_pages(reading.get_objects, per_request=per_request, added_after=since))
        assert [item for page in pages for item in page.get("objects", [])] == items
    later = tools.since()
    assert list(as_pages(reading.get_objects, per_request=2, added_after=later)) == [
        {"more": False}
    ]
    manifests = list(as_pages(reading.get_manifest, per_request=2, added_after=since))
    assert [line["id"] for page in manifests for line in page["objects"]] == [
        item["id"] for item in items
    ]


def test_it_posts_and_reads_the_status_where_it_looks_for_it(tools: Tools) -> None:
    """Complete at once, with counts that add up; the address of the status is its own guess."""
    tool = tools.of("ann")
    bad = {**indicator("TLP:GREEN"), "pattern": "[no pattern"}
    status = opened(tool, "attacks").add_objects({"objects": [indicator("TLP:GREEN"), bad]})
    assert (status.status, status.total_count) == ("complete", 2)
    assert (status.success_count, status.failure_count, status.pending_count) == (1, 1, 0)
    status.refresh()
    assert [line["id"] for line in status.failures] == [bad["id"]]


def test_a_token_is_sent_as_password_or_as_token(tools: Tools) -> None:
    """`Authorization: Token` works; a key as user name with no password is sent as nobody's."""
    tool = tools.of("bob")
    root = ApiRoot(tool.url("members/"), auth=TokenAuth(key=tool.token))
    assert len(root.collections) == 5
    nobody = ApiRoot(tool.url("members/"), user=tool.token, password="")
    with pytest.raises(requests.HTTPError, match="401"):
        nobody.refresh()


def test_it_is_told_where_it_may_not_write(tools: Tools) -> None:
    """The collection of everything is read-only, and the library refuses by itself."""
    with pytest.raises(AccessError):
        opened(tools.of("ann"), "everything").add_objects({"objects": [indicator("TLP:GREEN")]})


def test_what_is_deleted_answers_without_a_body(tools: Tools) -> None:
    """A 200 with the media type and nothing in it."""
    item = indicator("TLP:GREEN")
    tools.share(item)
    writing = opened(tools.of("ann"), "attacks")
    writing.delete_object(item["id"])
    with pytest.raises(requests.HTTPError, match="404"):
        writing.get_object(item["id"])
