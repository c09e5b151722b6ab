"""Secret links: the text opens, and nothing but the text; and that only as long as it should."""

import base64
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from cloudsirt import clock
from cloudsirt import tables as t
from cloudsirt.auth.sessions import SignedIn
from cloudsirt.errors import LinkRefused
from cloudsirt.keys import Keys
from cloudsirt.links import Link, Purpose, good_link, link_for, link_text, make_link, use_link
from tests.world import START, World

SOMEBODY = "6fd1ec4f-8f3b-4e3c-9b4f-111111111111"
FACT = SignedIn(SOMEBODY)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def make(world: World, purpose: Purpose = Purpose.INVITATION, subject: str = SOMEBODY) -> Link:
    """A link, made in a unit of work."""
    with world.house.working("test") as work:
        link = make_link(work.db, id_=clock.new_id(), purpose=purpose, subject=subject, at=work.at)
        work.record(FACT)
    return link


def found(world: World, text: str, purpose: Purpose = Purpose.INVITATION) -> Link | None:
    """What a text opens."""
    with world.house.reading() as db:
        return link_for(db, world.house.keys, text, purpose, world.now)


@pytest.fixture(scope="module")
def one_world(sqlite_template: object, tmp_path_factory: pytest.TempPathFactory) -> World:
    """One installation for all examples of a property: nothing in them writes."""
    import shutil  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("links")
    shutil.copyfile(str(sqlite_template), folder / "cloudsirt.db")
    return World(f"sqlite:///{folder / 'cloudsirt.db'}", folder)


@given(data=st.data())
def test_any_changed_character_is_refused(one_world: World, data: st.DataObject) -> None:
    """Of 48 octets not one bit may differ, nor may the text be longer or shorter."""
    link = make(one_world, data.draw(st.sampled_from(Purpose)), clock.new_id())
    text = link_text(one_world.house.keys, link)
    assert found(one_world, text, link.purpose) == link
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from([*ALPHABET, "+", "/", "=", " ", "é", "\n", ""]))
    changed = text[:place] + other + text[place + 1 :]
    if changed != text:
        assert found(one_world, changed, link.purpose) is None
    assert found(one_world, text + other, link.purpose) is None or not other


@given(st.text(max_size=100))
def test_garbage_opens_nothing(one_world: World, text: str) -> None:
    """Whatever the text, the answer is the same."""
    assert found(one_world, text) is None


def test_a_link_serves_its_purpose_alone(world: World) -> None:
    """The seal is over the purpose too."""
    link = make(world, Purpose.PASSWORD)
    text = link_text(world.house.keys, link)
    assert found(world, text, Purpose.PASSWORD) == link
    assert found(world, text, Purpose.INVITATION) is None
    assert found(world, text, Purpose.APPLICATION) is None


def test_the_database_holds_no_secret(world: World) -> None:
    """Whoever reads every row cannot make the text of a link without the key."""
    link = make(world)
    text = link_text(world.house.keys, link)
    seal = base64.urlsafe_b64decode(text)[16:]
    with world.house.reading() as db:
        row = db.execute(select(t.link)).one()
    assert all(text not in str(value) and seal.hex() not in str(value) for value in row)
    other = link_text(Keys(b"k" * 32, world.house.keys.audit), link)
    assert other[:21] == text[:21]  # the id is no secret
    assert found(world, other) is None


def test_a_sealed_id_that_is_not_kept_opens_nothing(world: World) -> None:
    """A link that was forgotten, or belongs to another database under the same keys."""
    stranger = Link(str(uuid.UUID(int=7)), Purpose.INVITATION, SOMEBODY, START, START)
    assert found(world, link_text(world.house.keys, stranger)) is None


def test_a_link_ends_after_its_time(world: World) -> None:
    """Good until the very instant, and not at it."""
    text = link_text(world.house.keys, make(world))
    world.advance(days=14, seconds=-1)
    assert found(world, text) is not None
    world.advance(seconds=1)
    assert found(world, text) is None


def test_a_link_that_serves_once_serves_once(world: World) -> None:
    """Of two who follow it, one is served; the other reads what every bad link says."""
    link = make(world)
    text = link_text(world.house.keys, link)
    with world.house.working("test") as work:
        use_link(work, link)
        work.record(FACT)
    assert found(world, text) is None
    with pytest.raises(LinkRefused), world.house.working("test") as work:
        use_link(work, link)


def test_a_new_link_ends_the_one_before(world: World) -> None:
    """For the same person and purpose; others' go on."""
    first, other = make(world), make(world, Purpose.INVITATION, clock.new_id())
    password, second = make(world, Purpose.PASSWORD), make(world)
    texts = {link: link_text(world.house.keys, link) for link in (first, other, password, second)}
    assert found(world, texts[first]) is None
    assert found(world, texts[second]) == second
    assert found(world, texts[other]) == other
    assert found(world, texts[password], Purpose.PASSWORD) == password


def test_the_link_of_an_application_is_used_again_and_again(world: World) -> None:
    """An applicant comes back; every letter brings a link, and all of them open."""
    first, second = make(world, Purpose.APPLICATION), make(world, Purpose.APPLICATION)
    for link in (first, second, first):
        with world.house.working("test") as work:
            use_link(work, link)
            work.record(FACT)
        assert found(world, link_text(world.house.keys, link), Purpose.APPLICATION) == link


def test_one_sentence_for_every_link_that_is_not_good(world: World) -> None:
    """Unknown, expired, replaced, used and garbage cannot be told apart."""
    replaced, used = make(world), make(world)
    with world.house.working("test") as work:
        use_link(work, used)
        work.record(FACT)
    expired = make(world, Purpose.INVITATION, clock.new_id())
    world.advance(days=20)
    texts = [link_text(world.house.keys, link) for link in (replaced, used, expired)]
    said = set()
    for text in (*texts, "garbage", "A" * 64, ""):
        with world.house.reading() as db, pytest.raises(LinkRefused) as caught:
            good_link(db, world.house.keys, text, Purpose.INVITATION, world.now)
        said.add(str(caught.value))
    assert len(said) == 1
