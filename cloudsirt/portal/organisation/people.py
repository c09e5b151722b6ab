"""The people of an organisation: everybody there sees them, its representatives change them."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cloudsirt import organising
from cloudsirt.auth import gate
from cloudsirt.auth.duties import may_represent
from cloudsirt.auth.permissions import Permission
from cloudsirt.auth.principal import Principal
from cloudsirt.portal.confirming import confirmation, is_confirmed
from cloudsirt.portal.organisation.lines import ShownPerson, shown_people
from membership.errors import MembershipError, UnknownPerson
from membership.people import roles_to_give
from membership.person import Role

pages = Blueprint("organisation_people", __name__, url_prefix="/organisation/people")


@pages.get("")
@gate.needs(Permission.ORGANISATION_READ)
def index() -> ResponseReturnValue:
    """Everybody, and a form to invite somebody."""
    return _page()


@pages.post("")
@gate.needs(Permission.ORGANISATION_CHANGE)
def invite() -> ResponseReturnValue:
    """Invite somebody; the form again where that is not possible."""
    form = {name: request.form.get(name, "") for name in ("name", "email")}
    try:
        organising.invite_person(gate.house(), gate.someone(), roles=_roles(), **form)
    except MembershipError as error:
        ticked = set(request.form.getlist("roles"))
        return _page({**form, "roles": ticked}, str(error)), 400
    return redirect(url_for("portal.organisation_people.index"), 303)


@pages.get("/<person>")
@gate.needs(Permission.ORGANISATION_READ)
def show(person: str) -> ResponseReturnValue:
    """One person, and what can be changed about them."""
    return _person_page(person)


@pages.post("/<person>/roles")
@gate.needs(Permission.ORGANISATION_CHANGE)
def roles(person: str) -> ResponseReturnValue:
    """Let somebody hold exactly the roles that were ticked."""
    try:
        organising.set_roles(gate.house(), gate.someone(), person, _roles())
    except UnknownPerson:
        raise
    except MembershipError as error:
        return _person_page(person, str(error)), 400
    return redirect(url_for("portal.organisation_people.index"), 303)


@pages.post("/<person>/name")
@gate.needs(Permission.ORGANISATION_CHANGE)
def rename(person: str) -> ResponseReturnValue:
    """Call somebody otherwise."""
    try:
        name = request.form.get("name", "")
        organising.rename_person(gate.house(), gate.someone(), person, name)
    except UnknownPerson:
        raise
    except MembershipError as error:
        return _person_page(person, str(error)), 400
    return redirect(url_for("portal.organisation_people.index"), 303)


@pages.post("/<person>/invite-again")
@gate.needs(Permission.ORGANISATION_CHANGE)
def invite_again(person: str) -> ResponseReturnValue:
    """Send another invitation to somebody who has not arrived yet."""
    organising.send_invitation_again(gate.house(), gate.someone(), person)
    return redirect(url_for("portal.organisation_people.index"), 303)


@pages.post("/<person>/remove")
@gate.needs(Permission.ORGANISATION_CHANGE)
def remove(person: str) -> ResponseReturnValue:
    """End somebody's account, after having said what follows."""
    principal = gate.someone()
    found = _found(principal, person)
    if is_confirmed():
        organising.remove_person(gate.house(), principal, person)
        return redirect(url_for("portal.organisation_people.index"), 303)
    return confirmation(
        heading="Remove from your organisation",
        title=f"{found.name}, {found.email}",
        texts=_consequences(found),
        button="Remove",
        back=url_for("portal.organisation_people.index"),
        fields={},
    )


def _consequences(found: ShownPerson) -> list[str]:
    texts = [
        "The account ends with the next request: sessions, API tokens, and letters that have "
        "not left yet. It cannot be opened again; the same address can be invited no more.",
        "What was shared through it stays as its label says, and is your organisation’s.",
    ]
    if found.is_self:
        texts.insert(0, "This is your own account: you will be signed out.")
    return texts


def _roles() -> list[Role]:
    """The roles that were ticked; what is none is left out."""
    ticked = set(request.form.getlist("roles"))
    return [role for role in Role if role.value in ticked]


def _page(form: dict[str, object] | None = None, problem: str = "") -> str:
    principal = gate.someone()
    with gate.house().reading() as db:
        people, _ = shown_people(db, principal, gate.house().now())
    return render_template(
        "organisation_people.html",
        organisation=principal.organisation,
        people=people,
        may_change=may_represent(principal),
        roles=roles_to_give(principal.organisation),
        form=form or {"name": "", "email": "", "roles": {Role.ANALYST.value}},
        problem=problem,
    )


def _person_page(person: str, problem: str = "") -> str:
    principal = gate.someone()
    found = _found(principal, person)
    is_service = Role.SERVICE.text in found.roles
    return render_template(
        "organisation_person.html",
        organisation=principal.organisation,
        person=found,
        may_change=may_represent(principal),
        roles=() if is_service else roles_to_give(principal.organisation),
        kept=[text for text in found.roles if text in _CONSORTIUM],
        is_service=is_service,
        problem=problem,
    )


_CONSORTIUM = frozenset({Role.BOARD.text, Role.SECRETARIAT.text})


def _found(principal: Principal, person: str) -> ShownPerson:
    """Somebody of one's organisation; UnknownPerson for all others alike."""
    with gate.house().reading() as db:
        people, services = shown_people(db, principal, gate.house().now())
    found = next((one for one in (*people, *services) if one.id == person), None)
    if found is None:
        raise UnknownPerson("Your organisation has nobody with this id.")
    return found
