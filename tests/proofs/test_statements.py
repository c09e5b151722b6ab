"""Placing stays cheap: the number of statements does not follow the number of objects."""

import itertools
from typing import Any

import pytest
from sqlalchemy import event

from tests.objects import indicator, malware, relationship, report
from tests.world import World


def statements_for(world: World, objects: list[dict[str, Any]]) -> int:
    """How many statements it takes to share these objects."""
    count = itertools.count()

    def note(*_: object) -> None:
        next(count)

    engine = world.house.database.engine
    event.listen(engine, "before_cursor_execute", note)
    status = world.share("ann", *objects)
    event.remove(engine, "before_cursor_execute", note)
    assert len(objects) == status["success_count"]
    return next(count)


def a_chain(length: int) -> list[dict[str, Any]]:
    """Indicators, each tied to the next by a relationship."""
    links = [indicator("CLEAR") for _ in range(length // 2)]
    ties = [
        relationship("GREEN", one["id"], other["id"]) for one, other in itertools.pairwise(links)
    ]
    return [*links, *ties]


def a_star(length: int) -> list[dict[str, Any]]:
    """One AMBER malware, and indicators that indicate it."""
    centre = malware("AMBER")
    points = [indicator("CLEAR") for _ in range((length - 1) // 2)]
    return [centre, *points, *(relationship("CLEAR", item["id"], centre["id"]) for item in points)]


def a_story(length: int) -> list[dict[str, Any]]:
    """Reports that name everything before them, so that the public gets derivatives."""
    things = [indicator("CLEAR" if number % 2 else "AMBER") for number in range(length - 5)]
    return [*things, *(report("CLEAR", *(item["id"] for item in things)) for _ in range(5))]


@pytest.mark.parametrize("shape", [a_chain, a_star, a_story])
def test_a_thousand_objects_take_as_many_statements_as_twenty(world: World, shape: Any) -> None:
    """An envelope of 1,000 objects that name one another costs the statements of a small one."""
    world.member("Alpha", "ann")
    world.share("ann", indicator("CLEAR"))  # who posts is read once, and so is the workshop
    few = statements_for(world, shape(20))
    many = statements_for(world, shape(1_000))
    assert few == many
