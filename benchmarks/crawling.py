"""A full crawl by the client that most people use, `taxii2-client`, and what of it is its own.

The bytes of our own pages from a bare WSGI application are the limit: what that takes, the client
takes.
"""

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from taxii2client.v21 import Collection, as_pages

from benchmarks import client
from benchmarks.rounds import Measured, in_turn
from benchmarks.servers import bare
from benchmarks.servers.running import Server

PART = "crawling"
BARE = "bare WSGI"
PAGE = 1_000


def measure(
    ours: Server, peers: Sequence[Server], folder: Path, count: int, rounds: int
) -> list[Measured]:
    """Crawl each server from its first page to its last, in turn."""
    with bare.serving(folder, _pages(ours)) as limit:
        crawls = {server.name: _crawl(server, count) for server in (ours, *peers)}
        crawls[BARE] = _read_again(limit, -(-count // PAGE), count)
        return [
            in_turn(
                f"{PART} {ours.name}",
                f"{count:,} objects",
                crawls,
                rounds,
                unit="objects/s",
                per=count,
            )
        ]


def _crawl(server: Server, count: int) -> Callable[[], float]:
    def crawl() -> float:
        url = f"http://127.0.0.1:{server.port}{server.read}"
        user, password = server.password
        begun = time.perf_counter()
        collection = _collection(url, user, password)
        found = sum(
            len(page["objects"]) for page in as_pages(collection.get_objects, per_request=PAGE)
        )
        if found != count:
            raise RuntimeError(f"{server.name} gave {found} of {count} objects")
        return 1 / (time.perf_counter() - begun)

    return crawl


def _collection(url: str, user: str, password: str) -> Any:
    return Collection(url, user=user, password=password)


def _read_again(limit: Server, pages: int, count: int) -> Callable[[], float]:
    """The client's own work on the same bytes: its connection, its checks, its parser."""

    def read() -> float:
        url = f"http://127.0.0.1:{limit.port}/0/"
        info = {"id": "0", "title": "bare", "can_read": True, "can_write": False}
        begun = time.perf_counter()
        collection = Collection(url, collection_info=info)
        for number in range(1, pages + 1):
            collection._conn.get(
                f"http://127.0.0.1:{limit.port}/{number}",
                headers={"Accept": "application/taxii+json;version=2.1"},
            )
        return 1 / (time.perf_counter() - begun)

    return read


def _pages(server: Server) -> list[bytes]:
    """Every page as the server gives it; the first is kept free, so that numbers begin at one."""
    found, query = [b"{}"], f"limit={PAGE}"
    while True:
        answer = client.ask_once(server.port, client.get(server.objects(query), server.headers))
        found.append(answer.body)
        document = json.loads(answer.body)
        if not document["more"]:
            return found
        query = f"limit={PAGE}&next={document['next']}"
