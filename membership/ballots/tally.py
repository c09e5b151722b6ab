"""What the votes of a ballot come to, with the arithmetic in sentences (Board clause).

1. Quorum: more than the bylaws' part of the seats that may vote have voted; abstaining is voting.
2. Simple majority: more for than against; a tie carries nothing.
3. Two thirds: of all seats, with those that are recused, that are missing or that abstain.

A ballot ends early when no votes still to come can change the result. A secret one ends early only
when everybody could know that: the vote that settled it would be known to be that of whoever
voted last, so what was voted does not count for this, only who voted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from membership.ballots.ballot import Ballot, Choice
from membership.bylaws import Majority
from tlp import Deny, Permit, Verdict

_TWO_THIRDS = Fraction(2, 3)
_PARTS = {Fraction(1, 2): "half", Fraction(1, 3): "a third", Fraction(2, 3): "two thirds"}


@dataclass(frozen=True, slots=True)
class Tally:
    """A ballot in numbers. Of a secret one that is open, what was voted is None.

    `needed` is how many must vote for, with what was voted so far; `quorum` how many must vote at
    all. `verdict` is what would come out if nobody voted any more.
    """

    seats: int
    recused: int
    cast: int
    missing: int
    quorum: int
    needed: int | None
    in_favour: int | None
    against: int | None
    abstained: int | None
    verdict: Verdict | None
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Count:
    in_favour: int
    against: int
    abstained: int

    @property
    def cast(self) -> int:
        return self.in_favour + self.against + self.abstained


def tally(ballot: Ballot, votes: Iterable[Choice]) -> Tally:
    """What the votes come to, explained."""
    count = _counted(votes)
    what = f"{count.in_favour} for, {count.against} against, {count.abstained} abstained."
    texts = (_seats(ballot, count.cast), what, _quorum(ballot, count.cast)[1])
    return Tally(
        seats=len(ballot.seats),
        recused=len(ballot.seats) - len(ballot.eligible),
        cast=count.cast,
        missing=len(ballot.eligible) - count.cast,
        quorum=_quorum_votes(ballot),
        needed=_needed(ballot, count),
        in_favour=count.in_favour,
        against=count.against,
        abstained=count.abstained,
        verdict=_verdict(ballot, count),
        sentences=(*texts, _majority(ballot, count)[1]),
    )


def turnout(ballot: Ballot) -> Tally:
    """What everybody may know of a secret ballot while it is open: who voted, and not what."""
    cast, seats = len(ballot.eligible) - len(ballot.missing), len(ballot.seats)
    is_simple = ballot.majority is Majority.SIMPLE
    rule = (
        "More must vote for than against."
        if is_simple
        else f"{_two_thirds_text(seats)}: so many must vote for."
    )
    hidden = "What was voted is counted at the close, and known to nobody before."
    return Tally(
        seats=seats,
        recused=seats - len(ballot.eligible),
        cast=cast,
        missing=len(ballot.missing),
        quorum=_quorum_votes(ballot),
        needed=None if is_simple else ceil(_TWO_THIRDS * seats),
        in_favour=None,
        against=None,
        abstained=None,
        verdict=None,
        sentences=(_seats(ballot, cast), hidden, _quorum(ballot, cast)[1], rule),
    )


def shown_tally(ballot: Ballot) -> Tally:
    """What those who may see a ballot may know of it now."""
    is_hidden = ballot.is_secret and ballot.is_open
    return turnout(ballot) if is_hidden else tally(ballot, ballot.votes)


def outcome(ballot: Ballot) -> Verdict:
    """Whether the motion is carried by the votes as they are."""
    return _verdict(ballot, _counted(ballot.votes))


def best_case(ballot: Ballot) -> Verdict:
    """The outcome if all who may vote voted for."""
    return _verdict(ballot, _Count(len(ballot.eligible), 0, 0))


def settled(ballot: Ballot) -> Verdict | None:
    """The outcome when nothing that may still come can change it; None while something can.

    A missing seat may vote, stay away, or recuse itself; votes cast are taken as they stand.
    """
    count, missing = _counted(ballot.votes), len(ballot.missing)
    if missing == 0:
        return _verdict(ballot, count)
    if ballot.is_secret:  # nobody's choice may decide about the moment of the close
        return None if best_case(ballot) else _verdict(ballot, count)
    best = _Count(count.in_favour + missing, count.against, count.abstained)
    worst = _Count(count.in_favour, count.against + missing, count.abstained)
    if not _verdict(ballot, best):
        return _verdict(ballot, count)
    is_safe = _verdict(ballot, count) and _verdict(ballot, worst)  # nobody votes; all against
    return _verdict(ballot, count) if is_safe else None


def _counted(votes: Iterable[Choice]) -> _Count:
    found = list(votes)
    return _Count(*(found.count(item) for item in (Choice.FOR, Choice.AGAINST, Choice.ABSTAIN)))


def _verdict(ballot: Ballot, count: _Count) -> Verdict:
    """Clauses 1 to 3: the first that fails is the reason."""
    has_quorum, quorum = _quorum(ballot, count.cast)
    if not has_quorum:
        return Deny(quorum)
    is_enough, majority = _majority(ballot, count)
    return Permit(majority) if is_enough else Deny(majority)


def _quorum(ballot: Ballot, cast: int) -> tuple[bool, str]:
    """Clause 1."""
    eligible, needed = len(ballot.eligible), _quorum_votes(ballot)
    part = _PARTS.get(ballot.quorum, str(ballot.quorum))
    of_what = "the only seat" if eligible == 1 else f"the {eligible} seats"
    rule = f"The quorum is more than {part} of {of_what} that may vote"
    end = "reached" if cast >= needed else f"{_short(needed - cast)} of it"
    return cast >= needed, f"{rule}, so {needed}; {cast} voted: {end}."


def _quorum_votes(ballot: Ballot) -> int:
    return floor(ballot.quorum * len(ballot.eligible)) + 1


def _majority(ballot: Ballot, count: _Count) -> tuple[bool, str]:
    """Clauses 2 and 3."""
    in_favour, needed = count.in_favour, _needed(ballot, count)
    missed = needed - in_favour
    end = "enough." if missed <= 0 else f"{_lost(ballot)}{_short(missed)}."
    if ballot.majority is Majority.TWO_THIRDS:
        return missed <= 0, f"{_two_thirds_text(len(ballot.seats))}; {in_favour} voted for: {end}"
    if in_favour == count.against:
        return False, f"{in_favour} voted for and as many against: a tie carries nothing."
    rule = "More must vote for than against"
    return missed <= 0, f"{rule}; {in_favour} voted for, {count.against} against: {end}"


def _needed(ballot: Ballot, count: _Count) -> int:
    """How many must vote for, with as many against as there are."""
    if ballot.majority is Majority.TWO_THIRDS:
        return ceil(_TWO_THIRDS * len(ballot.seats))
    return count.against + 1


def _two_thirds_text(seats: int) -> str:
    exact = _TWO_THIRDS * seats
    rounded = "" if exact.denominator == 1 else ", rounded up"
    of_what = "the only seat" if seats == 1 else f"all {seats} seats"
    return f"Two thirds of {of_what} are {ceil(exact)}{rounded}"


def _seats(ballot: Ballot, cast: int) -> str:
    eligible, recused = len(ballot.eligible), len(ballot.seats) - len(ballot.eligible)
    apart = f", {recused} of them recused" if recused else ""
    return (
        f"{_number(len(ballot.seats), 'seat')}{apart}: {eligible} may vote, {cast} voted, "
        f"{eligible - cast} missing."
    )


def _lost(ballot: Ballot) -> str:
    """What a missed majority means, once it is known that nothing more will come."""
    return "" if ballot.is_open else "not carried, "


def _short(missed: int) -> str:
    return "one short" if missed == 1 else f"{missed} short"


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
