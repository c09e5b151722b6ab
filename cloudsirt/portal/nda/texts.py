"""The texts of the NDA as people read them, each person's acknowledgement, and the public key.

An adopted text is for everybody who is signed in; a draft for the Board, and for the secretariat
that put it there.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cloudsirt import binding
from cloudsirt.auth import gate
from cloudsirt.auth.duties import may_run_secretariat, may_sit_on_board
from cloudsirt.auth.permissions import Permission
from cloudsirt.auth.principal import Principal
from membership.errors import Overtaken, UnknownText, UnknownUpload
from membership.ndas.acknowledging import text_to_acknowledge
from membership.ndas.store import NdaStore
from membership.ndas.text import PLAIN, Text
from membership.store import MembershipStore

pages = Blueprint("nda_texts", __name__)


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text on a page: `words` is None for a PDF, which is downloaded."""

    title: str
    digest: str
    words: str | None
    adopted: datetime | None
    superseded: datetime | None
    octets: int


def shown_text(store: NdaStore, text: Text) -> ShownText:
    """A text with its content, as a page shows it."""
    content = store.content(text.title)
    words = content.decode() if text.media_type == PLAIN else None
    return ShownText(text.title, text.digest, words, text.adopted, text.superseded, len(content))


def downloaded(content: bytes, name: str, media_type: str) -> Response:
    """Bytes as a file that no browser opens by itself; `name` is ours, without quotation marks."""
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@pages.get("/nda/texts/<digest>")
@gate.needs(Permission.NDA_READ)
def text(digest: str) -> ResponseReturnValue:
    """One text."""
    with gate.house().reading() as db:
        store = NdaStore(db)
        shown = shown_text(store, _readable(store, digest))
    return render_template("nda_text.html", text=shown)


@pages.get("/nda/texts/<digest>/download")
@gate.needs(Permission.NDA_READ)
def download(digest: str) -> ResponseReturnValue:
    """The exact bytes of a text."""
    with gate.house().reading() as db:
        store = NdaStore(db)
        found = _readable(store, digest)
        content = store.content(found.title)
    is_plain = found.media_type == PLAIN
    name = f"nda-{digest[:12]}.{'txt' if is_plain else 'pdf'}"
    media_type = f"{PLAIN}; charset=utf-8" if is_plain else found.media_type
    return downloaded(content, name, media_type)


@pages.get("/nda/uploads/<upload>")
@gate.needs(Permission.NDA_READ)
def document(upload: str) -> ResponseReturnValue:
    """A signed document, for those who handed it in and for the secretariat."""
    principal = gate.someone()
    with gate.house().reading() as db:
        store = NdaStore(db)
        found = store.upload(upload)
        is_own = found.organisation == principal.organisation.id
        if not is_own and not may_run_secretariat(principal):
            raise UnknownUpload("There is no such document.")
        content = store.upload_content(upload)
    return downloaded(content, f"nda-signed-{found.digest[:12]}.pdf", "application/pdf")


@pages.get("/acknowledge")
@gate.needs(Permission.NDA_READ)
def acknowledgement() -> ResponseReturnValue:
    """The text that binds the person, to be read."""
    return _acknowledge_page()


@pages.post("/acknowledge")
@gate.needs(Permission.NDA_ACKNOWLEDGE)
def acknowledge() -> ResponseReturnValue:
    """Keep that the person has read it and will keep to it."""
    try:
        binding.acknowledge(gate.house(), gate.someone(), request.form.get("title", ""))
    except Overtaken as error:
        return _acknowledge_page(str(error)), 409
    return redirect(url_for("portal.account.index"), 303)


@pages.get("/keys/audit.pub")
@gate.needs(Permission.PUBLIC_READ)
def public_key() -> ResponseReturnValue:
    """The public key that verifies receipts and the head of the audit trail."""
    return downloaded(gate.house().keys.public_pem(), "audit.pub", "application/x-pem-file")


def _acknowledge_page(problem: str = "") -> str:
    principal, at = gate.someone(), gate.house().now()
    with gate.house().reading() as db:
        store = MembershipStore(db)
        text = text_to_acknowledge(store, principal.organisation.id, at)
        shown = shown_text(store.ndas, text)
        when = store.ndas.acknowledged(principal.person.id, text.title)
    is_current = principal.person.acknowledged_text == text.title
    return render_template(
        "nda_acknowledge.html",
        text=shown,
        is_member=principal.organisation.category.is_member_category,
        acknowledged=when if is_current else None,
        is_bound=principal.standing.nda is not None,
        problem=problem,
    )


def _readable(store: NdaStore, digest: str) -> Text:
    """A text that the person may read; UnknownText for all others."""
    found = store.text_by_digest(digest)
    if found.adopted is None and not _sees_drafts(gate.someone()):
        raise UnknownText("There is no such text.")
    return found


def _sees_drafts(principal: Principal) -> bool:
    return bool(may_sit_on_board(principal)) or bool(may_run_secretariat(principal))
