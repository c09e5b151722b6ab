"""R3 to R12 by example: what each kind of reader gets, over TAXII, on both engines."""

from datetime import timedelta
from typing import Any

import pytest

from feeds.markings import MARKING_OF
from feeds.recomputing import compare_placements
from tests.objects import (
    address,
    fresh_id,
    indicator,
    later,
    malware,
    relationship,
    report,
    statement,
)
from tests.world import World
from tlp import Label

SECRET = "the tenant of the second region"


@pytest.fixture(autouse=True)
def everything_explained(world: World) -> Any:
    """Two members, a working group, a partner; afterwards every placement follows the rules."""
    world.member("Alpha", "ann")
    world.member("Beta", "bob", "analyst", "incident-contact")
    world.person("ben", "Beta")
    world.researcher("Working Group", "rita")
    world.organisation("Ministry", "partner")
    world.person("mia", "Ministry", "incident-contact")
    yield
    with world.house.reading() as db:
        assert [] == compare_placements(db, world.now, world.house.workshop).problems


def part(label: str, *selectors: str) -> dict[str, Any]:
    """A granular marking."""
    return {"marking_ref": MARKING_OF[Label.parse(label)], "selectors": list(selectors)}


def ids(*objects: dict[str, Any]) -> set[str]:
    """The ids of some objects."""
    return {item["id"] for item in objects}


# R1, R7


def test_a_stricter_part_is_seen_by_nobody_whom_it_excludes(world: World) -> None:
    """R7: the public gets a derivative of its own id, valid by itself, without the part."""
    marked = indicator(
        "CLEAR", description=SECRET, granular_markings=[part("AMBER", "description")]
    )
    world.share("ann", marked)
    (derived,) = world.read(None, "public")
    assert marked["id"] != derived["id"]
    assert SECRET not in str(derived)
    assert marked["pattern"] == derived["pattern"]
    assert marked in world.read("bob")


def test_each_perimeter_loses_what_it_may_not_see(world: World) -> None:
    """R7: working groups keep the GREEN part, the public loses it too."""
    marked = malware(
        "CLEAR",
        description="Seen in one region.",
        aliases=["Burrow"],
        granular_markings=[part("AMBER", "description"), part("GREEN", "aliases")],
    )
    world.share("ann", marked)
    (for_research,) = world.read("rita", "research")
    (for_public,) = world.read(None, "public")
    assert ["Burrow"] == for_research["aliases"]
    assert "description" not in for_research
    assert "aliases" not in for_public
    assert [MARKING_OF[Label.GREEN]] == for_research["object_marking_refs"]
    assert [MARKING_OF[Label.CLEAR]] == for_public["object_marking_refs"]


def test_where_nothing_valid_is_left_there_is_nothing(world: World) -> None:
    """R7: an indicator without its pattern is no indicator."""
    world.share("ann", indicator("CLEAR", granular_markings=[part("AMBER", "pattern")]))
    assert [] == world.read(None, "public")


def test_only_those_who_see_the_original_learn_of_its_derivatives(world: World) -> None:
    """R7: the `derived-from` relationship goes where the original goes, and nowhere else."""
    marked = indicator(
        "CLEAR", description=SECRET, granular_markings=[part("AMBER", "description")]
    )
    world.share("ann", marked)
    (derived,) = world.read(None, "public")
    known = [item for item in world.read("bob") if item["type"] == "relationship"]
    assert derived["id"] in {item["source_ref"] for item in known}
    assert {marked["id"]} == {item["target_ref"] for item in known}
    assert "relationship" not in {item["type"] for item in world.read("rita", "research")}


def test_an_edit_of_a_hidden_part_is_not_felt(world: World) -> None:
    """R11: who does not see the part gets the very same derivative, at the same time of entry."""
    marked = indicator(
        "CLEAR", description=SECRET, granular_markings=[part("AMBER", "description")]
    )
    world.share("ann", marked)
    path = world.objects_url("public").replace("objects/", "manifest/")
    before = world.taxii(None, path).data
    world.advance(hours=1)
    world.share("ann", later(marked, description="another region"))
    assert before == world.taxii(None, path).data


# R3, R4


def test_red_reaches_the_named_alone(world: World) -> None:
    """R3: an organisation named means its incident contacts; of the source, the poster alone."""
    world.person("abe", "Alpha")
    secret = indicator("RED")
    world.share("ann", secret, recipients=[world.identity("Beta")])
    seen = {name: ids(secret) <= world.ids(name) for name in ("ann", "abe", "bob", "ben")}
    assert {"ann": True, "abe": False, "bob": True, "ben": False} == seen


