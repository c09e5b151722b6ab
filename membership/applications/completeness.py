"""What an application still lacks before it can be submitted (admission clause; pure)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from membership.applications.application import Application
from membership.applications.evidence import EvidenceFile
from membership.bylaws import Bylaws
from membership.eligibility.criteria import REQUIREMENTS, AllOf, AnyOf, Criterion, Requirement
from membership.person import Role
from membership.record import Contact, Record

STEPS = ("organisation", "criteria", "contacts", "resources", "assurance", "sponsors")

ROUND_THE_CLOCK = "24/7"
PROFILE_NEEDED = ("team", "mission", "constituency", "authority", "mail")
_RECORD_NEEDED = {
    "name": "The name of the organisation.",
    "country": "The country of its seat.",
    "website": "Its web site.",
    "constituency": "Whom it serves.",
}
_PROFILE_TEXTS = {
    "team": "The name of the team (RFC 2350, 3.1).",
    "mission": "The mission statement (RFC 2350, 4.1).",
    "constituency": "The team's constituency (RFC 2350, 4.2).",
    "authority": "The team's authority (RFC 2350, 4.4).",
    "mail": "The team's e-mail address (RFC 2350, 3.7).",
}
_ROLES_NEEDED = {
    Role.REPRESENTATIVE: "At least one representative.",
    Role.SIGNATORY: "At least one authorised signatory.",
}


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that must still be said: in which step of the form, at which field."""

    step: str
    field: str
    text: str


def missing(
    application: Application, files: Iterable[EvidenceFile], bylaws: Bylaws
) -> tuple[Missing, ...]:
    """Everything that is missing, in the order of the form."""
    record = application.record
    return (
        *_organisation(record),
        *_criteria(application, {item.criterion for item in files}),
        *_contacts(record.contacts),
        *_sponsors(application, bylaws),
    )


def _organisation(record: Record) -> Iterator[Missing]:
    for name, text in _RECORD_NEEDED.items():
        if not getattr(record, name).strip():
            yield Missing("organisation", name, text)
    for name in PROFILE_NEEDED:
        if not record.profile.get(name, "").strip():
            yield Missing("organisation", f"profile.{name}", _PROFILE_TEXTS[name])


def _criteria(application: Application, supported: set[str]) -> Iterator[Missing]:
    if application.category is None:
        yield Missing("criteria", "category", "The category that the organisation applies in.")
        return

    def lacks(criterion: Criterion) -> str | None:
        answer = application.answers.get(criterion.id)
        if answer is None or not answer.text.strip():
            return "Say how this is so."
        if not answer.links and criterion.id not in supported:
            return "Show it: a link or a file."
        return None

    yield from _lacking(REQUIREMENTS[application.category], lacks)


def _lacking(
    requirement: Requirement, lacks: Callable[[Criterion], str | None]
) -> Iterator[Missing]:
    """What a requirement still lacks: of alternatives, nothing once one of them is answered."""
    if isinstance(requirement, Criterion):
        text = lacks(requirement)
        if text is not None:
            yield Missing("criteria", f"answers.{requirement.id}", f"{requirement.text}: {text}")
        return
    found = [list(_lacking(part, lacks)) for part in requirement.of]
    if isinstance(requirement, AllOf):
        yield from (item for part in found for item in part)
    elif isinstance(requirement, AnyOf) and found and all(found):
        yield Missing(
            "criteria",
            found[0][0].field,
            f"{requirement.text}: answer at least one, and show it with a link or a file.",
        )


def _contacts(contacts: tuple[Contact, ...]) -> Iterator[Missing]:
    roles = {role for contact in contacts for role in contact.roles}
    for role, text in _ROLES_NEEDED.items():
        if role not in roles:
            yield Missing("contacts", "contacts", text)
    if not any(_answers_always(contact) for contact in contacts):
        yield Missing(
            "contacts",
            "contacts",
            f"At least one incident contact with a telephone number, reachable {ROUND_THE_CLOCK}.",
        )
    for index, contact in enumerate(contacts):
        if not contact.name.strip():
            yield Missing("contacts", f"contacts.{index}.name", "The name of each contact.")
        if not contact.email:
            yield Missing(
                "contacts", f"contacts.{index}.email", "The e-mail address of each contact."
            )


def _answers_always(contact: Contact) -> bool:
    return (
        Role.INCIDENT_CONTACT in contact.roles
        and contact.hours.strip() == ROUND_THE_CLOCK
        and bool(contact.phone)
    )


def _sponsors(application: Application, bylaws: Bylaws) -> Iterator[Missing]:
    lacking = bylaws.sponsors - len(application.sponsors)
    if lacking > 0:
        members = "one more member" if lacking == 1 else f"{lacking} more members"
        yield Missing("sponsors", "sponsors", f"Choose {members} to support the application.")
