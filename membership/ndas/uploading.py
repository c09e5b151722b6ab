"""Commands around signed documents: a member hands one in, the secretariat accepts or refuses it.

One document of an organisation waits at a time.
"""

from dataclasses import replace
from datetime import datetime

from membership.errors import IllegalTransition, UnknownUpload
from membership.events import MembershipEvent
from membership.ndas.events import (
    NdaUploadAccepted,
    NdaUploaded,
    NdaUploadRefused,
    NdaUploadTakenBack,
)
from membership.ndas.signature import Method, Nda
from membership.ndas.signing import Signing, proper_reason, sign
from membership.ndas.upload import Action, State, Upload, next_state
from membership.store import MembershipStore


def hand_in(store: MembershipStore, upload: Upload, content: bytes) -> tuple[MembershipEvent, ...]:
    """Keep a signed document until the secretariat has looked at it."""
    newest = store.ndas.newest_text()
    if upload.text != newest.title:
        raise IllegalTransition(f"The text to sign is another one by now: “{newest.title}”.")
    if any(known.state is State.WAITING for known in store.ndas.uploads_of(upload.organisation)):
        raise IllegalTransition(
            "A signed document of your organisation waits for the secretariat already."
        )
    store.ndas.add_upload(upload, content)
    return (NdaUploaded(upload.organisation, upload.id, upload.text, upload.digest),)


def take_back(
    store: MembershipStore, id_: str, organisation: str, *, by: str, at: datetime
) -> tuple[MembershipEvent, ...]:
    """Take back what one's organisation handed in; UnknownUpload for what another did."""
    upload = store.ndas.upload(id_)
    if upload.organisation != organisation:
        raise UnknownUpload("There is no such document.")
    _decide(store, upload, Action.TAKE_BACK, by=by, at=at)
    return (NdaUploadTakenBack(organisation, id_),)


def accept(
    store: MembershipStore,
    id_: str,
    *,
    nda: str,
    since: datetime | None,
    until: datetime | None,
    by: str,
    at: datetime,
) -> tuple[Nda, tuple[MembershipEvent, ...]]:
    """Record the signature that a document proves; `nda` is its id.

    It binds from `since`, or from now, until `until`, or for the bylaws' term.
    """
    upload = store.ndas.upload(id_)
    _decide(store, upload, Action.ACCEPT, by=by, at=at, nda=nda)
    signing = Signing(
        id=nda,
        organisation=upload.organisation,
        text=upload.text,
        since=since if since is not None else at,
        until=until,
        method=Method.UPLOAD,
        signatory=upload.person,
        ground=f"document {upload.digest}, checked by {by}",
    )
    signed, events = sign(store, signing, at=at)
    return signed, (NdaUploadAccepted(upload.organisation, id_, nda), *events)


def refuse(
    store: MembershipStore, id_: str, *, reason: str, by: str, at: datetime
) -> tuple[MembershipEvent, ...]:
    """Send a document back, with what is wrong with it."""
    upload = store.ndas.upload(id_)
    _decide(store, upload, Action.REFUSE, by=by, at=at, reason=proper_reason(reason))
    return (NdaUploadRefused(upload.organisation, id_),)


def _decide(
    store: MembershipStore,
    upload: Upload,
    action: Action,
    *,
    by: str,
    at: datetime,
    reason: str = "",
    nda: str | None = None,
) -> None:
    state = next_state(upload.state, action)
    store.ndas.save_upload(
        replace(upload, state=state, decided=at, decided_by=by, reason=reason, nda=nda)
    )
