"""Applications that nobody went on with end by themselves, after the bylaws' terms."""

from datetime import datetime

from membership.applications.application import Action, Party, moved
from membership.applications.events import ApplicationLapsed
from membership.applications.store import ApplicationStore
from membership.bylaws import Bylaws
from membership.events import MembershipEvent
from membership.organisation import Ending
from membership.register import leave_register


def lapse_due(store: ApplicationStore, bylaws: Bylaws, at: datetime) -> tuple[MembershipEvent, ...]:
    """Let everything lapse whose term is over at that instant."""
    events: list[MembershipEvent] = []
    for application in store.overdue(bylaws, at):
        store.save(moved(application, Action.LAPSE, Party.PLATFORM, at))
        events.append(ApplicationLapsed(application.id, application.state.value))
        if application.organisation is not None:
            events += leave_register(
                store.register,
                application.organisation,
                ending=Ending.LAPSED,
                reason="The NDA was not signed in time.",
                at=at,
            )
    return tuple(events)
