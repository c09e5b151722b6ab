"""The arithmetic of ballots, against the clause as it is written, for every size of a Board."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.ballots.ballot import State
from membership.ballots.tally import outcome, settled, shown_tally, tally, turnout
from membership.bylaws import Majority, Secrecy
from tests.membership.ballots.boards import CHOICES, HALF, board, is_carried

LARGEST = 50
QUORUMS = (HALF, Fraction(1, 3), Fraction(2, 3), Fraction(0))

letters = st.lists(st.sampled_from("FANR."), min_size=1, max_size=LARGEST)
majorities = st.sampled_from(Majority)
quorums = st.sampled_from(QUORUMS)


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_every_size_of_a_board_decides_as_the_clause_says(size: int) -> None:
    """All numbers of recused seats, and of votes around what is needed, for every size."""
    for recused, majority in product(range(size), Majority):
        may_vote = size - recused
        around = {0, 1, may_vote // 2, may_vote // 2 + 1, -(-2 * size // 3), may_vote}
        for in_favour in {min(may_vote, max(0, near + off)) for near in around for off in (-1, 0)}:
            rest = may_vote - in_favour
            for against in {0, rest, min(rest, in_favour), rest // 2}:
                missing = rest - against
                seats = "R" * recused + "F" * in_favour + "A" * against + "." * missing
                found = outcome(board(seats, majority))
                assert bool(found) == is_carried(seats, majority, HALF), seats


@given(letters, majorities, quorums)
def test_any_board_decides_as_the_clause_says(
    seats: list[str], majority: Majority, quorum: Fraction
) -> None:
    """Whatever the seats did, and whatever the bylaws' quorum; and the reason is a sentence."""
    found = outcome(board(seats, majority, quorum))
    assert bool(found) == is_carried(seats, majority, quorum)
    assert found.reason.endswith(".")


@given(letters, majorities, quorums)
def test_a_tally_counts_every_seat_once(
    seats: list[str], majority: Majority, quorum: Fraction
) -> None:
    """For, against, abstained, missing and recused are all the seats."""
    found = shown_tally(board(seats, majority, quorum))
    numbers = [found.in_favour, found.against, found.abstained, found.missing, found.recused]
    assert numbers == [seats.count(letter) for letter in "FAN.R"]
    assert (found.seats, found.cast) == (len(seats), sum(map(seats.count, "FAN")))


@given(letters, majorities)
def test_what_is_needed_is_needed_and_enough(seats: list[str], majority: Majority) -> None:
    """With so many for and the rest as it is, the majority is there; with one fewer it is not."""
    found = shown_tally(board(seats, majority))
    assert found.needed is not None
    others = [letter for letter in seats if letter != "F"]
    no_quorum = Fraction(0)
    for in_favour, is_enough in ((found.needed, True), (found.needed - 1, False)):
        if majority is Majority.TWO_THIRDS:
            votes = ["F"] * in_favour + ["N"] * (len(seats) - in_favour)
        else:
            votes = ["F"] * in_favour + others
        assert is_carried(votes, majority, no_quorum) == is_enough


@given(st.permutations("FFFAANR.."), majorities)
def test_the_order_of_seats_does_not_matter(seats: list[str], majority: Majority) -> None:
    """Whoever sits where, the same comes out."""
    assert shown_tally(board(seats, majority)) == shown_tally(board("FFFAANR..", majority))


@given(letters, majorities, quorums)
def test_another_vote_for_never_harms_a_motion(
    seats: list[str], majority: Majority, quorum: Fraction
) -> None:
    """A seat that changes to a vote for cannot turn a carried motion into one that is not."""
    before = outcome(board(seats, majority, quorum))
    for place, letter in enumerate(seats):
        if letter != "R":
            after = [*seats[:place], "F", *seats[place + 1 :]]
            assert not before or outcome(board(after, majority, quorum))


# early close


@pytest.mark.parametrize("size", range(1, 6))
@pytest.mark.parametrize("majority", Majority)
def test_a_ballot_is_settled_exactly_when_nothing_can_change_it(
    size: int, majority: Majority
) -> None:
    """Against all that missing seats may still do: vote in three ways, stay away, recuse."""
    for quorum in (HALF, Fraction(2, 3)):
        for seats in product("FANR.", repeat=size):
            options = ["FANR." if letter == "." else letter for letter in seats]
            futures = {is_carried(end, majority, quorum) for end in product(*options)}
            found = settled(board(seats, majority, quorum))
            assert (None if found is None else {bool(found)}) == (
                futures if len(futures) == 1 else None
            ), seats


