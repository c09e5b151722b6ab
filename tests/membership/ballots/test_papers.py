"""Secret votes as papers: found by their code alone, and counted by anybody."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from membership.ballots.ballot import Ballot, Choice, Paper, State
from membership.ballots.papers import (
    as_document,
    commitment,
    from_document,
    paper_of,
    verify,
    with_choice,
    with_paper,
    without_paper,
)
from membership.bylaws import Secrecy
from membership.errors import NotAcceptable
from tests.membership.ballots.boards import board

votes = st.dictionaries(st.text(min_size=1).map(str.strip).filter(bool), st.sampled_from(Choice))


def with_votes(cast: dict[str, Choice]) -> Ballot:
    """A secret ballot into which somebody put these papers, by their codes."""
    ballot = board("." * 5, secrecy=Secrecy.SECRET)
    for code, choice in cast.items():
        ballot = replace(ballot, papers=with_paper(ballot, code, choice))
    return ballot


def closed(letters: str, state: State) -> Ballot:
    """A secret ballot that was closed."""
    return replace(board(letters, secrecy=Secrecy.SECRET), state=state)


def test_a_commitment_can_be_made_with_any_tool() -> None:
    """SHA-256 of three lines: what the page tells people to type."""
    expected = hashlib.sha256(b"CloudSIRT ballot paper\nballot\ncode").hexdigest()
    assert commitment("ballot", "code") == expected
    assert commitment("another", "code") != expected


@given(votes)
def test_everybody_finds_their_own_paper(cast: dict[str, Choice]) -> None:
    """By the code that they were shown, and nobody by another."""
    ballot = with_votes(cast)
    for code, choice in cast.items():
        assert paper_of(ballot, f" {code} ").choice is choice
    with pytest.raises(NotAcceptable):
        paper_of(ballot, "a code of nobody, said twice: a code of nobody")


@given(votes)
def test_the_order_of_votes_leaves_no_trace(cast: dict[str, Choice]) -> None:
    """The document is the same in whatever order people voted."""
    backwards = dict(reversed(cast.items()))
    assert as_document(with_votes(cast).papers) == as_document(with_votes(backwards).papers)


@given(votes.filter(bool), st.sampled_from(Choice))
def test_a_changed_vote_is_as_if_it_had_been_the_first(
    cast: dict[str, Choice], choice: Choice
) -> None:
    """Changing one paper leaves the others, and no trace of what it said before."""
    code = min(cast)
    changed = with_choice(with_votes(cast), code, choice)
    assert changed == with_votes({**cast, code: choice}).papers
    others = {other: cast[other] for other in cast if other != code}
    assert without_paper(with_votes(cast), code) == with_votes(others).papers


@given(votes)
def test_papers_are_kept_as_they_were(cast: dict[str, Choice]) -> None:
    """There and back."""
    papers = with_votes(cast).papers
    assert from_document(as_document(papers)) == papers


@pytest.mark.parametrize(
    ("ballot", "reason"),
    [
        (closed("FFFA.", State.CARRIED), None),
        (closed("FFAA.", State.NOT_CARRIED), None),
        (closed("FFAA.", State.CARRIED), "another result"),
        (replace(closed("FFA", State.CARRIED), seats=board("FF.").seats), "3 papers, but 2 seats"),
        (
            replace(closed("FF", State.CARRIED), papers=(Paper("0", Choice.FOR),) * 2),
            "same commitment",
        ),
    ],
)
def test_a_closed_ballot_is_verified_by_its_papers(ballot: Ballot, reason: str | None) -> None:
    """One paper for each voter, and the result that they give."""
    found = verify(ballot, as_document(ballot.papers))
    assert bool(found) == (reason is None)
    assert reason is None or reason in found.reason


def test_papers_that_were_changed_after_the_close_are_noticed() -> None:
    """What was published at the close is what counts."""
    ballot = closed("FFFA.", State.CARRIED)
    published = as_document(closed("FFAA.", State.CARRIED).papers)
    assert not verify(ballot, published)
