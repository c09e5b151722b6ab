"""What arrives twice is one submission's worth: in parallel, after a cut, after a time-out.

Every answer is a success; there is one object, and one placement of it.
"""

import json
import random
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cloudsirt.database import Database
from feeds import tables as t
from tests.endurance.asking import TAXII, Client, Reply
from tests.endurance.posting import Envelope, envelope, shortfall
from tests.endurance.running import Running, running
from tests.endurance.writer import COLLECTION

CONNECTIONS = 8
OBJECTS = 20


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Running]:
    """A served installation with two processes."""
    with running(database_url, tmp_path) as site:
        yield site


def in_parallel(clients: list[Client], sent: Envelope) -> list[Reply]:
    """Post the same from every connection at one moment."""
    start, replies = threading.Barrier(len(clients)), list[Reply]()

    def post(client: Client) -> None:
        start.wait()
        replies.append(client.ask("POST", f"{COLLECTION}objects/", sent.body))
        client.close()

    threads = [threading.Thread(target=post, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return replies


def send_and_hang_up(site: Running, sent: Envelope, octets: int) -> None:
    """Begin a request, send so much of its body, and never read an answer."""
    head = (
        f"POST {COLLECTION}objects/ HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: {site.authorization('ann')}\r\nAccept: {TAXII}\r\n"
        f"Content-Type: {TAXII}\r\nContent-Length: {len(sent.body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as connection:
        connection.sendall(head.encode() + sent.body[:octets])


def successes(replies: list[Reply]) -> list[tuple[int, int]]:
    """The status of each answer, and how many objects it calls taken."""
    return [(reply.status, json.loads(reply.body)["success_count"]) for reply in replies]


def kept(site: Running, sent: Envelope) -> tuple[int, int]:
    """How many rows there are of these objects, and how many placements in the members' channel."""
    ids, p = list(sent.objects), t.placement.c
    database = Database(site.world.database_url)
    try:
        with database.reading() as db:
            objects = db.scalar(
                select(func.count()).select_from(t.object_).where(t.object_.c.stix_id.in_(ids))
            )
            placements = db.scalar(
                select(func.count()).where(p.stix_id.in_(ids), p.channel == "members")
            )
    finally:
        database.close()
    return int(objects or 0), int(placements or 0)


def assert_once(site: Running, sent: Envelope) -> None:
    """One object and one placement for each, as sent."""
    reader = site.client("cat")
    assert shortfall(reader, sent) is None
    reader.close()
    assert kept(site, sent) == (OBJECTS, OBJECTS)
    assert site.problems() == []


def test_the_same_envelope_from_eight_connections_is_one(site: Running) -> None:
    """Of one contributor, all at the same moment, several times."""
    chance = random.Random(1)
    for _ in range(5):
        sent = envelope(chance, OBJECTS)
        replies = in_parallel([site.client("ann") for _ in range(CONNECTIONS)], sent)
        assert successes(replies) == [(202, OBJECTS)] * CONNECTIONS
        assert_once(site, sent)


def test_what_is_sent_again_after_a_cut_is_one(site: Running) -> None:
    """The sender does not know whether it was taken, and sends again: at once, and later."""
    chance = random.Random(2)
    for octets in (100, 10**9, 10**9):
        sent = envelope(chance, OBJECTS)
        send_and_hang_up(site, sent, octets)
        time.sleep(chance.choice((0.0, 0.5)))
        client = site.client("ann")
        replies = [client.ask("POST", f"{COLLECTION}objects/", sent.body) for _ in range(2)]
        client.close()
        assert successes(replies) == [(202, OBJECTS)] * 2
        assert_once(site, sent)


def test_a_copy_of_another_member_in_parallel_is_shown_once(site: Running) -> None:
    """Two members send the same at one moment: both succeed, and readers see one."""
    chance = random.Random(3)
    for _ in range(5):
        sent = envelope(chance, OBJECTS)
        clients = [site.client(who) for who in ("ann", "bob") * (CONNECTIONS // 2)]
        assert successes(in_parallel(clients, sent)) == [(202, OBJECTS)] * CONNECTIONS
        assert_once(site, sent)
