"""The category, and one answer with links and files for each criterion of it."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from cloudsirt import applying
from cloudsirt.applying import Change, seen
from cloudsirt.auth import gate
from cloudsirt.auth.permissions import Permission
from cloudsirt.portal.apply.access import blueprint, link, own
from cloudsirt.portal.apply.answer_form import (
    AnswerForm,
    accepted,
    answer_of,
    form_of,
    read_answer,
)
from cloudsirt.portal.apply.shown import page
from cloudsirt.portal.apply.steps import after, step_named
from cloudsirt.portal.attachments import attachment
from membership.applications.application import WRITABLE, Answer, Application
from membership.applications.store import ApplicationStore
from membership.eligibility.criteria import REQUIREMENTS, Criterion, criteria_of
from membership.errors import NotAcceptable, Overtaken
from membership.organisation import Category
from membership.record import Problem

pages = blueprint("apply_criteria")

UPLOAD_OCTETS = 11 * 1024 * 1024
"""The largest form with files in it: one file of the largest size, and what was typed."""

_STEP = step_named("category")


@pages.url_value_preprocessor
def _let_files_in(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Before the gate reads the form: how much one with files may hold."""
    if endpoint is not None and endpoint.endswith(".answer"):
        request.max_content_length = UPLOAD_OCTETS


@pages.get("/category")
@gate.needs(Permission.APPLICATION_OWN)
def index() -> ResponseReturnValue:
    """The category, and the criteria of the one that is chosen."""
    application = own()
    if application.state not in WRITABLE:
        return redirect(url_for("portal.apply_status.index"), 303)
    return _category_page(application)


@pages.post("/category")
@gate.needs(Permission.APPLICATION_OWN)
def choose() -> ResponseReturnValue:
    """Choose the category; what was answered for another is kept."""
    chosen = next(
        (item for item in REQUIREMENTS if item.value == request.form.get("category")), None
    )
    if chosen is None:
        problem = Problem("category", "Choose a category.")
        return _category_page(own(), problems=[problem]), 400
    try:
        applying.change(
            gate.house(),
            link(),
            content=lambda store, application: _chosen(application),
            was=request.form.get("seen", ""),
            make=lambda store, application: Change(category=chosen),
        )
    except Overtaken:
        return _category_page(own(), chosen=chosen, is_overtaken=True), 409
    return redirect(url_for("portal.apply_criteria.index", saved="yes"), 303)


@pages.get("/category/<criterion>")
@gate.needs(Permission.APPLICATION_OWN)
def show(criterion: str) -> ResponseReturnValue:
    """What was answered on one criterion."""
    application = own()
    if application.state not in WRITABLE:
        return redirect(url_for("portal.apply_status.index"), 303)
    found = _criterion(application, criterion)
    form = form_of(application.answers.get(criterion, Answer()))
    return _answer_page(application, found, form)


@pages.post("/category/<criterion>")
@gate.needs(Permission.APPLICATION_OWN)
def answer(criterion: str) -> ResponseReturnValue:
    """Save the answer with its files: all of it, or nothing."""
    application = own()
    found, form = _criterion(application, criterion), read_answer(request.form)
    made, wrong = answer_of(form)
    files = accepted(gate.house(), request.files.getlist("files"), wrong)
    if wrong:
        return _answer_page(application, found, form, problems=wrong), 400
    try:
        applying.change(
            gate.house(),
            link(),
            content=lambda store, item: _content(store, item, criterion),
            was=request.form.get("seen", ""),
            make=lambda store, item: Change(
                answers={criterion: made},
                criterion=criterion,
                files=files,
                removed=_removed(store, item, criterion, form),
            ),
        )
    except NotAcceptable as error:
        return _answer_page(own(), found, form, problems=[Problem("files", str(error))]), 400
    except Overtaken:
        return _answer_page(own(), found, form, is_overtaken=True), 409
    return redirect(_next(application, found), 303)


@pages.get("/files/<file_id>")
@gate.needs(Permission.APPLICATION_OWN)
def file(file_id: str) -> ResponseReturnValue:
    """A file of one's own application, to be saved."""
    application = own()
    with gate.house().reading() as db:
        store = ApplicationStore(db)
        found = next((item for item in store.files(application.id) if item.id == file_id), None)
        if found is None:
            raise NotFound
        return attachment(found.name, found.safe_media_type, store.file_content(file_id))


def _category_page(
    application: Application,
    *,
    chosen: Category | None = None,
    problems: Sequence[Problem] = (),
    is_overtaken: bool = False,
) -> str:
    asked = criteria_of(application.category) if application.category is not None else ()
    with gate.house().reading() as db:
        files = ApplicationStore(db).files(application.id)
    return page(
        "apply_category.html",
        application,
        here="category",
        chosen=chosen or application.category,
        categories=tuple(REQUIREMENTS),
        criteria=asked,
        files=files,
        seen=seen(_chosen(application)),
        problems=problems,
        is_overtaken=is_overtaken,
        is_saved=request.args.get("saved") == "yes",
        next_step=after(_STEP),
    )


def _answer_page(
    application: Application,
    criterion: Criterion,
    form: AnswerForm,
    *,
    problems: Sequence[Problem] = (),
    is_overtaken: bool = False,
) -> str:
    with gate.house().reading() as db:
        store = ApplicationStore(db)
        files = [item for item in store.files(application.id) if item.criterion == criterion.id]
        content = _content(store, application, criterion.id)
    return page(
        "apply_criterion.html",
        application,
        here="category",
        criterion=criterion,
        form=form,
        files=files,
        stored=application.answers.get(criterion.id, Answer()),
        seen=seen(content),
        problems=problems,
        problem_of={item.path: item.text for item in reversed(problems)},
        is_overtaken=is_overtaken,
        is_saved=request.args.get("saved") == "yes",
    )


def _criterion(application: Application, id_: str) -> Criterion:
    """A criterion of the category that was chosen; others are not asked about."""
    asked = criteria_of(application.category) if application.category is not None else ()
    found = next((item for item in asked if item.id == id_), None)
    if found is None:
        raise NotFound
    return found


def _next(application: Application, criterion: Criterion) -> str:
    """Where to go on: here, to the criterion that follows, or back to the list."""
    asked = criteria_of(application.category) if application.category is not None else ()
    here = asked.index(criterion)
    if request.form.get("action") == "stay":
        return url_for("portal.apply_criteria.show", criterion=criterion.id, saved="yes")
    if here + 1 < len(asked):
        return url_for("portal.apply_criteria.show", criterion=asked[here + 1].id, saved="yes")
    return url_for("portal.apply_criteria.index", saved="yes")


def _chosen(application: Application) -> object:
    return application.category.value if application.category is not None else None


def _content(store: ApplicationStore, application: Application, criterion: str) -> object:
    """What the form of a criterion is filled in from."""
    stored = application.answers.get(criterion, Answer())
    files = [item.id for item in store.files(application.id) if item.criterion == criterion]
    return [stored.text, list(stored.links), files]


def _removed(
    store: ApplicationStore, application: Application, criterion: str, form: AnswerForm
) -> tuple[str, ...]:
    """The files of this criterion that were ticked to be taken away."""
    return tuple(
        item.id
        for item in store.files(application.id)
        if item.criterion == criterion and item.id in form.removed
    )
