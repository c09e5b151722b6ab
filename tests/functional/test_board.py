"""The Board's room: who sees it, how one votes on a page, and what the page tells whom."""

import re

import pytest
from argon2 import PasswordHasher

from cloudsirt import balloting as service
from cloudsirt.auth import passwords
from cloudsirt.house import OPERATOR
from membership.ballots import balloting, motions
from membership.ballots.ballot import Choice
from membership.ballots.papers import commitment
from membership.ballots.store import BallotStore
from membership.bylaws import BYLAWS
from membership.ndas.adopting import propose_text
from membership.ndas.text import PLAIN
from membership.store import MembershipStore
from tests.plumbing.pages import Portal, forms_of
from tests.world import PASSWORD, World

LONGER = motions.to_amend(BYLAWS, "ballot_term", "21")


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A Board of four, the secretariat, an analyst and a working group."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    world.board("ann", "bob", "cat", "dan")
    world.member("Office", "sue", "secretariat")
    world.person("alf", "Ann Org", "analyst")
    world.researcher("Group", "ros")
    return world


def cast(world: World, ballot: str, name: str, choice: Choice) -> None:
    """Vote as somebody, by the command."""
    with world.house.working(OPERATOR) as work:
        store, person = BallotStore(work.db), world.people[name]
        _, events = balloting.cast(
            store, ballot, person, choice, new_code=f"code of {name}", at=work.at
        )
        work.record(*events)


def expel(world: World, name: str) -> str:
    """A secret ballot on a member."""
    with world.house.reading() as db:
        found = MembershipStore(db).organisation(world.organisations[name])
    return world.put_to_vote(motions.to_expel(found, world.now))


def actions(page: str) -> set[str]:
    """The last words of the addresses that the forms of a page go to."""
    return {form.action.rpartition("/")[2] for form in forms_of(page)} & {"vote", "recuse"}


# what it is about


def test_the_page_leads_to_what_the_motion_is_about(world: World) -> None:
    """The member, the bylaws, the text: as much as there is to say, and the page with the rest."""
    with world.house.working(OPERATOR) as work:
        _, events = propose_text(work.membership, "NDA 2027", b"Keep it.", PLAIN, at=work.at)
        work.record(*events)
    ann = Portal(world, "ann")
    for motion, text, told in (
        (motions.to_adopt("NDA 2027"), "Members would sign “NDA 2027”", "Keep it."),
        (LONGER, "Days that a ballot is open: 21 from the moment at which", "bylaws"),
    ):
        page = ann.page(f"/board/ballots/{world.put_to_vote(motion)}")
        assert text in page
        (url,) = re.findall(r'<a href="([^"]+)">Read the', page)
        assert told in ann.page(url)
    words = ann.words(f"/board/ballots/{expel(world, 'Bob Org')}")
    assert "Bob Org. CERT, CSIRT or ISAC. Admitted on 2026-03-01." in words


# who sees it


@pytest.mark.parametrize("name", ["alf", "ros"])
def test_the_room_is_the_boards_and_the_secretariats(world: World, name: str) -> None:
    """An analyst and a working group are told no, on every page and for every form."""
    ballot = world.put_to_vote(LONGER)
    portal = Portal(world, name)
    for path in ("/board", f"/board/ballots/{ballot}"):
        assert "The Board and the secretariat see ballots" in portal.page(path, 403)
    portal.post(f"/board/ballots/{ballot}/vote", 403, choice="for", password=PASSWORD)
    portal.post(f"/board/ballots/{ballot}/recuse", 403, reason="x", password=PASSWORD)


def test_a_visitor_is_sent_to_sign_in(world: World) -> None:
    """Nothing of a ballot is said to somebody unknown."""
    ballot = world.put_to_vote(LONGER)
    for path in ("/board", f"/board/ballots/{ballot}"):
        answer = world.client().get(path)
        assert answer.status_code == 303
        assert answer.location.startswith("/sign-in")


