"""What somebody can do about an object that they read: ask for a wider release, or decide."""

from dataclasses import dataclass

from flask import url_for
from sqlalchemy import Connection

from cloudsirt.auth import gate
from cloudsirt.auth.duties import may_ask, may_steward
from cloudsirt.auth.principal import Principal
from cloudsirt.portal.chrome import label_class
from feeds import timestamps
from feeds.catalogue import Line
from feeds.consent import LONGEST_TEXT, labels_to_ask_for
from feeds.contributions import versions_of
from feeds.timetable import still_due
from feeds.waiting import held_from


@dataclass(frozen=True, slots=True)
class AskForm:
    """What somebody has filled in, and what is wrong with it."""

    wanted: str = ""
    reason: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Something to be done about an own object, and the page on which it is done."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Acts:
    """What the page of an object offers: acts on an own one, or a form to ask about another's."""

    own: tuple[Act, ...] = ()
    ask: dict[str, object] | None = None


def acts_on(db: Connection, principal: Principal, line: Line) -> Acts:
    """What this person can do about an object."""
    organisation = principal.organisation.id
    versions = versions_of(db, line.stix_id, organisation, principal.reader)
    if not versions:
        # A derivative of an own object is not the object, and nobody asks themselves.
        is_others = line.contributor != organisation
        return Acts(ask=ask_form(line) if is_others and may_ask(principal) else None)
    if not may_steward(principal):
        return Acts()
    now = timestamps.from_datetime(gate.house().now())
    waiting = [item.waiting for item in versions]
    acts = [Act("Withdraw it", url_for("portal.withdrawn.sure", stix_id=line.stix_id))]
    if held_from(versions[-1]):
        acts.insert(0, Act("Held because of personal data", url_for("portal.held.index")))
    if any(still_due(item, waiting, now) for item in waiting):
        acts.insert(0, Act("Change its release", url_for("portal.releases.index")))
    return Acts(own=tuple(acts))


def ask_form(line: Line, filled: AskForm | None = None) -> dict[str, object] | None:
    """The form for an object, or None where there is nothing wider to ask for."""
    filled = filled if filled is not None else AskForm()
    labels = labels_to_ask_for(line.label)
    if not labels and not filled.problem:
        return None
    return {
        "url": url_for("portal.requests.ask", stix_id=line.stix_id),
        "back": url_for("portal.objects.show", stix_id=line.stix_id),
        "label": str(line.label),
        "label_class": label_class(line.label),
        "labels": [
            {"value": item.value, "text": str(item), "selected": item.value == filled.wanted}
            for item in labels
        ],
        "reason": filled.reason,
        "problem": filled.problem,
        "limit": LONGEST_TEXT,
    }