def test_a_person_can_be_named(world: World) -> None:
    """R3: a person named is the one who reads."""
    world.share("ann", secret := indicator("RED"), recipients=[world.identity("ben")])
    assert ids(secret) <= world.ids("ben")
    assert not ids(secret) & world.ids("bob")


def test_a_partner_reads_what_names_it_and_what_anyone_reads(world: World) -> None:
    """R4: a partner is no member; named, it reads in the root of its own perimeter."""
    world.share("ann", named := indicator("AMBER"), recipients=[world.identity("Ministry")])
    world.share("ann", indicator("AMBER"))
    assert ids(named) == world.ids("mia", "public")
    assert set() == world.ids(None, "public")
    assert 403 == world.taxii("mia", world.objects_url("members")).status_code


def test_recipients_narrow_a_milder_label(world: World) -> None:
    """R4: a CLEAR object with recipients reaches them and the source's own organisation."""
    world.person("abe", "Alpha")
    world.member("Gamma", "gil")
    world.share("ann", named := indicator("CLEAR"), recipients=[world.identity("Beta")])
    assert ids(named) == world.ids("ben") == world.ids("abe")
    assert set() == world.ids("gil") | world.ids(None, "public") | world.ids("rita", "research")


# R5


def test_a_release_enters_late_and_is_polled_exactly_once(world: World) -> None:
    """R5: nothing before its time; then it enters with the time of its entry."""
    due = world.now + timedelta(days=2)
    world.share("ann", staged := indicator("CLEAR"), release={"public": due.isoformat()[:19] + "Z"})
    world.share("ann", other := indicator("CLEAR"))
    path = world.objects_url("public")
    first = world.taxii(None, path)
    assert ids(other) == {item["id"] for item in first.json["objects"]}
    world.advance(days=1)
    assert 0 == world.work()
    world.advance(days=2)
    assert 1 == world.work()
    after = first.headers["X-TAXII-Date-Added-Last"]
    second = world.taxii(None, f"{path}?added_after={after}")
    assert ids(staged) == {item["id"] for item in second.json["objects"]}


def test_an_embargo_from_members_leaves_it_with_its_source(world: World) -> None:
    """R5: the source's own organisation reads at once, and once, what members get later."""
    due = (world.now + timedelta(days=1)).isoformat()[:19] + "Z"
    world.share("ann", held := indicator("AMBER"), release={"members": due})
    assert ids(held) == world.ids("ann")
    assert set() == world.ids("bob")
    before = world.taxii("ann", world.objects_url()).headers["X-TAXII-Date-Added-Last"]
    world.advance(days=2)
    world.work()
    assert ids(held) == world.ids("bob")
    assert [] == world.read("ann", query=f"added_after={before}")


# R6


def test_a_source_can_stay_unnamed(world: World) -> None:
    """R6: nobody outside its own organisation gets the object that names it."""
    own = indicator("CLEAR", created_by_ref=world.identity("Alpha"))
    world.share("ann", own, attribution="none")
    assert own in world.read("ann")
    for name, root in (("bob", "members"), ("rita", "research"), (None, "public")):
        (derived,) = world.read(name, root)
        assert world.organisations["Alpha"] not in str(derived)


def test_a_source_can_be_named_among_members_only(world: World) -> None:
    """R6: members get the original, the others a derivative without the source."""
    own = indicator("CLEAR", created_by_ref=world.identity("Alpha"))
    world.share("ann", own, attribution="members")
    assert own in world.read("bob")
    (derived,) = world.read(None, "public")
    assert world.organisations["Alpha"] not in str(derived)


# R8


def test_a_relationship_needs_both_ends(world: World) -> None:
    """R8: one hidden end hides the relationship."""
    seen, hidden = indicator("CLEAR"), malware("AMBER")
    world.share("ann", seen, hidden, tie := relationship("CLEAR", seen["id"], hidden["id"]))
    assert ids(seen) == world.ids(None, "public")
    assert ids(seen, hidden, tie) <= world.ids("bob")


def test_a_report_loses_hidden_references(world: World) -> None:
    """R8: the public gets a derivative that names only what is there, by no word the rest."""
    seen, hidden = indicator("CLEAR"), malware("AMBER")
    world.share("ann", seen, hidden, report("CLEAR", seen["id"], hidden["id"]))
    derived = next(item for item in world.read(None, "public") if item["type"] == "report")
    assert [seen["id"]] == derived["object_refs"]
    assert hidden["id"] not in str(derived)