def test_the_room_shows_what_needs_ones_vote_first(world: World) -> None:
    """Then what is open besides, then what is closed with its result; with the time left."""
    waits = world.put_to_vote(LONGER)
    voted = world.put_to_vote(motions.to_amend(BYLAWS, "answer_term", "90"))
    own = expel(world, "Ann Org")
    closed = world.put_to_vote(motions.to_amend(BYLAWS, "sponsors", "2"))
    cast(world, voted, "ann", Choice.FOR)
    cast(world, closed, "bob", Choice.AGAINST)
    cast(world, closed, "cat", Choice.AGAINST)
    world.advance(days=12)
    page = Portal(world, "ann").page("/board")
    places = [page.index(f"/board/ballots/{ballot}") for ballot in (waits, voted, own, closed)]
    awaited, others, past = (page.index(f'id="{name}"') for name in ("awaited", "open", "closed"))
    assert awaited < places[0] < others < min(places[1:3])
    assert max(places[1:3]) < past < places[3]
    words = Portal(world, "ann").words("/board")
    assert "2 days left" in words
    assert "You voted for." in words
    assert "Your seat is recused: The motion is about the seat’s own organisation." in words
    assert "0 for, 2 against, 0 abstained" in words


def test_the_secretariat_sees_and_does_not_vote(world: World) -> None:
    """Open ballots, without a place for what waits for it, and without forms."""
    ballot = world.put_to_vote(LONGER)
    sue = Portal(world, "sue")
    words = sue.words("/board")
    assert "Needs your vote" not in words
    assert LONGER.title in words
    page = sue.page(f"/board/ballots/{ballot}")
    assert actions(page) == set()
    assert "You have no seat in this ballot." in page
    sue.post(f"/board/ballots/{ballot}/vote", 403, choice="for", password=PASSWORD)
    sue.post(f"/board/ballots/{ballot}/recuse", 403, reason="x", password=PASSWORD)
    assert len(world.ballot(ballot).missing) == 4


