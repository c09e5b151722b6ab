"""Whatever is sent to TAXII is answered: soon, below 500, and without keeping memory.

The grammar is ours (`grammar`); one connection for each request, whose sender says when it is at
its end, so that a server that waits for more is seen. `ENDURANCE_SEED` changes what is drawn.
"""

import os
import random
import socket
from pathlib import Path

import pytest

from tests.endurance.grammar import Grammar, Request
from tests.endurance.posting import envelope
from tests.endurance.running import Running, resident, running
from tests.endurance.writer import COLLECTION

SEED = int(os.environ.get("ENDURANCE_SEED", "1"))
SOON = 15.0  # seconds
ROOM = 24 * 1024 * 1024  # octets that a process may grow by after it was warmed up
WARM, ORDINARY = 800, 1_200
DEEP = 60_000
INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n"
LIMITS = {"max_content_length": 60_000, "page_size": 50}


def answer(port: int, request: Request) -> bytes:
    """The first line of what comes back; empty where the server hung up without a word."""
    with socket.create_connection(("127.0.0.1", port), timeout=SOON) as connection:
        try:
            connection.sendall(request.octets)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # refused before its end; what was answered is still there to be read
        received = b""
        try:
            while part := connection.recv(65_536):
                received = (received + part).removeprefix(INTERIM)[:64]
        except ConnectionResetError:
            pass
        return received.partition(b"\r\n")[0]


def fuzz(site: Running, grammar: Grammar, number: int) -> list[str]:
    """Send so many; those that were not answered as they should be."""
    wrong = []
    for _ in range(number):
        request = grammar.request()
        try:
            line = answer(site.port, request)
        except TimeoutError:
            line = b"no answer in time"
        if not line.startswith((b"HTTP/1.1 2", b"HTTP/1.1 3", b"HTTP/1.1 4", b"HTTP/1.0 4")):
            wrong.append(f"{line!r} to {request.octets[:300]!r}")
    return wrong


def search(database_url: str, folder: Path, number: int) -> None:
    """Warm the server up, measure, send the rest, measure again."""
    with running(database_url, folder, LIMITS) as site:
        posted = envelope(random.Random(SEED), 30)
        client = site.client("ann")
        assert client.ask("POST", f"{COLLECTION}objects/", posted.body).status == 202
        client.close()
        who = ("ann", "bob", "cat", "ros")
        credentials = tuple(str(site.authorization(name)) for name in who)
        grammar = Grammar(random.Random(SEED), credentials, tuple(posted.objects))
        wrong = fuzz(site, grammar, WARM)
        processes = site.serving_processes()
        before = {process: resident(process) for process in processes}
        wrong += fuzz(site, grammar, number)
        assert site.serving_processes() == processes
        grown = {process: resident(process) - before[process] for process in processes}
        assert not wrong, (len(wrong), wrong[:5])
        assert all(growth < ROOM for growth in grown.values()), grown
        assert site.problems() == []
    assert "fault" not in site.log.read_text(), site.log.read_text()


def test_odd_requests_are_answered(database_url: str, tmp_path: Path) -> None:
    """Two thousand of them."""
    search(database_url, tmp_path, ORDINARY)


@pytest.mark.deep
def test_very_many_odd_requests_are_answered(database_url: str, tmp_path: Path) -> None:
    """So many that what is kept of each would show."""
    search(database_url, tmp_path, DEEP)
