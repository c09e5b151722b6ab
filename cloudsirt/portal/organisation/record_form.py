"""The form of an organisation's record: its values as text, and the record that they make.

Nothing is lost when something is wrong: the values go back to the page as they came. Lists of
plain values have a line for each; contacts and assurances are groups of fields, of which a
button that only draws the page again adds another. A group that is left empty is no entry.

Fields are named like the places that `membership.record.problems` names: `contacts.0.email`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

import idna
from werkzeug.datastructures import MultiDict

from membership.person import Role
from membership.record import (
    CONTACT_ROLES,
    MOST,
    PROFILE,
    Assurance,
    Contact,
    Problem,
    Record,
    problems,
)

LISTS = ("other_names", "asns", "networks", "domains")
_SINGLE = ("name", "country", "website", "constituency", *LISTS)
_PARTS = {
    "contacts": ("name", "email", "phone", "hours", "key"),
    "assurances": ("scheme", "reference", "valid_from", "valid_until"),
}
_PLACE = re.compile(r"(contacts|assurances)\.(\d{1,3})\.\w+")


@dataclass(frozen=True, slots=True)
class RecordForm:
    """The values of the form by the names of its fields; `contacts` and `assurances` are counts.

    `roles` holds the values of the roles that were ticked, by the number of the contact.
    """

    values: Mapping[str, str]
    roles: Mapping[int, frozenset[str]]
    contacts: int = 1
    assurances: int = 1

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")

    def grown(self, group: str) -> "RecordForm":
        """The same form with one more contact, or one more assurance."""
        if group == "contacts":
            return replace(self, contacts=min(self.contacts + 1, MOST))
        return replace(self, assurances=min(self.assurances + 1, MOST))

    @property
    def has_profile(self) -> bool:
        """Whether anything stands in the profile."""
        return any(self.value(f"profile.{name}") for name in PROFILE)


def form_of(record: Record) -> RecordForm:
    """The form of a record as it is, with room for one more contact and assurance."""
    values = {name: getattr(record, name) for name in _SINGLE if name not in LISTS}
    values |= {name: "\n".join(map(str, getattr(record, name))) for name in LISTS}
    values |= {f"profile.{name}": text for name, text in record.profile.items()}
    for group, entries in (("contacts", record.contacts), ("assurances", record.assurances)):
        for index, entry in enumerate(entries):
            for part in _PARTS[group]:
                values[f"{group}.{index}.{part}"] = str(getattr(entry, part) or "")
    return RecordForm(
        MappingProxyType(values),
        {
            index: frozenset(role.value for role in contact.roles)
            for index, contact in enumerate(record.contacts)
        },
        len(record.contacts) + 1,
        len(record.assurances) + 1,
    )


def read_form(sent: MultiDict[str, str]) -> RecordForm:
    """The form as it was sent; what is missing is empty."""
    values = {name: text.replace("\r\n", "\n").strip() for name, text in sent.items()}
    counts = dict.fromkeys(_PARTS, 0)
    for name in values:
        if match := _PLACE.fullmatch(name):
            counts[match[1]] = min(max(counts[match[1]], int(match[2]) + 1), MOST)
    roles = {
        index: frozenset(sent.getlist(f"contacts.{index}.roles"))
        for index in range(counts["contacts"])
    }
    return RecordForm(MappingProxyType(values), roles, counts["contacts"], counts["assurances"])


def record_of(form: RecordForm) -> tuple[Record, tuple[Problem, ...]]:
    """The record that a form makes, and everything that is wrong, by the form's fields."""
    wrong: list[Problem] = []
    contacts = _entries(form, "contacts")
    assurances = _entries(form, "assurances")
    record = Record(
        name=form.value("name"),
        other_names=_lines(form, "other_names"),
        country=form.value("country").upper(),
        website=form.value("website"),
        constituency=form.value("constituency"),
        profile=MappingProxyType(
            {name: text for name in PROFILE if (text := form.value(f"profile.{name}"))}
        ),
        contacts=tuple(_contact(form, index) for index in contacts),
        asns=tuple(_numbers(form, wrong)),
        networks=_lines(form, "networks"),
        domains=tuple(_domain(name) for name in _lines(form, "domains")),
        assurances=tuple(_assurance(form, index, wrong) for index in assurances),
    )
    if not record.name:
        wrong.append(Problem("name", "Every organisation has a name."))
    numbers = {"contacts": contacts, "assurances": assurances}
    found = (_placed(problem, numbers) for problem in problems(record))
    return record, tuple(dict.fromkeys((*wrong, *found)))


def _entries(form: RecordForm, group: str) -> list[int]:
    """The numbers of the groups in which there is something, and that are not to be removed."""
    count = form.contacts if group == "contacts" else form.assurances
    return [
        index
        for index in range(count)
        if not form.value(f"{group}.{index}.remove")
        and any(form.value(f"{group}.{index}.{part}") for part in _PARTS[group])
    ]


def _lines(form: RecordForm, name: str) -> tuple[str, ...]:
    lines = (
        line.strip()
        for line in re.split(r"[\n,;]" if name != "other_names" else "\n", form.value(name))
    )
    return tuple(dict.fromkeys(filter(None, lines)))


def _numbers(form: RecordForm, wrong: list[Problem]) -> Iterator[int]:
    for text in dict.fromkeys(re.split(r"[\s,;]+", form.value("asns"))):
        digits = text.upper().removeprefix("AS")
        if digits.isascii() and digits.isdigit() and len(digits) <= 10:
            yield int(digits)
        elif text:
            wrong.append(Problem("asns", f"“{text[:40]}” is no number like AS64500."))


def _domain(name: str) -> str:
    """In lower case, and as A-labels where it can be."""
    try:
        return name.lower() if name.isascii() else idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        return name.lower()


def _contact(form: RecordForm, index: int) -> Contact:
    texts = {part: form.value(f"contacts.{index}.{part}") for part in _PARTS["contacts"]}
    ticked = form.roles.get(index, frozenset())
    return Contact(**texts, roles=frozenset(role for role in CONTACT_ROLES if role.value in ticked))


def _assurance(form: RecordForm, index: int, wrong: list[Problem]) -> Assurance:
    place = f"assurances.{index}"
    return Assurance(
        form.value(f"{place}.scheme"),
        form.value(f"{place}.reference"),
        _day(form, f"{place}.valid_from", wrong),
        _day(form, f"{place}.valid_until", wrong),
    )


def _day(form: RecordForm, name: str, wrong: list[Problem]) -> date | None:
    text = form.value(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        wrong.append(Problem(name, "A day like 2027-02-20."))
        return None


def _placed(problem: Problem, numbers: Mapping[str, Sequence[int]]) -> Problem:
    """The problem at the field of the form that it is about: lists of values have one field."""
    name, *rest = problem.path.split(".")
    if name in LISTS:
        return replace(problem, path=name)
    if name in numbers and rest:
        return replace(problem, path=".".join((name, str(numbers[name][int(rest[0])]), *rest[1:])))
    return problem


ROLES = tuple(role for role in Role if role in CONTACT_ROLES)
"""What a contact may be, in the order of the form."""
