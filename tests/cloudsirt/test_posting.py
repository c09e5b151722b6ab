"""From bytes to a kept submission: what the roof looks up for it, and what it leaves behind."""

import orjson
import pytest
from sqlalchemy import func, select

from cloudsirt import tables as t
from cloudsirt.errors import NotPermitted
from cloudsirt.posting import post
from feeds import tables
from feeds.errors import BadEnvelope, BadHandling
from feeds.topics import Topic
from tests.objects import fresh_id, indicator, later, malware, marked, statement
from tests.world import World


@pytest.fixture
def world(world: World) -> World:
    """Two members with one person each, and a colleague."""
    world.member("Alpha", "ann")
    world.person("alf", "Alpha")
    world.member("Beta", "bob")
    return world


def submissions(world: World) -> int:
    """How many submissions are kept."""
    with world.house.reading() as db:
        return int(db.execute(select(func.count()).select_from(tables.submission)).scalar_one())


def last_entry(world: World) -> tuple[str, str, str]:
    """Actor, tag and facts of the newest audit entry."""
    columns = t.audit_entry.c
    query = select(columns.actor, columns.tag, columns.data).order_by(columns.number.desc())
    with world.house.reading() as db:
        row = db.execute(query.limit(1)).one()
    return row.actor, row.tag, row.data


def test_a_submission_is_kept_with_its_status_and_its_entry(world: World) -> None:
    """The status counts and names each object; the entry holds ids and labels, no content."""
    items = [indicator("TLP:GREEN", name="wanted words"), malware("TLP:CLEAR")]
    status = world.share("ann", *items)
    assert status["status"] == "complete"
    assert status["request_timestamp"] == "2026-03-01T12:00:00.000000Z"
    assert [status[f"{name}_count"] for name in ("total", "success", "failure", "pending")] == [
        2,
        2,
        0,
        0,
    ]
    assert status["successes"] == [
        {"id": item["id"], "version": item["modified"]} for item in items
    ]
    assert "failures" not in status
    actor, tag, data = last_entry(world)
    assert actor == f"person:{world.people['ann']}"
    assert tag.startswith("feeds:")
    facts = orjson.loads(data)
    assert facts["about"] == status["id"]
    assert [line[0] for line in facts["stored"]] == [item["id"] for item in items]
    assert "wanted words" not in data


def test_a_submission_that_is_refused_whole_leaves_nothing(world: World) -> None:
    """Neither a submission nor an entry, and the error says what is wrong."""
    before = last_entry(world)
    principal = world.principal("ann")
    for body, error in (
        (b"{", BadEnvelope),
        (b'{"objects": []}', BadEnvelope),
        (b'{"objects": [{}], "x_cloudsirt_handling": {"x": 1}}', BadHandling),
    ):
        with pytest.raises(error):
            post(world.house, principal, Topic.ATTACKS, body)
    assert submissions(world) == 0
    assert last_entry(world) == before


def test_an_envelope_is_judged_like_several_small_ones(world: World) -> None:
    """In the order sent: a repeated object is a success, a changed one under its version is not,
    a later version is."""
    item = indicator("TLP:GREEN")
    changed = {**item, "name": "Changed"}
    status = world.share("ann", item, item, changed, later(item), {"type": "nonsense"})
    assert (status["success_count"], status["failure_count"]) == (3, 2)
    assert world.read("bob") == [later(item)]


# standing


@pytest.mark.parametrize("how", ["end_nda", "suspend"])
def test_standing_that_ends_while_the_objects_are_examined_ends_the_submission(
    world: World, how: str
) -> None:
    """Computed again under the write lock: what was true when the request came does not count."""
    principal = world.principal("ann")
    body = orjson.dumps({"objects": [indicator("TLP:GREEN")]})
    getattr(world, how)("Alpha")
    with pytest.raises(NotPermitted) as caught:
        post(world.house, principal, Topic.ATTACKS, body)
    assert str(caught.value) == world.principal("ann").standing.verdict.reason
    assert submissions(world) == 0


def test_an_account_that_ends_meanwhile_posts_nothing(world: World) -> None:
    """A removed person is nobody any more."""
    principal = world.principal("ann")
    world.remove("ann")
    body = orjson.dumps({"objects": [indicator("TLP:GREEN")]})
    with pytest.raises(NotPermitted):
        post(world.house, principal, Topic.ATTACKS, body)
    assert submissions(world) == 0


