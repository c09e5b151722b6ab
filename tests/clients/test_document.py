"""Connect your tools: the page, the document, and what both are made of."""

import re
from html import unescape

import pytest
from argon2 import PasswordHasher

from cloudsirt.auth import passwords
from cloudsirt.portal.account.products import PRODUCTS, Place, fill
from tests.clients.document import DOCUMENT, PLACE, document
from tests.plumbing.pages import Portal
from tests.world import World
from tlp import Perimeter

VALUE = re.compile(r'<code class="code-box">([^<]*)</code>')


@pytest.fixture
def engine_name() -> str:
    """What a page shows does not depend on the engine."""
    return "sqlite"


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A member, and a working group."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    world.member("Alpha", "ann")
    world.researcher("Group", "ros")
    return world


def values(page: str) -> list[str]:
    """The values of settings on the page."""
    return [unescape(value) for value in VALUE.findall(page)]


def expected(place: Place, posts: bool) -> list[str]:
    """What should stand there."""
    found = [product for product in PRODUCTS if posts or not product.posts]
    return [fill(setting, place) for product in found for setting in product.settings]


def test_the_document_says_what_the_page_says() -> None:
    """`python -m tests.clients.document` was run."""
    assert DOCUMENT.read_text(encoding="utf-8") == document()
    for product in PRODUCTS:
        assert all(
            f"`{fill(setting, PLACE)}`".replace("|", "\\|") in document()
            for setting in product.settings
        )


@pytest.mark.parametrize(
    ("name", "perimeter", "posts"),
    [("ann", Perimeter.MEMBERS, True), ("ros", Perimeter.RESEARCH, False)],
)
def test_the_page_has_ones_own_addresses(
    world: World, name: str, perimeter: Perimeter, posts: bool
) -> None:
    """The root that one reads, the ids in it, one's user name; posting for who may contribute."""
    page = Portal(world, name).page("/connect")
    place = Place("http://localhost", f"{name}@example.org", perimeter)
    assert values(page) == expected(place, posts)
    assert not re.search(r"\{\w*\}", page)
    assert ("MISP" in page) is posts
    assert "<script" not in page


def test_the_page_is_linked_from_the_account_and_needs_a_sign_in(world: World) -> None:
    """A visitor is sent to sign in."""
    assert 'href="/connect"' in Portal(world, "ann").page("/account/")
    assert world.client().get("/connect").status_code == 303


def test_every_collection_that_is_named_is_there(world: World) -> None:
    """Addresses in settings answer to who reads there."""
    for name, perimeter in (("ann", Perimeter.MEMBERS), ("ros", Perimeter.RESEARCH)):
        found = Place("http://localhost", name, perimeter).values()
        for key in ("discovery", "root", "collection", "objects"):
            path = found[key].removeprefix("http://localhost/taxii2/")
            assert world.taxii(name, path).status_code == 200