def test_closed_ballots_are_turned_page_by_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest first; an address that makes no sense starts at the newest."""
    monkeypatch.setattr("cloudsirt.portal.board.page.CLOSED_LIMIT", 2)
    made = []
    for number in ("1", "2", "3"):
        ballot = world.put_to_vote(motions.to_amend(BYLAWS, "sponsors", number))
        service.cancel(world.house, OPERATOR, ballot, f"Reason {number}.")
        world.advance(hours=1)
        made.append(ballot)
    sue = Portal(world, "sue")
    page = sue.page("/board?before=nonsense")
    assert [ballot in page for ballot in made] == [False, True, True]
    (older,) = re.findall(r'href="(/board\?before=[^"]+)"', page)
    page = sue.page(older)
    assert [ballot in page for ballot in made] == [True, False, False]
    assert 'rel="next"' not in page


# votes


def test_a_vote_is_cast_and_changed(world: World) -> None:
    """With the password each time; the page says what one voted, and everybody sees it."""
    ballot = world.put_to_vote(LONGER)
    path, ann = f"/board/ballots/{ballot}", Portal(world, "ann")
    assert "Your vote is awaited." in ann.words(path)
    ann.send(path, "/vote", choice="against", password=PASSWORD)
    assert "You voted against." in ann.words(path)
    ann.send(path, "/vote", choice="for", password=PASSWORD)
    assert "You voted for." in ann.words(path)
    words = Portal(world, "sue").words(path)
    assert "Ann Ann Org For" in words
    assert "1 for, 0 against, 0 abstained." in words
    assert "4 seats: 4 may vote, 1 voted, 3 missing." in words


def test_a_wrong_password_votes_nothing(world: World) -> None:
    """The page comes again with what was chosen, and without the password."""
    ballot = world.put_to_vote(LONGER)
    path, ann = f"/board/ballots/{ballot}", Portal(world, "ann")
    for action, fields in (("/vote", {"choice": "abstain"}), ("/recuse", {"reason": "A friend."})):
        page = ann.send(path, action, 401, password="not the password", **fields)
        assert 'role="alert">The password is not right.' in page
        assert "not the password" not in page
    assert "A friend." in page
    assert len(world.ballot(ballot).missing) == 4


def test_a_vote_needs_a_choice(world: World) -> None:
    """Nothing, or something that is no choice, is refused."""
    ballot = world.put_to_vote(LONGER)
    for choice in ("", "yes"):
        page = Portal(world, "ann").post(
            f"/board/ballots/{ballot}/vote", 400, choice=choice, password=PASSWORD
        )
        assert "Choose what you vote." in page


def test_a_vote_that_comes_too_late_is_told_what_happened(world: World) -> None:
    """The page as it is now: closed, with the result, and nothing of the late vote."""
    ballot = world.put_to_vote(LONGER)
    path, dan = f"/board/ballots/{ballot}", Portal(world, "dan")
    form = dan.form(dan.page(path), "/vote")
    for name in ("ann", "bob", "cat"):
        cast(world, ballot, name, Choice.FOR)
    page = dan.submit(form, 409, choice="against", password=PASSWORD)
    assert "This ballot was closed on 2026-03-01 12:00 UTC: carried." in page
    assert "Two thirds of all 4 seats are 3, rounded up; 3 voted for: enough." in page
    assert actions(page) == set()
    assert "Dan Dan Org Did not vote" in dan.words(path)


def test_somebody_who_left_the_board_votes_no_more(world: World) -> None:
    """The seat was frozen, yet the right is computed at the vote."""
    ballot = world.put_to_vote(LONGER)
    path, ann = f"/board/ballots/{ballot}", Portal(world, "ann")
    form = ann.form(ann.page(path), "/vote")
    world.end_nda("Ann Org")
    ann.submit(form, 403, choice="for", password=PASSWORD)
    assert len(world.ballot(ballot).missing) == 4


def test_an_unknown_ballot_is_not_found(world: World) -> None:
    """Whatever is tried on it."""
    ann = Portal(world, "ann")
    ann.page("/board/ballots/nothing", 404)
    ann.post("/board/ballots/nothing/vote", 404, choice="for", password=PASSWORD)


# recusal


def test_a_recused_seat_sees_why(world: World) -> None:
    """One's own organisation recuses by itself: no form, and the reason instead."""
    ballot = expel(world, "Bob Org")
    path, bob = f"/board/ballots/{ballot}", Portal(world, "bob")
    page = bob.page(path)
    assert "Your seat is recused: The motion is about the seat’s own organisation." in page
    assert actions(page) == set()
    refused = bob.post(f"{path}/vote", 403, choice="against", password=PASSWORD)
    assert "recused from this ballot: The motion is about the seat’s own organisation." in refused


def test_a_seat_recuses_itself_on_the_page(world: World) -> None:
    """The vote that it had cast is gone, the reason is shown, and there is no way back."""
    ballot = world.put_to_vote(LONGER)
    path, ann = f"/board/ballots/{ballot}", Portal(world, "ann")
    ann.send(path, "/vote", choice="for", password=PASSWORD)
    assert "A reason is needed" in ann.send(path, "/recuse", 400, reason=" ", password=PASSWORD)
    ann.send(path, "/recuse", reason="I advised them.", password=PASSWORD)
    page = ann.page(path)
    assert "Your seat is recused: I advised them." in page
    assert actions(page) == set()
    words = Portal(world, "sue").words(path)
    assert "Ann Ann Org Recused: I advised them." in words
    assert "4 seats, 1 of them recused: 3 may vote, 0 voted, 3 missing." in words


# secret ballots


def test_the_code_of_a_secret_vote_is_shown_once(world: World) -> None:
    """With the number of the paper; the page of the ballot says only that one voted."""
    ballot = expel(world, "Dan Org")
    path, ann = f"/board/ballots/{ballot}", Portal(world, "ann")
    page = ann.send(path, "/vote", 200, choice="for", password=PASSWORD)
    code, number = re.findall(r'<code class="code-box">([^<]+)</code>', page)
    assert number == commitment(ballot, code)
    assert "You voted for." in page
    for name in ("ann", "bob", "sue"):
        shown = Portal(world, name).page(path)
        assert code not in shown
        assert number not in shown
        assert "1 for" not in shown
        assert "You voted for" not in shown
    words = Portal(world, "bob").words(path)
    assert "Ann Ann Org Voted" in words
    assert "known to nobody before" in words
    assert "You have voted." in ann.words("/board")


