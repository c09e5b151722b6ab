"""What an application lacks: each thing by itself, and nothing else."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest

from membership.applications.application import Answer, Application, State
from membership.applications.completeness import STEPS, missing
from membership.applications.evidence import EvidenceFile
from membership.bylaws import BYLAWS
from membership.organisation import Category
from membership.person import Role
from tests import applicants

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def application(category: Category = Category.CLOUD_PROVIDER) -> Application:
    """An application that lacks nothing."""
    return Application(
        id="x",
        email="soc@example.org",
        zone="UTC",
        state=State.DRAFT,
        revision=1,
        opened=AT,
        confirmed=AT,
        changed=AT,
        entered=AT,
        category=category,
        record=applicants.record("Example Cloud"),
        answers=MappingProxyType(applicants.answers(category)),
    )


def lacks(found: Application, *files: EvidenceFile, sponsors: int = 0) -> set[tuple[str, str]]:
    """The steps and fields that are missing."""
    items = missing(found, files, replace(BYLAWS, sponsors=sponsors))
    assert all(item.step in STEPS and item.text for item in items)
    return {(item.step, item.field) for item in items}


def said(category: Category, **answers: Answer | None) -> Application:
    """An application whose answers differ from the complete one's."""
    complete: Mapping[str, Answer | None] = {**applicants.answers(category), **answers}
    kept = {name.replace("_", "-"): answer for name, answer in complete.items()}
    return replace(
        application(category),
        answers=MappingProxyType({name: item for name, item in kept.items() if item is not None}),
    )


def file(criterion: str) -> EvidenceFile:
    """A file on one criterion."""
    return EvidenceFile("f", "x", criterion, "proof.pdf", "application/pdf", 1, bytes(32), AT)


@pytest.mark.parametrize("category", [item for item in Category if item.is_member_category])
def test_a_complete_application_lacks_nothing(category: Category) -> None:
    """In each category."""
    assert lacks(application(category)) == set()


def test_an_empty_application_lacks_a_step_for_each_part() -> None:
    """Everything is named at once, in the order of the form."""
    empty = replace(application(), record=type(application().record)(), category=None)
    items = missing(empty, (), replace(BYLAWS, sponsors=2))
    steps = [item.step for item in items]
    assert set(steps) == {"organisation", "criteria", "contacts", "sponsors"}
    assert steps == sorted(steps, key=STEPS.index)


@pytest.mark.parametrize("name", ["name", "country", "website", "constituency"])
def test_each_fact_of_the_organisation_is_needed(name: str) -> None:
    """One at a time; blanks are nothing."""
    found = application()
    changes: dict[str, Any] = {name: " "}
    assert lacks(replace(found, record=replace(found.record, **changes))) == {
        ("organisation", name)
    }


@pytest.mark.parametrize("name", ["team", "mission", "constituency", "authority", "mail"])
def test_each_of_these_fields_of_the_profile_is_needed(name: str) -> None:
    """RFC 2350: who, for whom, by what authority."""
    found = application()
    profile = MappingProxyType({**found.record.profile, name: ""})
    changed = replace(found, record=replace(found.record, profile=profile))
    assert lacks(changed) == {("organisation", f"profile.{name}")}


def test_an_answer_needs_a_text_and_something_that_shows_it() -> None:
    """A link or a file of that very criterion."""
    field = ("criteria", "answers.cloud-team")
    telling = said(Category.CLOUD_PROVIDER, **{"cloud-team": Answer("We have one.")})
    showing = said(Category.CLOUD_PROVIDER, **{"cloud-team": Answer("", (applicants.LINK,))})
    assert lacks(telling) == {field}
    assert lacks(telling, file("cloud-customers")) == {field}
    assert lacks(telling, file("cloud-team")) == set()
    assert lacks(showing) == {field}
    assert lacks(said(Category.CLOUD_PROVIDER, **{"cloud-team": None})) == {field}


def test_of_alternatives_one_answer_suffices() -> None:
    """IaaS, PaaS or SaaS; statute, designation or recognition."""
    services: dict[str, Answer | None] = {f"cloud-{name}aas": None for name in "ips"}
    one: dict[str, Answer | None] = {**services, "cloud-paas": Answer("Yes.", (applicants.LINK,))}
    assert lacks(said(Category.CLOUD_PROVIDER, **one)) == set()
    assert lacks(said(Category.CLOUD_PROVIDER, **services)) == {("criteria", "answers.cloud-iaas")}
    grounds: dict[str, Answer | None] = {
        f"csirt-{name}": None for name in ("statute", "designated", "recognised")
    }
    assert lacks(said(Category.CSIRT, **grounds)) == {("criteria", "answers.csirt-statute")}


def test_of_no_category_nothing_needs_to_be_shown() -> None:
    """What the Board reads is not required."""
    assert lacks(said(Category.OTHER, **{"other-why": None})) == set()


@pytest.mark.parametrize("role", [Role.REPRESENTATIVE, Role.SIGNATORY, Role.INCIDENT_CONTACT])
def test_somebody_must_hold_each_role(role: Role) -> None:
    """A representative, a signatory, an incident contact."""
    found = application()
    contacts = tuple(
        replace(contact, roles=contact.roles - {role}) for contact in found.record.contacts
    )
    changed = replace(found, record=replace(found.record, contacts=contacts))
    assert lacks(changed) == {("contacts", "contacts")}


@pytest.mark.parametrize("change", [{"hours": "office hours"}, {"hours": ""}, {"phone": ""}])
def test_the_incident_contact_answers_the_telephone_at_any_time(change: dict[str, Any]) -> None:
    """24/7, with a number."""
    found = application()
    first, duty = found.record.contacts
    changed = replace(
        found, record=replace(found.record, contacts=(first, replace(duty, **change)))
    )
    assert lacks(changed) == {("contacts", "contacts")}


@pytest.mark.parametrize("part", ["name", "email"])
def test_every_contact_has_a_name_and_an_address(part: str) -> None:
    """The field is named, so that the form can lead there."""
    found = application()
    first, duty = found.record.contacts
    changes: dict[str, Any] = {part: ""}
    changed = replace(
        found, record=replace(found.record, contacts=(first, replace(duty, **changes)))
    )
    assert lacks(changed) == {("contacts", f"contacts.1.{part}")}


def test_sponsors_are_as_many_as_the_bylaws_ask_for() -> None:
    """None today; the number is the bylaws'."""
    found = replace(application(), sponsors=("one",))
    assert lacks(found) == lacks(found, sponsors=1) == set()
    assert lacks(found, sponsors=2) == {("sponsors", "sponsors")}
