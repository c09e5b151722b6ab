"""Records as people read them: each field as lines, and a change as what goes and what comes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from membership.organisation import Organisation
from membership.person import Person, Role
from membership.record import PROFILE, REVIEWED, SCHEMES, Record, to_document
from membership.records.changing import FIELDS
from membership.records.states import ChangeRequest


@dataclass(frozen=True, slots=True)
class ShownField:
    """One field of a record; `reviewed` says whether a change of it waits for the secretariat."""

    title: str
    lines: tuple[str, ...]
    reviewed: bool


@dataclass(frozen=True, slots=True)
class ShownDifference:
    """One field of a request: the lines that go, those that come, and how many stay."""

    title: str
    goes: tuple[str, ...]
    comes: tuple[str, ...]
    stays: int


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A request for a change of the record, as pages show it."""

    id: str
    organisation: str
    asked_by: str
    asked: datetime
    state: str
    is_open: bool
    answer: str
    decided: datetime | None
    differences: tuple[ShownDifference, ...]


def shown_fields(record: Record) -> list[ShownField]:
    """The fields of a record in their order."""
    document = to_document(record)
    return [
        ShownField(title, tuple(lines_of(name, document[name])), name in REVIEWED)
        for name, title in FIELDS.items()
    ]


def shown_changes(
    requests: Iterable[ChangeRequest],
    organisations: Mapping[str, Organisation],
    people: Mapping[str, Person],
) -> list[ShownChange]:
    """Requests with the names of who asked, where they are known."""
    return [
        ShownChange(
            id=item.id,
            organisation=organisations[item.organisation].name,
            asked_by=people[item.asked_by].name if item.asked_by in people else "The operator",
            asked=item.asked,
            state=item.state.text,
            is_open=item.decided is None,
            answer=item.answer,
            decided=item.decided,
            differences=tuple(differences(item)),
        )
        for item in requests
    ]


def differences(request: ChangeRequest) -> Iterator[ShownDifference]:
    """What a request would change, field by field."""
    for name in request.fields:
        before = tuple(lines_of(name, request.before[name]))
        after = tuple(lines_of(name, request.after[name]))
        yield ShownDifference(
            FIELDS[name],
            tuple(line for line in before if line not in after),
            tuple(line for line in after if line not in before),
            sum(line in before for line in after),
        )


def lines_of(name: str, value: Any) -> Iterator[str]:
    """The lines of one field, from a record's document."""
    if name == "contacts":
        yield from (_contact(contact) for contact in value)
    elif name == "assurances":
        yield from (_assurance(assurance) for assurance in value)
    elif name == "profile":
        yield from (f"{PROFILE.get(key, key)}: {text}" for key, text in value.items())
    elif name == "asns":
        yield from (f"AS{number}" for number in value)
    elif isinstance(value, str):
        yield from [value] if value else []
    else:
        yield from value


def _contact(contact: Mapping[str, Any]) -> str:
    roles = [Role(role).text.lower() for role in contact["roles"]]
    parts = [contact[part] for part in ("name", "email", "phone", "hours")]
    return _joined([*parts, *roles, "OpenPGP key" if contact["key"] else ""])


def _assurance(assurance: Mapping[str, Any]) -> str:
    begins, ends = assurance["valid_from"], assurance["valid_until"]
    return _joined(
        [
            SCHEMES.get(assurance["scheme"], assurance["scheme"]),
            assurance["reference"],
            f"from {begins}" if begins else "",
            f"until {ends}" if ends else "",
        ]
    )


def _joined(parts: Sequence[str]) -> str:
    return ", ".join(filter(None, parts))
