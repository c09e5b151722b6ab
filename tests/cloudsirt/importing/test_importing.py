"""`cloudsirt import`: what is stored, what is refused, and how it goes on."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from cloudsirt.errors import NotPermitted, SourceRefused
from cloudsirt.posting import take_in
from tests.cloudsirt.importing.console import (
    IMPORT,
    bring,
    counts,
    furnished,
    lives_in,
    run,
    written,
)
from tests.objects import ids, indicator, marked, statement
from tests.world import World

VECTORS = Path(__file__).parents[2] / "vectors" / "importing"


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two members and a working group; the console's house is theirs."""
    return furnished(world, monkeypatch)


def inputs(name: str) -> Path:
    """The input of a vector."""
    (found,) = (VECTORS / name).glob("input.*")
    return found


@pytest.mark.parametrize(
    ("name", "stored", "refused"),
    [
        ("stix20-observed-data", 6, 0),
        ("stix20-unknown_fail", 1, 2),
        ("stix21-order", 3, 0),
        ("csv-columns", 8, 6),
        ("text-report", 8, 0),
        ("text-list", 5, 0),
    ],
)
def test_what_is_imported_twice_is_stored_once(
    world: World, name: str, stored: int, refused: int
) -> None:
    """The second time everything is here already: that is how an interrupted import goes on."""
    path, status = inputs(name), 1 if refused else 0
    foreseen = bring(path, "--dry-run", status=status)
    assert counts(foreseen) == (stored, 0, refused)
    assert world.ids("ann") == set()
    first = bring(path, "--batch", "3", status=status)
    assert counts(first) == (stored, 0, refused)
    assert len(world.ids("ann")) == stored
    world.advance(hours=1)
    again = bring(path, "--batch", "2", status=status)
    assert counts(again) == (0, stored, refused)
    assert first["refusals"] == again["refusals"] == foreseen["refusals"]


def test_a_list_that_says_something_new_gives_a_new_version(world: World, tmp_path: Path) -> None:
    """The same indicator, with the same `created` and `valid_from`; the rest is left alone."""
    path = tmp_path / "list.csv"
    path.write_text("indicator,comment\n203.0.113.9,scanner\n203.0.113.10,scanner\n")
    bring(path)
    before = {item["pattern"]: item for item in world.read("ann")}
    world.advance(hours=1)
    path.write_text("indicator,comment\n203.0.113.9,scanner\n203.0.113.10,proxy\n")
    assert counts(bring(path)) == (1, 1, 0)
    after = {item["pattern"]: item for item in world.read("ann")}
    same, changed = sorted(before)[1], sorted(before)[0]
    assert after[same] == before[same]
    assert after[changed]["modified"] > before[changed]["modified"]
    expected = {**before[changed], "description": "proxy", "modified": after[changed]["modified"]}
    assert after[changed] == expected


def test_two_members_that_import_the_same_list_share_no_id(world: World, tmp_path: Path) -> None:
    """Neither speaks for the other, and neither can tell from an id what it stands for."""
    path = tmp_path / "list.txt"
    path.write_text("203.0.113.9\n")
    bring(path)
    first = world.ids("ann")
    assert counts(bring(path, "--person", "bob@example.org")) == (1, 0, 0)
    assert len(world.ids("bob") - first) == 1


def test_an_import_that_was_interrupted_goes_on(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was stored before counts as repeated, and nothing is missing at the end."""
    path = written(tmp_path / "b.json", *(indicator() for _ in range(10)))
    left = [2]

    def stops(*arguments: Any) -> Any:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return take_in(*arguments)

    monkeypatch.setattr("cloudsirt.importing.bringing.take_in", stops)
    result = run("import", str(path), *IMPORT, "--batch", "3")
    assert result.exit_code == 1
    assert "6 stored" in result.stderr
    assert "The same command goes on from here." in result.stderr
    monkeypatch.undo()
    lives_in(world, monkeypatch)
    assert counts(bring(path, "--batch", "3")) == (4, 6, 0)
    assert len(world.ids("ann")) == 10


def test_labels_recipients_and_release_go_the_same_way_as_over_taxii(
    world: World, tmp_path: Path
) -> None:
    """The options are the handling of the submission, with the same refusals."""
    path = written(tmp_path / "b.json", indicator("TLP:RED"))
    refused = bring(path, status=1)
    assert "named recipients only" in refused["refusals"][0]["message"]
    assert counts(bring(path, "--partial-ok")) == (0, 0, 1)
    assert counts(bring(path, "--recipients", world.identity("bob"))) == (1, 0, 0)
    assert len(world.ids("bob")) == 1
    clear = written(tmp_path / "c.json", indicator())
    later = ("--unmarked", "TLP:CLEAR", "--release", "public=2999-01-01T00:00:00Z")
    foreseen = bring(clear, *later, "--dry-run")
    assert foreseen["labels"] == {"TLP:CLEAR": 1}
    assert foreseen["reach"] == {
        "members": {"as it is, at once": 1},
        "research": {"as it is, at once": 1},
        "public": {"as it is, later": 1},
    }
    assert foreseen["organisations"]["research"] == 1


def test_a_file_that_says_how_it_is_handled_is_handled_so(world: World, tmp_path: Path) -> None:
    """Its wishes hold for every batch; beside options of the command they are refused."""
    wishes = {"recipients": [world.identity("bob")]}
    items = [indicator() for _ in range(3)]
    path = written(tmp_path / "b.json", *items, x_cloudsirt_handling=wishes)
    with pytest.raises(SourceRefused, match="use one of both"):
        bring(path, "--unmarked", "TLP:CLEAR")
    assert counts(bring(path, "--batch", "1")) == (3, 0, 0)
    assert world.ids("ros", "research") == set()
    assert world.ids("bob") == ids(*items)


def test_one_object_that_spoils_a_submission_spoils_no_other(world: World, tmp_path: Path) -> None:
    """What makes a whole envelope unreadable is found, refused and named."""
    good = [orjson.dumps(indicator()).decode() for _ in range(4)]
    path = tmp_path / "b.json"
    path.write_text(f'{{"objects":[{",".join(good)},{{"type":"x-a","type":"x-b"}}]}}')
    document = bring(path, status=1)
    assert counts(document) == (4, 0, 1)
    assert "stands twice" in document["refusals"][0]["message"]
    assert counts(bring(path, "--dry-run", status=1)) == (0, 4, 1)


def test_definitions_reach_the_batches_of_a_dry_run(world: World, tmp_path: Path) -> None:
    """What they mark is judged as it will be, and they are counted once."""
    definition = statement()
    items = [marked(indicator(), "TLP:GREEN") for _ in range(3)]
    for item in items:
        item["object_marking_refs"].append(definition["id"])
    path = written(tmp_path / "b.json", *items, definition)
    assert counts(bring(path, "--dry-run", "--batch", "2")) == (4, 0, 0)
    assert counts(bring(path, "--batch", "2")) == (4, 0, 0)


def test_who_does_not_contribute_imports_nothing(world: World, tmp_path: Path) -> None:
    """Standing is that of the person named, at that instant."""
    path = written(tmp_path / "b.json", indicator())
    with pytest.raises(NotPermitted):
        bring(path, "--person", "ros@example.org")
    world.suspend("Alpha")
    with pytest.raises(NotPermitted):
        bring(path)
