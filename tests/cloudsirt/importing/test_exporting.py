"""`cloudsirt export`: what somebody may read and no more, and there and back again."""

import csv
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from cloudsirt.errors import NotPermitted
from cloudsirt.exporting import reader_in
from tests.cloudsirt.importing.console import bring, counts, furnished, lives_in, run
from tests.objects import ids, indicator, relationship, report, statement
from tests.world import World


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two members and a working group; the console's house is theirs."""
    return furnished(world, monkeypatch)


def test_what_is_exported_and_imported_elsewhere_is_the_same(
    world: World, tmp_path: Path, make_world: Callable[[str], World], monkeypatch: Any
) -> None:
    """Every object, with every property, in an installation that knows nobody of the first."""
    definition, item = statement(), indicator("TLP:GREEN", x_score=7)
    noted = {**item, "object_marking_refs": [*item["object_marking_refs"], definition["id"]]}
    other = indicator("TLP:AMBER", name="Ünïcode")
    link = relationship("TLP:GREEN", item["id"], other["id"])
    story = report("TLP:AMBER", item["id"], other["id"], link["id"])
    world.share("bob", definition, noted, other, link, story)
    path = tmp_path / "all.json"
    assert run("export", "--person", "ann@example.org", str(path)).exit_code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ids(*orjson.loads(path.read_bytes())["objects"]) == world.ids("ann")
    before = world.read("ann")
    elsewhere = make_world("elsewhere")
    elsewhere.now = world.now
    elsewhere.member("Gamma", "ann")
    lives_in(elsewhere, monkeypatch)
    assert counts(bring(path)) == (5, 0, 0)
    assert {item["id"]: item for item in elsewhere.read("ann")} == {x["id"]: x for x in before}


@pytest.fixture
def make_world(sqlite_template: Path, tmp_path: Path) -> Iterator[Callable[[str], World]]:
    """Makes further installations, each with a database of its own."""
    made: list[World] = []

    def make(name: str) -> World:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "other.db").write_bytes(sqlite_template.read_bytes())
        made.append(World(f"sqlite:///{folder / 'other.db'}", folder))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_an_export_holds_what_the_person_may_read_and_no_more(world: World) -> None:
    """Nothing that is named to somebody else, nor a count of it."""
    mild, red = indicator("TLP:GREEN"), indicator("TLP:RED")
    world.share("ann", mild)
    world.share("ann", red, recipients=[world.identity("ros")])
    for name, root, expected in [
        ("ann", "members", {mild["id"], red["id"]}),
        ("bob", "members", {mild["id"]}),
        ("ros", "research", {mild["id"], red["id"]}),
        ("bob", "public", set()),
    ]:
        result = run("export", "--person", f"{name}@example.org", "--root", root)
        assert ids(*orjson.loads(result.stdout).get("objects", ())) == expected


def test_who_is_not_in_good_standing_exports_what_is_public(world: World, tmp_path: Path) -> None:
    """And a file that was there stays as it was."""
    item = indicator("TLP:CLEAR")
    world.share("bob", item)
    world.end_nda("Alpha")
    path = tmp_path / "kept.json"
    path.write_text("kept")
    with pytest.raises(NotPermitted):
        run("export", "--person", "ann@example.org", str(path))
    assert path.read_text() == "kept"
    result = run("export", "--person", "ann@example.org", "--root", "public")
    assert ids(*orjson.loads(result.stdout)["objects"]) == {item["id"]}
    with pytest.raises(NotPermitted):
        run("export", "--person", "bob@example.org", "--root", "research")


def test_an_export_that_fails_half_way_leaves_no_file(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rights are looked up for each page: what ends in between ends the export."""
    world.share("bob", *(indicator() for _ in range(5)))
    monkeypatch.setattr("cloudsirt.exporting.PAGE", 2)
    looks = [0]

    def ends(*arguments: Any) -> Any:
        looks[0] += 1
        if looks[0] == 3:
            world.suspend("Alpha")
        return reader_in(*arguments)

    monkeypatch.setattr("cloudsirt.exporting.reader_in", ends)
    with pytest.raises(NotPermitted):
        run("export", "--person", "ann@example.org", str(tmp_path / "out.json"))
    assert list(tmp_path.glob("*out.json*")) == []


def test_pages_and_since_and_collections_make_one_bundle(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many pages it takes, each object is there once."""
    monkeypatch.setattr("cloudsirt.exporting.PAGE", 2)
    early = [indicator() for _ in range(5)]
    world.share("bob", *early)
    world.advance(hours=1)
    since = world.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    world.advance(hours=1)
    late = indicator()
    world.share("bob", late, topic="sources")
    person = ("export", "--person", "ann@example.org")

    def found(*options: str) -> list[str]:
        return [item["id"] for item in orjson.loads(run(*person, *options).stdout)["objects"]]

    assert sorted(found()) == sorted(ids(*early, late))
    assert found("--since", since) == [late["id"]]
    assert found("--collection", "sources") == [late["id"]]
    assert run(*person, "/dev/null").exit_code == 2
    assert run(*person, "--collection", "nothing").exit_code == 2
    assert run(*person, "--since", "yesterday").exit_code == 2


def test_a_table_says_how_strict_it_is_and_is_no_formula(world: World, tmp_path: Path) -> None:
    """The strictest label at its head, each row with its own; the URL's host is not accused."""
    url = indicator("TLP:AMBER", pattern="[url:value = 'https://shared.example/x']", name="=1+1")
    gone = indicator("TLP:GREEN", pattern="[ipv4-addr:value = '203.0.113.99']", revoked=True)
    world.share("bob", url, gone, indicator("TLP:GREEN", labels=["a", "b"]))
    path = tmp_path / "out.csv"
    run("export", "--person", "ann@example.org", "--format", "csv", str(path))
    banner, *lines = path.read_text().splitlines()
    assert banner == "# TLP:AMBER"
    rows = [(row["value"], row["tlp"], row["name"], row["labels"]) for row in csv.DictReader(lines)]
    assert rows == [
        ("https://shared.example/x", "TLP:AMBER", "'=1+1", ""),
        ("203.0.113.7", "TLP:GREEN", "Scanner", "a;b"),
    ]
    (world.folder / "copy.csv").write_bytes(path.read_bytes())
    assert counts(bring(world.folder / "copy.csv")) == (2, 0, 0)
    names = {item["name"] for item in world.read("ann") if item["pattern"] == url["pattern"]}
    assert names == {"=1+1"}
