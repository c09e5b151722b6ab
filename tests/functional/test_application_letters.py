"""Each step of an application tells those whom it concerns, and nothing that is confidential."""

import pytest

from cloudsirt import reviewing as services
from membership.applications import applying
from membership.applications.store import ApplicationStore
from tests.world import World

APPLICANT = "example@applicant.example.org"
SECRET = "Where is the law that establishes you?"


@pytest.fixture
def world(world: World) -> World:
    """The secretariat, and a member with a representative."""
    world.member("Office", "sue", "secretariat")
    world.person("bea", "Office", "board")
    world.member("Alpha", "ann", "representative")
    world.work()
    return world


def told(world: World, address: str) -> list[str]:
    """The subjects of all letters to an address, after a round of the worker."""
    world.advance(minutes=1)
    world.work()
    return [str(letter["Subject"]) for letter in world.letters() if f"<{address}>" in letter["To"]]


def revision(world: World, id_: str) -> int:
    """The revision as it is."""
    return world.application_now(id_).revision


def test_the_applicant_and_the_secretariat_hear_of_each_step(world: World) -> None:
    """In their order; what the other side did itself, it is not written about."""
    id_ = world.application("Example", "other")
    sue = world.principal("sue")
    services.take_up(world.house, sue, id_, revision(world, id_))
    services.ask_more(world.house, sue, id_, revision(world, id_), SECRET)
    with world.house.working("applicant") as work:
        store = ApplicationStore(work.db)
        work.record(*applying.answer(store, id_, revision(world, id_), at=work.at))
    services.find(world.house, sue, id_, revision(world, id_))
    services.put_to_ballot(world.house, sue, id_, revision(world, id_))
    assert set(told(world, APPLICANT)) == {
        "Your application to CloudSIRT",
        "Your application was received",
        "Your application is in review",
        "The secretariat asks for more on your application",
        "Your answer was received",
        "The secretariat has judged your application",
        "The Board votes on your application",
    }
    assert {"An application waits for review", "An applicant has answered"} <= set(
        told(world, "sue@example.org")
    )
    services.withdraw_at_console(world.house, id_)
    assert "Your application was withdrawn" in told(world, APPLICANT)
    assert "An application was withdrawn" in told(world, "sue@example.org")


def test_no_letter_says_what_was_asked_or_why(world: World) -> None:
    """That stands behind the link."""
    id_ = world.application("Example", "other")
    sue = world.principal("sue")
    services.take_up(world.house, sue, id_, revision(world, id_))
    services.find(world.house, sue, id_, revision(world, id_))
    services.decline(world.house, sue, id_, revision(world, id_), SECRET)
    assert "Your application was declined" in told(world, APPLICANT)
    texts = [letter.get_content() for letter in world.letters()]
    assert not [text for text in texts if "law that establishes" in " ".join(text.split())]


def test_a_draft_that_is_withdrawn_or_lapses_concerns_nobody_else(world: World) -> None:
    """The secretariat never saw it."""
    before = told(world, "sue@example.org")
    services.withdraw_at_console(world.house, world.draft("Example"))
    world.draft("Example")
    world.advance(days=180)
    services.lapse_applications(world.house)
    assert told(world, "sue@example.org") == before
    assert {"Your application was withdrawn", "Your application has lapsed"} <= set(
        told(world, APPLICANT)
    )


def test_sponsors_are_asked_and_the_secretariat_hears_their_answer(world: World) -> None:
    """The representatives of the member that was named."""
    id_ = world.application("Example", sponsors=["Alpha"])
    assert "An applicant names you as a sponsor" in told(world, "ann@example.org")
    services.support(world.house, world.principal("ann"), id_)
    assert "A sponsor has answered" in told(world, "sue@example.org")
