"""Discovery and API roots (TAXII 2.1 §4.1, §4.2)."""

import re

import orjson

from tests.conformance.items import item
from tests.conformance.served import (
    BASE_URL,
    MAX_LENGTH,
    MEMBERS,
    PUBLIC,
    RESEARCH,
    Site,
    basic,
)
from tests.conformance.wire import TAXII, assert_error
from tests.objects import indicator

CALLERS = ("ann", "nell", "ros", "lou", None)
WRONG = {"Authorization": basic("ann@example.org", "wrong")}


@item("T-050", "§4.1.1", "Discovery has a `title`; the rest is optional")
def test_discovery_has_its_properties(site: Site) -> None:
    """For everybody, with credentials or without."""
    for who in CALLERS:
        document = site.ask(who, "/taxii2/").document
        assert document["title"] == "CloudSIRT"
        assert document.keys() == {"title", "description", "default", "api_roots"}


@item("T-051", "§4.1.1", "`default` is one of `api_roots`")
def test_the_default_is_one_of_the_roots(site: Site) -> None:
    """Whoever asks."""
    for who in CALLERS:
        document = site.ask(who, "/taxii2/").document
        assert document["default"] in document["api_roots"]


@item(
    "T-052",
    "§4.1.1",
    "API roots are HTTPS URLs or paths, without a query; they may depend on the client",
    chosen="absolute URLs; those that the client can use",
)
def test_api_roots_are_urls_that_the_caller_can_use(site: Site) -> None:
    """By the address that is configured; each one listed answers, each one not listed refuses."""
    for who in CALLERS:
        listed = site.ask(who, "/taxii2/").document["api_roots"]
        assert all(re.fullmatch(r"https://[a-z.]+/taxii2/[a-z]+/", url) for url in listed)
        for root in (MEMBERS, RESEARCH, PUBLIC):
            assert (site.ask(who, root).status == 200) == (BASE_URL + root in listed)


@item("T-053", "§4.1", "Discovery fails with 401, 403, 404 or 406")
def test_how_discovery_fails(site: Site) -> None:
    """Wrong credentials, and an Accept that names nothing we have."""
    assert_error(site.ask(None, "/taxii2/", headers=WRONG), 401)
    assert_error(site.ask(None, "/taxii2/", accept="text/html"), 406)


@item("T-054", "§4.2.1", "An API root has `title`, `versions` and `max_content_length`")
def test_a_root_has_its_properties(site: Site) -> None:
    """Each of the three."""
    for who, root in (("ann", MEMBERS), ("ros", RESEARCH), (None, PUBLIC)):
        document = site.ask(who, root).document
        assert document.keys() == {"title", "versions", "max_content_length"}
        assert document["title"]


@item("T-055", "§4.2.1", "`versions` are media types with a version, ours among them")
def test_versions_are_media_types(site: Site) -> None:
    """2.1 is the only one."""
    assert site.ask("ann", MEMBERS).document["versions"] == [TAXII]


@item("T-056", "§4.2.1", "`max_content_length` is positive; what is shorter is not 413")
def test_the_largest_body_is_taken(site: Site) -> None:
    """Up to the very octet that is promised."""
    longest = site.ask("ann", MEMBERS).document["max_content_length"]
    assert longest == MAX_LENGTH
    for size, status in ((longest - 1, 202), (longest, 202), (longest + 1, 413)):
        body = orjson.dumps({"objects": [indicator("TLP:GREEN")]}).ljust(size)
        assert len(body) == size
        assert site.post("ann", body).status == status


@item("T-057", "§4.2", "An API root fails with 401, 403, 404 or 406")
def test_how_a_root_fails(site: Site) -> None:
    """No credentials, wrong ones, no right, no such root, no media type."""
    assert_error(site.ask(None, MEMBERS), 401)
    assert_error(site.ask(None, PUBLIC, headers=WRONG), 401)
    assert_error(site.ask("ros", MEMBERS), 403)
    assert_error(site.ask("ann", "/taxii2/none/"), 404)
    assert_error(site.ask("ann", MEMBERS, accept="text/html"), 406)


@item(
    "I-2",
    "interop §3.2.1",
    "Discovery with an absolute and a relative API root",
    lacking="absolute ones only, which every client understands",
)
def test_the_interoperability_case_of_discovery(site: Site) -> None:
    """Title, default and roots."""
    document = site.ask("ann", "/taxii2/").document
    assert document["api_roots"] == [BASE_URL + MEMBERS, BASE_URL + PUBLIC]
    assert document["default"] == BASE_URL + MEMBERS


@item("I-3", "interop §3.3", "An API root, and 404 for one that is not there")
def test_the_interoperability_cases_of_api_roots(site: Site) -> None:
    """§3.3.1, §3.3.2 of the test document."""
    assert site.ask("ann", MEMBERS).document["versions"] == [TAXII]
    for who in ("ann", None):
        assert_error(site.ask(who, "/taxii2/none/"), 404)
