"""Media types and their negotiation (TAXII 2.1 §1.6.8, §3.1)."""

import pytest

from tests.conformance.items import item
from tests.conformance.served import ATTACKS, EMPTY, MEMBERS, PUBLIC, Site, basic
from tests.conformance.wire import TAXII, Answer, assert_error
from tests.objects import fresh_id, indicator

OURS = "application/taxii+json"
OLD = ("application/vnd.oasis.taxii+json; version=2.0", "application/vnd.oasis.stix+json")


@item(
    "T-020", "§1.6.8", "The only media type is `application/taxii+json`", chosen="2.0's: 406, 415"
)
def test_the_names_of_version_2_0_are_gone(site: Site) -> None:
    """Neither asked for nor sent; what is answered is ours in every case."""
    for name in OLD:
        assert_error(site.ask("bob", MEMBERS, accept=name), 406)
        answer = site.post("ann", {"objects": [indicator("TLP:GREEN")]}, content_type=name)
        assert_error(answer, 415)
    assert (site.ask("bob", MEMBERS).header("Content-Type") or "").startswith(f"{OURS};")


@item(
    "T-021",
    "§3.1",
    "Every answer has `Content-Type: application/taxii+json;version=2.1`",
    lacking="what is no HTTP, or has a line over 8,190 octets, is refused by the web server in "
    "HTML, before it is known to be TAXII",
)
def test_every_answer_has_the_one_media_type(site: Site) -> None:
    """Success and failure, at every endpoint, found or not."""
    shared = indicator("TLP:GREEN")
    status = site.share("ann", shared)
    one = f"{ATTACKS}objects/{shared['id']}/"
    wrong = {"Authorization": basic("a", "b")}
    answers: dict[str, tuple[Answer, int]] = {
        "discovery": (site.ask(None, "/taxii2/"), 200),
        "root": (site.ask("bob", MEMBERS), 200),
        "status": (site.ask("ann", f"{MEMBERS}status/{status['id']}/"), 200),
        "collections": (site.ask("bob", f"{MEMBERS}collections/"), 200),
        "collection": (site.ask("bob", ATTACKS), 200),
        "manifest": (site.ask("bob", f"{ATTACKS}manifest/"), 200),
        "objects": (site.ask("bob", f"{ATTACKS}objects/"), 200),
        "no objects": (site.ask("bob", f"{EMPTY}objects/"), 200),
        "object": (site.ask("bob", one), 200),
        "versions": (site.ask("bob", f"{one}versions/"), 200),
        "posted": (site.post("ann", {"objects": [shared]}), 202),
        "HEAD": (site.ask("bob", one, method="HEAD"), 200),
        "malformed": (site.ask("bob", f"{ATTACKS}objects/?limit=0"), 400),
        "no credentials": (site.ask(None, MEMBERS), 401),
        "wrong credentials": (site.ask(None, PUBLIC, headers=wrong), 401),
        "closed": (site.ask("ros", MEMBERS), 403),
        "read-only": (site.post("rae", {"objects": [shared]}), 403),
        "no root": (site.ask("bob", "/taxii2/none/"), 404),
        "no route": (site.ask("bob", f"{MEMBERS}none/none/none/none/none/"), 404),
        "no object": (site.ask("bob", f"{ATTACKS}objects/{fresh_id('malware')}/"), 404),
        "no method": (site.ask("bob", ATTACKS, method="PUT", body=b""), 405),
        "OPTIONS": (site.ask("bob", ATTACKS, method="OPTIONS"), 405),
        "not acceptable": (site.ask("bob", MEMBERS, accept="text/html"), 406),
        "too large": (site.post("ann", b" " * 100_000), 413),
        "no media type": (site.post("ann", {}, content_type=None), 415),
        "no envelope": (site.post("ann", b"{}"), 422),
        "deleted": (site.ask("ann", one, method="DELETE"), 200),
    }
    found = {
        name: (answer.status, answer.header("Content-Type"))
        for name, (answer, _) in answers.items()
    }
    assert found == {name: (status_, TAXII) for name, (_, status_) in answers.items()}


