"""Texts of the NDA: drafts, adoption, the transition, and what each person acknowledges."""

from datetime import timedelta

import pytest

from cloudsirt.house import OPERATOR
from cloudsirt.installing import ensure_founding_text
from membership.bylaws import BYLAWS
from membership.errors import (
    AlreadyRegistered,
    IllegalTransition,
    NotAcceptable,
    Overtaken,
    UnknownText,
)
from membership.ndas.acknowledging import acknowledge_nda
from membership.ndas.adopting import adopt_text, propose_text
from membership.ndas.text import LARGEST, PDF, PLAIN, Text
from membership.store import MembershipStore
from tests.world import World
from tlp import Perimeter

MOMENT = timedelta(microseconds=1)
NEW = "multi-party NDA, 2027 edition"


def texts(world: World) -> tuple[Text, ...]:
    """The texts as they are kept."""
    with world.house.reading() as db:
        return MembershipStore(db).ndas.texts()


def is_member(world: World, name: str) -> bool:
    """Whether somebody reads among members now."""
    return world.principal(name).reader.perimeter is Perimeter.MEMBERS


def test_an_installation_begins_with_a_text(world: World) -> None:
    """The founding text is there once, however often an installation is set up."""
    ensure_founding_text(world.house)
    (text,) = texts(world)
    assert (text.title, text.media_type, text.adopted) == (BYLAWS.nda_text, PLAIN, world.now)
    assert text.is_newest
    with world.house.reading() as db:
        content = MembershipStore(db).ndas.content(text.title).decode()
    assert "Traffic Light Protocol" in content
    assert max(len(line) for line in content.splitlines()) <= 80


def test_a_draft_binds_nobody(world: World) -> None:
    """It stands before the others in the list, and the text to sign stays what it was."""
    digest = world.propose_nda(NEW)
    draft, founding = texts(world)
    assert (draft.title, draft.digest, draft.adopted) == (NEW, digest, None)
    assert founding.is_newest
    assert not draft.is_newest


def test_a_text_is_proposed_once(world: World) -> None:
    """Neither its title in any case, nor its content under another title."""
    world.propose_nda(NEW)
    for title, content in ((f" {NEW.upper()} ", b"something else"), ("title", b"Another text.\n")):
        with pytest.raises(AlreadyRegistered), world.house.working(OPERATOR) as work:
            propose_text(work.membership, title, content, PLAIN, at=work.at)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        *((b"", PLAIN), (b" \n\t", PLAIN), (b"\xff\xfe", PLAIN), (b"a\x00b", PLAIN)),
        *((b"a\x1b[2Jb", PLAIN), (b"not a PDF", PDF), (b"<p>text</p>", "text/html")),
        (b"%PDF-" + bytes(LARGEST), PDF),
    ],
)
def test_what_nobody_could_read_is_no_text(world: World, content: bytes, media_type: str) -> None:
    """Plain text in UTF-8 without control characters, or a PDF; nothing else, and not endless."""
    with pytest.raises(NotAcceptable), world.house.working(OPERATOR) as work:
        propose_text(work.membership, "title", content, media_type, at=work.at)


def test_signatures_on_the_text_before_count_for_the_transition(world: World) -> None:
    """To its last microsecond, for those who do not sign the new one."""
    world.member("Alpha", "ann")
    world.member("Beta", "bob")
    world.advance(days=1)
    world.adopt_nda(NEW)
    end = world.now + BYLAWS.nda_transition
    founding = next(text for text in texts(world) if text.title == BYLAWS.nda_text)
    assert founding.superseded == end
    world.sign_nda("Beta")
    assert not is_member(world, "bob")
    reason = world.principal("bob").standing.verdict.reason
    assert reason == f"Your organisation has signed “{NEW}”; you have not acknowledged it yet."
    world.acknowledge_nda("bob")
    for at, ann in ((end - MOMENT, True), (end, False)):
        world.now = at
        assert is_member(world, "ann") is ann
        assert is_member(world, "bob")
    assert world.principal("ann").standing.verdict.reason.endswith("; sign the new one.")


def test_a_third_text_leaves_the_end_of_the_first(world: World) -> None:
    """Each text has the transition of its own successor, and one text has none."""
    world.adopt_nda("second")
    first_end = world.now + BYLAWS.nda_transition
    world.advance(days=30)
    world.adopt_nda("third")
    found = {text.title: text for text in texts(world)}
    assert found[BYLAWS.nda_text].superseded == first_end
    assert found["second"].superseded == world.now + BYLAWS.nda_transition
    assert [text.title for text in found.values() if text.is_newest] == ["third"]


def test_a_text_is_adopted_once_and_must_be_there(world: World) -> None:
    """Neither what was adopted already, nor what nobody proposed."""
    with (
        pytest.raises(IllegalTransition, match="adopted already"),
        world.house.working("x") as work,
    ):
        adopt_text(work.membership, BYLAWS.nda_text, ballot="b", at=work.at)
    with pytest.raises(UnknownText), world.house.working("x") as work:
        adopt_text(work.membership, "nothing", ballot="b", at=work.at)


# acknowledging


def test_a_person_acknowledges_what_binds_their_organisation(world: World) -> None:
    """Not a text that the organisation has yet to sign; and each text once."""
    world.member("Alpha", "ann")
    world.adopt_nda(NEW)
    world.person("art", "Alpha", acknowledged=False)
    world.acknowledge_nda("art")
    assert is_member(world, "art")
    with pytest.raises(IllegalTransition, match="already"):
        world.acknowledge_nda("art")
    world.sign_nda("Alpha")
    assert not is_member(world, "art")
    world.acknowledge_nda("art")
    assert is_member(world, "art")
    with world.house.reading() as db:
        kept = MembershipStore(db).ndas.acknowledgements(world.now)
    assert {title: {who for who, _ in found} for title, found in kept.items()} == {
        BYLAWS.nda_text: {world.people["ann"], world.people["art"]},
        NEW: {world.people["art"]},
    }


def test_whoever_was_shown_another_text_reads_again(world: World) -> None:
    """The title on the page must be the one that counts at that instant."""
    world.member("Alpha", "ann")
    with pytest.raises(Overtaken, match="read"), world.house.working(OPERATOR) as work:
        acknowledge_nda(work.membership, world.people["ann"], at=work.at, title="another")


def test_somebody_registered_as_acknowledged_reads_at_once(world: World) -> None:
    """In a transition too: it is the text that binds their organisation that they acknowledged."""
    world.member("Alpha", "ann")
    world.adopt_nda(NEW)
    world.person("art", "Alpha")
    assert is_member(world, "art")
    world.organisation("Beta")
    world.person("bob", "Beta")
    world.sign_nda("Beta")
    assert is_member(world, "bob")
