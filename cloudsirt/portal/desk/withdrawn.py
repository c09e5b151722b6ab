"""What is gone: notices of withdrawal by id only, and the page on which one withdraws (R12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from cloudsirt import stewarding
from cloudsirt.auth import gate
from cloudsirt.auth.permissions import Permission
from cloudsirt.portal.confirming import confirmation
from feeds import timestamps
from feeds.notices import SHOWN, Notice, notices_for
from tlp import Reader

pages = Blueprint("withdrawn", __name__)


@dataclass(frozen=True, slots=True)
class Gone:
    """An id that is gone, and since when."""

    id: str
    at: datetime


@pages.get("/withdrawn")
@gate.needs(Permission.DESK_READ)
def index() -> ResponseReturnValue:
    """What was withdrawn from where the person reads."""
    return _page(gate.reader(), is_public=False)


@pages.get("/withdrawn.json")
@gate.needs(Permission.DESK_READ)
def document() -> ResponseReturnValue:
    """The same for tools."""
    found = [
        {"id": notice.stix_id, "at": timestamps.show(notice.at)}
        for notice in _notices(gate.reader())
    ]
    return jsonify({"withdrawn": found})


@pages.get("/advisories/withdrawn")
@gate.needs(Permission.PUBLIC_READ)
def public() -> ResponseReturnValue:
    """What was withdrawn from the public perimeter."""
    return _page(Reader(), is_public=True)


@pages.get("/objects/<stix_id>/withdraw")
@gate.needs(Permission.OBJECT_WITHDRAW)
def sure(stix_id: str) -> ResponseReturnValue:
    """What withdrawing means, before it is done."""
    latest = stewarding.own_object(gate.house(), gate.someone(), stix_id)[-1]
    return confirmation(
        heading="Withdraw",
        title=latest.title,
        label=latest.label,
        texts=[
            "All its versions go from every perimeter at once, and cannot be read any more, by "
            "your organisation neither.",
            "Those who could read it are told that this id was withdrawn, and nothing else. What "
            "they have fetched before is theirs to delete.",
        ],
        button="Withdraw it",
        back=url_for("portal.objects.show", stix_id=stix_id),
        fields={},
    )


@pages.post("/objects/<stix_id>/withdraw")
@gate.needs(Permission.OBJECT_WITHDRAW)
def withdraw(stix_id: str) -> ResponseReturnValue:
    """Withdraw an own object."""
    stewarding.withdraw_object(gate.house(), gate.someone(), stix_id)
    return redirect(url_for("portal.withdrawn.index"), 303)


def _notices(reader: Reader) -> Sequence[Notice]:
    """One for each id, newest first: it may have gone from several of a reader's channels."""
    with gate.house().reading() as db:
        found: dict[str, Notice] = {}
        for notice in notices_for(db, reader):
            found.setdefault(notice.stix_id, notice)
    return list(found.values())


def _page(reader: Reader, *, is_public: bool) -> str:
    gone = [Gone(item.stix_id, timestamps.to_datetime(item.at)) for item in _notices(reader)]
    return render_template("withdrawn.html", gone=gone, is_public=is_public, limit=SHOWN)
