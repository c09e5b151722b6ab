"""Questions to a small installation and to a large one, that come to every place of the large."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, text

from benchmarks import client
from benchmarks.growing import copied_id
from benchmarks.growth import QUESTIONS, SMALL, fresh
from benchmarks.material import object_id
from benchmarks.servers.running import Server
from feeds import timestamps
from tlp.channels import LANES

Ask = Callable[[int], bytes]
"""The request with each number: another question in each."""

_BOTH = (
    *("page of 1,000", "page of 100", "nothing new", "match[id]", "match[type], page of 100"),
    "manifest, page of 1,000",
)
_PAGE = 1_000
_STEP = 104_729  # a prime: it comes to every place of a range, in no order
_INDICATOR = 2  # the copies whose number ends so are indicators with one version


@dataclass(frozen=True, slots=True)
class Question:
    """The same question to both."""

    name: str
    small: Ask
    large: Ask


@dataclass(frozen=True, slots=True)
class Span:
    """The copies among the members' objects: their numbers, and when the first and last entered."""

    low: int
    high: int
    first: int
    last: int


def span(db: Connection, low: int, high: int) -> Span:
    """The span of the copies with these numbers."""
    found = text("SELECT added FROM feeds_placement WHERE channel = 'members' AND object = :key")
    first, last = (db.execute(found, {"key": key}).scalar_one() for key in (low, high))
    return Span(low, high, first, last)


def questions(small: Server, large: Server, copies: Span) -> list[Question]:
    """What both are asked; where the small one has no such place, what comes next to it."""
    first = QUESTIONS["page of 1,000"]
    return [
        *(_same(name, small, large) for name in _BOTH),
        Question(
            "match[id] of any", partial(_any_posted, small), partial(_any_copy, large, copies)
        ),
        Question(
            "page of 1,000, anywhere",
            partial(fresh, small, small.read + first),
            partial(_page, large, copies.first, copies.last - LANES * 2 * _PAGE),
        ),
        Question(
            "page of 1,000, at the end",
            partial(fresh, small, small.read + first),
            partial(_page, large, copies.last - LANES * 2 * _PAGE, copies.last - LANES * _PAGE),
        ),
    ]


def _same(name: str, small: Server, large: Server) -> Question:
    query = QUESTIONS[name]
    return Question(
        name, partial(fresh, small, small.read + query), partial(fresh, large, large.read + query)
    )


def _any_posted(server: Server, number: int) -> bytes:
    path = server.objects(f"match[id]={object_id(number % SMALL)}")
    return fresh(server, path, number)


def _any_copy(server: Server, copies: Span, number: int) -> bytes:
    tens = (copies.high - copies.low) // 10
    copy = copies.low + number * _STEP % tens * 10 + _INDICATOR
    return fresh(server, server.objects(f"match[id]={copied_id('indicator', copy)}"), number)


def _page(server: Server, begin: int, end: int, number: int) -> bytes:
    """A page that begins anywhere between two times of entry."""
    after = timestamps.show(begin + number * _STEP % (end - begin))
    path = server.objects(f"limit={_PAGE}&added_after={after}")
    return client.get(path, server.headers)
