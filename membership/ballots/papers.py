"""What the votes of a secret ballot are kept as: papers that nothing links to a seat.

A paper is a choice under a commitment: SHA-256 of the ballot's id and a random code of 256 bits
that is shown to its voter once and kept nowhere. All papers of a ballot are one sorted document
in the ballot's own row: no row of theirs, no time and no order says whose they are. Changing or
removing a paper needs its code. At the close the list is published to those who may see the
ballot, and stands in the event of the close: everyone finds their own paper and counts them all.

What this hides, and from whom. The pages, the audit trail, a dump or a copy of the tables say who
voted and not what. It does not hide a vote from somebody with power over the running installation
who goes out of their way: comparing the papers before and after a vote shows which one came with
it (two copies of the database, the log of a replica or of SQLite, rows not yet cleaned away), and
a changed program sees the form itself. When all papers say the same, the result tells every vote.
A code shows others how its owner voted: keep it like the vote. The bylaws ask for secrecy within
the Board, and that holds.
"""

import hashlib
import json
from collections.abc import Iterable

from membership.ballots.ballot import Ballot, Choice, Paper, State
from membership.ballots.tally import outcome
from membership.errors import NotAcceptable
from tlp import Deny, Permit, Verdict

_PREFIX = "CloudSIRT ballot paper"


def commitment(ballot_id: str, code: str) -> str:
    """What a paper is published under, in hexadecimal."""
    return hashlib.sha256(f"{_PREFIX}\n{ballot_id}\n{code}".encode(errors="replace")).hexdigest()


def paper_of(ballot: Ballot, code: str) -> Paper:
    """The paper with this code; NotAcceptable when this ballot has none."""
    wanted = commitment(ballot.id, code.strip())
    for paper in ballot.papers:
        if paper.commitment == wanted:
            return paper
    raise NotAcceptable("No paper of this ballot has this code.")


def with_paper(ballot: Ballot, code: str, choice: Choice) -> tuple[Paper, ...]:
    """The papers with one more."""
    return _sorted((*ballot.papers, Paper(commitment(ballot.id, code), choice)))


def with_choice(ballot: Ballot, code: str, choice: Choice) -> tuple[Paper, ...]:
    """The papers with another choice on the one with this code."""
    changed = Paper(paper_of(ballot, code).commitment, choice)
    return _sorted((*without_paper(ballot, code), changed))


def without_paper(ballot: Ballot, code: str) -> tuple[Paper, ...]:
    """The papers without the one with this code."""
    removed = paper_of(ballot, code)
    return tuple(paper for paper in ballot.papers if paper != removed)


def as_document(papers: Iterable[Paper]) -> str:
    """Papers as they are kept, published and hashed: one sorted document."""
    return json.dumps([[paper.commitment, paper.choice.value] for paper in _sorted(papers)])


def from_document(document: str) -> tuple[Paper, ...]:
    """Papers as they were kept."""
    return tuple(Paper(found, Choice(choice)) for found, choice in json.loads(document))


def verify(ballot: Ballot, published: str) -> Verdict:
    """Whether a closed ballot is what its papers say, as they were published at the close."""
    if as_document(ballot.papers) != published:
        return Deny("The papers are not those that were published at the close.")
    if len({paper.commitment for paper in ballot.papers}) != len(ballot.papers):
        return Deny("Two papers have the same commitment.")
    voted = sum(seat.has_voted for seat in ballot.seats)
    if len(ballot.papers) != voted:
        return Deny(f"{len(ballot.papers)} papers, but {voted} seats voted.")
    if bool(outcome(ballot)) != (ballot.state is State.CARRIED):
        return Deny("Counted again, the papers give another result.")
    return Permit(
        f"{voted} papers, one for each voter, as published at the close; counted again, they give "
        f"the same result: {ballot.state.text.lower()}."
    )


def _sorted(papers: Iterable[Paper]) -> tuple[Paper, ...]:
    return tuple(sorted(papers, key=lambda paper: paper.commitment))
