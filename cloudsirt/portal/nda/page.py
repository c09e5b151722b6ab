"""The NDA of one's organisation: what binds it, until when, the text; signing, papers, ending.

All people of the organisation read this; a signatory signs, with the password, what is shown.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cloudsirt import binding
from cloudsirt.auth import gate
from cloudsirt.auth.duties import may_run_secretariat, may_sign_nda
from cloudsirt.auth.permissions import Permission
from cloudsirt.auth.principal import Principal
from cloudsirt.errors import NotPermitted, NotSignedIn, TooManyAttempts, UploadRefused
from cloudsirt.portal.nda.texts import downloaded, shown_text
from membership.errors import (
    IllegalTransition,
    MembershipError,
    NotAllowed,
    Overtaken,
    UnknownUpload,
)
from membership.ndas.signature import Nda, in_force
from membership.ndas.signing import is_renewable
from membership.ndas.store import NdaStore
from membership.ndas.text import Text
from membership.ndas.upload import State
from membership.person import Role
from membership.standing import why_not_bound
from membership.store import MembershipStore

pages = Blueprint("nda", __name__, url_prefix="/organisation/nda")

FORM_OCTETS = 11 * 1024 * 1024
"""The largest form as sent: the largest document, and what is around it."""

_STATUS_OF: dict[type[Exception], int] = {
    NotSignedIn: 401,
    TooManyAttempts: 429,
    NotAllowed: 403,
    IllegalTransition: 409,
    Overtaken: 409,
}


@pages.url_value_preprocessor
def _let_documents_in(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Before the gate reads the form: how long one with a document in it may be."""
    request.max_content_length = FORM_OCTETS


@pages.get("")
@gate.needs(Permission.NDA_READ)
def index() -> ResponseReturnValue:
    """What is in force, and what can be done about it."""
    return _page()


@pages.post("/sign")
@gate.needs(Permission.NDA_SIGN)
def sign() -> ResponseReturnValue:
    """Sign the text that the form showed."""
    password, digest = request.form.get("password", ""), request.form.get("digest", "")
    return _done(
        "sign",
        lambda: binding.sign_on_platform(gate.house(), gate.someone(), password, digest),
    )


@pages.post("/uploads")
@gate.needs(Permission.NDA_SIGN)
def hand_in() -> ResponseReturnValue:
    """Hand a signed document in."""
    (name, content), digest = handed_over("document"), request.form.get("digest", "")
    return _done(
        "upload", lambda: binding.hand_in(gate.house(), gate.someone(), name, content, digest)
    )


@pages.post("/uploads/<upload>/take-back")
@gate.needs(Permission.NDA_SIGN)
def take_back(upload: str) -> ResponseReturnValue:
    """Take a document back."""
    return _done("upload", lambda: binding.take_back(gate.house(), gate.someone(), upload))


@pages.get("/end")
@gate.needs(Permission.NDA_READ)
def ending() -> ResponseReturnValue:
    """The page that says what follows, and asks for the password."""
    _require_ender(gate.someone())
    return _end_page()


@pages.post("/end")
@gate.needs(Permission.NDA_END)
def end() -> ResponseReturnValue:
    """End what binds the organisation."""
    password, reason = request.form.get("password", ""), request.form.get("reason", "")
    try:
        binding.terminate(gate.house(), gate.someone(), password, reason)
    except (NotSignedIn, TooManyAttempts, MembershipError) as error:
        return _end_page(str(error), reason), status_of(error)
    return redirect(url_for("portal.nda.index"), 303)


@pages.get("/<nda>/receipt.txt")
@gate.needs(Permission.NDA_READ)
def receipt(nda: str) -> ResponseReturnValue:
    """The statement that was signed, to the byte."""
    return downloaded(_receipt(nda)[0], "receipt.txt", "text/plain; charset=utf-8")


@pages.get("/<nda>/receipt.sig")
@gate.needs(Permission.NDA_READ)
def signature(nda: str) -> ResponseReturnValue:
    """The Ed25519 signature over it: 64 octets."""
    return downloaded(_receipt(nda)[1], "receipt.sig", "application/octet-stream")


def handed_over(field: str) -> tuple[str, bytes]:
    """The name and the content of the file in a form; both empty where there is none."""
    file = request.files.get(field)
    return (file.filename or "", file.read()) if file is not None else ("", b"")


def status_of(error: Exception) -> int:
    """The status of an answer that shows the form again with what was wrong."""
    return _STATUS_OF.get(type(error), 400)


def _receipt(nda: str) -> tuple[bytes, bytes]:
    """A receipt of one's own organisation; the secretariat's are all."""
    principal = gate.someone()
    with gate.house().reading() as db:
        store = MembershipStore(db)
        is_own = nda in {found.id for found in store.signatures(principal.organisation.id)}
        may_see = is_own or bool(may_run_secretariat(principal))
        found = store.ndas.receipt(nda) if may_see else None
    if found is None:
        raise UnknownUpload("There is no such receipt.")
    return found


def _done(form: str, act: Callable[[], object]) -> ResponseReturnValue:
    """Do it and go back to the page, or show the page with what was wrong at that form."""
    try:
        act()
    except (NotSignedIn, TooManyAttempts, UploadRefused, MembershipError) as error:
        if isinstance(error, UnknownUpload):
            raise
        return _page({form: str(error)}), status_of(error)
    return redirect(url_for("portal.nda.index"), 303)


def _page(problems: dict[str, str] | None = None) -> str:
    principal, at = gate.someone(), gate.house().now()
    organisation = principal.organisation
    with gate.house().reading() as db:
        store = MembershipStore(db)
        signatures = store.signatures(organisation.id)
        newest = store.ndas.newest_text()
        bound = in_force(signatures, at)
        text = shown_text(store.ndas, newest)
        can_sign = _can_sign(store, bound, newest)
        uploads = store.ndas.uploads_of(organisation.id)
        people = store.people_of(organisation.id)
        history = [_line(store.ndas, nda) for nda in reversed(signatures)]
    signatories = [p.name for p in people if Role.SIGNATORY in p.roles and p.removed is None]
    return render_template(
        "nda.html",
        organisation=organisation,
        is_member=organisation.category.is_member_category,
        bound=bound,
        has_acknowledged=bound is not None and principal.person.acknowledged_text == bound.text,
        why_not=why_not_bound(signatures, at),
        text=text,
        can_sign=can_sign,
        is_renewal=bound is not None and bound.text == newest.title,
        may_sign=may_sign_nda(principal),
        may_hand_in=binding.may_hand_in(principal),
        signatories=signatories,
        waiting=next((item for item in uploads if item.state is State.WAITING), None),
        decided=[item for item in uploads if item.state is not State.WAITING],
        history=history,
        problems=problems or {},
    )


def _can_sign(store: MembershipStore, bound: Nda | None, newest: Text) -> bool:
    """Whether there is something to sign now."""
    at = gate.house().now()
    is_bound_by_newest = bound is not None and bound.text == newest.title
    return not is_bound_by_newest or (
        bound is not None and is_renewable(bound, store.bylaws(at), at)
    )


def _line(store: NdaStore, nda: Nda) -> dict[str, object]:
    return {"nda": nda, "has_receipt": store.receipt(nda.id) is not None}


def _require_ender(principal: Principal) -> None:
    verdict = binding.may_hand_in(principal)
    if not verdict:
        raise NotPermitted(verdict.reason)


def _end_page(problem: str = "", reason: str = "") -> str:
    return render_template(
        "nda_end.html",
        organisation=gate.someone().organisation,
        problem=problem,
        reason=reason,
        back=url_for("portal.nda.index"),
        is_own=True,
    )
