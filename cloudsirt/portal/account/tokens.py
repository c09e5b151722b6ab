"""One's own API tokens: issue one, which is shown once, and revoke one."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from cloudsirt import issuing
from cloudsirt.auth import gate
from cloudsirt.auth.permissions import Permission
from cloudsirt.portal.account import token_form

pages = Blueprint("tokens", __name__, url_prefix="/account/tokens")


@pages.get("/new")
@gate.needs(Permission.ACCOUNT_READ)
def new() -> ResponseReturnValue:
    """The form for another token."""
    return token_form.token_page(*_holder())


@pages.post("/new")
@gate.needs(Permission.ACCOUNT_CHANGE)
def issue() -> ResponseReturnValue:
    """Issue a token for oneself."""
    return token_form.issue(
        lambda wish, password: issuing.issue_own_token(
            gate.house(), gate.someone(), wish, password
        ),
        *_holder(),
    )


@pages.post("/<token>/revoke")
@gate.needs(Permission.ACCOUNT_CHANGE)
def revoke(token: str) -> ResponseReturnValue:
    """Revoke one's own token, from now on."""
    issuing.revoke_own_token(gate.house(), gate.someone(), token)
    return redirect(url_for("portal.account.index"), 303)


def _holder() -> tuple[str, str, str]:
    person = gate.someone().person
    return person.name, person.email, url_for("portal.account.index")
