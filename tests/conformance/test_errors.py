"""Errors (TAXII 2.1 §3.6), and methods that an endpoint does not have (RFC 9110 §15.5.6)."""

import pytest

from tests.conformance.items import item
from tests.conformance.served import ATTACKS, MEMBERS, PUBLIC, Site, basic
from tests.conformance.wire import TAXII, Answer, assert_error

NONE = "9b1de5d8-7a0c-4e62-9d3b-0c1b7c6d2f10"


def failures(site: Site) -> dict[int, Answer]:
    """One failure of each kind."""
    wrong = {"Authorization": basic("ann@example.org", "wrong")}
    return {
        400: site.ask("ann", f"{ATTACKS}objects/?limit=0"),
        401: site.ask(None, PUBLIC, headers=wrong),
        403: site.ask("ros", ATTACKS),
        404: site.ask("ann", f"{MEMBERS}nothing/"),
        405: site.ask("ann", MEMBERS, method="DELETE"),
        406: site.ask("ann", MEMBERS, accept="text/html"),
        413: site.post("ann", b" " * 70_000),
        415: site.post("ann", {}, content_type="text/plain"),
        422: site.post("ann", {}),
    }


@item("T-150", "§3.6.1", "An error has a `title`; all else is optional, and text")
def test_an_error_has_its_properties(site: Site) -> None:
    """A title and a sentence for whoever reads it."""
    for status, answer in failures(site).items():
        document = assert_error(answer, status)
        assert document.keys() == {"title", "description", "http_status"}
        assert all(isinstance(value, str) and value for value in document.values())


@item("T-151", "§3.6.1", "`http_status` is the status of the answer, as text")
def test_the_status_stands_in_the_error_as_text(site: Site) -> None:
    """For each kind of failure."""
    for status, answer in failures(site).items():
        assert (answer.status, answer.document["http_status"]) == (status, str(status))


METHODS = [
    ("/taxii2/", {"GET", "HEAD"}),
    (MEMBERS, {"GET", "HEAD"}),
    (f"{MEMBERS}status/{NONE}/", {"GET", "HEAD"}),
    (f"{MEMBERS}collections/", {"GET", "HEAD"}),
    (ATTACKS, {"GET", "HEAD"}),
    (f"{ATTACKS}manifest/", {"GET", "HEAD"}),
    (f"{ATTACKS}objects/", {"GET", "HEAD", "POST"}),
    (f"{ATTACKS}objects/malware--{NONE}/", {"GET", "HEAD", "DELETE"}),
    (f"{ATTACKS}objects/malware--{NONE}/versions/", {"GET", "HEAD"}),
]


@pytest.mark.parametrize(("path", "allowed"), METHODS)
def test_a_method_that_is_not_there_is_405(site: Site, path: str, allowed: set[str]) -> None:
    """OPTIONS as well: an error in the words of TAXII, which names those that are there."""
    for method in {"OPTIONS", "PUT", "PATCH", "POST", "DELETE", "TRACE"} - allowed:
        answer = site.ask("ann", path, method=method, body=b"")
        assert_error(answer, 405)
        assert set((answer.header("Allow") or "").split(", ")) == allowed


def test_options_beside_the_endpoints_is_404(site: Site) -> None:
    """There is nothing to say about what is not there."""
    for path in ("/taxii2/none/none/none/", f"{MEMBERS}none/"):
        assert_error(site.ask("ann", path, method="OPTIONS"), 404)


def test_head_is_get_without_its_body(site: Site) -> None:
    """RFC 9110 §9.3.2, for a success and for a failure."""
    for who, path in (("ann", MEMBERS), (None, MEMBERS), ("ann", f"{MEMBERS}nothing/")):
        head, get = site.ask(who, path, method="HEAD"), site.ask(who, path)
        assert (head.status, head.body) == (get.status, b"")
        assert head.header("Content-Type") == TAXII
        assert head.header("Content-Length") == str(len(get.body))
