"""Letters about applications: to the applicant at each step, to whoever is to act on it next.

An applicant's letter carries a link to the application as long as something can be done or read
there; what was asked, found or answered is read behind it, never in the letter.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from cloudsirt.links import Purpose
from cloudsirt.mail.occasion import (
    Addressee,
    Occasion,
    Occasions,
    application,
    representatives_of,
    secretariat,
)
from membership.applications.application import State, lapses_at
from membership.applications.events import (
    ApplicationAnswered,
    ApplicationBound,
    ApplicationDeclined,
    ApplicationLapsed,
    ApplicationRegistered,
    ApplicationStarted,
    ApplicationSubmitted,
    ApplicationTakenUp,
    ApplicationWithdrawn,
    BallotLost,
    BallotReturned,
    FoundEligible,
    FoundNotEligible,
    MoreAsked,
    PutToBallot,
    SponsorAnswered,
    SponsorAsked,
)
from membership.applications.sponsorship import Stance
from membership.applications.store import ApplicationStore
from membership.events import MembershipEvent
from membership.organisation import Category


def _applicant(event: MembershipEvent, db: Connection) -> tuple[Addressee, ...]:
    return application(event.about)


def _reviewers_in_hand(event: ApplicationWithdrawn, db: Connection) -> tuple[Addressee, ...]:
    """The secretariat hears of nothing that it never saw."""
    return () if event.state == State.DRAFT.value else secretariat(event, db)


def _sponsor(event: SponsorAsked, db: Connection) -> tuple[Addressee, ...]:
    return representatives_of(event.organisation, db)


def _application(event: Mapping[str, Any], db: Connection) -> Mapping[str, object]:
    """Where the application stands by now, and until when the applicant is waited for."""
    store = ApplicationStore(db)
    found = store.application(event["about"])
    return {
        "state": found.state.text,
        "lapses": lapses_at(found, store.register.bylaws(found.entered)),
        "fits_no_category": found.category is Category.OTHER,
    }


def _sponsorship(event: Mapping[str, Any], db: Connection) -> Mapping[str, object]:
    return {"supports": event["stance"] == Stance.SUPPORTS.value}


def _told(letter: str, *, link: bool = True) -> Occasion:
    """A letter to the applicant."""
    return Occasion(letter, _applicant, _application, Purpose.APPLICATION if link else None)


OCCASIONS: Occasions = {
    ApplicationStarted: _told("application-started"),
    ApplicationSubmitted: (
        _told("application-received"),
        Occasion("application-to-review", secretariat),
    ),
    ApplicationTakenUp: _told("application-taken-up"),
    MoreAsked: _told("application-question"),
    ApplicationAnswered: (
        _told("application-answer-received"),
        Occasion("application-answered", secretariat),
    ),
    FoundEligible: _told("application-eligible"),
    FoundNotEligible: _told("application-not-eligible"),
    PutToBallot: _told("application-in-ballot"),
    BallotReturned: _told("application-returned"),
    BallotLost: _told("application-declined"),
    ApplicationDeclined: _told("application-declined"),
    ApplicationRegistered: _told("application-admitted"),
    ApplicationBound: _told("application-member", link=False),
    ApplicationWithdrawn: (
        _told("application-withdrawn", link=False),
        Occasion("application-withdrawn-meanwhile", _reviewers_in_hand),
    ),
    ApplicationLapsed: _told("application-lapsed", link=False),
    SponsorAsked: Occasion("sponsor-asked", _sponsor),
    SponsorAnswered: Occasion("sponsor-answered", secretariat, _sponsorship),
}
