"""The gate: denied by default, forms of ours only, and the headers and cookies of every answer."""

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from cloudsirt import clock
from cloudsirt.auth import gate, passwords, sessions
from cloudsirt.auth.gate import permission_of
from cloudsirt.auth.permissions import Permission
from feeds.taxii.door import is_taxii
from tests.world import PASSWORD, World


@pytest.fixture
def engine_name() -> str:
    """The gate asks the database for sessions only; one engine will do."""
    return "sqlite"


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with parameters that cost nothing."""
    monkeypatch.setattr(
        passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    )


@pytest.fixture
def world(world: World) -> World:
    """A member with a person who can sign in."""
    return peopled(world)


@pytest.fixture
def secure(database_url: str, world: World) -> Iterator[World]:
    """The same installation behind TLS."""
    settings = {"base_url": "https://share.example.org"}
    made = World(database_url, world.folder / "secure", settings=settings, people=world.people)
    yield made
    made.close()


def peopled(world: World) -> World:
    """Let Ann be a member who can sign in."""
    world.member("Alpha", "ann")
    world.set_password("ann")
    return world


def rules(world: World) -> list[Rule]:
    """Every route that the gate guards."""
    return [
        rule
        for rule in world.app.url_map.iter_rules()
        if not is_taxii(rule.rule) and rule.endpoint != "portal.static"
    ]


def path_of(rule: Rule) -> str:
    """A path that a route matches; of several words the first."""
    chosen = re.sub(r"<any\('([^']+)'[^>]*>", r"\1", rule.rule)
    return re.sub(r"<[^>]+>", "some", chosen)


def signed_in(world: World) -> FlaskClient:
    """A browser in which Ann is signed in."""
    client, secret = world.client(), clock.new_secret()
    sessions.sign_in(world.house, "ann@example.org", PASSWORD, secret)
    client.set_cookie("cloudsirt", secret)
    return client


def form_token(page: TestResponse) -> str:
    """The token of the first form on a page."""
    found = re.search(r'name="csrf_token" value="([0-9a-f]{64})"', page.text)
    assert found is not None
    return found[1]


def credentials(token: str, target: str = "") -> dict[str, str]:
    """The sign-in form, filled in by Ann."""
    return {
        "csrf_token": token,
        "email": "ann@example.org",
        "password": PASSWORD,
        "next": target,
    }


# denied by default


def test_every_route_declares_what_it_needs(world: World) -> None:
    """No view of the portal is without a permission, and reading needs none that changes."""
    found = rules(world)
    assert len(found) > 10
    for rule in found:
        permission = permission_of(world.app.view_functions[rule.endpoint])
        assert permission is not None, rule.rule
        is_reading = (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS"}
        assert not (is_reading and permission is Permission.ACCOUNT_CHANGE), rule.rule


def test_what_needs_nobody_is_a_short_list(world: World) -> None:
    """What anybody reaches: the front page, the advisories, and the ways to an account.

    The pages of applicants ask for their link themselves: tests/functional/test_apply_access.py.
    """
    views = world.app.view_functions
    found = {
        rule.rule
        for rule in rules(world)
        if permission_of(views[rule.endpoint]) is not Permission.APPLICATION_OWN
        and not (permission_of(views[rule.endpoint]) or Permission.FEED_READ).needs_sign_in
    }
    assert found == {
        "/",
        "/sign-in",
        "/welcome/<text>",
        "/forgot",
        "/reset",
        "/reset/<text>",
        "/advisories/",
        "/advisories/<stix_id>",
        "/advisories/<stix_id>/raw",
        "/advisories/feed.atom",
        "/members",
        "/advisories/withdrawn",
        "/bylaws",
        "/keys/audit.pub",
    }


def test_a_view_that_declares_nothing_answers_403_to_everybody(world: World) -> None:
    """Forgetting to declare closes the view."""
    world.app.add_url_rule("/planted", view_func=lambda: "secret", methods=["GET", "POST"])
    for client in (world.client(), signed_in(world)):
        for answer in (client.get("/planted"), client.head("/planted"), client.post("/planted")):
            assert answer.status_code == 403
            assert "secret" not in answer.text


def test_a_declared_view_is_reached_as_declared(world: World) -> None:
    """The mark is what opens it, and no more than it says."""

    @gate.needs(Permission.FEED_READ)
    def planted() -> str:
        return f"hello {gate.someone().person.email}"

    world.app.add_url_rule("/planted", view_func=planted)
    assert world.client().get("/planted").status_code == 303
    assert signed_in(world).get("/planted").text == "hello ann@example.org"


def test_visitors_are_sent_to_sign_in(world: World) -> None:
    """Every page that needs somebody, whether or not there is anything at its address."""
    views = world.app.view_functions
    closed = [
        rule
        for rule in rules(world)
        if "GET" in (rule.methods or set())
        and (permission_of(views[rule.endpoint]) or Permission.FEED_READ).needs_sign_in
    ]
    assert len(closed) >= 4
    for rule in closed:
        answer = world.client().get(path_of(rule))
        assert answer.status_code == 303
        target = urlsplit(answer.location)
        assert (target.netloc, target.path) == ("", "/sign-in")
        assert parse_qs(target.query)["next"] == [path_of(rule)]


def test_an_address_that_does_not_exist_is_404(world: World) -> None:
    """For visitors and for people; what no address can hold is no fault of ours."""
    for client in (world.client(), signed_in(world)):
        for path in ("/nowhere", "/feed/more", "/objects/a/b/c", "/objects/%00", "/%00"):
            answer = client.get(path)
            assert answer.status_code == 404, path
            assert "or it is not for you" in answer.text
        answer = client.put("/feed")
        assert answer.status_code == 405
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


# forms


def test_every_form_needs_its_token(world: World) -> None:
    """403 for each POST of the portal without a token, from a visitor and from somebody."""
    posts = [path_of(rule) for rule in rules(world) if "POST" in (rule.methods or set())]
    assert len(posts) >= 3
    for path in posts:
        for client in (world.client(), signed_in(world)):
            for data in ({}, {"csrf_token": ""}, {"csrf_token": "0" * 64}, {"csrf_token": "é"}):
                assert client.post(path, data=data).status_code == 403, path


def test_a_token_is_bound_to_its_browser(world: World) -> None:
    """Another visitor's token, and the one from before signing in, are not genuine here."""
    client, other = world.client(), world.client()
    token, others = form_token(client.get("/sign-in")), form_token(other.get("/sign-in"))
    assert token != others
    assert client.post("/sign-in", data=credentials(others)).status_code == 403
    assert world.client().post("/sign-in", data=credentials(token)).status_code == 403
    assert client.post("/sign-in", data=credentials(token)).status_code == 303
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 403
    session, another = signed_in(world), form_token(client.get("/account/"))
    assert session.post("/sign-out", data={"csrf_token": another}).status_code == 403
    assert client.post("/sign-out", data={"csrf_token": another}).status_code == 303


