"""Requests for a wider release: one's own, those to one's organisation, and those to others.

Whoever asked sees the state and the answer of their own requests, never who answered. The people
of the contributor answer; the secretariat sees what is asked about what it may read, and proposes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection
from werkzeug.exceptions import NotFound

from cloudsirt import stewarding
from cloudsirt.auth import gate
from cloudsirt.auth.duties import may_answer, may_propose
from cloudsirt.auth.permissions import Permission
from cloudsirt.auth.principal import Principal
from cloudsirt.portal.chrome import label_class
from cloudsirt.portal.desk.asking import AskForm, ask_form
from cloudsirt.portal.desk.lines import ShownProposal, shown_proposals
from cloudsirt.portal.reading.lines import contributor_names
from feeds import timestamps
from feeds.catalogue import Catalogue, Line
from feeds.consent import State
from feeds.errors import RequestRefused
from feeds.requests import ReleaseRequest, RequestStore
from membership.store import MembershipStore
from tlp import Label, Reader

pages = Blueprint("requests", __name__)

_STATES = {
    State.OPEN: "Waits for an answer",
    State.GRANTED: "Granted",
    State.REFUSED: "Refused",
    State.WITHDRAWN: "Taken back",
}


@dataclass(frozen=True, slots=True)
class ShownRequest:
    """A request on a page. `title` and `url` are None where the object cannot be read (any more);
    `asker` is empty on the asker's own list, `contributor` wherever nobody is to be named."""

    id: str
    object_id: str
    title: str | None
    url: str | None
    label: str
    label_class: str
    wanted: str
    wanted_class: str
    reason: str
    asked: datetime
    is_open: bool
    state: str
    answer: str
    decided: datetime | None
    edition_url: str | None
    asker: str = ""
    contributor: str | None = None
    proposals: tuple[ShownProposal, ...] = ()


@pages.get("/requests")
@gate.needs(Permission.DESK_READ)
def index() -> ResponseReturnValue:
    """All lists that concern the person."""
    principal = gate.someone()
    with gate.house().reading() as db:
        store = RequestStore(db)
        own = store.asked_by(principal.person.id)
        incoming = store.to(principal.organisation.id, principal.reader)
        to_others = _to_others(store, principal)
        lists = {
            "own": _own(db, principal.reader, own),
            "incoming": _incoming(db, principal.reader, incoming),
            "others": _others(db, principal.reader, to_others),
        }
    return render_template(
        "requests.html",
        **lists,
        contributes=principal.standing.may_contribute or bool(incoming),
        may_answer=may_answer(principal),
        sees_others=bool(may_propose(principal)),
    )


@pages.post("/objects/<stix_id>/requests")
@gate.needs(Permission.REQUEST_ASK)
def ask(stix_id: str) -> ResponseReturnValue:
    """Ask for a wider release; what was written is kept where it cannot be asked like that."""
    wanted = _label(request.form.get("wanted", ""))
    reason = request.form.get("reason", "").replace("\r\n", "\n")
    try:
        stewarding.ask(gate.house(), gate.someone(), stix_id, wanted, reason)
    except RequestRefused as error:
        with gate.house().reading() as db:
            line = Catalogue(db, gate.reader()).find(stix_id)
        if line is None:
            raise NotFound from error
        filled = AskForm(wanted.value, reason, str(error))
        return render_template("ask.html", form=ask_form(line, filled), title=line.title), 400
    return redirect(url_for("portal.requests.index"), 303)


@pages.post("/requests/<id_>/take-back")
@gate.needs(Permission.REQUEST_ASK)
def take_back(id_: str) -> ResponseReturnValue:
    """Take one's own request back."""
    stewarding.take_back(gate.house(), gate.someone(), id_)
    return redirect(url_for("portal.requests.index"), 303)


@pages.post("/requests/<id_>/refuse")
@gate.needs(Permission.REQUEST_ANSWER)
def refuse(id_: str) -> ResponseReturnValue:
    """Refuse a request, with an answer."""
    stewarding.refuse(gate.house(), gate.someone(), id_, request.form.get("answer", ""))
    return redirect(url_for("portal.requests.index"), 303)


