"""The steps of the form in their order, and how far each of them is (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from membership.applications.application import Application
from membership.applications.completeness import Missing, missing
from membership.applications.evidence import EvidenceFile
from membership.bylaws import Bylaws


class Progress(Enum):
    """How far a step is."""

    DONE = "done"
    MISSING = "something is missing"
    NOT_BEGUN = "not begun"
    OPTIONAL = "nothing yet; optional"


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the form: its path behind /apply/, and its title."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """One step with how far it is, and what it still lacks."""

    step: Step
    progress: Progress
    missing: tuple[Missing, ...]


STEPS = (
    Step("organisation", "Your organisation"),
    Step("profile", "Profile of the team"),
    Step("category", "Category and criteria"),
    Step("contacts", "Contacts"),
    Step("resources", "Networks and domains"),
    Step("assurance", "Assurance"),
    Step("sponsors", "Sponsors"),
)
REVIEW = Step("review", "Review and submit")


def step_named(name: str) -> Step:
    """One of the steps."""
    return next(step for step in STEPS if step.name == name)


def after(step: Step) -> Step:
    """The step that follows, in the end the review."""
    return (*STEPS, REVIEW)[STEPS.index(step) + 1]


def place_of(item: Missing) -> str:
    """The path behind /apply/, with the field, at which something missing is filled in."""
    criterion = item.field.removeprefix("answers.")
    if criterion != item.field:
        return f"category/{criterion}#text"
    return f"{_step_of(item)}#{item.field}"


def progress(
    application: Application, files: Iterable[EvidenceFile], bylaws: Bylaws
) -> tuple[Line, ...]:
    """Every step with how far it is."""
    found = missing(application, files, bylaws)
    return tuple(
        _line(application, step, tuple(item for item in found if _step_of(item) == step.name))
        for step in STEPS
    )


def _line(application: Application, step: Step, lacking: tuple[Missing, ...]) -> Line:
    if _is_begun(application, step.name):
        return Line(step, Progress.MISSING if lacking else Progress.DONE, lacking)
    return Line(step, Progress.NOT_BEGUN if lacking else Progress.OPTIONAL, lacking)


def _step_of(item: Missing) -> str:
    if item.step == "criteria":
        return "category"
    return "profile" if item.field.startswith("profile.") else item.step


def _is_begun(application: Application, name: str) -> bool:
    record = application.record
    contents: dict[str, object] = {
        "organisation": (record.name, record.country, record.website, record.constituency),
        "profile": tuple(record.profile.values()),
        "category": (application.category, *application.answers),
        "contacts": record.contacts,
        "resources": (*record.asns, *record.networks, *record.domains),
        "assurance": record.assurances,
        "sponsors": application.sponsors,
    }
    content = contents[name]
    return any(content) if isinstance(content, tuple) else bool(content)
