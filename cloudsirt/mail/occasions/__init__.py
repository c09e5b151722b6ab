"""Which events are occasions for letters: one module for each subject, joined here.

Every event of the membership stands in the `OCCASIONS` of its subject's module, or in `SILENT`
with the reason why nobody is written to; a test compares.
"""

from collections.abc import Mapping
from typing import Any

from cloudsirt.mail.occasion import Occasion, Occasions
from cloudsirt.mail.occasions import accounts, applications, applying, ballots, ndas, organisations
from membership import events as register
from membership.admitting import ContactNotRegistered
from membership.applications import events as application
from membership.ballots.events import SeatRecused, VoteCast
from membership.ndas import events as nda
from membership.records import events as record

_SUBJECTS: tuple[Occasions, ...] = (
    accounts.OCCASIONS,
    applications.OCCASIONS,
    applying.OCCASIONS,
    ballots.OCCASIONS,
    ndas.OCCASIONS,
    organisations.OCCASIONS,
)

SILENT: frozenset[type[Any]] = frozenset(
    {
        # The secretariat's own act on the register; the organisation hears of its admission.
        register.OrganisationRegistered,
        # Who is registered for the portal is invited, and that is the letter.
        register.PersonRegistered,
        # The person's own act, and they see it on their account page.
        nda.NdaAcknowledged,
        # The Board hears of the ballot on it; a draft concerns nobody else.
        nda.NdaTextProposed,
        # The signature that follows is the letter.
        nda.NdaUploadAccepted,
        # The member's own act.
        nda.NdaUploadTakenBack,
        # A representative's own act, which all of the organisation see on its pages.
        register.DefaultsSet,
        register.ListingSet,
        register.PersonRenamed,
        record.RecordChanged,
        record.RecordConfirmed,
        record.ChangeTakenBack,
        # It follows a change that was granted, and that is the letter.
        register.OrganisationRenamed,
        # The applicant's own act.
        application.AddressConfirmed,
        application.ApplicationSaved,
        application.EvidenceAttached,
        application.EvidenceDetached,
        # Colleagues see them on the application's page; the applicant hears what they come to.
        application.CriterionJudged,
        application.NoteLeft,
        # It is shown where it was asked for.
        application.ApplicationChecked,
        # The place on the register that follows is the letter.
        application.BallotCarried,
        # The result of the ballot is the letter.
        register.BylawsAmended,
        # Whoever applied hears of their admission; what is entered at the console, the operator
        # says themselves.
        register.OrganisationAdmitted,
        # The secretariat sees it on the application's page, and invites by hand.
        ContactNotRegistered,
        # The person's own act, and they see it on the ballot's page; others are told the result.
        VoteCast,
        SeatRecused,
    }
)
"""Events that nobody is written to about, each with the reason."""


def occasions_of(event: type[Any]) -> tuple[Occasion, ...]:
    """The letters that an event of this class is followed by."""
    return _JOINED.get(event, ())


def occasion_of(tag: str, letter: str) -> Occasion | None:
    """The occasion of a queued letter; None when this release knows it no more."""
    return _BY_NAME.get((tag, letter))


def all_occasions() -> Mapping[type[Any], tuple[Occasion, ...]]:
    """Every class of event that is followed by letters, with these."""
    return _JOINED


def _joined() -> dict[type[Any], tuple[Occasion, ...]]:
    found: dict[type[Any], tuple[Occasion, ...]] = {}
    for subject in _SUBJECTS:
        for event, given in subject.items():
            several = given if isinstance(given, tuple) else (given,)
            found[event] = found.get(event, ()) + several
    return found


_JOINED: Mapping[type[Any], tuple[Occasion, ...]] = _joined()
_BY_NAME: Mapping[tuple[str, str], Occasion] = {
    (event.tag, occasion.letter): occasion
    for event, occasions in _JOINED.items()
    for occasion in occasions
}