@pages.post("/requests/<id_>/proposals")
@gate.needs(Permission.PROPOSAL_MAKE)
def propose(id_: str) -> ResponseReturnValue:
    """Leave the secretariat's proposal."""
    text = request.form.get("text", "")
    stewarding.propose_on_request(gate.house(), gate.someone(), id_, text)
    return redirect(url_for("portal.requests.index"), 303)


def _to_others(store: RequestStore, principal: Principal) -> list[ReleaseRequest]:
    if not may_propose(principal):
        return []
    return store.to_others(principal.organisation.id, principal.reader)


def _label(text: str) -> Label:
    found = next((label for label in Label if label.value == text), None)
    if found is None:
        raise RequestRefused("Choose the label that you ask for.")
    return found


def _own(db: Connection, reader: Reader, found: Sequence[ReleaseRequest]) -> list[ShownRequest]:
    """One's own requests: without whoever contributed, and whoever answered."""
    lines = _lines(db, reader, [item.stix_id for item in found])
    editions = _lines(db, reader, [item.edition for item in found if item.edition is not None])
    return [_shown(item, lines.get(item.stix_id), editions) for item in found]


def _incoming(
    db: Connection, reader: Reader, found: Sequence[ReleaseRequest]
) -> list[ShownRequest]:
    lines = _lines(db, reader, [item.origin for item in found])
    editions = _lines(db, reader, [item.edition for item in found if item.edition is not None])
    proposals = shown_proposals(db, RequestStore(db).on_requests([item.id for item in found]))
    askers = _askers(db, found)
    return [
        _shown(
            item,
            lines.get(item.origin),
            editions,
            asker=askers[item.id],
            proposals=tuple(proposals.get(item.id, ())),
        )
        for item in found
    ]


def _others(db: Connection, reader: Reader, found: Sequence[ReleaseRequest]) -> list[ShownRequest]:
    lines = _lines(db, reader, [item.stix_id for item in found])
    names = contributor_names(db, list(lines.values()))
    proposals = shown_proposals(db, RequestStore(db).on_requests([item.id for item in found]))
    askers = _askers(db, found)
    return [
        _shown(
            item,
            line := lines.get(item.stix_id),
            {},
            asker=askers[item.id],
            contributor=names.get((line.contributor if line else None) or ""),
            proposals=tuple(proposals.get(item.id, ())),
        )
        for item in found
    ]


def _lines(db: Connection, reader: Reader, ids: Sequence[str]) -> dict[str, Line]:
    return Catalogue(db, reader).these(sorted(set(ids)))


def _askers(db: Connection, found: Sequence[ReleaseRequest]) -> dict[str, str]:
    store = MembershipStore(db)
    people = store.people_by_id({item.person for item in found}) if found else {}
    names = store.organisations_by_id({item.organisation for item in found}) if found else {}
    return {
        item.id: f"{people[item.person].name}, {names[item.organisation].name}" for item in found
    }


def _shown(
    item: ReleaseRequest,
    line: Line | None,
    editions: Mapping[str, Line],
    *,
    asker: str = "",
    contributor: str | None = None,
    proposals: tuple[ShownProposal, ...] = (),
) -> ShownRequest:
    edition = editions.get(item.edition or "")
    return ShownRequest(
        id=item.id,
        object_id=line.stix_id if line is not None else item.stix_id,
        title=line.title if line is not None else None,
        url=_url(line),
        label=str(line.label) if line is not None else "",
        label_class=label_class(line.label) if line is not None else "",
        wanted=str(item.wanted),
        wanted_class=label_class(item.wanted),
        reason=item.reason,
        asked=timestamps.to_datetime(item.asked),
        is_open=item.state is State.OPEN,
        state=_STATES[item.state],
        answer=item.answer,
        decided=timestamps.to_datetime(item.decided) if item.decided is not None else None,
        edition_url=_url(edition),
        asker=asker,
        contributor=contributor,
        proposals=proposals,
    )


def _url(line: Line | None) -> str | None:
    return None if line is None else url_for("portal.objects.show", stix_id=line.stix_id)
