"""The portal in a real browser: usable by keyboard, on a small screen, in both colour schemes,
and without a single complaint in the console (which is where a broken policy would show).
"""

import re
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, Page

from cloudsirt.auth import passwords
from tests.objects import indicator, malware, relationship, report
from tests.plumbing.site import NARROW, SCHEMES, Site, serving
from tests.world import PASSWORD, World

pytestmark = pytest.mark.browser


@pytest.fixture
def engine_name() -> str:
    """What a browser shows does not depend on the engine."""
    return "sqlite"


@pytest.fixture
def site(world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A member's world with content of every kind, served on this machine."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    world.member("Alpha Clouds and Networks of the Northern Hemisphere", "ann")
    world.set_password("ann")
    fill(world)
    with serving(world, browser) as made:
        yield made


SCAN = indicator(
    "TLP:AMBER",
    name="Port scan",
    description="A long word: " + "x" * 200,
    pattern=f"[url:value = 'https://example.org/{'y' * 300}']",
)
MINER = malware("TLP:GREEN", name="Miner " + "z" * 150, description="One.\n\nTwo.")
CLEAR = indicator("TLP:CLEAR", name="Login storm")
STORY = report(
    "TLP:CLEAR",
    CLEAR["id"],
    name="Credential stuffing",
    report_types=["campaign", "x-" + "w" * 120],
    external_references=[{"source_name": "Example", "url": "https://example.org/" + "v" * 200}],
)


def fill(world: World) -> None:
    """Share objects whose words are as long as they may be."""
    tie = relationship("TLP:AMBER", SCAN["id"], MINER["id"])
    status = world.share("ann", SCAN, MINER, tie, CLEAR, STORY)
    assert status["failure_count"] == 0, status
    world.share("ann", *(indicator("TLP:GREEN", name=f"Seen {n}") for n in range(40)))


VISITED = ("/", "/advisories/", f"/advisories/{STORY['id']}", "/sign-in", "/nowhere")
SIGNED_IN = (
    "/feed",
    "/feed?q=port&topic=attacks",
    "/feed?label=red",
    f"/objects/{SCAN['id']}",
    f"/objects/{MINER['id']}",
    "/account/",
)


def reach(page: Page, name: str) -> None:
    """Press Tab until the element with this accessible name has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => {
                const it = document.activeElement;
                const label = it.labels && it.labels.length ? it.labels[0].innerText : "";
                return (label || it.getAttribute("aria-label") || it.innerText || "").trim();
            }"""
        )
        if focused == name:
            return
    raise AssertionError(f"no way to “{name}” by keyboard")


def test_everything_is_done_by_keyboard(site: Site) -> None:
    """Sign in, read the feed, open an object, filter, sign out: without a pointer."""
    page = site.page()
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    assert skip.evaluate("it => it === document.activeElement")
    box = skip.bounding_box()
    assert box is not None
    assert box["y"] >= 0
    reach(page, "Sign in")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in")
    reach(page, "E-mail address")
    page.keyboard.type("ann@example.org")
    reach(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/feed")
    assert page.locator("h1").inner_text() == "Feed"
    reach(page, "Search")
    page.keyboard.type("port scan")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/feed\?q=port\+scan"))
    reach(page, "Port scan")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/objects/{SCAN['id']}")
    assert page.locator("h1").inner_text() == "Port scan"
    reach(page, "Sign out")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.address}/")
    page.goto("/feed")
    assert page.url == f"{site.address}/sign-in?next=%2Ffeed"
    assert not site.complaints


def test_the_focus_is_always_visible(site: Site) -> None:
    """Every link, field and button that Tab reaches is drawn differently while it has the focus."""
    page = site.page(name="ann")
    for path in ("/feed", "/account/"):
        page.goto(path)
        outlines = []
        for _ in range(12):
            page.keyboard.press("Tab")
            outlines.append(
                page.evaluate(
                    """() => {
                        const it = document.activeElement, style = getComputedStyle(it);
                        return [it.tagName, style.outlineStyle, parseFloat(style.outlineWidth)];
                    }"""
                )
            )
        reached = [outline for outline in outlines if outline[0] != "BODY"]
        assert len(reached) >= 7
        assert all(style != "none" and width >= 2 for _, style, width in reached), reached


def test_no_page_scrolls_sideways_on_a_small_screen(site: Site) -> None:
    """At 360 pixels, with the longest words there can be (WCAG 2.2, 1.4.10)."""
    for name, paths in ((None, VISITED), ("ann", SIGNED_IN)):
        page = site.page(name=name, narrow=True)
        for path in paths:
            page.goto(path)
            for opened in page.locator("details").all():
                opened.evaluate("it => it.open = true")
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= NARROW["width"], (path, width)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_console_stays_empty(site: Site, scheme: str) -> None:
    """No violation of the content policy, no missing file, no error, on any page."""
    for name, paths in ((None, VISITED), ("ann", SIGNED_IN)):
        page = site.page(name=name, scheme=scheme)
        for path in paths:
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == (404 if path == "/nowhere" else 200), path
            images = page.eval_on_selector_all("img", "all => all.map(it => it.naturalWidth > 0)")
            assert all(images), path
            sheets = page.evaluate("document.styleSheets.length")
            assert sheets >= 5, path
    missing = [text for text in site.complaints if "404" in text]
    assert len(missing) == 1  # the page that is not there
    assert site.complaints == missing


def brightness(page: Page, selector: str, colour: str) -> float:
    """The relative luminance of a colour of an element (WCAG 2.2)."""
    found: float = page.locator(selector).first.evaluate(
        """(it, name) => {
            let colour = getComputedStyle(it)[name];
            while (name === "backgroundColor" && colour === "rgba(0, 0, 0, 0)" && it.parentElement)
                colour = getComputedStyle(it = it.parentElement)[name];
            const canvas = document.createElement("canvas").getContext("2d");
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
            const linear = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map(value => {
                const part = value / 255;
                return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
        }""",
        colour,
    )
    return found


def test_both_colour_schemes_are_readable(site: Site) -> None:
    """Light is light, dark is dark, and text stands out by 4.5 to 1 at least (WCAG 2.2, 1.4.3)."""
    grounds = {}
    for scheme in SCHEMES:
        page = site.page(name="ann", scheme=scheme)
        for path, selectors in (
            ("/feed", ("h1", ".lead", ".line-title a", ".meta", ".chip", ".button", ".nav a")),
            (f"/objects/{SCAN['id']}", ("h1", "dt", "dd", ".note", "code")),
            ("/sign-in", ("body",)),
        ):
            page.goto(path)
            for selector in selectors:
                text = brightness(page, selector, "color")
                ground = brightness(page, selector, "backgroundColor")
                ratio = (max(text, ground) + 0.05) / (min(text, ground) + 0.05)
                assert ratio >= 4.5, (scheme, path, selector, ratio)
        grounds[scheme] = brightness(page, "body", "backgroundColor")
    assert grounds["light"] > 0.7
    assert grounds["dark"] < 0.1
