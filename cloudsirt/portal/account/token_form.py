"""The form for an API token, and the page that shows its text once."""

from collections.abc import Callable, Mapping

from flask import render_template, request
from flask.typing import ResponseReturnValue

from cloudsirt.auth.permissions import Scope
from cloudsirt.errors import NotSignedIn, TooManyAttempts
from cloudsirt.issuing import TERMS, Wish, scopes_of
from feeds.taxii.profiles import PROFILES, STANDARD
from membership.errors import NotAcceptable

_TERM_TEXTS = {30: "30 days", 90: "90 days", 365: "One year", 730: "Two years"}
_SCOPE_TEXTS = {
    Scope.TAXII_READ: "Read over TAXII",
    Scope.TAXII_WRITE: "Post over TAXII",
}
_USUAL = {
    "label": "",
    "days": "365",
    "scopes": frozenset({Scope.TAXII_READ.value}),
    "client": STANDARD.name,
}


def token_page(holder: str, user_name: str, back: str) -> str:
    """The empty form."""
    return _page(holder, user_name, back, _USUAL, "")


def issue(
    make: Callable[[Wish, str], str], holder: str, user_name: str, back: str
) -> ResponseReturnValue:
    """Issue what the form wishes by `make(wish, password)`, or show the form again."""
    form = {
        "label": request.form.get("label", ""),
        "days": request.form.get("days", ""),
        "scopes": frozenset(request.form.getlist("scopes")),
        "client": request.form.get("client", STANDARD.name),
    }
    try:
        text = make(_wish(form), request.form.get("password", ""))
    except NotAcceptable as error:
        return _page(holder, user_name, back, form, str(error)), 400
    except NotSignedIn as error:
        return _page(holder, user_name, back, form, str(error)), 401
    except TooManyAttempts as error:
        return _page(holder, user_name, back, form, str(error)), 429
    return render_template(
        "token_issued.html", text=text, holder=holder, user_name=user_name, back=back
    )


def _wish(form: Mapping[str, object]) -> Wish:
    days = {str(term): term for term in TERMS}.get(str(form["days"]))
    if days is None and form["days"] != "":
        raise NotAcceptable("Choose how long the token is good.")
    scopes = form["scopes"]
    values = scopes if isinstance(scopes, frozenset) else ()
    if form["client"] not in {profile.name for profile in PROFILES}:
        raise NotAcceptable("Choose one of the products, or the standard.")
    return Wish(str(form["label"]), scopes_of(values), days, str(form["client"]))


def _page(holder: str, user_name: str, back: str, form: Mapping[str, object], problem: str) -> str:
    return render_template(
        "token_issue.html",
        holder=holder,
        user_name=user_name,
        back=back,
        form=form,
        problem=problem,
        terms=[*((str(term), _TERM_TEXTS[term]) for term in TERMS), ("", "It does not expire")],
        scopes=_SCOPE_TEXTS,
        clients=[(profile.name, profile.title) for profile in PROFILES],
        action=request.path,
    )
