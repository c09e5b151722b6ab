"""The hook that every request passes: denied by default, declared per view.

A view is marked with `@needs(Permission…)`. An unmarked one answers 403 to everybody; one that
needs a person sends visitors to sign in; every POST must come from a form of ours. The TAXII
door is guarded by itself, for all its routes at once.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Flask, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response

from cloudsirt import clock
from cloudsirt.auth.forms import form_token, is_genuine
from cloudsirt.auth.permissions import Permission
from cloudsirt.auth.principal import Principal
from cloudsirt.auth.sessions import signed_in
from cloudsirt.errors import NotPermitted
from cloudsirt.house import House
from feeds.taxii.door import is_taxii
from tlp import Reader, Verdict

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
_MARK = "cloudsirt_permission"

FORM_OCTETS = 4 * 1024 * 1024
"""The largest form: an edited object fits, and a flood does not."""


def needs(permission: Permission) -> Callable[[View], View]:
    """Declare what a view needs."""

    def mark(view: View) -> View:
        setattr(view, _MARK, permission)
        return view

    return mark


def permission_of(view: Callable[..., Any]) -> Permission | None:
    """What a view declared."""
    return getattr(view, _MARK, None)


def install(app: Flask) -> None:
    """Let every request of this application pass the gate."""
    app.before_request(_pass)
    app.after_request(_remember_visitor)


def house() -> House:
    """The installation that answers the request at hand."""
    found: House = current_app.extensions["cloudsirt"]
    return found


def principal() -> Principal | None:
    """Who is signed in, as the gate found out."""
    found: Principal | None = g.get("principal")
    return found


def someone() -> Principal:
    """Who is signed in, for views that need a person; the gate let nobody else through."""
    found = principal()
    if found is None:
        raise Forbidden
    return found


def on_duty(duty: Callable[[Principal], Verdict]) -> Principal:
    """Who is signed in and has this duty; NotPermitted, with the reason, for everybody else."""
    found = someone()
    verdict = duty(found)
    if not verdict:
        raise NotPermitted(verdict.reason)
    return found


def reader() -> Reader:
    """As whom the request at hand reads."""
    found = principal()
    return found.reader if found is not None else Reader()


def session_cookie() -> str:
    """The name of the session cookie."""
    return _cookie("cloudsirt")


def application_cookie() -> str:
    """The name of the cookie that holds the link of an applicant."""
    return _cookie("cloudsirt-application")


def _cookie(name: str) -> str:
    """The name of a cookie: where TLS is used, one that no other site of the domain can set."""
    return f"__Host-{name}" if uses_tls() else name


def uses_tls() -> bool:
    """Whether browsers reach this installation over TLS."""
    base_url = house().config.base_url
    return base_url.startswith("https://") if base_url is not None else request.is_secure


def session_secret() -> str:
    """The secret of the session, or empty."""
    return request.cookies.get(session_cookie(), "")


def csrf_token() -> str:
    """The token for forms on the page at hand."""
    return form_token(house().keys.sealing, _binding())


def _pass() -> ResponseReturnValue | None:
    if request.routing_exception is not None or is_taxii(request.path):
        return None
    if "\x00" in request.path:  # PostgreSQL has no text for it, so nothing is named like that
        raise NotFound
    if request.endpoint == "portal.static":
        return None
    if request.max_content_length is None:  # a page may have set its own
        request.max_content_length = FORM_OCTETS
    permission = permission_of(current_app.view_functions[request.endpoint or ""])
    if permission is None:
        raise Forbidden("This page has not said who may see it.")
    secret = session_secret()
    g.principal = signed_in(house(), secret) if secret else None
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        if not is_genuine(request, house().keys.sealing, _binding()):
            raise Forbidden("The form is too old or not ours. Go back, reload it, and try again.")
    if permission.needs_sign_in and principal() is None:
        return _to_sign_in()
    return None


def _to_sign_in() -> Response:
    target = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect("/sign-in?" + urlencode({"next": target}), 303)


def _binding() -> str:
    """What forms are bound to: the session, or the random cookie of a visitor."""
    if principal() is not None:
        return "session\n" + session_secret()
    known = request.cookies.get(_cookie("cloudsirt-visitor"), "")
    if not known and "visitor" not in g:
        g.visitor = clock.new_secret()
    return "visitor\n" + (known or g.visitor)


def _remember_visitor(response: Response) -> Response:
    if "visitor" in g:
        response.set_cookie(
            _cookie("cloudsirt-visitor"),
            g.visitor,
            secure=uses_tls(),
            httponly=True,
            samesite="Strict",
        )
    return response
