"""Motions: the secretariat puts them to the Board, after having been told what that means."""

import pytest
from argon2 import PasswordHasher

from cloudsirt.auth import passwords
from membership.ballots.ballot import MotionKind
from membership.ballots.store import BallotStore
from tests.plumbing.pages import Portal, forms_of, words_of
from tests.world import World


@pytest.fixture
def engine_name() -> str:
    """The commands are tested on both engines."""
    return "sqlite"


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A Board of three, the secretariat, and a member."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    world.board("bea", "ben", "bob")
    world.member("Office", "sue", "secretariat")
    world.member("Alpha", "ann")
    return world


def moved(world: World) -> list[MotionKind]:
    """The kinds of the motions that are open."""
    with world.house.reading() as db:
        return [ballot.motion.kind for ballot in BallotStore(db).open_ballots()]


def forms(portal: Portal) -> dict[str, dict[str, str]]:
    """What each form of the page sends by itself, by the kind of its motion."""
    found = forms_of(portal.page("/secretariat/motions"))
    return {form.fields["kind"]: form.fields for form in found if "kind" in form.fields}


def put(portal: Portal, kind: str, **fields: str) -> str:
    """Send one form, and then the page that asks again."""
    data = {**forms(portal)[kind], **fields}
    answer = portal.client.post("/secretariat/motions", data=data)
    if answer.status_code != 200:
        return answer.text
    portal.submit(portal.form(answer.text, "/secretariat/motions"))
    return words_of(answer.text)


def test_a_number_of_the_bylaws_is_put_to_the_board(world: World) -> None:
    """The page says what it will be before anything opens, and nothing opens without it."""
    portal = Portal(world, "sue")
    data = {**forms(portal)["bylaws"], "name": "reviewers", "value": "3"}
    answer = portal.client.post("/secretariat/motions", data=data)
    assert "3 instead of 2" in answer.text
    assert "two thirds of all seats" in answer.text
    assert moved(world) == []
    portal.submit(portal.form(answer.text, "/secretariat/motions"))
    assert moved(world) == [MotionKind.BYLAWS]


def test_an_expulsion_is_put_to_the_board(world: World) -> None:
    """By a secret ballot."""
    words = put(Portal(world, "sue"), "expulsion", organisation=world.organisations["Alpha"])
    assert "Expulsion of Alpha" in words
    assert "secret" in words
    assert moved(world) == [MotionKind.EXPULSION]


def test_a_draft_of_the_nda_is_put_to_the_board(world: World) -> None:
    """Only what was proposed can be chosen."""
    portal = Portal(world, "sue")
    assert "nda-text" not in forms(portal)
    world.propose_nda("Edition 2")
    put(portal, "nda-text", text="Edition 2")
    assert moved(world) == [MotionKind.NDA_TEXT]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"value": "0"}, "a whole number from 1"),
        ({"value": "2"}, "it is 2 already"),
        ({"kind": "admission"}, "Choose what is moved"),
        ({"kind": "nda-text", "text": "nothing"}, "nothing"),
    ],
)
def test_what_makes_no_sense_is_not_moved(world: World, fields: dict[str, str], why: str) -> None:
    """The page says why, and keeps what was typed."""
    portal = Portal(world, "sue")
    data = {**forms(portal)["bylaws"], "name": "reviewers", "value": "3", **fields}
    answer = portal.client.post("/secretariat/motions", data=data)
    assert answer.status_code == 400
    assert why in words_of(answer.text)
    assert moved(world) == []


@pytest.mark.parametrize("name", ["ann", "bea"])
def test_nobody_else_moves_anything(world: World, name: str) -> None:
    """Neither a member nor a seat of the Board; the secretariat does, and votes on nothing."""
    portal = Portal(world, name)
    portal.page("/secretariat/motions", 403)
    portal.post("/secretariat/motions", 403, kind="bylaws", name="reviewers", value="3")
    assert moved(world) == []
