"""The release calendar: what is due to leave, when, to whom, and how its contributor changes it.

Somebody sees what their own organisation has to release; the secretariat sees, in addition, that
of others as far as it may read it, and changes nothing there.
"""

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from cloudsirt import stewarding
from cloudsirt.auth import gate
from cloudsirt.auth.duties import may_propose
from cloudsirt.auth.permissions import Permission
from cloudsirt.portal.chrome import perimeter_text
from cloudsirt.portal.confirming import confirmation, is_confirmed
from cloudsirt.portal.desk.lines import shown_contributions
from feeds import timestamps
from feeds.contributions import Contribution
from feeds.timetable import still_due
from feeds.waiting import calendar, held_from
from tlp import Perimeter

pages = Blueprint("releases", __name__, url_prefix="/releases")


@pages.get("")
@gate.needs(Permission.DESK_READ)
def index() -> ResponseReturnValue:
    """The calendar."""
    principal = gate.someone()
    now = timestamps.from_datetime(gate.house().now())
    organisation, reader = principal.organisation.id, principal.reader
    with gate.house().reading() as db:
        own = calendar(db, reader, organisation, now)
        sees_others = bool(may_propose(principal))
        others = calendar(db, reader, organisation, now, others=True) if sees_others else []
        lines, of_others = (
            shown_contributions(db, reader, [(line.contribution, line.due) for line in found])
            for found in (own, others)
        )
    return render_template("releases.html", lines=lines, others=of_others, sees_others=sees_others)


@pages.post("/<stix_id>")
@gate.needs(Permission.RELEASE_CHANGE)
def change(stix_id: str) -> ResponseReturnValue:
    """Move, hasten or stop one release; what cannot be taken back is asked for twice."""
    perimeter, action = _perimeter(), request.form.get("action", "")
    principal, house = gate.someone(), gate.house()
    if action in _SURE and not is_confirmed():
        own = stewarding.own_object(house, principal, stix_id)
        return _sure(own, perimeter, action)
    if action == "now":
        stewarding.release_now(house, principal, stix_id, perimeter)
    else:
        when = None if action == "stop" else _moment(request.form.get("when", ""))
        stewarding.move_release(house, principal, stix_id, perimeter, when)
    return redirect(url_for("portal.releases.index"), 303)


_SURE = {"now": "Release now", "stop": "Stop"}


def _sure(own: list[Contribution], perimeter: Perimeter, action: str) -> ResponseReturnValue:
    latest, audience = own[-1], perimeter_text(perimeter)
    return confirmation(
        heading=f"{_SURE[action]}: {audience}",
        title=latest.title,
        label=latest.label,
        texts=_consequences(own, perimeter, action),
        button=_SURE[action],
        back=url_for("portal.releases.index"),
        fields={"perimeter": perimeter.value, "action": action},
    )


def _consequences(own: list[Contribution], perimeter: Perimeter, action: str) -> list[str]:
    """What somebody should know before they do it."""
    audience, latest = perimeter_text(perimeter), own[-1]
    if action == "now":
        if perimeter in held_from(latest):
            return [
                f"It is held because of personal data. It reaches {audience} once that is "
                f"decided, and waits for no time any more."
            ]
        return [
            f"It enters at once: {audience}. What has left cannot be held back any more, "
            f"only withdrawn."
        ]
    texts = [f"It does not reach {audience}, nor anybody further out, until you give it a time."]
    waiting = [item.waiting for item in own]
    now = timestamps.from_datetime(gate.house().now())
    standing = [item for item in own if perimeter in item.there]
    if standing and any(perimeter in still_due(item, waiting, now) for item in waiting):
        texts.append(
            "An earlier version is there already. It goes from there, too: no version goes "
            "further than every later one allows."
        )
    return texts


def _perimeter() -> Perimeter:
    try:
        return Perimeter(request.form.get("perimeter", ""))
    except ValueError as error:
        raise BadRequest("Say which perimeter is meant.") from error


def _moment(text: str) -> datetime:
    """A day and a time as a browser's field gives it, in UTC."""
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadRequest("Give a day and a time, in UTC.") from error
