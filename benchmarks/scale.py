"""What ten million placements cost: disk, answers, posting and memory, on PostgreSQL.

Some objects are posted, and the rest is copied from their rows in SQL (`growing`), each standing in
two channels. Beside the large installation a small one is asked in turn, always something else:
what is remembered (`cloudsirt/remembering.py`) costs the same at every size.
"""

import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

from sqlalchemy import create_engine

from benchmarks import anywhere, client, disk, footprint, growing, pollers, posting
from benchmarks.costs import Cost, Watched
from benchmarks.growth import AFTER, BEFORE, CONNECTIONS, SMALL
from benchmarks.house import POSTGRES, House
from benchmarks.material import envelopes
from benchmarks.report import line
from benchmarks.rounds import Measured, in_turn
from benchmarks.servers import ours
from benchmarks.servers.ours import Installation, People
from benchmarks.servers.running import Server

PART = "scale"
POSTED = 20_000
POLLERS = 100
CRAWL = 1_000  # pages
_COUNTED = 200  # requests whose work is counted, for each question
_NUMBERED = 900_700_000  # the first of them; the numbers of `rate_of_many` do not come here
_POSTS = (
    posting.Question(1, 1, ours=60, theirs=0),
    posting.Question(100, 1, ours=20, theirs=0),
    posting.Question(1_000, 1, ours=4, theirs=0),
)


@dataclass(frozen=True, slots=True)
class Installed:
    """An installation, and who uses it."""

    installation: Installation
    people: People

    def served(self) -> AbstractContextManager[Server]:
        """Serve it."""
        return ours.serving(self.installation.home.name, self.installation, self.people)


@dataclass(frozen=True, slots=True)
class Found:
    """The rates of one question, and the work of one answer, of the small and of the large one."""

    rates: Measured
    small: Cost
    large: Cost


@dataclass(frozen=True, slots=True)
class Both:
    """The small and the large one, served."""

    small: Watched
    large: Watched
    rounds: int
    seconds: float

    def ask(self, question: anywhere.Question) -> Found:
        """Ask both, in turn and then counted."""
        sides = ((BEFORE, self.small, question.small), (AFTER, self.large, question.large))
        turns = {
            name: partial(client.rate_of_many, side.server.port, request, CONNECTIONS, self.seconds)
            for name, side, request in sides
        }
        rates = in_turn(PART, question.name, turns, self.rounds)
        numbers = range(_NUMBERED, _NUMBERED + _COUNTED + 1)
        costs = [side.cost(list(map(request, numbers))) for _, side, request in sides]
        return Found(rates, *costs)

    def post(self, question: posting.Question) -> Found:
        """Post to both, in turn and then counted."""
        sides = ((BEFORE, self.small), (AFTER, self.large))
        turns = {name: posting.turn(side.server, question, question.ours) for name, side in sides}
        name = f"post {question.name}"
        rates = in_turn(PART, name, turns, self.rounds, unit="envelopes/s")
        costs = [side.cost(_posts(side.server, question)) for _, side in sides]
        return Found(rates, *costs)


def _posts(server: Server, question: posting.Question) -> list[bytes]:
    series = f"counted-{time.time_ns()}"
    return [
        client.post(server.post, server.post_headers, body)
        for body in envelopes(question.ours + 1, question.size, series)
    ]


def load(house: House, placements: int) -> Installed:
    """Post some objects, and grow them until there are so many placements; tells how fast."""
    large = Installed(*house.installation(POSTGRES, "large"))
    with large.served() as server:
        begun = time.perf_counter()
        ours.load(server, POSTED)
        _tell("posted", POSTED, time.perf_counter() - begun)
    engine = create_engine(large.installation.database_url)
    begun = time.perf_counter()
    for have in growing.grow(engine, placements // 2, growing.InResearch.ALL):
        _tell(f"grown to {have:,}, by", have - POSTED, time.perf_counter() - begun)
    growing.analyze(engine)
    engine.dispose()
    return large


def _tell(what: str, objects: int, seconds: float) -> None:
    print(f"{what} {objects:,} objects, {objects / seconds:,.0f} a second", flush=True)


def measure(
    house: House, large: Installed, placements: int, rounds: int, seconds: float
) -> list[Measured]:
    """Everything but the loading, each with its table."""
    accounts = pollers.enrolled(large.installation, POLLERS)
    small = Installed(*house.installation(POSTGRES, "small"))
    both = Both(_serve(house, small), _serve(house, large), rounds, seconds)
    ours.load(both.small.server, SMALL)
    copies = _sizes(large.installation, placements // 2)
    asked = anywhere.questions(both.small.server, both.large.server, copies)
    found = [*map(both.ask, asked), *map(both.post, _POSTS)]
    _print(f"Cost at {placements:,} placements, beside {SMALL:,} objects", table(found))
    polled = pollers.costs(both.large, large.installation, accounts, rounds)
    _print("A poll that finds nothing", pollers.table(polled))
    with large.served() as anew:
        _print("Memory of the processes", footprint.table(footprint.measure(anew, CRAWL)))
    return [item.rates for item in found]


def _serve(house: House, what: Installed) -> Watched:
    server = house.stack.enter_context(what.served())
    return Watched(server, what.installation.database_url)


def _sizes(installation: Installation, count: int) -> anywhere.Span:
    """Tell what is on disk; where the copies stand."""
    engine = create_engine(installation.database_url)
    with engine.connect() as db:
        _print("Disk", disk.table(disk.rooms(db), disk.whole(db)))
        copies = anywhere.span(db, POSTED + 10, count)
    engine.dispose()
    return copies


def table(found: Sequence[Found]) -> str:
    """How many times dearer each question is, by the clock and by work, as Markdown."""
    head = ["", "small, a second", "large, a second", "cost, small = 1"]
    work = ["small, ms of a core", "large, ms of a core", "work, small = 1"]
    lines = [line([*head, *work]), line(["---", *["---:"] * 6])]
    return "\n".join([*lines, *(line(_cells(item)) for item in found)])


def _cells(item: Found) -> Iterable[str]:
    yield item.rates.question
    yield from (f"{item.rates.rate(name):,.0f}" for name in (BEFORE, AFTER))
    yield f"{item.rates.ratio(BEFORE, AFTER):.2f}"
    yield from (str(cost) for cost in (item.small, item.large))
    yield f"{item.large.whole / item.small.whole:.2f}"


def _print(title: str, shown: str) -> None:
    print(f"\n### {title}\n\n{shown}", flush=True)
