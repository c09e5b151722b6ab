"""What is held because of personal or financial data, and what becomes of it.

A person of the contributor's organisation decides: it may leave as it is, or a new version leaves
it out (`editing`). The secretariat sees what it may read of others, and may propose.
"""

import re

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cloudsirt import stewarding
from cloudsirt.auth import gate
from cloudsirt.auth.duties import may_propose
from cloudsirt.auth.permissions import Permission
from cloudsirt.portal.confirming import confirmation, is_confirmed
from cloudsirt.portal.desk.lines import joined, shown_contributions, shown_proposals
from feeds import timestamps
from feeds.errors import NotHeld
from feeds.requests import RequestStore
from feeds.timetable import still_due
from feeds.waiting import held

pages = Blueprint("held", __name__, url_prefix="/held")

_DIGEST = re.compile(r"[0-9a-f]{64}")


@pages.get("")
@gate.needs(Permission.DESK_READ)
def index() -> ResponseReturnValue:
    """What is held, with what was found in it."""
    principal = gate.someone()
    now = timestamps.from_datetime(gate.house().now())
    organisation, reader = principal.organisation.id, principal.reader
    sees_others = bool(may_propose(principal))
    with gate.house().reading() as db:
        own = held(db, reader, organisation)
        others = held(db, reader, organisation, others=True) if sees_others else []
        pairs = [(item.stix_id, item.contributor) for item in (*own, *others)]
        proposals = shown_proposals(db, RequestStore(db).on_held(pairs))
        lines, of_others = (
            shown_contributions(
                db,
                reader,
                [(item, still_due(item.waiting, [item.waiting], now)) for item in found],
                proposals,
            )
            for found in (own, others)
        )
    return render_template("held.html", lines=lines, others=of_others, sees_others=sees_others)


@pages.post("/<stix_id>/clear")
@gate.needs(Permission.HOLD_CLEAR)
def clear(stix_id: str) -> ResponseReturnValue:
    """Let it leave, after having shown once more what that means."""
    principal, house = gate.someone(), gate.house()
    seen = request.form.get("digest", "")
    digest = bytes.fromhex(seen) if _DIGEST.fullmatch(seen) else b""
    if is_confirmed():
        stewarding.clear_hold(house, principal, stix_id, digest)
        return redirect(url_for("portal.held.index"), 303)
    latest = stewarding.own_object(house, principal, stix_id)[-1]
    with house.reading() as db:
        line = shown_contributions(db, principal.reader, [(latest, {})])[0]
    if latest.digest != digest or not line.held_from:
        raise NotHeld("This is not held, or not any more: look at the list of what is held again.")
    return confirmation(
        heading="Let it leave as it is",
        title=latest.title,
        label=latest.label,
        texts=[
            f"It leaves for {joined(line.held_from)} with everything that was found in it, at "
            f"once or at its release time. What has left cannot be held back any more."
        ],
        button="It may leave",
        back=url_for("portal.held.index"),
        fields={"digest": digest.hex()},
        findings=line.findings,
    )


@pages.post("/<stix_id>/proposals")
@gate.needs(Permission.PROPOSAL_MAKE)
def propose(stix_id: str) -> ResponseReturnValue:
    """Leave the secretariat's proposal."""
    text = request.form.get("text", "")
    stewarding.propose_on_held(gate.house(), gate.someone(), stix_id, text)
    return redirect(url_for("portal.held.index"), 303)
