"""R1 to R7 by example: labels, parts, people, times and names, on both engines."""

from datetime import timedelta

import orjson

from feeds.markings import MARKING_OF
from tests.objects import ids, indicator, later, malware, part
from tests.world import World
from tlp import Label

SECRET = "the tenant of the second region"

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
    assert for_research["aliases"] == ["Burrow"]
    assert "description" not in for_research
    assert "aliases" not in for_public
    assert [MARKING_OF[Label.GREEN]] == for_research["object_marking_refs"]
    assert [MARKING_OF[Label.CLEAR]] == for_public["object_marking_refs"]


def test_where_nothing_valid_is_left_there_is_nothing(world: World) -> None:
    """R7: an indicator without its pattern is no indicator."""
    world.share("ann", indicator("CLEAR", granular_markings=[part("AMBER", "pattern")]))
    assert world.read(None, "public") == []


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
    assert seen == {"ann": True, "abe": False, "bob": True, "ben": False}


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
    assert world.taxii("mia", world.objects_url("members")).status_code == 403


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
    assert ids(other) == {item["id"] for item in orjson.loads(first.data)["objects"]}
    world.advance(days=1)
    assert world.work() == 0
    world.advance(days=2)
    assert world.work() == 1
    after = first.headers["X-TAXII-Date-Added-Last"]
    second = world.taxii(None, f"{path}?added_after={after}")
    assert ids(staged) == {item["id"] for item in orjson.loads(second.data)["objects"]}


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
    assert world.read("ann", query=f"added_after={before}") == []


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
