"""An application's way through the review, in short words for the tests of this folder."""

from collections.abc import Callable
from typing import Any

from cloudsirt.house import OPERATOR
from membership.applications import reviewing
from membership.applications.store import ApplicationStore
from membership.eligibility.criteria import REQUIREMENTS, criteria_in
from membership.eligibility.judgement import Finding
from membership.events import MembershipEvent
from tests.world import World


def run(world: World, command: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """One command as a unit of work; what it returns."""
    with world.house.working(OPERATOR) as work:
        found = command(ApplicationStore(work.db), *given, at=work.at, **named)
        is_events = not found or isinstance(found[0], MembershipEvent)
        work.record(*(found if is_events else found[1]))
        return found


def revision(world: World, id_: str) -> int:
    """The revision as it is."""
    return world.application_now(id_).revision


def decide(world: World, command: Callable[..., Any], id_: str, **named: Any) -> Any:
    """A decision on the application as it is."""
    return run(world, command, id_, revision(world, id_), **named)


def taken_up(world: World, category: str = "csirt", name: str = "Example") -> str:
    """An application in review; its id."""
    id_ = world.application(name, category)
    decide(world, reviewing.take_up, id_)
    return id_


def judge(
    world: World, id_: str, criterion: str, finding: Finding, *people: str, reason: str = "Seen."
) -> None:
    """Let people judge one criterion alike."""
    for person in people or ("sue", "sid"):
        decide(
            *(world, reviewing.judge, id_),
            criterion=criterion,
            finding=finding,
            reason=reason,
            reviewer=world.people[person],
        )


def judge_all(world: World, id_: str, finding: Finding = Finding.MET) -> None:
    """Let both reviewers judge everything alike."""
    category = world.application_now(id_).category
    assert category is not None
    for item in criteria_in(REQUIREMENTS[category]):
        judge(world, id_, item.id, finding)


def found(world: World, finding: Finding = Finding.MET, name: str = "Example") -> str:
    """An application that was judged, met or not; its id."""
    id_ = taken_up(world, name=name)
    judge_all(world, id_, finding)
    decide(world, reviewing.find, id_)
    return id_
