"""Performs a history in a world of its own: the same history always gives the same bytes.

Time stands still between actions, and every id and secret follows from the number of the action
that asks for it. So two histories that differ in one action differ in nothing else.
"""

import hashlib
import hmac
import itertools
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import orjson

from cloudsirt import clock
from membership.errors import MembershipError
from tests.plumbing.postgres import PostgresServer
from tests.proofs.histories import (
    TOPICS,
    Action,
    Advance,
    Change,
    Consortium,
    History,
    Post,
    Withdraw,
)
from tests.proofs.things import build, id_of
from tests.world import START, World

MEMORY = Path("/dev/shm")  # noqa: S108  # where Linux keeps files in memory


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody was told about their own action."""

    by: str
    status: int
    body: bytes


@dataclass
class Run:
    """A performed history: the world at its end, and the answers to actions, by their place."""

    world: World
    answers: dict[int, Answer] = field(default_factory=dict)


Watch = Callable[[int, World], None]


@contextmanager
def seeded(seed: str) -> Iterator[None]:
    """Let every id, secret and key that is asked for follow from the seed and a count."""
    numbers = itertools.count()

    def fresh() -> bytes:
        return hmac.digest(seed.encode(), str(next(numbers)).encode(), hashlib.sha256)

    with patch.multiple(
        clock,
        new_id=lambda: str(uuid.UUID(bytes=fresh()[:16], version=4)),
        new_secret=lambda: fresh().hex(),
        new_key=fresh,
    ):
        yield


@contextmanager
def sqlite_world(template: Path) -> Iterator[World]:
    """A world with nobody in it, on a copy of a migrated file; in memory where there is room."""
    with _folder() as folder, seeded("world"):
        shutil.copyfile(template, folder / "cloudsirt.db")
        made = World(f"sqlite:///{folder / 'cloudsirt.db'}", folder)
        try:
            yield made
        finally:
            made.close()


@contextmanager
def postgres_world(server: PostgresServer, template: str) -> Iterator[World]:
    """A world with nobody in it, on a copy of a migrated PostgreSQL database."""
    name = f"cloudsirt_proof_{next(_NUMBERS)}"
    server.create(name, template=template)
    try:
        with _folder() as folder, seeded("world"):
            made = World(server.url(name), folder)
            try:
                yield made
            finally:
                made.close()
    finally:
        server.drop(name)


_NUMBERS = itertools.count()


@contextmanager
def _folder() -> Iterator[Path]:
    place = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="cloudsirt-proof-", dir=place) as name:
        yield Path(name)


def replay(
    history: History, world: World, *, without: int | None = None, watch: Watch | None = None
) -> Run:
    """Perform the history, all of it or without one action; `watch` sees the world after each."""
    populate(history.consortium, world)
    run = Run(world)
    for at, action in enumerate(history.actions):
        if at != without:
            with seeded(f"action {at}"):
                answer = perform(action, history.consortium, world)
            if answer is not None:
                run.answers[at] = answer
        if watch is not None:
            with seeded(f"watching {at}"):
                watch(at, world)
    return run


def populate(consortium: Consortium, world: World) -> None:
    """Let the organisations and people of a consortium be there, in good standing."""
    with seeded("consortium"):
        for organisation in consortium.organisations:
            world.organisation(organisation.name, organisation.category)
            if organisation.category == "csirt":
                world.sign_nda(organisation.name)
        for person in consortium.people:
            roles = ("analyst", "incident-contact") if person.is_contact else ("analyst",)
            world.person(person.name, person.organisation, *roles)


def perform(action: Action, consortium: Consortium, world: World) -> Answer | None:
    """One action; what its author was told."""
    match action:
        case Post():
            answer = world.post(action.by, envelope_of(action, consortium, world), action.topic)
            return Answer(action.by, answer.status_code, answer.data)
        case Withdraw():
            return _withdraw(action, world)
        case Advance():
            world.advance(hours=action.hours)
            if action.works:
                world.work()
        case Change():
            with suppress(MembershipError):  # suspended twice, say: nothing happens
                getattr(world, action.verb)(action.name)
    return None


def _withdraw(action: Withdraw, world: World) -> Answer:
    """A DELETE in each topic, until the thing is found in one."""
    for topic in TOPICS:
        path = f"{world.objects_url('members', topic)}{id_of(action.thing)}/"
        answer = world.taxii(action.by, path, method="DELETE")
        if answer.status_code != 404:
            break
    return Answer(action.by, answer.status_code, answer.data)


def envelope_of(post: Post, consortium: Consortium, world: World) -> bytes:
    """The body of a submission."""
    own = world.identity(consortium.person(post.by).organisation)
    document: dict[str, object] = {"objects": [build(item, own) for item in post.items]}
    handling: dict[str, object] = {}
    if post.recipients:
        handling["recipients"] = [world.identity(name) for name in post.recipients]
    if post.release:
        handling["release"] = {
            perimeter: (START + timedelta(hours=hours)).isoformat()
            for perimeter, hours in post.release
        }
    if post.attribution is not None:
        handling["attribution"] = post.attribution
    if handling:
        document["x_cloudsirt_handling"] = handling
    return orjson.dumps(document)