def test_an_address_that_is_too_long_is_414(site: Site) -> None:
    """By the web server itself; a shorter list of ids does."""
    ids = ",".join(fresh_id("indicator") for _ in range(200))
    path = f"{ATTACKS}objects/?match[id]="
    assert site.ask("bob", path + ids).status == 414
    assert site.ask("bob", path + ids[: len(ids) // 2]).document == {"more": False}


@item("T-022", "§3.1, §1.6.8.2", "Accept without a version gets the highest version there is")
def test_a_range_without_version_gets_2_1(site: Site) -> None:
    """At every kind of endpoint."""
    for path in ("/taxii2/", MEMBERS, ATTACKS, f"{ATTACKS}objects/"):
        answer = site.ask("bob", path, accept=OURS)
        assert (answer.status, answer.header("Content-Type")) == (200, TAXII)


@pytest.mark.parametrize(
    "accept", [OURS, TAXII, f"text/html, {OURS}", f"{TAXII}, text/html", f"x/y;q=0.1,{TAXII};q=1"]
)
@item("T-023", "§3.1", "Accept with a media type of the endpoint is never 406")
def test_a_range_that_is_ours_is_never_406(site: Site, accept: str) -> None:
    """Alone or in a list, with its version or without."""
    assert site.ask("bob", f"{ATTACKS}objects/", accept=accept).status == 200
    assert site.post("ann", {"objects": [indicator("TLP:GREEN")]}, accept=accept).status == 202


@pytest.mark.parametrize("content_type", [OURS, TAXII])
@item("T-024", "§3.1", "Content-Type with the media type of the endpoint is never 415")
def test_a_body_of_our_media_type_is_never_415(site: Site, content_type: str) -> None:
    """With its version and without."""
    envelope = {"objects": [indicator("TLP:GREEN")]}
    assert site.post("ann", envelope, content_type=content_type).status == 202


@item(
    "T-025",
    "§3.1",
    "Other media types may be served or refused",
    chosen="`application/json` and wildcards served, STIX bodies taken; others 406, 415",
)
def test_other_media_types_are_served_where_clients_need_it(site: Site) -> None:
    """What products in the field send; and the refusal of the rest."""
    for accept in ("application/json", "application/*", "*/*"):
        assert site.ask("bob", MEMBERS, accept=accept).status == 200
    for accept in ("text/html", "application/stix+json;version=2.1", "image/*"):
        assert_error(site.ask("bob", MEMBERS, accept=accept), 406)
    envelope = {"objects": [indicator("TLP:GREEN")]}
    for taken in ("application/json", "application/stix+json;version=2.1"):
        assert site.post("ann", envelope, content_type=taken).status == 202
    for refused in ("text/plain", "application/xml", "multipart/form-data; boundary=x"):
        assert_error(site.post("ann", envelope, content_type=refused), 415)


@item(
    "T-026",
    "§3.1",
    "A client that posts sends Accept and Content-Type",
    chosen="without Content-Type 415; without Accept it is answered",
)
def test_a_post_names_what_it_sends(site: Site) -> None:
    """A missing Accept allows everything, by RFC 9110 §12.5.1."""
    envelope = {"objects": [indicator("TLP:GREEN")]}
    assert_error(site.post("ann", envelope, content_type=None), 415)
    assert site.post("ann", envelope, accept=None).status == 202


@item("T-027", "§5.3", "Accept is a list with `q`, optional spaces, names in any case")
def test_accept_is_read_as_http_defines_it(site: Site) -> None:
    """The two ranges with which §5.3 shows manifests, among others."""
    for accept in (
        f"{TAXII}, application/stix+json;version=2.1",
        "APPLICATION/TAXII+JSON ; VERSION=2.1",
        f"text/html;q=0.9 ,\t{OURS} ; version=2.1 ; q=0.2",
        f" , {TAXII} , ",
    ):
        answer = site.ask("bob", f"{ATTACKS}manifest/", accept=accept)
        assert (answer.status, answer.header("Content-Type")) == (200, TAXII), accept
    assert_error(site.ask("bob", f"{ATTACKS}manifest/", accept=f"{TAXII};q=0"), 406)


VECTORS = {
    OURS: 200,
    f"{OURS};version=2.1": 200,
    f"{OURS}; version=2.1": 200,
    f'{OURS};version="2.1"': 200,
    f"{OURS};version=2.1;q=0.5": 200,
    f"{OURS};version=2.0, {OURS};version=2.1": 200,
    "*/*": 200,
    None: 200,
    f"{OURS};version=3.0": 406,
    f"{OURS};version=2.0": 406,
}


@pytest.mark.parametrize(("accept", "status"), VECTORS.items(), ids=map(str, VECTORS))
@item("T-028", "§3.1", "Every spelling of Accept that names version 2.1, or none, is answered")
def test_spellings_of_accept(site: Site, accept: str | None, status: int) -> None:
    """And one that names another version alone is not."""
    answer = site.ask("bob", f"{ATTACKS}objects/", accept=accept)
    assert answer.status == status
    assert answer.header("Content-Type") == TAXII


@item("T-029", "§3.1", "A success has the resource of its endpoint; a failure may have an error")
def test_a_success_has_the_resource_of_its_endpoint(site: Site) -> None:
    """By the properties that each resource must have."""
    shared = indicator("TLP:GREEN")
    status = site.share("ann", shared)
    required = {
        "/taxii2/": {"title"},
        MEMBERS: {"title", "versions", "max_content_length"},
        f"{MEMBERS}status/{status['id']}/": {"id", "status", "total_count"},
        f"{MEMBERS}collections/": {"collections"},
        ATTACKS: {"id", "title", "can_read", "can_write"},
        f"{ATTACKS}manifest/": {"objects"},
        f"{ATTACKS}objects/": {"objects"},
        f"{ATTACKS}objects/{shared['id']}/": {"objects"},
        f"{ATTACKS}objects/{shared['id']}/versions/": {"versions"},
    }
    for path, names in required.items():
        assert site.ask("ann", path).document.keys() >= names, path


@item("M-1", "§3.1", "Accept lists, wildcards and `q`; medallion answers 406")
def test_accept_is_not_compared_as_text(site: Site) -> None:
    """What medallion's comparison refuses."""
    for accept in (OURS, "*/*", f"{TAXII};q=1", TAXII.upper(), f"{OURS};version=2.0,{TAXII}"):
        assert site.ask("bob", MEMBERS, accept=accept).status == 200


@item("M-2", "§3.1", "Content-Type without a version; medallion answers 415")
def test_content_type_is_not_compared_as_text(site: Site) -> None:
    """Nor does a space, a quotation mark or another case matter."""
    for given in (OURS, f"{OURS}; version=2.1", f'{OURS};version="2.1"', TAXII.upper()):
        answer = site.post("ann", {"objects": [indicator("TLP:GREEN")]}, content_type=given)
        assert answer.status == 202


@item("M-12", "§3.1", "Errors are error resources; medallion answers some in HTML")
def test_no_answer_is_html(site: Site) -> None:
    """401, the router's 404 and 405, and a body that is no JSON."""
    assert_error(site.ask(None, MEMBERS), 401)
    assert_error(site.ask("bob", f"{MEMBERS}a/b/c/d/e/f/"), 404)
    assert_error(site.ask("bob", MEMBERS, method="PATCH", body=b"{}"), 405)
    assert_error(site.post("ann", b"{"), 422)