def test_a_report_of_nothing_but_hidden_things_is_withheld(world: World) -> None:
    """R8: nothing left to name, nothing shown."""
    hidden = malware("AMBER")
    world.share("ann", hidden, report("CLEAR", hidden["id"]))
    assert [] == world.read(None, "public")


def test_what_others_have_hidden_changes_nothing(world: World) -> None:
    """R8: an id that its contributor cannot see does not count."""
    hidden = malware("RED")
    world.share("bob", hidden, recipients=[world.identity("ben")])
    world.share("ann", story := report("CLEAR", hidden["id"], fresh_id("malware")))
    assert ids(story) == world.ids(None, "public")


def test_tightening_what_is_named_lets_nothing_out(world: World) -> None:
    """R8: what a contributor could see once goes on to count."""
    named = malware("AMBER")
    world.share("bob", named)
    world.share("ann", story := report("CLEAR", named["id"]))
    world.share("bob", later(named, label="RED"), recipients=[world.identity("ben")])
    assert set() == world.ids(None, "public")
    assert not ids(story) & world.ids("rita", "research")


def test_definitions_travel(world: World) -> None:
    """R8: an unmarked statement goes wherever an object refers to it."""
    words = statement()
    item = indicator(None, object_marking_refs=[MARKING_OF[Label.CLEAR], words["id"]])
    world.share("ann", words)
    assert set() == world.ids(None, "public")
    world.share("ann", item)
    assert ids(words, item) == world.ids(None, "public")


# R9, R10


def test_tightening_binds_all_versions(world: World) -> None:
    """R9: a stricter second version takes the first one back."""
    world.share("ann", first := indicator("CLEAR"))
    world.share("ann", later(first, label="AMBER"))
    assert set() == world.ids(None, "public", query="match[version]=all")
    assert 2 == len(world.read("bob", query="match[version]=all"))


def test_relaxing_opens_one_version(world: World) -> None:
    """R9: the first version stays where it was."""
    world.share("ann", first := indicator("AMBER"))
    world.share("ann", second := later(first, label="CLEAR"))
    assert [second] == world.read(None, "public", query="match[version]=all")


def test_nobody_speaks_for_another_organisation(world: World) -> None:
    """R10: `created_by_ref` may name oneself, or somebody who is no organisation here."""
    spoofed = indicator("AMBER", created_by_ref=world.identity("Beta"))
    relayed = indicator("AMBER", created_by_ref=fresh_id("identity"))
    status = world.share("ann", spoofed, relayed)
    assert [spoofed["id"]] == [line["id"] for line in status["failures"]]
    assert [relayed["id"]] == [line["id"] for line in status["successes"]]


def test_of_two_copies_a_reader_sees_one(world: World) -> None:
    """R10: two members may hold the same id; who may read both sees the first."""
    theirs = address(label="RED")
    world.share("bob", theirs, recipients=[world.identity("ben")])
    world.advance(seconds=1)
    status = world.share("ann", mine := address(label="AMBER"))
    assert 1 == status["success_count"]
    assert [mine] == world.read("ann")
    assert [theirs] == world.read("ben")


# R12


def test_a_withdrawal_is_noticed_by_id_alone(world: World) -> None:
    """R12: gone everywhere at once; those who could read it learn the id."""
    world.share("ann", gone := indicator("GREEN"))
    path = f"{world.objects_url('members', 'attacks')}{gone['id']}/"
    assert 200 == world.taxii("ann", path, method="DELETE").status_code
    assert set() == world.ids("bob") | world.ids("rita", "research") | world.ids("ann")
    assert 404 == world.taxii("bob", path).status_code


def test_what_was_withdrawn_goes_on_to_bind(world: World) -> None:
    """R8, R12: withdrawing an object never lets out what names it."""
    named = malware("AMBER")
    world.share("bob", named)
    world.share("ann", story := report("CLEAR", named["id"]))
    path = f"{world.objects_url('members', 'attacks')}{named['id']}/"
    world.taxii("bob", path, method="DELETE")
    assert set() == world.ids(None, "public")
    assert ids(story) == world.ids("ann")


def test_what_was_withdrawn_can_be_posted_again(world: World) -> None:
    """R12: withdrawing is not revoking."""
    world.share("ann", item := indicator("CLEAR"))
    world.taxii("ann", f"{world.objects_url('members', 'attacks')}{item['id']}/", method="DELETE")
    assert 1 == world.share("ann", item)["success_count"]
    assert ids(item) == world.ids(None, "public")
