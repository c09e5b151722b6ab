"""Client profiles: one token's answers written otherwise, and nobody else's."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result
from sqlalchemy import select

from cloudsirt import clock
from cloudsirt import tables as t
from cloudsirt.auth import passwords
from cloudsirt.auth.permissions import Scope
from cloudsirt.auth.tokens import issue_token
from cloudsirt.cli import cloudsirt
from cloudsirt.house import OPERATOR
from cloudsirt.issuing import Wish
from feeds.errors import UnknownProfile
from feeds.taxii.profiles import PROFILES, STANDARD, profile_kept, profile_named
from tests.objects import indicator
from tests.plumbing.pages import Portal
from tests.world import PASSWORD, World

NEVER = "?added_after=2030-01-01T00:00:00Z"
SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
DECLARED = {"elastic", "xsoar", "opencti"}


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two members."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    world.member("Alpha", "ann")
    world.member("Beta", "bob")
    return world


def issue(world: World, client: str) -> None:
    """Give Beta's person a token for a product."""
    with world.house.working(OPERATOR) as work:
        world.tokens["bob"] = issue_token(
            work,
            world.people["bob"],
            id_=clock.new_id(),
            secret=clock.new_secret(),
            scopes=Scope,
            days=None,
            label="tool",
            client=client,
        )


def answered(world: World, rest: str) -> Any:
    """A resource of the collection of everything, decoded."""
    path = world.objects_url().removesuffix("objects/") + rest
    return world.taxii("bob", path).json


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: str(profile.name))
def test_a_profile_is_a_small_value_with_its_reason(profile: Any) -> None:
    """What differs, why, and where that was read; the standard differs in nothing."""
    assert profile.reason.endswith(".")
    assert profile.source
    assert profile_named(profile.name) is profile
    assert bool(profile.lists_nothing or profile.restarts) is (profile is not STANDARD)
    assert profile.name in DECLARED | {"standard"}


@SQLITE
def test_the_default_is_strictly_the_standard(world: World) -> None:
    """A token for which nothing was said leaves empty lists out (TAXII 2.1 §2)."""
    item = indicator("TLP:GREEN")
    world.share("ann", item)
    assert answered(world, f"objects/{NEVER}") == {"more": False}
    assert answered(world, f"manifest/{NEVER}") == {"more": False}
    assert answered(world, f"objects/{item['id']}/versions/{NEVER}") == {"more": False}
    assert Wish("tool", (), None).client == "standard"


@SQLITE
def test_a_profile_lists_that_nothing_is_there(world: World) -> None:
    """In every list, whatever excluded everything; what is there stays byte for byte the same."""
    item = indicator("TLP:GREEN")
    world.share("ann", item)
    plain = world.taxii("bob", world.objects_url()).data
    for client in sorted(DECLARED):
        issue(world, client)
        assert_listing(world, item["id"], plain)


def assert_listing(world: World, id_: str, plain: bytes) -> None:
    """Every empty answer has its list, and the full one is the standard's."""
    assert world.taxii("bob", world.objects_url()).data == plain
    empty = {"more": False, "objects": []}
    assert answered(world, f"objects/{NEVER}") == empty
    assert answered(world, "objects/?match[spec_version]=2.0") == empty
    assert answered(world, f"manifest/{NEVER}") == empty
    versions = answered(world, f"objects/{id_}/versions/{NEVER}")
    assert versions == {"more": False, "versions": []}
    assert world.taxii("bob", world.objects_url() + f"{indicator()['id']}/").status_code == 404
    assert "X-TAXII-Date-Added-Last" not in world.taxii("bob", world.objects_url() + NEVER).headers


@SQLITE
def test_a_foreign_cursor_opens_nothing_in_any_profile(world: World) -> None:
    """It begins the collection anew, as if it were not there; another profile refuses it."""
    world.share("ann", *(indicator("TLP:GREEN") for _ in range(2)))
    first = orjson.loads(world.taxii("ann", world.objects_url() + "?limit=1").data)
    other = first["next"]
    issue(world, "opencti")
    asked = world.taxii("bob", world.objects_url() + f"?next={other}")
    assert asked.data == world.taxii("bob", world.objects_url()).data
    issue(world, "elastic")
    assert world.taxii("bob", world.objects_url() + f"?next={other}").status_code == 400


def test_unknown_names_are_refused_and_nothing_is_issued(world: World) -> None:
    """By the command that issues; a name that a later release no longer has is the standard."""
    with pytest.raises(UnknownProfile):
        issue(world, "netscape")
    assert profile_kept("netscape") is STANDARD
    with world.house.reading() as db:
        names = set(db.execute(select(t.token.c.client)).scalars())
    assert names == {"standard"}


@SQLITE
def test_the_command_takes_a_client(world: World) -> None:
    """`token issue --client`; another name is wrong usage, and the list says which it is."""
    config = world.house.config
    environment = {
        "CLOUDSIRT_HOME": str(Path(config.home)),
        "CLOUDSIRT_DATABASE_URL": config.database_url,
    }

    def run(*arguments: str) -> Result:
        command = ["token", *arguments, "--person", "bob@example.org", "--json"]
        return CliRunner().invoke(cloudsirt, command, env=environment)

    assert run("issue", "--client", "elastic").exit_code == 0
    assert run("issue", "--client", "netscape").exit_code == 2
    assert '"client": "elastic"' in run("list").stdout or '"client":"elastic"' in run("list").stdout


@SQLITE
def test_the_form_offers_the_products(world: World) -> None:
    """The standard unless chosen otherwise; a name that is not offered is refused."""
    bob = Portal(world, "bob")
    form = bob.form(bob.page("/account/tokens/new"), "/tokens/new")
    assert form.fields["client"] == "standard"
    data = {"label": "SIEM", "password": PASSWORD, "scopes": "taxii:read"}
    assert "Choose one of the products" in bob.submit(form, 400, **data, client="netscape")
    bob.submit(form, 200, **data, client="xsoar")
    with world.house.reading() as db:
        query = select(t.token.c.client).where(t.token.c.label == "SIEM")
        assert db.execute(query).scalars().all() == ["xsoar"]
