"""MISP and Splunk's CTIS add-on, which post; Cabby, which is of another age.

Sources: MISP/MISP, `taxii_push.py` and `TaxiiServer.php`; splunk/ctis-taxii-splunk-app,
`common.py` and `taxii_config_validator.py`; eclecticiq/cabby, `dispatcher.py`.
"""

from base64 import b64decode

import orjson
import pytest
from requests.auth import HTTPBasicAuth
from taxii2client.v21 import ApiRoot, Collection, Server

from tests.clients.tool import Tools, collection_id
from tests.conformance.served import MAX_LENGTH
from tests.conformance.wire import TAXII, assert_error
from tests.objects import fresh_id, indicator

ENOUGH = 50


# MISP


def test_misp_lists_collections_with_its_own_headers(tools: Tools) -> None:
    """`basic` in small letters, and a Content-Type on GET."""
    tool = tools.of("ann")
    headers = {
        "Authorization": f"basic {tool.basic}",
        "Content-type": TAXII,
        "Accept": TAXII,
    }
    for path in ("/taxii2/", "/taxii2/members/", "/taxii2/members/collections/"):
        assert tool.get(path, headers).status == 200


def test_misp_pushes_envelopes_that_fit(tools: Tools) -> None:
    """Cut by `max_content_length`, each taken whole; name and token parted at the one colon."""
    tool = tools.of("ann")
    auth = HTTPBasicAuth(*b64decode(tool.basic).split(b":"))
    root_url = f"{tool.url('').rstrip('/')}/members"
    with ApiRoot(root_url, auth=auth) as root:
        limit = root.max_content_length
    assert limit == MAX_LENGTH
    items = [indicator("TLP:GREEN", description="x" * 2_000) for _ in range(40)]
    with Collection(f"{root_url}/collections/{collection_id('attacks')}", auth=auth) as writing:
        while items:
            batch: list[bytes] = []
            while items and sum(map(len, batch)) + len(orjson.dumps(items[0])) + 100 < limit:
                batch.append(orjson.dumps(items.pop()))
            envelope = b'{"objects":[' + b",".join(batch) + b"]}"
            status = writing.add_objects(envelope, wait_for_completion=False)
            assert (status.status, status.failure_count) == ("complete", 0)


# Splunk


def test_splunk_checks_its_settings_and_posts_a_bundle(tools: Tools) -> None:
    """The API root is taken for a server when it is checked; a bundle comes as TAXII."""
    tool = tools.of("ann")
    url = tool.url("members/")
    assert Server(url=url, user=tool.user, password=tool.token).title == "CloudSIRT members"
    root = ApiRoot(url=url, user=tool.user, password=tool.token)
    (wanted,) = [one for one in root.collections if one.id == collection_id("attacks")]
    item = indicator("TLP:AMBER")
    bundle = {"type": "bundle", "id": fresh_id("bundle"), "objects": [item]}
    status = wanted.add_objects(orjson.dumps(bundle).decode())
    assert (status.status, status.success_count) == ("complete", 1)


# Cabby


@pytest.mark.parametrize("path", ["/taxii2/", "/taxii2", "/taxii2/services/discovery"])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_taxii_1_is_refused_in_so_many_words(tools: Tools, path: str, version: str) -> None:
    """Whatever the address and the credentials; 406, and not the fault of a missing page."""
    tool = tools.of("bob")
    headers = {
        "User-Agent": "cabby",
        "Content-Type": "application/xml",
        "Accept": "application/xml",
        "X-TAXII-Content-Type": f"urn:taxii.mitre.org:message:xml:{version}",
        "X-TAXII-Accept": f"urn:taxii.mitre.org:message:xml:{version}",
        "X-TAXII-Services": f"urn:taxii.mitre.org:services:{version}",
        "X-TAXII-Protocol": "urn:taxii.mitre.org:protocol:http:1.0",
    }
    body = b"<taxii_11:Discovery_Request message_id='1'/>"
    for credentials in ({}, {"Authorization": f"Basic {tool.basic}"}):
        answer = tool.post(path, body, {**headers, **credentials})
        assert "no TAXII 1" in assert_error(answer, 406)["description"]
