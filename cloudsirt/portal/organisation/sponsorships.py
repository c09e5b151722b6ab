"""What one's organisation was asked to support, and its answer; for a member's representatives."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from cloudsirt import reviewing
from cloudsirt.auth import gate
from cloudsirt.auth.permissions import Permission
from membership.applications.sponsoring import ANSWERABLE
from membership.applications.sponsorship import Stance
from membership.applications.store import ApplicationStore

pages = Blueprint("sponsorships", __name__, url_prefix="/organisation/sponsorships")


@dataclass(frozen=True, slots=True)
class ShownSponsorship:
    """An applicant that named one's organisation; of the application, no more than who it is."""

    id: str
    name: str
    category: str
    country: str
    website: str
    asked: datetime
    stance: Stance
    answered: datetime | None
    is_open: bool


@pages.get("")
@gate.needs(Permission.APPLICATION_SPONSOR)
def index() -> ResponseReturnValue:
    """Who asks for support, and what was answered."""
    principal = gate.on_duty(reviewing.may_sponsor)
    with gate.house().reading() as db:
        found = shown_sponsorships(db, principal.organisation.id)
    return render_template("sponsorships.html", sponsorships=found, stances=Stance)


@pages.post("/<id_>/support")
@gate.needs(Permission.APPLICATION_SPONSOR)
def support(id_: str) -> ResponseReturnValue:
    """Support an application."""
    reviewing.support(gate.house(), gate.someone(), id_)
    return redirect(url_for("portal.sponsorships.index"), 303)


@pages.post("/<id_>/refuse")
@gate.needs(Permission.APPLICATION_SPONSOR)
def refuse(id_: str) -> ResponseReturnValue:
    """Do not support an application."""
    reviewing.refuse_support(gate.house(), gate.someone(), id_)
    return redirect(url_for("portal.sponsorships.index"), 303)


def shown_sponsorships(db: Connection, organisation: str) -> list[ShownSponsorship]:
    """What an organisation was asked, what waits for its answer first."""
    store = ApplicationStore(db)
    shown = []
    for item in store.sponsorships_of(organisation):
        application = store.application(item.application)
        if organisation not in application.sponsors:
            continue
        shown.append(
            ShownSponsorship(
                id=application.id,
                name=application.record.name,
                category=application.category.text if application.category is not None else "",
                country=application.record.country,
                website=application.record.website,
                asked=item.asked,
                stance=item.stance,
                answered=item.answered,
                is_open=application.state in ANSWERABLE,
            )
        )
    return sorted(shown, key=lambda item: (not item.is_open, item.answered is not None))
