"""The steps about the organisation itself: each a part of its record.

A step takes the stored record, puts what was typed over its own fields, and reads the whole as
the form of a member's record is read (`record_form`). With any problem nothing is stored, and the
page comes back with everything that was typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from cloudsirt import applying
from cloudsirt.applying import Change, seen
from cloudsirt.auth import gate
from cloudsirt.auth.permissions import Permission
from cloudsirt.checking.domains import challenge
from cloudsirt.portal.apply.access import blueprint, link, own
from cloudsirt.portal.apply.shown import check_lines, page
from cloudsirt.portal.apply.steps import Step, after, step_named
from cloudsirt.portal.organisation.record_form import (
    ROLES,
    RecordForm,
    form_of,
    read_form,
    record_of,
)
from membership.applications.application import WRITABLE, Application
from membership.applications.completeness import PROFILE_NEEDED
from membership.applications.store import ApplicationStore
from membership.errors import Overtaken
from membership.record import PROFILE, SCHEMES, Problem, Record

pages = blueprint("apply_record")

FORM_OCTETS = 3 * 1024 * 1024
"""The largest form: every contact may bring a key."""

_FIELDS: Mapping[str, tuple[str, ...]] = {
    "organisation": ("name", "other_names", "country", "website", "constituency"),
    "profile": ("profile",),
    "contacts": ("contacts",),
    "resources": ("asns", "networks", "domains"),
    "assurance": ("assurances",),
}
"""The fields of each step, by the first part of their names."""

_KINDS = {
    "contacts": ("openpgp-key",),
    "resources": ("asn", "network", "domain"),
    "assurance": ("certificate",),
}


class _NotGood(Exception):
    """What was typed cannot be stored."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(str(len(problems)))
        self.problems = tuple(problems)


@pages.url_value_preprocessor
def _let_keys_in(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Before the gate reads the form: how long one with many keys in it may be."""
    request.max_content_length = request.max_form_memory_size = FORM_OCTETS


@pages.get("/<name>")
@gate.needs(Permission.APPLICATION_OWN)
def show(name: str) -> ResponseReturnValue:
    """A step as it is stored, with room for one more entry of its lists."""
    step, application = _step(name), own()
    if application.state not in WRITABLE:
        return redirect(url_for("portal.apply_status.index"), 303)
    return _page(application, step, form_of(application.record))


@pages.post("/<name>")
@gate.needs(Permission.APPLICATION_OWN)
def save(name: str) -> ResponseReturnValue:
    """Save a step, and go on to the next, or stay for another entry."""
    step, sent = _step(name), read_form(request.form)

    def make(store: ApplicationStore, application: Application) -> Change:
        record, problems = record_of(_over(application.record, sent, name))
        wrong = [item for item in problems if _is_about(item, name, record)]
        if wrong:
            raise _NotGood(wrong)
        return Change(record=record)

    try:
        applying.change(
            gate.house(),
            link(),
            content=lambda store, application: _content(application, name),
            was=request.form.get("seen", ""),
            make=make,
        )
    except _NotGood as error:
        application = own()
        form = _over(application.record, sent, name)
        return _page(application, step, form, problems=error.problems), 400
    except Overtaken:
        application = own()
        form = _over(application.record, sent, name)
        return _page(application, step, form, overtaken=_differing(application, form, name)), 409
    if request.form.get("action") == "stay":
        return redirect(url_for("portal.apply_record.show", name=name, saved="yes"), 303)
    return redirect(f"/apply/{after(step).name}?saved=yes", 303)


def _step(name: str) -> Step:
    """The step of this name; the others have views of their own."""
    if name not in _FIELDS:
        raise NotFound
    return step_named(name)


def _page(
    application: Application,
    step: Step,
    form: RecordForm,
    *,
    problems: Sequence[Problem] = (),
    overtaken: Sequence[tuple[str, str]] | None = None,
) -> str:
    house = gate.house()
    with house.reading() as db:
        checks = check_lines(db, application, _KINDS.get(step.name, ()))
    return page(
        "apply_record.html",
        application,
        here=step.name,
        step=step,
        form=form,
        seen=seen(_content(application, step.name)),
        problems=problems,
        problem_of={item.path: item.text for item in reversed(problems)},
        overtaken=overtaken,
        is_saved=request.args.get("saved") == "yes",
        checks=checks,
        challenges=[
            challenge(house.keys, application.id, domain) for domain in application.record.domains
        ],
        roles=ROLES,
        schemes=SCHEMES,
        profile=PROFILE,
        needed=PROFILE_NEEDED,
    )


def _is_field(field: str, name: str) -> bool:
    return field.partition(".")[0] in _FIELDS[name]


def _over(record: Record, sent: RecordForm, name: str) -> RecordForm:
    """The form of the stored record, with the fields of one step as they were sent."""
    stored = form_of(record)
    values = {field: text for field, text in stored.values.items() if not _is_field(field, name)}
    values |= {field: text for field, text in sent.values.items() if _is_field(field, name)}
    form = replace(stored, values=MappingProxyType(values))
    if name == "contacts":
        form = replace(form, roles=sent.roles, contacts=sent.contacts)
    if name == "assurance":
        form = replace(form, assurances=sent.assurances)
    return form


def _is_about(problem: Problem, name: str, record: Record) -> bool:
    """Whether a problem is one of this step; a draft need not have a name yet."""
    return _is_field(problem.path, name) and not (problem.path == "name" and not record.name)


def _content(application: Application, name: str) -> object:
    """What a step is filled in from."""
    form = form_of(application.record)
    values = {field: text for field, text in form.values.items() if _is_field(field, name)}
    roles = {str(index): sorted(found) for index, found in form.roles.items()}
    return [values, roles if name == "contacts" else {}]


def _differing(application: Application, form: RecordForm, name: str) -> list[tuple[str, str]]:
    """The fields that stand in the store otherwise than they were typed, with what stands there."""
    stored = form_of(application.record)
    fields = [field for field in {**form.values, **stored.values} if _is_field(field, name)]
    return [
        (field.replace(".", " "), stored.value(field))
        for field in fields
        if stored.value(field) != form.value(field)
    ]
