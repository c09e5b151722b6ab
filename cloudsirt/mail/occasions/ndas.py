"""Letters about the NDA: to those who may sign or represent a member, and to the secretariat.

They name the organisation that they go to, the text and the times; the reason for which a document
was sent back is the secretariat's own, written for those who read it here.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from cloudsirt.mail.occasion import (
    Addressee,
    Occasion,
    Occasions,
    Requires,
    representatives_of,
    secretariat,
    signatories_of,
)
from membership.ndas.events import (
    NdaEnded,
    NdaExpires,
    NdaSigned,
    NdaTextAdopted,
    NdaUploaded,
    NdaUploadRefused,
)
from membership.store import MembershipStore


def _those_who_bind(organisation: str, db: Connection) -> Iterable[Addressee]:
    """Signatories and representatives, each once."""
    found = {
        to.id: to
        for to in (*representatives_of(organisation, db), *signatories_of(organisation, db))
    }
    return found.values()


def _of_organisation(event: Any, db: Connection) -> Iterable[Addressee]:
    return _those_who_bind(event.about, db)


def _representatives(event: Any, db: Connection) -> Iterable[Addressee]:
    return representatives_of(event.about, db)


def _of_all_members(event: NdaTextAdopted, db: Connection) -> Iterable[Addressee]:
    """Everybody who has a text to sign again; nobody at the founding."""
    if event.before is None:
        return ()
    return tuple(
        to
        for organisation in MembershipStore(db).organisations()
        if organisation.category.is_member_category
        and organisation.admitted is not None
        and organisation.ended is None
        for to in _those_who_bind(organisation.id, db)
    )


def _organisation(event: Mapping[str, Any], db: Connection) -> Mapping[str, object]:
    return {"organisation": MembershipStore(db).organisation(event["about"]).name}


def _upload(event: Mapping[str, Any], db: Connection) -> Mapping[str, object]:
    upload = MembershipStore(db).ndas.upload(event["upload"])
    return {**_organisation(event, db), "text": upload.text, "reason": upload.reason}


OCCASIONS: Occasions = {
    NdaSigned: Occasion("nda-signed", _of_organisation, _organisation),
    NdaUploaded: Occasion("nda-uploaded", secretariat, _upload),
    NdaUploadRefused: Occasion("nda-upload-refused", _representatives, _upload),
    NdaExpires: Occasion("nda-expires", _of_organisation, _organisation),
    NdaTextAdopted: Occasion("nda-text-adopted", _of_all_members),
    NdaEnded: (
        Occasion("nda-ended", _of_organisation, _organisation, requires=Requires.ACCOUNT),
        Occasion("nda-ended-secretariat", secretariat, _organisation),
    ),
}