@pytest.mark.parametrize(
    ("site", "status"),
    [
        ("cross-site", 403),
        ("same-site", 403),
        ("CROSS-SITE", 403),
        ("same-origin", 303),
        ("none", 303),
    ],
)
def test_a_form_sent_from_another_site_is_refused(world: World, site: str, status: int) -> None:
    """What the browser itself says of where a request comes from counts beside the token."""
    client = world.client()
    data = credentials(form_token(client.get("/sign-in")))
    answer = client.post("/sign-in", data=data, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == status
    assert (client.get_cookie("cloudsirt") is not None) == (status == 303)


def test_a_refused_form_changes_nothing(world: World) -> None:
    """The session that somebody tried to end from elsewhere is still open."""
    client = signed_in(world)
    data = {"csrf_token": form_token(client.get("/account/"))}
    headers = {"Sec-Fetch-Site": "cross-site"}
    for path in ("/sign-out", "/account/sign-out-everywhere"):
        assert client.post(path, data=data, headers=headers).status_code == 403
    assert client.get("/feed").status_code == 200


def test_a_link_signs_nobody_out(world: World) -> None:
    """Changing something takes a POST."""
    client = signed_in(world)
    for path in ("/sign-out", "/account/sign-out-everywhere"):
        assert client.get(path).status_code == 405
    assert client.get("/feed").status_code == 200


# coming back


def test_signing_in_leads_back_to_where_one_wanted_to_go(world: World) -> None:
    """With its query, through the form; and to the feed when there was nowhere to go."""
    client = world.client()
    sent = client.get("/feed?topic=attacks&q=a%20b%26c")
    form = client.get(sent.location)
    found = re.search(r'name="next" value="([^"]*)"', form.text)
    assert found is not None
    target = found[1].replace("&amp;", "&")
    answer = client.post("/sign-in", data=credentials(form_token(form), target))
    assert answer.location == "/feed?topic=attacks&q=a%20b%26c"
    assert client.get(answer.location).status_code == 200
    assert client.get("/sign-in").location == "/feed"
    assert client.get("/sign-in?next=/account/").location == "/account/"


ELSEWHERE = [
    "https://evil.example/",
    "http://evil.example",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\/evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/feed\r\nSet-Cookie: a=b",
    " //evil.example",
    " /feed",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "//[",
    "http://[",
    "//a\u2100b",
    "/\x00",
    "\ud800".encode(errors="replace").decode(),
    "",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_led_to_another_site(world: World, target: str) -> None:
    """Only paths of this site are followed, through the form and for those signed in already."""
    client = world.client()
    form = client.get("/sign-in", query_string={"next": target})
    assert form.status_code == 200
    answer = client.post("/sign-in", data=credentials(form_token(form), target))
    assert (answer.status_code, answer.location) == (303, "/feed")
    again = client.get("/sign-in", query_string={"next": target})
    assert (again.status_code, again.location) == (303, "/feed")


# headers and cookies


def test_every_answer_carries_the_security_headers(world: World) -> None:
    """Pages, files, errors, redirects and TAXII: no scripts from elsewhere, no sniffing, no
    framing, no referrer, and nothing kept in a cache unless it is the same for everybody."""
    client = signed_in(world)
    paths = {
        "/": "private, no-store",
        "/feed": "private, no-store",
        "/account/": "private, no-store",
        "/advisories/": "private, no-store",
        "/nowhere": "private, no-store",
        "/sign-in": "private, no-store",
        "/taxii2/": "private, no-cache",
        "/taxii2/members/": "private, no-store",
        "/taxii2/nowhere/": "private, no-store",
        "/advisories/feed.atom": "public, max-age=60",
        "/static/layout.css": "max-age=3600",
    }
    for path, kept in paths.items():
        with client.get(path) as answer:
            headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self'" in policy
        assert "base-uri 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert kept in headers["Cache-Control"], path
        assert "Strict-Transport-Security" not in headers
        assert "Server" not in headers


def cookies_of(answer: TestResponse) -> SimpleCookie:
    """The cookies that an answer sets."""
    found = SimpleCookie()
    for line in answer.headers.getlist("Set-Cookie"):
        found.load(line)
    return found


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(world: World) -> None:
    """HttpOnly and SameSite, for the whole site and this host only."""
    client = world.client()
    form = client.get("/sign-in")
    answer = client.post("/sign-in", data=credentials(form_token(form)))
    visitor, session = cookies_of(form), cookies_of(answer)
    assert list(visitor) == ["cloudsirt-visitor"]
    assert list(session) == ["cloudsirt"]
    for cookie in (visitor["cloudsirt-visitor"], session["cloudsirt"]):
        assert cookie["httponly"]
        assert cookie["samesite"] in ("Lax", "Strict")
        assert cookie["path"] == "/"
        assert not cookie["domain"]
        assert not cookie["secure"]
        assert len(cookie.value) >= 43
    assert session["cloudsirt"]["max-age"] == str(12 * 3600)


def test_behind_tls_cookies_are_secure_and_bound_to_the_host(secure: World) -> None:
    """Secure and `__Host-`, by the base URL, however the proxy reaches this process."""
    client = secure.client()
    form = client.get("/sign-in", base_url="https://share.example.org")
    answer = client.post(
        "/sign-in",
        data=credentials(form_token(form)),
        base_url="https://share.example.org",
    )
    for found, name in (
        (cookies_of(form), "__Host-cloudsirt-visitor"),
        (cookies_of(answer), "__Host-cloudsirt"),
    ):
        assert list(found) == [name]
        assert found[name]["secure"]
        assert found[name]["httponly"]
        assert found[name]["path"] == "/"
        assert not found[name]["domain"]
    assert answer.status_code == 303
    page = client.get("/account/", base_url="https://share.example.org")
    assert page.status_code == 200
    assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
    out = client.post(
        "/sign-out",
        data={"csrf_token": form_token(page)},
        base_url="https://share.example.org",
    )
    assert cookies_of(out)["__Host-cloudsirt"]["secure"]
    assert cookies_of(out)["__Host-cloudsirt"]["max-age"] == "0"


def test_pages_that_need_no_form_set_no_cookie(world: World) -> None:
    """A visitor who only reads is not followed."""
    for path in ("/", "/advisories/", "/advisories/feed.atom", "/static/layout.css", "/taxii2/"):
        with world.client().get(path) as answer:
            assert "Set-Cookie" not in answer.headers
