"""axe-core finds nothing on any page, wide and narrow, light and dark (WCAG 2.2 AA).

Pages are found by following links from every address without arguments, as each kind of person
of the demo consortium.
"""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from urllib.parse import urlsplit

import pytest
from argon2 import PasswordHasher
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from werkzeug.exceptions import HTTPException

from cloudsirt import clock
from cloudsirt.auth import passwords
from cloudsirt.auth.sessions import start_session
from cloudsirt.demo.loading import load
from cloudsirt.house import OPERATOR
from cloudsirt.links import Purpose, link_text, make_link
from membership.applications.application import State
from membership.applications.events import ApplicationLinkAsked
from membership.applications.store import ApplicationStore
from tests.plumbing.site import NARROW, WIDE, Site, serving
from tests.world import World

pytestmark = pytest.mark.browser

AXE = Axe()
CONTRAST = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
VISITOR = "visitor"
PERSONAS = (
    "secretariat-office",
    "meridian-board",
    "stratus-signatory",
    "harbour-csirt-signatory",
    "working-group-researcher",
    VISITOR,
)
"""Those who see most of a kind of page come first: as one of them it is looked at."""


@pytest.fixture
def engine_name() -> str:
    """What a page looks like does not depend on the engine."""
    return "sqlite"


@pytest.fixture
def site(world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The demo consortium, served on this machine."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    world.people |= load(world.house, world.now).people
    world.house.now = lambda: world.now
    with serving(world, browser) as made:
        yield made


def sign_in(world: World, persona: str) -> str:
    """A session for somebody; its secret."""
    secret = clock.new_secret()
    with world.house.working(OPERATOR) as work:
        start_session(work, world.people[persona], secret)
    return secret


def pages_of(world: World, client: FlaskClient) -> list[tuple[str, str]]:
    """Pages that somebody can reach with the kind of each, of each kind the first one."""
    rules = world.app.url_map.bind("localhost")
    seen: set[str] = set()
    found: list[tuple[str, str]] = []
    waiting = sorted(
        rule.rule
        for rule in world.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and "taxii" not in rule.rule
    )
    while waiting:
        path = waiting.pop(0)
        try:
            endpoint = rules.match(path)[0]
        except HTTPException:
            continue
        if endpoint in seen:
            continue
        answer = client.get(path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        seen.add(endpoint)
        found.append((path, endpoint))
        links = re.findall(r'<a [^>]*href="(/[^"#]*)', answer.text)
        waiting.extend(urlsplit(unescape(link)).path for link in links)
    return found


def violations(page: Page, options: Mapping[str, object] | None = None) -> list[str]:
    """What axe-core finds on the page at hand, everything on it unfolded."""
    page.eval_on_selector_all("details", "all => all.forEach(it => { it.open = true; })")
    chosen = options if options is not None else {"resultTypes": ["violations"]}
    return [
        f"{item['id']}: {node['html'][:200]}: {node['failureSummary']}"
        for item in AXE.run(page, options=dict(chosen)).response["violations"]
        for node in item["nodes"]
    ]


def faults(page: Page, path: str) -> list[str]:
    """Everything that keeps somebody out of one page."""
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="light")
    page.goto(path)
    found = violations(page)
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {text}" for text in violations(page, CONTRAST)]
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    width = page.evaluate("document.documentElement.scrollWidth")
    found += [f"{width} pixels wide"] if width > NARROW["width"] else []
    return [f"{path}: {text}" for text in found]


def test_axe_finds_nothing_on_any_page(site: Site) -> None:
    """No violation, and nothing that scrolls sideways at 360 pixels, on all that people see."""
    found: list[str] = []
    examined: set[str] = set()
    for persona in PERSONAS:
        client, page = site.world.client(), site.page()
        if persona != VISITOR:
            secret = sign_in(site.world, persona)
            client.set_cookie("cloudsirt", secret)
            page.context.add_cookies([{"name": "cloudsirt", "value": secret, "url": site.address}])
        for path, kind in pages_of(site.world, client):
            if kind not in examined:
                examined.add(kind)
                found += faults(page, path)
    assert not found, "\n".join(found)
    assert len(examined) >= 40
    assert not site.complaints


APPLICANT = (
    *("overview", "organisation", "profile", "category", "category/telco-team", "contacts"),
    *("resources", "assurance", "sponsors", "review", "status"),
)


def link_of(world: World, state: State) -> str:
    """The path of a link to the demo's application in this state."""
    with world.house.working(OPERATOR) as work:
        application = ApplicationStore(work.db).applications([state])[0]
        link = make_link(
            work.db,
            id_=clock.new_id(),
            purpose=Purpose.APPLICATION,
            subject=application.id,
            at=work.at,
        )
        work.record(ApplicationLinkAsked(application.id))
    return Purpose.APPLICATION.path + link_text(world.house.keys, link)


def test_axe_finds_nothing_on_the_applicants_pages(site: Site) -> None:
    """They are reached by a link in a letter, and by nothing else."""
    page = site.page()
    path = link_of(site.world, State.MORE_ASKED)
    found = faults(page, path)
    page.get_by_role("button", name="Open it here").click()
    for name in APPLICANT:
        found += faults(page, f"/apply/{name}")
        assert page.url.endswith(f"/apply/{name}")
    assert not found, "\n".join(found)
    assert not site.complaints
