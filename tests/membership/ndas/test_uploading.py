"""Signed documents: one waits at a time, and is accepted, refused or taken back, once."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest

from cloudsirt import clock
from cloudsirt.house import OPERATOR
from membership.bylaws import BYLAWS
from membership.errors import IllegalTransition, NotAcceptable, UnknownUpload
from membership.ndas import uploading
from membership.ndas.signature import Method
from membership.ndas.upload import Action, State, Upload, next_state
from membership.store import MembershipStore
from tests.world import World

CONTENT = b"%PDF-1.7 signed\n%%EOF\n"


@pytest.fixture
def world(world: World) -> World:
    """An admitted organisation that has not signed."""
    world.organisation("Alpha")
    world.organisation("Beta")
    world.person("ann", "Alpha", "signatory", acknowledged=False)
    return world


def hand_in(world: World, **more: Any) -> str:
    """Hand a document in for Alpha; its id."""
    given: dict[str, Any] = {
        "id": clock.new_id(),
        "organisation": world.organisations["Alpha"],
        "person": world.people["ann"],
        "text": BYLAWS.nda_text,
        "name": "signed.pdf",
        "digest": hashlib.sha256(CONTENT).hexdigest(),
        "uploaded": world.now,
    }
    upload = Upload(**given | more)
    with world.house.working(OPERATOR) as work:
        work.record(*uploading.hand_in(work.membership, upload, CONTENT))
    return upload.id


def accept(world: World, id_: str, **more: Any) -> Any:
    """Accept a document; the signature."""
    given = {"nda": clock.new_id(), "since": None, "until": None, "by": "secretariat"}
    with world.house.working(OPERATOR) as work:
        nda, events = uploading.accept(work.membership, id_, at=work.at, **given | more)
        work.record(*events)
    return nda


def refuse(world: World, id_: str, reason: str = "Page 2 is missing.") -> None:
    """Refuse a document."""
    with world.house.working(OPERATOR) as work:
        work.record(
            *uploading.refuse(work.membership, id_, reason=reason, by="secretariat", at=work.at)
        )


def take_back(world: World, id_: str, organisation: str = "Alpha") -> None:
    """Take a document back."""
    with world.house.working(OPERATOR) as work:
        whose = world.organisations[organisation]
        work.record(*uploading.take_back(work.membership, id_, whose, by="ann", at=work.at))


def kept(world: World, id_: str) -> Upload:
    """A document as it is kept."""
    with world.house.reading() as db:
        return MembershipStore(db).ndas.upload(id_)


def test_an_accepted_document_is_a_signature(world: World) -> None:
    """From now on for the term, by whoever handed it in; the document stays beside it."""
    id_ = hand_in(world)
    nda = accept(world, id_)
    assert (nda.method, nda.signatory) == (Method.UPLOAD, world.people["ann"])
    assert (nda.since, nda.until) == (world.now, world.now + BYLAWS.nda_term)
    found = kept(world, id_)
    assert (found.state, found.nda, found.decided_by) == (State.ACCEPTED, nda.id, "secretariat")
    with world.house.reading() as db:
        store = MembershipStore(db)
        assert store.signatures(world.organisations["Alpha"]) == (nda,)
        assert store.ndas.upload_content(id_) == CONTENT


def test_the_secretariat_reads_the_dates_from_the_paper(world: World) -> None:
    """Before or after the day on which it looks at it."""
    since, until = world.now - timedelta(days=3), world.now + timedelta(days=400)
    nda = accept(world, hand_in(world), since=since, until=until)
    assert (nda.since, nda.until) == (since, until)


def test_one_document_waits_at_a_time(world: World) -> None:
    """The next one after it was refused, or taken back."""
    first = hand_in(world)
    with pytest.raises(IllegalTransition, match="waits for the secretariat already"):
        hand_in(world)
    refuse(world, first)
    assert kept(world, first).reason == "Page 2 is missing."
    second = hand_in(world)
    take_back(world, second)
    third = hand_in(world)
    with world.house.reading() as db:
        store = MembershipStore(db).ndas
        assert [item.id for item in store.uploads_in(State.WAITING)] == [third]


@pytest.mark.parametrize("state", [state for state in State if state is not State.WAITING])
@pytest.mark.parametrize("action", Action)
def test_what_was_decided_stays_decided(state: State, action: Action) -> None:
    """Every transition that the table does not name is refused."""
    with pytest.raises(IllegalTransition, match="already"):
        next_state(state, action)


def test_two_people_of_the_secretariat_decide_once(world: World) -> None:
    """The second is told, and nothing is signed twice."""
    id_ = hand_in(world)
    accept(world, id_)
    for again in (accept, refuse, take_back):
        with pytest.raises(IllegalTransition, match="was accepted already"):
            again(world, id_)
    with world.house.reading() as db:
        assert len(MembershipStore(db).signatures(world.organisations["Alpha"])) == 1


def test_nobody_decides_about_what_is_not_theirs_or_not_there(world: World) -> None:
    """Another organisation's document is unknown, like one that never was."""
    id_ = hand_in(world)
    with pytest.raises(UnknownUpload):
        take_back(world, id_, "Beta")
    for act in (accept, refuse, take_back):
        with pytest.raises(UnknownUpload):
            act(world, clock.new_id())


def test_a_document_is_refused_with_a_reason(world: World) -> None:
    """The member has to know what to mend."""
    with pytest.raises(NotAcceptable, match="reason"):
        refuse(world, hand_in(world), " ")


def test_a_document_that_signs_another_text_is_not_accepted(world: World) -> None:
    """When handed in, and when a new text was adopted while it waited: then nothing changes."""
    with pytest.raises(IllegalTransition, match="another one by now"):
        hand_in(world, text="another")
    id_ = hand_in(world)
    world.adopt_nda("second")
    with pytest.raises(IllegalTransition, match="another one by now: “second”"):
        accept(world, id_)
    assert kept(world, id_).state is State.WAITING


def test_a_member_that_signed_meanwhile_is_bound_once(world: World) -> None:
    """A paper handed in although another was accepted is not accepted as well."""
    accept(world, hand_in(world))
    second = hand_in(world)
    with pytest.raises(IllegalTransition, match="has signed this text already"):
        accept(world, second)
