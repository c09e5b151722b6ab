"""Measures several servers in turn, round by round, and compares within each round.

A machine is busier at one time than at another; what is compared stands next to each other in
time, and the middle of the rounds is what is told.
"""

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

LONG = 10  # seconds


@dataclass(frozen=True, slots=True)
class Measured:
    """What one question gave: rates by server, one for each round; `per` is what one answer
    stands for (objects of a page, or 1)."""

    part: str
    question: str
    unit: str
    per: int
    rates: Mapping[str, tuple[float, ...]]

    def rate(self, name: str) -> float:
        """The middle rate of a server, in units."""
        return median(self.rates[name]) * self.per

    def ratio(self, name: str, other: str) -> float:
        """How many times the rate of another a server has: the middle of the rounds."""
        pairs = zip(self.rates[name], self.rates[other], strict=True)
        return median(own / its for own, its in pairs)


def in_turn(
    part: str,
    question: str,
    contenders: Mapping[str, Callable[[], float]],
    rounds: int,
    *,
    unit: str = "requests/s",
    per: int = 1,
) -> Measured:
    """Ask each contender in each round; the order turns from round to round.

    Whoever takes longer than `LONG` has one turn, which counts for all rounds.
    """
    names = list(contenders)
    found: dict[str, list[float]] = {name: [] for name in names}
    slow: set[str] = set()
    for number in range(rounds):
        start = number % len(names)
        for name in names[start:] + names[:start]:
            begun = time.monotonic()
            found[name].append(found[name][0] if name in slow else contenders[name]())
            if time.monotonic() - begun > LONG:
                slow.add(name)
    rates = {name: tuple(values) for name, values in found.items()}
    measured = Measured(part, question, unit, per, rates)
    shown = ", ".join(f"{name} {measured.rate(name):.4g}" for name in names)
    print(f"{part}: {question}: {shown} {unit}", file=sys.stderr, flush=True)
    return measured
