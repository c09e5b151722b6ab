"""Service accounts of an organisation, and their tokens: for tools that post and poll."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cloudsirt import issuing
from cloudsirt.auth import gate
from cloudsirt.auth.duties import may_represent
from cloudsirt.auth.permissions import Permission
from cloudsirt.portal.account import token_form
from cloudsirt.portal.account.poll_lines import shown_polls
from cloudsirt.portal.organisation.lines import shown_people
from membership.errors import MembershipError, UnknownPerson

pages = Blueprint("organisation_services", __name__, url_prefix="/organisation/services")


@pages.get("")
@gate.needs(Permission.ORGANISATION_READ)
def index() -> ResponseReturnValue:
    """The service accounts with their tokens, and a form to make one."""
    return _page()


@pages.post("")
@gate.needs(Permission.ORGANISATION_CHANGE)
def create() -> ResponseReturnValue:
    """Make a service account; the form again where that is not possible."""
    form = {name: request.form.get(name, "") for name in ("name", "email")}
    try:
        issuing.create_service(gate.house(), gate.someone(), **form)
    except MembershipError as error:
        return _page(form, str(error)), 400
    return redirect(url_for("portal.organisation_services.index"), 303)


@pages.get("/<account>/tokens/new")
@gate.needs(Permission.ORGANISATION_CHANGE)
def new(account: str) -> ResponseReturnValue:
    """The form for another token of a service account."""
    gate.on_duty(may_represent)
    return token_form.token_page(*_holder(account))


@pages.post("/<account>/tokens/new")
@gate.needs(Permission.ORGANISATION_CHANGE)
def issue(account: str) -> ResponseReturnValue:
    """Issue a token for a service account."""
    return token_form.issue(
        lambda wish, password: issuing.issue_service_token(
            gate.house(), gate.someone(), account, wish, password
        ),
        *_holder(account),
    )


@pages.post("/<account>/acknowledge")
@gate.needs(Permission.ORGANISATION_CHANGE)
def acknowledge(account: str) -> ResponseReturnValue:
    """Acknowledge the NDA for a service account, as the representative did for themselves."""
    issuing.acknowledge_for_service(gate.house(), gate.someone(), account)
    return redirect(url_for("portal.organisation_services.index"), 303)


@pages.post("/<account>/tokens/<token>/revoke")
@gate.needs(Permission.ORGANISATION_CHANGE)
def revoke(account: str, token: str) -> ResponseReturnValue:
    """Revoke a token of a service account, from now on."""
    issuing.revoke_service_token(gate.house(), gate.someone(), account, token)
    return redirect(url_for("portal.organisation_services.index"), 303)


def _holder(account: str) -> tuple[str, str, str]:
    with gate.house().reading() as db:
        _, services = shown_people(db, gate.someone(), gate.house().now())
    found = next((one for one in services if one.id == account), None)
    if found is None:
        raise UnknownPerson("Your organisation has no service account with this id.")
    return found.name, found.email, url_for("portal.organisation_services.index")


def _page(form: dict[str, str] | None = None, problem: str = "") -> str:
    principal = gate.someone()
    with gate.house().reading() as db:
        _, services = shown_people(db, principal, gate.house().now())
        may_change = may_represent(principal)
        polls = {one.id: shown_polls(db, one.tokens) for one in services} if may_change else {}
    return render_template(
        "organisation_services.html",
        organisation=principal.organisation,
        services=services,
        polls=polls,
        may_change=may_change,
        form=form or {"name": "", "email": ""},
        problem=problem,
    )
