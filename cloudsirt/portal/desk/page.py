"""The desk: what waits for somebody, and how much of it; each line leads to its own page."""

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from cloudsirt.auth import gate
from cloudsirt.auth.duties import may_answer, may_propose, may_steward
from cloudsirt.auth.permissions import Permission
from cloudsirt.auth.principal import Principal
from feeds import timestamps
from feeds.consent import State
from feeds.notices import notices_for
from feeds.requests import ReleaseRequest, RequestStore
from feeds.waiting import calendar, held

pages = Blueprint("desk", __name__)


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One kind of thing that may wait: where it is, how much there is, what it is about."""

    title: str
    url: str
    counts: tuple[str, ...]
    text: str


@pages.get("/desk")
@gate.needs(Permission.DESK_READ)
def index() -> ResponseReturnValue:
    """What waits for the person, counted."""
    principal = gate.someone()
    with gate.house().reading() as db:
        lines = [*_own_lines(db, principal), _requests(db, principal), _withdrawn(db, principal)]
    return render_template("desk.html", lines=lines)


def _own_lines(db: Connection, principal: Principal) -> list[DeskLine]:
    """The lines of those who have something to release, or look at it for others."""
    sees_others = bool(may_propose(principal))
    if not may_steward(principal) and not sees_others:
        return []
    now = timestamps.from_datetime(gate.house().now())
    organisation, reader = principal.organisation.id, principal.reader
    due = [len(calendar(db, reader, organisation, now))]
    kept = [len(held(db, reader, organisation))]
    if sees_others:
        due.append(len(calendar(db, reader, organisation, now, others=True)))
        kept.append(len(held(db, reader, organisation, others=True)))
    return [
        DeskLine(
            "Releases",
            url_for("portal.releases.index"),
            _counts(due, "due or stopped"),
            "What is to leave for a wider perimeter, when, and how to change that.",
        ),
        DeskLine(
            "Held",
            url_for("portal.held.index"),
            _counts(kept, "held"),
            "Where personal or financial data was found: it waits for a person to decide.",
        ),
    ]


def _counts(numbers: list[int], what: str) -> tuple[str, ...]:
    words = (f"{numbers[0]} {what}", *(f"{number} of others" for number in numbers[1:]))
    return tuple(words)


def _requests(db: Connection, principal: Principal) -> DeskLine:
    store = RequestStore(db)
    asked = _open(store.asked_by(principal.person.id))
    counts = [f"{asked} of yours open"]
    if may_answer(principal):
        waiting = _open(store.to(principal.organisation.id, principal.reader))
        counts.insert(0, f"{waiting} to answer")
    return DeskLine(
        "Requests",
        url_for("portal.requests.index"),
        tuple(counts),
        "Who would like something to go further, and what became of that.",
    )


def _open(found: list[ReleaseRequest]) -> int:
    return sum(item.state is State.OPEN for item in found)


def _withdrawn(db: Connection, principal: Principal) -> DeskLine:
    gone = len({notice.stix_id for notice in notices_for(db, principal.reader)})
    return DeskLine(
        "Withdrawn",
        url_for("portal.withdrawn.index"),
        (f"{gone} withdrawn",),
        "What you may have fetched, and should not use any more. By id only.",
    )