def test_only_members_contribute(world: World) -> None:
    """A working group in good standing reads; it posts nothing."""
    world.researcher("Group", "ros")
    with pytest.raises(NotPermitted):
        world.share("ros", indicator("TLP:CLEAR"))
    assert submissions(world) == 0


# whom the source names


def test_recipients_are_organisations_and_people_of_the_register(world: World) -> None:
    """By their identities; one that nobody is known by refuses the whole, and is named."""
    item = indicator("TLP:RED")
    world.share("ann", item, recipients=[world.identity("bob"), world.identity("alf")])
    assert world.ids("bob") == world.ids("alf") == {item["id"]}
    stranger = fresh_id("identity")
    with pytest.raises(BadHandling, match=stranger):
        world.share("ann", indicator("TLP:RED"), recipients=[world.identity("bob"), stranger])
    assert submissions(world) == 1


def test_who_is_not_here_any_more_is_no_recipient(world: World) -> None:
    """A removed person and an organisation that has left are as unknown as a stranger."""
    world.person("bea", "Beta")
    world.remove("bea")
    world.member("Gamma", "gil")
    world.end_membership("Gamma")
    for name in ("bea", "gil", "Gamma"):
        with pytest.raises(BadHandling, match="is not known here"):
            world.share("ann", indicator("TLP:RED"), recipients=[world.identity(name)])
    assert submissions(world) == 0


def test_only_registered_organisations_are_protected_as_creators(world: World) -> None:
    """An object of somebody unknown here is relayed; one of another organisation here is not."""
    relayed = indicator("TLP:GREEN", created_by_ref=fresh_id("identity"))
    person = indicator("TLP:GREEN", created_by_ref=world.identity("bob"))
    stolen = indicator("TLP:GREEN", created_by_ref=world.identity("Beta"))
    status = world.share("ann", relayed, person, stolen)
    assert [line["id"] for line in status["failures"]] == [stolen["id"]]


# marking definitions


def test_a_definition_may_come_with_what_it_marks(world: World) -> None:
    """In any order within the envelope."""
    definition = statement()
    item = indicator("TLP:GREEN")
    item["object_marking_refs"] = [*item["object_marking_refs"], definition["id"]]
    status = world.share("ann", item, marked(definition, "TLP:GREEN"))
    assert status["success_count"] == 2


def test_a_definition_may_have_come_before(world: World) -> None:
    """From oneself, from a colleague, or from another member as far as one may read it."""
    own, theirs = marked(statement(), "TLP:GREEN"), marked(statement(), "TLP:GREEN")
    world.share("ann", own)
    world.share("bob", theirs)
    for name in ("ann", "alf", "bob"):
        for definition in (own, theirs):
            item = indicator(None, object_marking_refs=[definition["id"]])
            assert world.share(name, item)["success_count"] == 1


def test_a_definition_that_is_hidden_or_refused_is_unknown(world: World) -> None:
    """R1, R11: what others keep to themselves is answered like what never was."""
    hidden = marked(statement(), "TLP:RED")
    world.share("bob", hidden, recipients=[world.identity("bob")])
    messages = []
    for id_ in (hidden["id"], fresh_id("marking-definition")):
        status = world.share("ann", indicator(None, object_marking_refs=[id_]))
        (failure,) = status["failures"]
        messages.append(failure["message"].replace(id_, "it"))
    assert messages[0] == messages[1]
    forged = {**statement(), "definition_type": "tlp", "definition": {"tlp": "white"}}
    item = indicator(None, object_marking_refs=[forged["id"]])
    assert world.share("ann", forged, item)["failure_count"] == 2


def test_a_marking_that_is_no_tlp_leaves_the_object_unmarked(world: World) -> None:
    """A statement says nothing about reach: the default label applies, and the status says so."""
    definition = marked(statement(), "TLP:CLEAR")
    item = indicator(None, object_marking_refs=[definition["id"]])
    status = world.share("ann", definition, item)
    assert "TLP:AMBER" in status["successes"][1]["message"]
    assert item["id"] in world.ids("bob")
    assert item["id"] not in world.ids(None, "public")
