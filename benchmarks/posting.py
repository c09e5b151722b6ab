"""What taking objects in costs: to OpenTAXII, and to the database's own bulk insert.

Every turn posts objects that no server has seen. CloudSIRT judges each against STIX 2.1 and the
rules of reach; OpenTAXII parses it with python-stix2.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

from benchmarks import bulk, client
from benchmarks.material import envelopes
from benchmarks.rounds import Measured, in_turn
from benchmarks.servers.running import Server

PART = "posting"
BULK = "bulk insert"


@dataclass(frozen=True, slots=True)
class Question:
    """Envelopes of one size, so many at once; `ours` of them in a turn, and `theirs`."""

    size: int
    clients: int
    ours: int
    theirs: int

    @property
    def name(self) -> str:
        """For the table."""
        objects = "object" if self.size == 1 else "objects"
        clients = "client" if self.clients == 1 else "clients"
        return f"{self.size:,} {objects} an envelope, {self.clients} {clients}"


QUESTIONS = (
    Question(1_000, 1, ours=4, theirs=1),
    Question(1_000, 8, ours=8, theirs=4),
    Question(100, 1, ours=20, theirs=4),
    Question(100, 8, ours=32, theirs=8),
    Question(1, 1, ours=60, theirs=40),
    Question(1, 8, ours=160, theirs=80),
)


def measure(
    ours: Server, peers: Sequence[Server], target: bulk.Target, rounds: int
) -> list[Measured]:
    """Post envelopes of every size to every server, in turn."""
    return [_ask(question, ours, peers, target, rounds) for question in QUESTIONS]


def _ask(
    question: Question, ours: Server, peers: Sequence[Server], target: bulk.Target, rounds: int
) -> Measured:
    contenders = {ours.name: turn(ours, question, question.ours)}
    contenders |= {peer.name: turn(peer, question, question.theirs) for peer in peers}
    contenders[BULK] = lambda: target.rate(question.size, max(4, 400 // question.size))
    return in_turn(
        f"{PART} to {ours.name}",
        question.name,
        contenders,
        rounds,
        unit="objects/s",
        per=question.size,
    )


_TURNS = count()


def turn(server: Server, question: Question, number: int) -> Callable[[], float]:
    """A turn of a server: so many envelopes that it has not seen; how many in a second."""

    def post() -> float:
        series = f"post-{next(_TURNS)}"
        requests = [
            client.post(server.post, server.post_headers, body)
            for body in envelopes(number, question.size, series)
        ]
        return client.work_off(server.port, requests, min(question.clients, number))

    return post
