"""A client that costs little, so that it is the server that is measured: sockets and bytes.

Speaks as much HTTP/1.1 as the servers here need: one connection for each thread, kept alive.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, repeat

TAXII = "application/taxii+json;version=2.1"
SLOW_CONNECTIONS = 2  # one for each process of a server that takes longer than a turn
_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `body` is a copy only where it was asked for."""

    status: int
    size: int
    body: bytes = b""


class Line:
    """One kept-alive connection to a server on this machine."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._buffer = bytearray(1 << 22)
        self._socket = self._open()

    def _open(self) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self._port), timeout=600)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def ask(self, request: bytes, *, keep: bool = False) -> Answer:
        """Send a request and read the answer to its end; once more where the line was cut."""
        try:
            return self._ask(request, keep)
        except (BrokenPipeError, ConnectionResetError, EOFError):
            self._socket.close()
            self._socket = self._open()
            return self._ask(request, keep)

    def _ask(self, request: bytes, keep: bool) -> Answer:
        self._socket.sendall(request)
        filled, wanted = 0, -1
        view = memoryview(self._buffer)
        while wanted < 0 or filled < wanted:
            got = self._socket.recv_into(view[filled:])
            if not got:
                raise EOFError("the server hung up")
            filled += got
            if wanted < 0 and (end := self._buffer.find(_END, 0, filled)) >= 0:
                lines = bytes(view[:end]).lower()
                wanted = end + 4 + _length(lines)
                start = end + 4
        if b"\r\nconnection: close" in lines:
            self._socket.close()
            self._socket = self._open()
        body = bytes(view[start:wanted]) if keep else b""
        return Answer(int(lines[9:12]), wanted - start, body)


def _length(head: bytes) -> int:
    at = head.find(b"\r\ncontent-length:")
    if at < 0:
        raise RuntimeError("an answer without a length")
    return int(head[at + 17 :].split(b"\r\n", 1)[0])


def get(path: str, headers: dict[str, str]) -> bytes:
    """A GET request as bytes."""
    return head("GET", path, headers) + b"\r\n"


def post(path: str, headers: dict[str, str], body: bytes) -> bytes:
    """A POST request as bytes."""
    more = {**headers, "Content-Type": TAXII, "Content-Length": str(len(body))}
    return head("POST", path, more) + b"\r\n" + body


def head(method: str, path: str, headers: dict[str, str]) -> bytes:
    """The lines of a request up to the empty one."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Accept: {TAXII}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "".join(f"{line}\r\n" for line in lines).encode()


def ask_once(port: int, request: bytes) -> Answer:
    """One request on a connection of its own, with the body."""
    line = Line(port)
    try:
        return line.ask(request, keep=True)
    finally:
        line.close()


def rate(port: int, request: bytes, connections: int, seconds: float) -> float:
    """Answers in a second, asking the same over so many connections for about that long."""
    begun = time.perf_counter()
    ask_once(port, request)
    if time.perf_counter() - begun > seconds:  # no need to warm up, nor to wait for many
        connections = min(connections, SLOW_CONNECTIONS)
        return _run(port, [repeat(request) for _ in range(connections)], seconds)
    return _run(port, [repeat(request) for _ in range(connections)], seconds, warm=request)


def rate_of_many(
    port: int, request: Callable[[int], bytes], connections: int, seconds: float
) -> float:
    """Good answers in a second, asking something else each time: nothing can be remembered."""
    parts: list[Iterator[bytes]] = [
        map(request, count(next(_FRESH), connections)) for _ in range(connections)
    ]
    return _run(port, parts, seconds, warm=request(0))


_FRESH = count(1, 1_000_000)


def work_off(port: int, requests: list[bytes], connections: int) -> float:
    """Good answers in a second, sending each of the requests once over so many connections.

    Faults of a server take time and do not count.
    """
    parts = [iter(requests[number::connections]) for number in range(connections)]
    return _run(port, parts, float("inf"))


def _run(
    port: int, parts: list[Iterator[bytes]], seconds: float, warm: bytes | None = None
) -> float:
    start_line = threading.Barrier(len(parts) + 1)
    done: list[tuple[int, float]] = []
    faults: list[Exception] = []

    def one(requests: Iterator[bytes]) -> None:
        line = Line(port)
        try:
            if warm is not None:
                line.ask(warm)
            start_line.wait()
            done.append(_ask_all(line.ask, requests, time.perf_counter() + seconds))
        except Exception as fault:
            faults.append(fault)
        finally:
            line.close()

    threads = [threading.Thread(target=one, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    start_line.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return sum(answered for answered, _ in done) / (max(end for _, end in done) - begun)


def _ask_all(
    ask: Callable[[bytes], Answer], requests: Iterator[bytes], deadline: float
) -> tuple[int, float]:
    answered = 0
    for request in requests:
        status = ask(request).status
        if status in (200, 202):
            answered += 1
        elif status < 500:
            raise RuntimeError(f"answered {status} to {request[:200]!r}")
        if time.perf_counter() >= deadline:
            break
    return answered, time.perf_counter()
