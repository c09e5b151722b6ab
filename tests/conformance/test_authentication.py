"""Who asks (TAXII 2.1 §1.6.9, §8.2.2): credentials, challenges, and what is open without any."""

import re

import pytest

from tests.conformance.items import item
from tests.conformance.served import ATTACKS, EVERYTHING, MEMBERS, PUBLIC, RESEARCH, Site, basic
from tests.conformance.wire import assert_error
from tests.objects import indicator

CHALLENGE = re.compile(r'(Basic|Bearer) realm="[^"]+"(, (Basic|Bearer) realm="[^"]+")*')
OBJECT = f"{ATTACKS}objects/indicator--9b1de5d8-7a0c-4e62-9d3b-0c1b7c6d2f10/"
ENDPOINTS = [
    ("GET", f"{MEMBERS}collections/"),
    ("GET", ATTACKS),
    ("GET", f"{ATTACKS}manifest/"),
    ("GET", f"{ATTACKS}objects/"),
    ("POST", f"{ATTACKS}objects/"),
    ("GET", OBJECT),
    ("DELETE", OBJECT),
    ("GET", f"{OBJECT}versions/"),
]


@item("T-005", "§8.2.2", "HTTP Basic is understood", chosen="and the same token as Bearer or Token")
def test_basic_credentials_are_understood(site: Site) -> None:
    """The name and the token as RFC 7617 writes them; the token alone in its own schemes."""
    assert site.ask("ann", MEMBERS).status == 200
    for scheme in ("Bearer", "Token", "bearer"):
        given = {"Authorization": f"{scheme} {site.world.tokens['ann']}"}
        assert site.ask(None, MEMBERS, headers=given).status == 200


@item(
    "T-006",
    "§8.2.2",
    "Schemes may be added, disabled, or unauthorised requests ignored",
    chosen="others than Basic, Bearer and Token get 401",
)
def test_a_scheme_that_is_not_offered_is_refused(site: Site) -> None:
    """Nothing is ignored in silence."""
    for given in ('Digest username="ann"', "Negotiate YII=", "nonsense"):
        assert_error(site.ask(None, MEMBERS, headers={"Authorization": given}), 401)


@item("T-007", "§1.6.9", "401 comes with `WWW-Authenticate` and a challenge of a known scheme")
def test_whoever_needs_credentials_is_challenged(site: Site) -> None:
    """Without credentials and with wrong ones."""
    wrong = {"Authorization": basic("ann@example.org", "cst_wrong")}
    for answer in (site.ask(None, MEMBERS), site.ask(None, MEMBERS, headers=wrong)):
        assert_error(answer, 401)
        assert CHALLENGE.fullmatch(answer.header("WWW-Authenticate") or "")


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
@item("T-008", "§5.1–§5.8", "Failed authentication is 401 or 404 at every endpoint", chosen="401")
def test_failed_authentication_is_401_at_every_endpoint(site: Site, method: str, path: str) -> None:
    """Whether there are no credentials, or wrong ones, and whatever else is wrong."""
    wrong = {"Authorization": basic("ann@example.org", site.world.tokens["bob"])}
    for headers in ({}, wrong):
        body = b"{}" if method == "POST" else None
        answer = site.ask(None, path, method=method, body=body, headers=headers, accept="text/x")
        assert_error(answer, 401)


@item("T-010", "§4.2", "Each API root has a URL and may have an authentication of its own")
def test_roots_differ_in_url_and_in_whom_they_let_in(site: Site) -> None:
    """Public is open to all; research and members to their own."""
    expected = {
        (None, PUBLIC): 200,
        (None, RESEARCH): 401,
        (None, MEMBERS): 401,
        ("ros", PUBLIC): 200,
        ("ros", RESEARCH): 200,
        ("ros", MEMBERS): 403,
        ("bob", PUBLIC): 200,
        ("bob", RESEARCH): 403,
        ("bob", MEMBERS): 200,
        ("lou", PUBLIC): 200,
        ("lou", MEMBERS): 403,
    }
    assert {key: site.ask(*key).status for key in expected} == expected
    assert len({MEMBERS, RESEARCH, PUBLIC}) == 3


@item("T-012", "§8.2.1", "A request without User-Agent is not refused for that")
def test_a_request_needs_no_user_agent(site: Site) -> None:
    """This suite never sends one; an empty and an odd one do no harm either."""
    assert site.ask("bob", EVERYTHING).status == 200
    for agent in ("", "x" * 500):
        assert site.ask("bob", EVERYTHING, headers={"User-Agent": agent}).status == 200


@item(
    "I-1",
    "interop §3.1",
    "No credentials, wrong ones, Basic",
    lacking="no client certificates (§3.1.3)",
)
def test_the_interoperability_cases_of_authentication(site: Site) -> None:
    """§3.1.1, §3.1.2, §3.1.4 of the test document."""
    answer = site.ask(None, f"{MEMBERS}collections/")
    assert_error(answer, 401)
    assert (answer.header("WWW-Authenticate") or "").startswith("Basic ")
    wrong = {"Authorization": basic("ann@example.org", "wrong")}
    assert_error(site.ask(None, f"{MEMBERS}collections/", headers=wrong), 401)
    assert site.ask("ann", f"{MEMBERS}collections/").status == 200


@item("M-14", "§5.2.1", "Rights are per client; medallion has one set for all")
def test_rights_are_the_callers_own(site: Site) -> None:
    """The same collection, four callers, four answers."""
    rights = {}
    for who in ("ann", "rae", "wes", "nell"):
        found = site.ask(who, ATTACKS).document
        rights[who] = found["can_read"], found["can_write"]
    assert rights == {
        "ann": (True, True),
        "rae": (True, False),
        "wes": (False, True),
        "nell": (False, False),
    }


@item("M-18", "§8.2.2", "No default users; medallion has `user` with `pass` unless configured")
def test_there_is_no_default_user(site: Site) -> None:
    """Neither medallion's own nor others that people try."""
    item_ = indicator("TLP:GREEN")
    for name, secret in (("user", "pass"), ("admin", "Password0"), ("root", "example")):
        given = {"Authorization": basic(name, secret)}
        assert_error(site.ask(None, "/taxii2/", headers=given), 401)
        assert_error(site.ask(None, f"{ATTACKS}objects/{item_['id']}/", headers=given), 401)
