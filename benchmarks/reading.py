"""What pages cost: the same questions to all servers, and to the bytes of our own answers."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks import client
from benchmarks.material import object_id
from benchmarks.rounds import Measured, in_turn
from benchmarks.servers import bare
from benchmarks.servers.running import Server

PART = "reading"
BARE = "bare WSGI"
CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class Question:
    """One kind of request, and how many objects its answer holds."""

    name: str
    query: str
    objects: int = 1
    is_manifest: bool = False

    def request(self, server: Server) -> bytes:
        """The request to a server."""
        path = server.manifest(self.query) if self.is_manifest else server.objects(self.query)
        return client.get(path, server.headers)

    @property
    def unit(self) -> str:
        """What its rate counts."""
        return "objects/s" if self.objects > 1 else "requests/s"


QUESTIONS = (
    Question("page of 1,000", "limit=1000", 1_000),
    Question("page of 100", "limit=100", 100),
    Question("nothing new", "added_after=2100-01-01T00:00:00.000000Z"),
    Question("match[id]", f"match[id]={object_id(1_00)}"),
    Question("match[type], page of 100", "match[type]=malware&limit=100", 100),
    Question("match[version]=all, page of 100", "match[version]=all&limit=100", 100),
    Question("manifest, page of 1,000", "limit=1000", 1_000, is_manifest=True),
    Question("manifest, page of 100", "limit=100", 100, is_manifest=True),
)


def measure(
    ours: Server, peers: Sequence[Server], folder: Path, *, rounds: int, seconds: float
) -> list[Measured]:
    """Ask every question of every server, in turn."""
    bodies = [client.ask_once(ours.port, item.request(ours)).body for item in QUESTIONS]
    with ExitStack() as stack:
        limit = stack.enter_context(bare.serving(folder, bodies))
        return [
            _ask(number, question, [ours, *peers], limit, rounds=rounds, seconds=seconds)
            for number, question in enumerate(QUESTIONS)
        ]


def _ask(
    number: int,
    question: Question,
    servers: Sequence[Server],
    limit: Server,
    *,
    rounds: int,
    seconds: float,
) -> Measured:
    requests = {server.name: (server.port, question.request(server)) for server in servers}
    requests[BARE] = (limit.port, client.get(f"{limit.read}{number}", {}))
    contenders = {
        name: partial(client.rate, port, request, CONNECTIONS, seconds)
        for name, (port, request) in requests.items()
    }
    return in_turn(
        f"{PART} on {servers[0].name}",
        question.name,
        contenders,
        rounds,
        unit=question.unit,
        per=question.objects,
    )
