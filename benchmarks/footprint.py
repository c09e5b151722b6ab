"""What the server's processes keep in memory: while everything is read, and while a body is refused
that is ten times larger than any may be."""

import select
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import orjson

from benchmarks import client, processes
from benchmarks.report import line
from benchmarks.servers.running import Server

PAGE = 1_000
TOO_LARGE = 100 * 1024 * 1024
_PIECE = b"x" * 65_536
_MEGA = 1_000_000


@dataclass(frozen=True, slots=True)
class Memory:
    """Octets of each process: before, at most meanwhile, and after."""

    what: str
    before: tuple[int, ...]
    peak: tuple[int, ...]
    after: tuple[int, ...]


def watched(server: Server, what: str, do: Callable[[], str]) -> Memory:
    """What the server's processes keep while something is done, which says how it ended."""
    workers = processes.children(server.process)
    before = tuple(map(processes.resident, workers))
    for worker in workers:
        processes.forget_peak(worker)
    ended = do()
    peaks = tuple(map(processes.peak, workers))
    return Memory(f"{what}: {ended}", before, peaks, tuple(map(processes.resident, workers)))


def measure(server: Server, pages: int) -> list[Memory]:
    """A crawl of so many pages, and the two ways to send what is too large."""
    crawl(server, 1)  # every process is there when an answer is
    return [
        watched(server, f"crawl of {pages:,} pages of {PAGE:,}", lambda: crawl(server, pages)),
        watched(server, "100 MiB with a length", lambda: upload(server, is_chunked=False)),
        watched(server, "100 MiB in chunks", lambda: upload(server, is_chunked=True)),
    ]


def crawl(server: Server, pages: int) -> str:
    """Read page after page, each on a connection of its own: every process has its share."""
    query, objects = f"limit={PAGE}", 0
    for _ in range(pages):
        request = client.get(server.objects(query), server.headers)
        page = orjson.loads(client.ask_once(server.port, request).body)
        objects += len(page["objects"])
        if not page["more"]:
            break
        query = f"limit={PAGE}&next={page['next']}"
    return f"{objects:,} objects"


def upload(server: Server, *, is_chunked: bool) -> str:
    """Send a body that is too large until it is refused; the status, and what had been sent."""
    length = {"Transfer-Encoding": "chunked"} if is_chunked else {"Content-Length": str(TOO_LARGE)}
    headers = {**server.post_headers, "Content-Type": client.TAXII, **length}
    head = client.head("POST", server.post, headers) + b"\r\n"
    sent = 0
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        for piece in _pieces(head, is_chunked):
            if select.select([connection], [], [], 0)[0]:
                break
            try:
                connection.sendall(piece)
            except (BrokenPipeError, ConnectionResetError):
                break
            sent += len(piece)
        status = connection.recv(64).split()[1].decode()
    return f"{status} after {sent / _MEGA:.1f} MB"


def _pieces(head: bytes, is_chunked: bool) -> Iterator[bytes]:
    yield head
    chunk = b"%x\r\n%b\r\n" % (len(_PIECE), _PIECE) if is_chunked else _PIECE
    for _ in range(TOO_LARGE // len(_PIECE)):
        yield chunk
    if is_chunked:
        yield b"0\r\n\r\n"


def table(found: list[Memory]) -> str:
    """MB of each process, as Markdown."""
    lines = [line(["", "before", "at most", "after"]), line(["---", "---:", "---:", "---:"])]
    for item in found:
        lines.append(line([item.what, *map(_shown, (item.before, item.peak, item.after))]))
    return "\n".join(lines)


def _shown(octets: tuple[int, ...]) -> str:
    return " + ".join(f"{value / _MEGA:.0f}" for value in octets) + " MB"
