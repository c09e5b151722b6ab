"""What members that are named as sponsors are asked, and answer; until the Board is asked."""

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from membership.applications.application import Application, State
from membership.applications.events import SponsorAnswered, SponsorAsked
from membership.applications.sponsorship import Sponsorship, Stance, can_sponsor, supporters
from membership.applications.store import ApplicationStore
from membership.errors import IllegalTransition, NotAllowed
from membership.events import MembershipEvent

ANSWERABLE = frozenset(
    {State.SUBMITTED, State.IN_REVIEW, State.MORE_ASKED, State.ELIGIBLE, State.NOT_ELIGIBLE}
)
"""The states in which it matters what sponsors say."""


class Command(Protocol):
    """What a sponsor does: `support` or `refuse`."""

    def __call__(
        self, store: ApplicationStore, id_: str, *, organisation: str, person: str, at: datetime
    ) -> tuple[MembershipEvent, ...]:
        """Answer for a member, by one of its people."""


def ask_sponsors(
    store: ApplicationStore, application: Application, at: datetime
) -> tuple[MembershipEvent, ...]:
    """Ask every sponsor that was not asked yet."""
    asked = {item.organisation for item in store.sponsorships(application.id)}
    new = [id_ for id_ in application.sponsors if id_ not in asked]
    for organisation in new:
        store.add_sponsorship(Sponsorship(application.id, organisation, at))
    return tuple(SponsorAsked(application.id, organisation) for organisation in new)


def support(
    store: ApplicationStore, id_: str, *, organisation: str, person: str, at: datetime
) -> tuple[MembershipEvent, ...]:
    """Support an application, for a member that was asked to."""
    return _answered(store, id_, Stance.SUPPORTS, organisation, person, at)


def refuse(
    store: ApplicationStore, id_: str, *, organisation: str, person: str, at: datetime
) -> tuple[MembershipEvent, ...]:
    """Refuse to support an application."""
    return _answered(store, id_, Stance.REFUSES, organisation, person, at)


def supporting(store: ApplicationStore, application: Application) -> int:
    """How many of the sponsors that an application names support it, and are members still."""
    found = store.register.organisations_by_id(application.sponsors)
    members = [id_ for id_, organisation in found.items() if can_sponsor(organisation)]
    return supporters(members, store.sponsorships(application.id))


def _answered(
    store: ApplicationStore,
    id_: str,
    stance: Stance,
    organisation: str,
    person: str,
    at: datetime,
) -> tuple[MembershipEvent, ...]:
    application = store.application(id_)
    asked = {item.organisation: item for item in store.sponsorships(id_)}
    found = asked.get(organisation) if organisation in application.sponsors else None
    if found is None:
        raise NotAllowed("Only members that the applicant named as sponsors are asked.")
    if not can_sponsor(store.register.organisation(organisation)):
        raise NotAllowed("Only a member supports an application.")
    if application.state not in ANSWERABLE:
        raise IllegalTransition("Sponsors are not asked any more.")  # they learn no outcome
    if found.stance is stance:
        raise IllegalTransition(f"Your organisation {stance.text} already.")
    store.save_sponsorship(replace(found, stance=stance, person=person, answered=at))
    return (SponsorAnswered(id_, organisation, stance.value),)
