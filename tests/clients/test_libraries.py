"""Two small libraries, themselves: cytaxii2 1.0.1 and cc-taxii2-client 0.1.5.

cytaxii2 reads JSON from every answer, errors too, and goes to the `default` root. The other one
was made for one provider's server: it takes an envelope that has `objects`, `more` and `next` and
nothing else, and indicators that have the properties of that provider's and nothing else.
"""

import json
from typing import Any

from cc_taxii2_client import CCTaxiiClient
from cytaxii2.cytaxii2 import cytaxii2

from tests.clients.tool import Tool, Tools, collection_id
from tests.objects import indicator


def cyware(tool: Tool) -> cytaxii2:
    """cytaxii2, set up."""
    return cytaxii2(tool.url(""), tool.user, tool.token)


def test_cytaxii2_polls_page_by_page(tools: Tools) -> None:
    """From discovery to the last page, by `next`, with a filter that is left empty."""
    since = tools.since()
    items = [indicator("TLP:GREEN") for _ in range(3)]
    tools.share(*items)
    client, found, cursor = cyware(tools.of("bob")), [], None
    assert client.root_discovery()["status_code"] == 200
    assert len(client.collection_request()["response"]["collections"]) == 5
    attacks = collection_id("attacks")
    assert client.collection_data_request(attacks)["response"]["id"] == attacks
    for _ in range(3):
        answer = client.poll_request(attacks, added_after=since, limit=1, next=cursor)
        found += answer["response"]["objects"]
        cursor = answer["response"].get("next")
    assert found == items
    assert cursor is None


def test_cytaxii2_posts_and_reads_errors(tools: Tools) -> None:
    """A status of 202, and an error resource that is JSON."""
    client = cyware(tools.of("ann"))
    envelope = json.dumps({"objects": [indicator("TLP:GREEN")]})
    posted = client.inbox_request(collection_id("attacks"), envelope)
    assert (posted["status_code"], posted["response"]["success_count"]) == (202, 1)
    wrong = cytaxii2(tools.of("ann").url(""), "ann@example.org", "wrong").discovery_request()
    assert (wrong["status_code"], wrong["response"]["http_status"]) == (401, "401")


def test_cc_taxii2_client_takes_envelopes_and_what_was_received(tools: Tools) -> None:
    """Nothing is added to an envelope, and nothing to an object: it would break on either."""
    since = tools.since()
    items = [
        indicator(description="", pattern_version="2.1", name=f"Scanner {n}") for n in range(3)
    ]
    tools.share(*items, to="compromises")
    tool = tools.of("bob")
    client: Any = CCTaxiiClient(tool.user, tool.token)  # its types leave the addresses out
    client.url, client.account = tool.url("").rstrip("/"), "members"
    assert collection_id("compromises") in client.get_collections("members")
    pages = client.get_cc_indicators_generator(
        collection_id("compromises"), 2, private=True, added_after=since, follow_pages=True
    )
    assert [one.id for page in pages for one in page] == [item["id"] for item in items]