@pytest.mark.parametrize("majority", Majority)
def test_a_secret_ballot_is_settled_by_what_everybody_knows(majority: Majority) -> None:
    """The moment of the close says nothing about a vote: any other votes would close it as well."""
    for seats in product("FAR.", repeat=4):
        found = settled(board(seats, majority, secrecy=Secrecy.SECRET))
        options = [{".": "FANR.", "R": "R"}.get(letter, "FAN") for letter in seats]
        futures = {is_carried(end, majority, HALF) for end in product(*options)}
        if "." in seats and len(futures) > 1:
            assert found is None, seats
        else:
            assert found is not None, seats
            assert bool(found) == is_carried(seats, majority, HALF)


@given(letters, majorities)
def test_nothing_is_left_to_settle_when_nobody_is_missing(
    seats: list[str], majority: Majority
) -> None:
    """A ballot in which all who may vote have voted is settled, and is what it stands at."""
    complete = [letter if letter != "." else "N" for letter in seats]
    for secrecy in Secrecy:
        full = board(complete, majority, secrecy=secrecy)
        assert settled(full) == outcome(full)


# words


@pytest.mark.parametrize(
    ("seats", "majority", "sentence"),
    [
        (
            "FFFFFAARN",
            "2/3",
            "Two thirds of all 9 seats are 6; 5 voted for: not carried, one short.",
        ),
        ("FFFFFFAAR", "2/3", "Two thirds of all 9 seats are 6; 6 voted for: enough."),
        (
            "FAAAAAAAAA",
            "2/3",
            "Two thirds of all 10 seats are 7, rounded up; 1 voted for: not carried, 6 short.",
        ),
        ("F", "2/3", "Two thirds of the only seat are 1, rounded up; 1 voted for: enough."),
        ("FFAAN", "1/2", "2 voted for and as many against: a tie carries nothing."),
        ("FFANN", "1/2", "More must vote for than against; 2 voted for, 1 against: enough."),
        (
            "FAAA",
            "1/2",
            "More must vote for than against; 1 voted for, 3 against: not carried, 3 short.",
        ),
        (
            "FF..",
            "1/2",
            "The quorum is more than half of the 4 seats that may vote, so 3; "
            "2 voted: one short of it.",
        ),
        ("FF..R", "1/2", "5 seats, 1 of them recused: 4 may vote, 2 voted, 2 missing."),
        (
            "FF.",
            "1/2",
            "The quorum is more than half of the 3 seats that may vote, so 2; 2 voted: reached.",
        ),
    ],
)
def test_a_tally_explains_itself(seats: str, majority: str, sentence: str) -> None:
    """What was needed, cast and missing, in sentences that can be checked by hand."""
    kind = Majority.TWO_THIRDS if majority == "2/3" else Majority.SIMPLE
    closed = replace(board(seats, kind), state=State.NOT_CARRIED)
    assert sentence in shown_tally(closed).sentences


def test_a_majority_that_is_missed_so_far_is_only_short() -> None:
    """While votes may come, nothing is said to be lost."""
    sentences = shown_tally(board("FF....", Majority.TWO_THIRDS)).sentences
    assert sentences[-1] == "Two thirds of all 6 seats are 4; 2 voted for: 2 short."


@given(letters, majorities)
def test_an_open_secret_ballot_tells_who_voted_and_not_what(
    seats: list[str], majority: Majority
) -> None:
    """Other votes of the same seats give the same picture, in numbers and in words."""
    others = ["A" if letter in CHOICES else letter for letter in seats]
    one, other = (board(found, majority, secrecy=Secrecy.SECRET) for found in (seats, others))
    assert shown_tally(one) == shown_tally(other) == turnout(one)
    assert shown_tally(one).verdict is None


def test_votes_are_counted_whatever_seats_they_came_from() -> None:
    """Papers and open votes of the same choices come to the same."""
    is_open, is_secret = board("FFAN.R"), board("FFAN.R", secrecy=Secrecy.SECRET)
    assert tally(is_open, is_open.votes) == tally(is_secret, is_secret.votes)
