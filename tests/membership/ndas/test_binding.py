"""Who was bound when: recomputed from the audit trail alone, at every instant that matters."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from cloudsirt import clock, tables
from cloudsirt.house import OPERATOR
from membership.bylaws import BYLAWS
from membership.errors import IllegalTransition, NotAcceptable
from membership.ndas.binding import Bound, bound
from membership.ndas.signing import record_signature
from membership.store import MembershipStore
from tests.world import START, World

MOMENT = timedelta(microseconds=1)


def roster(world: World, at: datetime) -> tuple[Bound, ...]:
    """The roster at an instant, as it is known now."""
    with world.house.reading() as db:
        return bound(MembershipStore(db), at, now=world.now)


def names(world: World, at: datetime) -> list[str]:
    """The organisations that were bound."""
    return [line.name for line in roster(world, at)]


# what the trail says


@dataclass
class Trail:
    """The facts about NDAs that the audit trail holds, and what follows from them."""

    signed: dict[str, dict[str, Any]] = field(default_factory=dict)
    ended: dict[str, datetime] = field(default_factory=dict)
    superseded: dict[str, datetime] = field(default_factory=dict)
    acknowledged: dict[tuple[str, str], datetime] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    removed: dict[str, datetime] = field(default_factory=dict)

    def read(self, at: datetime, tag: str, data: dict[str, Any]) -> None:
        """Take one entry in."""
        about = data["about"]
        if tag == "membership:nda:signed":
            self.signed[data["nda"]] = data
        elif tag == "membership:nda:ended":
            self.ended[data["nda"]] = datetime.fromisoformat(data["until"])
        elif tag == "membership:nda:text-adopted" and data["before"]:
            self.superseded[data["before"]] = datetime.fromisoformat(data["until"])
        elif tag == "membership:nda:acknowledged":
            self.acknowledged.setdefault((about, data["text"]), at)
        elif tag == "membership:person:registered":
            self.homes[about] = data["organisation"]
        elif tag == "membership:person:removed":
            self.removed[about] = at

    def ends(self, nda: str) -> Iterable[datetime]:
        """The instants at which a signature may have stopped binding."""
        found = self.signed[nda]
        yield datetime.fromisoformat(found["until"])
        yield from (when for key, when in self.ended.items() if key == nda)
        yield from (when for text, when in self.superseded.items() if text == found["text"])

    def bound(self, at: datetime) -> set[tuple[str, str, frozenset[str]]]:
        """Organisation, signature, and who had acknowledged, at that instant."""
        return {
            (found["about"], nda, frozenset(self.people(found["about"], found["text"], at)))
            for nda, found in self.signed.items()
            if datetime.fromisoformat(found["since"]) <= at
            and all(at < end for end in self.ends(nda))
        }

    def people(self, organisation: str, text: str, at: datetime) -> Iterable[str]:
        """Who of an organisation had acknowledged a text and was there."""
        for (person, acknowledged), when in self.acknowledged.items():
            is_there = person not in self.removed or at < self.removed[person]
            if acknowledged == text and when <= at and is_there:
                if self.homes[person] == organisation:
                    yield person

    def instants(self) -> set[datetime]:
        """Every instant at which something changes."""
        begins = {datetime.fromisoformat(found["since"]) for found in self.signed.values()}
        ends = {end for nda in self.signed for end in self.ends(nda)}
        return begins | ends | set(self.acknowledged.values()) | set(self.removed.values())


def trail_of(world: World) -> Trail:
    """The audit trail, read."""
    trail, columns = Trail(), tables.audit_entry.c
    query = select(columns.at, columns.tag, columns.data).order_by(columns.number)
    with world.house.reading() as db:
        for at, tag, data in db.execute(query):
            trail.read(at, tag, orjson.loads(data))
    return trail


def live(world: World, chance: Random, steps: int) -> None:
    """Let things happen around the NDA in any order."""
    for number in range(steps):
        world.advance(seconds=chance.choice((1, 3_600, 86_400, 40 * 86_400)))
        organisation = chance.choice(list(world.organisations))
        act = chance.randrange(7)
        try:
            if act == 0:
                world.end_nda(organisation)
            elif act == 1:
                _backdate(world, organisation, chance)
            elif act == 2:
                world.adopt_nda(f"text {number}")
            elif act == 3:
                world.person(f"person{number}", organisation, acknowledged=chance.random() < 0.5)
            elif act == 4:
                world.acknowledge_nda(chance.choice(list(world.people)))
            elif act == 5:
                world.remove(chance.choice(list(world.people)))
            else:
                world.sign_nda(organisation)
        except IllegalTransition:
            pass


def _backdate(world: World, organisation: str, chance: Random) -> None:
    """A signature whose paper begins before or after the day on which it is recorded."""
    since = world.now + timedelta(days=chance.randint(-20, 20))
    with world.house.working(OPERATOR) as work:
        _, events = record_signature(
            work.membership,
            world.organisations[organisation],
            id_=clock.new_id(),
            since=since,
            until=since + timedelta(days=chance.randint(1, 300)),
            ground="test",
        )
        work.record(*events)


@pytest.mark.parametrize("seed", range(4))
def test_the_roster_is_what_the_trail_says(world: World, seed: int) -> None:
    """At each instant at which anything changes, one microsecond before it, and after."""
    for name in ("Alpha", "Beta", "Gamma"):
        world.member(name, name[0].lower() + "nn")
    live(world, Random(seed), 40)
    trail = trail_of(world)
    instants = {at + step for at in trail.instants() for step in (-MOMENT, 0 * MOMENT, MOMENT)}
    past = sorted(at for at in instants if at <= world.now)
    assert len(past) > 20
    for at in past:
        found = {
            (line.organisation, line.nda, frozenset(one.person for one in line.people))
            for line in roster(world, at)
        }
        assert found == trail.bound(at), at


# by hand


def test_what_ends_later_was_binding_before(world: World) -> None:
    """Ending a signature, adopting a text, removing a person: the past stays what it was."""
    world.member("Alpha", "ann")
    world.advance(days=10)
    before = roster(world, world.now)
    assert [line.name for line in before] == ["Alpha", "CloudSIRT"]
    assert [one.name for one in before[0].people] == ["Ann"]
    then = world.now
    world.advance(days=1)
    world.end_nda("Alpha")
    world.remove("ann")
    world.adopt_nda("second")
    ended = world.now
    world.advance(days=200)
    assert names(world, then) == names(world, ended - MOMENT) == ["Alpha", "CloudSIRT"]
    assert [one.name for one in roster(world, then)[0].people] == ["Ann"]
    assert roster(world, then)[0].until == START + BYLAWS.nda_term
    assert roster(world, then)[0].end == ended
    assert names(world, ended) == ["CloudSIRT"]
    assert names(world, world.now) == []


def test_what_is_to_come_is_not_known(world: World) -> None:
    """Somebody may sign, or end, before then."""
    with pytest.raises(NotAcceptable, match="not known yet"):
        roster(world, world.now + MOMENT)


def test_an_overlap_is_told_as_it_is(world: World) -> None:
    """Two signatures that bind at once are two lines, each with its text and digest."""
    world.member("Alpha", "ann")
    world.adopt_nda("second")
    world.sign_nda("Alpha")
    lines = [line for line in roster(world, world.now) if line.name == "Alpha"]
    assert {line.text for line in lines} == {BYLAWS.nda_text, "second"}
    assert len({line.digest for line in lines}) == 2
    assert all(len(line.digest) == 64 for line in lines)
