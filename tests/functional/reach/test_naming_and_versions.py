"""R8 to R12 by example: what is named, versions, copies and withdrawal, on both engines."""

from feeds.markings import MARKING_OF
from tests.objects import (
    address,
    fresh_id,
    ids,
    indicator,
    later,
    malware,
    relationship,
    report,
    statement,
)
from tests.world import World
from tlp import Label

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
    assert world.read(None, "public") == []


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
    assert len(world.read("bob", query="match[version]=all")) == 2


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
    assert status["success_count"] == 1
    assert [mine] == world.read("ann")
    assert [theirs] == world.read("ben")


# R12


def test_a_withdrawal_is_noticed_by_id_alone(world: World) -> None:
    """R12: gone everywhere at once; those who could read it learn the id."""
    world.share("ann", gone := indicator("GREEN"))
    path = f"{world.objects_url('members', 'attacks')}{gone['id']}/"
    assert world.taxii("ann", path, method="DELETE").status_code == 200
    assert set() == world.ids("bob") | world.ids("rita", "research") | world.ids("ann")
    assert world.taxii("bob", path).status_code == 404


def test_a_colleague_withdraws_nothing_that_they_cannot_read(world: World) -> None:
    """R3, R11: of the source's side only the posting account knows of a RED object."""
    world.person("abe", "Alpha")
    world.share("ann", secret := indicator("RED"), recipients=[world.identity("Beta")])
    path = world.objects_url("members", "attacks")
    answers = [
        world.taxii("abe", f"{path}{id_}/", method="DELETE")
        for id_ in (secret["id"], fresh_id("indicator"))
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data
    assert ids(secret) <= world.ids("bob")


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
    assert world.share("ann", item)["success_count"] == 1
    assert ids(item) == world.ids(None, "public")
