"""One application as its reviewers, and the Board, read it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Connection

from cloudsirt.audit.entry import Entry
from cloudsirt.audit.history import entries_about
from cloudsirt.checking.applications import checked_by, current
from cloudsirt.portal.organisation.record_lines import ShownField, shown_fields
from cloudsirt.portal.secretariat.application_lines import title_of
from membership.applications.application import (
    AWAITED,
    Answer,
    Application,
    Awaited,
    lapses_at,
)
from membership.applications.checks import Check
from membership.applications.events import ApplicationSubmitted
from membership.applications.evidence import EvidenceFile
from membership.applications.sponsoring import supporting
from membership.applications.store import ApplicationStore
from membership.bylaws import Bylaws
from membership.eligibility.criteria import (
    REQUIREMENTS,
    Criterion,
    alternatives_in,
    criteria_of,
)
from membership.eligibility.judgement import Assessment, Judgement, assess
from membership.person import Person

_SUBJECT = "membership:application"
_ACTORS = {
    "operator": "The operator",
    "worker": "CloudSIRT",
    "applicant": "The applicant",
    "application": "The applicant",
}


_TOLD = ("criterion", "finding", "stance", "position")
"""What a line of the history says beside what happened."""


@dataclass(frozen=True, slots=True)
class ShownJudgement:
    """What one reviewer found."""

    reviewer: str
    finding: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ShownCriterion:
    """One criterion: what the applicant says and shows, and what reviewers found.

    `is_judged` says whether reviewers judge it: on some, nothing hangs. `alternative` says what
    it is one of several ways to show, where any one suffices.
    """

    criterion: Criterion
    is_judged: bool
    alternative: str
    answer: Answer
    files: tuple[EvidenceFile, ...]
    state: str
    judgements: tuple[ShownJudgement, ...]
    former: tuple[ShownJudgement, ...]
    own: Judgement | None


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """A fact that was looked up, by whom and when."""

    check: Check
    by: str


@dataclass(frozen=True, slots=True)
class ShownSponsor:
    """A member that was named, and what it says."""

    name: str
    stance: str
    answered: datetime | None


@dataclass(frozen=True, slots=True)
class ShownNote:
    """A note of the secretariat."""

    author: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ShownStep:
    """Something that happened, who did it, and when."""

    what: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """Everything about one application on one page."""

    application: Application
    title: str
    awaited: Awaited
    lapses: datetime | None
    was_submitted: bool
    assessment: Assessment | None
    criteria: tuple[ShownCriterion, ...]
    checks: tuple[ShownCheck, ...]
    fields: tuple[ShownField, ...]
    sponsors: tuple[ShownSponsor, ...]
    supporters: int
    sponsors_needed: int
    is_name_taken: bool
    notes: tuple[ShownNote, ...]
    history: tuple[ShownStep, ...]


def review_of(db: Connection, id_: str, person: str, at: datetime) -> Review:
    """The page of one application for this person; UnknownApplication."""
    store = ApplicationStore(db)
    application, bylaws = store.application(id_), store.register.bylaws(at)
    entries = entries_about(db, _SUBJECT, id_)
    notes, present = store.notes(id_), store.judgements(id_)
    former = store.former_judgements(id_)
    people = store.register.people_by_id(
        {item.reviewer for item in (*present, *former)}
        | {item.author for item in notes}
        | {entry.actor.partition(":")[2] for entry in entries}
    )
    assessment = _assessment(application, present, bylaws)
    is_on_register = application.organisation is not None
    return Review(
        application=application,
        title=title_of(application),
        awaited=AWAITED[application.state],
        lapses=lapses_at(application, bylaws),
        was_submitted=any(entry.tag == ApplicationSubmitted.tag for entry in entries),
        assessment=assessment,
        criteria=_criteria(store, application, assessment, (present, former), people, person),
        checks=tuple(
            ShownCheck(check, checked_by(db, check.by))
            for check in current(application, store.checks(id_))
        ),
        fields=tuple(shown_fields(application.record)),
        sponsors=_sponsors(store, application),
        supporters=supporting(store, application),
        sponsors_needed=bylaws.sponsors,
        is_name_taken=not is_on_register and store.register.is_name_taken(application.record.name),
        notes=tuple(ShownNote(_name(people, item.author), item.text, item.at) for item in notes),
        history=tuple(_step(entry, people) for entry in entries),
    )


def _assessment(
    application: Application, present: Iterable[Judgement], bylaws: Bylaws
) -> Assessment | None:
    if application.category is None:
        return None
    return assess(REQUIREMENTS[application.category], present, bylaws.reviewers)


def _criteria(
    store: ApplicationStore,
    application: Application,
    assessment: Assessment | None,
    judgements: tuple[Sequence[Judgement], Sequence[Judgement]],
    people: Mapping[str, Person],
    person: str,
) -> tuple[ShownCriterion, ...]:
    if application.category is None or assessment is None:
        return ()
    files = store.files(application.id)
    states = {line.criterion.id: line.state.value for line in assessment.lines}
    alternatives = alternatives_in(REQUIREMENTS[application.category])
    return tuple(
        ShownCriterion(
            criterion=criterion,
            is_judged=criterion.id in states,
            alternative=alternatives.get(criterion.id, ""),
            answer=application.answers.get(criterion.id, Answer()),
            files=tuple(file for file in files if file.criterion == criterion.id),
            state=states.get(criterion.id, "for the Board to read"),
            judgements=_judgements(judgements[0], criterion, people),
            former=_judgements(judgements[1], criterion, people),
            own=_own(judgements[0], criterion, person),
        )
        for criterion in criteria_of(application.category)
    )


def _judgements(
    found: Iterable[Judgement], criterion: Criterion, people: Mapping[str, Person]
) -> tuple[ShownJudgement, ...]:
    return tuple(
        ShownJudgement(_name(people, item.reviewer), item.finding.text, item.reason, item.at)
        for item in found
        if item.criterion == criterion.id
    )


def _own(found: Iterable[Judgement], criterion: Criterion, person: str) -> Judgement | None:
    mine = [item for item in found if (item.criterion, item.reviewer) == (criterion.id, person)]
    return mine[-1] if mine else None


def _sponsors(store: ApplicationStore, application: Application) -> tuple[ShownSponsor, ...]:
    said = {item.organisation: item for item in store.sponsorships(application.id)}
    names = store.register.organisations_by_id(application.sponsors)
    return tuple(
        ShownSponsor(
            names[id_].name,
            said[id_].stance.text if id_ in said else "has not been asked yet",
            said[id_].answered if id_ in said else None,
        )
        for id_ in application.sponsors
    )


def _step(entry: Entry, people: Mapping[str, Person]) -> ShownStep:
    what = entry.tag.rpartition(":")[2].replace("-", " ").capitalize()
    data = orjson.loads(entry.data)
    named = [str(data[name]) for name in _TOLD if name in data]
    kind, _, id_ = entry.actor.partition(":")
    who = _name(people, id_) if kind == "person" else _ACTORS.get(kind, kind)
    return ShownStep(": ".join([what, ", ".join(named)]) if named else what, who, entry.at)


def _name(people: Mapping[str, Person], id_: str) -> str:
    return people[id_].name if id_ in people else "Somebody who has left"
