"""Letters about the NDA: who gets which, and what is in them."""

import pytest

from cloudsirt import clock
from cloudsirt.house import OPERATOR
from cloudsirt.reminding import remind_due
from membership.bylaws import BYLAWS
from membership.ndas import uploading
from membership.ndas.signature import Method
from membership.ndas.signing import Signing, end_nda, sign
from membership.ndas.upload import Upload
from tests.world import World


@pytest.fixture
def engine_name() -> str:
    """Letters ask the stores, which are tested on both engines."""
    return "sqlite"


@pytest.fixture
def world(world: World) -> World:
    """Alpha with a signatory who also represents it, a representative and an analyst; Office."""
    world.organisation("Alpha")
    world.person("ann", "Alpha", "signatory", "representative")
    world.person("roy", "Alpha", "representative")
    world.person("amy", "Alpha", "analyst")
    world.member("Office", "sue", "secretariat")
    return world


def sent(world: World) -> dict[str, list[str]]:
    """Who has got letters about an NDA since the last time, by subject."""
    world.work()
    folder = world.house.config.home / "mail"
    found: dict[str, list[str]] = {}
    for letter in world.letters():
        found.setdefault(str(letter["Subject"]), []).append(letter["To"].addresses[0].username)
    for path in folder.glob("*.eml"):
        path.unlink()
    return {subject: sorted(people) for subject, people in found.items() if "NDA" in subject}


def sign_now(world: World) -> None:
    """Let Ann sign on the platform."""
    signing = Signing(
        *(clock.new_id(), world.organisations["Alpha"], BYLAWS.nda_text, world.now, None),
        method=Method.PLATFORM,
        signatory=world.people["ann"],
        ground="test",
    )
    with world.house.working(OPERATOR) as work:
        work.record(*sign(work.membership, signing, at=work.at)[1])


def test_a_signature_is_told_of_with_its_receipt(world: World) -> None:
    """To signatories and representatives, each once; with where the receipt is."""
    sign_now(world)
    text = world.letter("roy")
    assert "Alpha has signed" in text
    assert "/receipt.sig\n" in text
    assert "/keys/audit.pub\n" in text
    assert sent(world) == {"Your NDA with the consortium is signed": ["ann", "roy"]}


def test_a_paper_is_told_of_to_the_secretariat_and_back(world: World) -> None:
    """That it waits, and then why it was not accepted."""
    upload = Upload(
        *(clock.new_id(), world.organisations["Alpha"], world.people["ann"], BYLAWS.nda_text),
        *("x.pdf", "ab" * 32, world.now),
    )
    with world.house.working(OPERATOR) as work:
        work.record(*uploading.hand_in(work.membership, upload, b"%PDF-"))
    assert sent(world) == {"A signed NDA waits for you": ["sue"]}
    with world.house.working(OPERATOR) as work:
        work.record(
            *uploading.refuse(
                work.membership, upload.id, reason="Page 2 is missing.", by="x", at=work.at
            )
        )
    assert "Page 2 is missing." in world.letter("roy")
    assert sent(world) == {"Your signed NDA was not accepted": ["ann", "roy"]}


def test_what_ends_is_told_of_before_and_then(world: World) -> None:
    """Three times before, with the moment; and once when somebody ended it."""
    sign_now(world)
    sent(world)
    world.advance(days=640)
    remind_due(world.house)
    assert "ends on 29 February 2028, 12:00 (UTC)" in world.letter("ann").replace("\n", " ")
    assert sent(world)["Your NDA with the consortium ends soon"] == ["ann", "roy"]
    with world.house.working(OPERATOR) as work:
        organisation = world.organisations["Alpha"]
        work.record(*end_nda(work.membership, organisation, reason="Not for others.", at=work.at))
    assert "Not for others." not in world.letter("sue")
    assert sent(world) == {
        "Your NDA with the consortium has ended": ["ann", "roy"],
        "The NDA of a member was ended": ["sue"],
    }


def test_a_new_text_is_told_of_to_all_members(world: World) -> None:
    """With until when signatures on the one before count; the founding text to nobody."""
    world.member("Beta", "bob", "representative")
    world.researcher("Group", "ros")
    assert sent(world) == {}
    world.adopt_nda("second")
    text = world.letter("bob").replace("\n", " ")
    assert "“second”. It replaces “multi-party NDA, 2026 edition”" in text
    assert "count until 30 May 2026, 12:00 (UTC)" in text
    assert sent(world) == {"There is a new text of the NDA to sign": ["ann", "bob", "roy"]}
