"""Boards for the tests of the rules: seats written as letters, and what they come to, by hand.

F, A, N: voted for, against, abstained. R: recused. And "." has not voted.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from membership.ballots.ballot import (
    Ballot,
    Choice,
    Motion,
    MotionKind,
    Paper,
    Recusal,
    Seat,
)
from membership.bylaws import Majority, Secrecy

OPENED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MOTION = Motion(MotionKind.ADMISSION, "application", "Admission of Gamma")
CHOICES = {"F": Choice.FOR, "A": Choice.AGAINST, "N": Choice.ABSTAIN}
HALF = Fraction(1, 2)


def board(
    letters: Sequence[str],
    majority: Majority = Majority.SIMPLE,
    quorum: Fraction = HALF,
    secrecy: Secrecy = Secrecy.OPEN,
) -> Ballot:
    """A ballot whose seats stand as the letters say."""
    is_secret = secrecy is Secrecy.SECRET
    seats = tuple(
        Seat(
            person=f"person-{number}",
            organisation=f"organisation-{number}",
            recused=Recusal("a conflict") if letter == "R" else None,
            has_voted=letter in CHOICES,
            choice=None if is_secret else CHOICES.get(letter),
        )
        for number, letter in enumerate(letters)
    )
    papers = [
        Paper(f"{number:064x}", CHOICES[letter])
        for number, letter in enumerate(letters)
        if letter in CHOICES and is_secret
    ]
    return Ballot(
        id="ballot",
        motion=MOTION,
        opened=OPENED,
        closes=OPENED + timedelta(days=14),
        seats=seats,
        majority=majority,
        quorum=quorum,
        secrecy=secrecy,
        papers=tuple(papers),
    )


def is_carried(letters: Sequence[str], majority: Majority, quorum: Fraction) -> bool:
    """The bylaws' clause, seat by seat and without a fraction: independent of the rules' code."""
    may_vote = [letter for letter in letters if letter != "R"]
    voters = [letter for letter in may_vote if letter != "."]
    if not len(voters) * quorum.denominator > len(may_vote) * quorum.numerator:
        return False
    in_favour = [letter for letter in letters if letter == "F"]
    if majority is Majority.TWO_THIRDS:
        return len(in_favour * 3) >= len([*letters, *letters])
    balance = 0
    for letter in voters:
        balance += {"F": 1, "A": -1, "N": 0}[letter]
    return balance > 0