def test_a_secret_vote_is_changed_with_its_code(world: World) -> None:
    """No second code is given; without the first one nothing changes."""
    ballot = expel(world, "Dan Org")
    path, ann = f"/board/ballots/{ballot}", Portal(world, "ann")
    page = ann.send(path, "/vote", 200, choice="for", password=PASSWORD)
    code = re.findall(r'<code class="code-box">([^<]+)</code>', page)[0]
    for wrong, why in (("", "only with your paper"), ("wrong", "No paper of this ballot")):
        refused = ann.send(path, "/vote", 400, choice="against", password=PASSWORD, code=wrong)
        assert why in refused
    assert world.ballot(ballot).votes == (Choice.FOR,)
    ann.send(path, "/vote", choice="against", password=PASSWORD, code=code)
    assert world.ballot(ballot).votes == (Choice.AGAINST,)
    ann.send(path, "/recuse", reason="A friend.", password=PASSWORD, code=code)
    assert world.ballot(ballot).votes == ()


def test_the_papers_are_on_the_page_after_the_close(world: World) -> None:
    """Everybody who sees the ballot finds every paper, sorted by its number."""
    ballot = expel(world, "Dan Org")
    for name, choice in (("ann", Choice.FOR), ("bob", Choice.AGAINST)):
        cast(world, ballot, name, choice)
    path, cat = f"/board/ballots/{ballot}", Portal(world, "cat")
    page = cat.send(path, "/vote", 200, choice="for", password=PASSWORD)
    assert "With your vote the ballot has closed." in page
    page = Portal(world, "sue").page(path)
    numbers = re.findall(r"<code>([0-9a-f]{64})</code>", page)
    assert commitment(ballot, "code of bob") in numbers
    assert numbers == sorted(numbers)
    assert len(numbers) == 3
    assert "2 for, 1 against, 0 abstained." in page
    assert f"CloudSIRT ballot paper\\n{ballot}\\nYOUR-CODE" in page


# letters


def test_letters_say_that_a_vote_is_awaited_and_how_it_ended(world: World) -> None:
    """To the seats that may vote, then to all seats and the secretariat; no name, no vote."""
    ballot = expel(world, "Dan Org")
    world.work()
    assert _told(world, "waits for your vote") == {"ann", "bob", "cat"}
    text = world.letter("ann")
    assert f"/board/ballots/{ballot}" in text
    assert "Expulsion of a member" in text
    assert "15 March 2026, 12:00" in text
    assert "The vote is secret." in text
    for name in ("ann", "bob", "cat"):
        cast(world, ballot, name, Choice.AGAINST)
    world.work()
    assert _told(world, "has closed") == {"ann", "bob", "cat", "dan", "sue"}
    text = world.letter("dan")
    assert "The motion was not carried." in text
    assert "Dan Org" not in text


def test_a_letter_tells_that_a_ballot_was_cancelled(world: World) -> None:
    """Nobody waits for the result of what is gone; the reason is on the page."""
    ballot = world.put_to_vote(LONGER)
    service.cancel(world.house, OPERATOR, ballot, "The reason itself.")
    world.work()
    assert _told(world, "was cancelled") == {"ann", "bob", "cat", "dan", "sue"}
    assert "The reason itself." not in world.letter("sue")
    assert "cancelled: The reason itself." in Portal(world, "ann").words(f"/board/ballots/{ballot}")


def _told(world: World, subject: str) -> set[str]:
    """Who was sent a letter with such a subject."""
    return {
        name
        for name in world.people
        if any(subject in letter["Subject"] for letter in world.letters(name))
    }
