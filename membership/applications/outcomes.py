"""What the Board's ballot and the platform do to an application.

Who decides is the ballot's business: here is only what its opening, its result and what follows
from it mean for the application. Of an application that was withdrawn meanwhile, every one of
these is refused, and says so.
"""

from dataclasses import replace
from datetime import datetime

from membership.applications.application import (
    Action,
    Application,
    Party,
    State,
    check_revision,
    moved,
)
from membership.applications.events import (
    ApplicationBound,
    ApplicationRegistered,
    BallotCarried,
    BallotLost,
    BallotReturned,
    PutToBallot,
)
from membership.applications.sponsoring import supporting
from membership.applications.store import ApplicationStore
from membership.errors import AlreadyRegistered, NotAcceptable, NotComplete
from membership.events import MembershipEvent
from membership.organisation import Category

ADMISSION, ADMISSION_OF_OTHER = "ADMISSION", "ADMISSION_OF_OTHER"
"""The names of the two kinds of motion on an application."""

REJECTED = "The Board did not admit the organisation."
Events = tuple[MembershipEvent, ...]


def motion_of(application: Application) -> tuple[str, str]:
    """The kind of motion that an application needs, before it is put, and the motion's title.

    Two thirds of all seats for whoever fits no category, or was not found eligible.
    """
    is_regular = application.state is State.ELIGIBLE and application.category is not Category.OTHER
    kind = ADMISSION if is_regular else ADMISSION_OF_OTHER
    return kind, f"Admission of {application.record.name}"


def put_to_ballot(
    store: ApplicationStore,
    id_: str,
    *,
    ballot: str,
    at: datetime,
    revision: int | None = None,
) -> Events:
    """Ask the Board; NotComplete without the sponsors that the bylaws ask for."""
    application = store.application(id_)
    if revision is not None:
        check_revision(application, revision)
    put = moved(application, Action.PUT_TO_BALLOT, Party.SECRETARIAT, at)
    needed = store.register.bylaws(at).sponsors
    present = supporting(store, application)
    if present < needed:
        raise NotComplete(f"{present} of {needed} sponsors support the application.")
    name = application.record.name
    if store.register.is_name_taken(name):
        raise AlreadyRegistered(f"An organisation named “{name}” is registered already.")
    store.save(replace(put, ballot=ballot))
    return (PutToBallot(id_, ballot, motion_of(application)[0]),)


def carried(store: ApplicationStore, id_: str, *, ballot: str, at: datetime) -> Events:
    """The ballot was carried: the organisation is admitted."""
    store.save(_decided(store, id_, Action.CARRY, ballot, at))
    return (BallotCarried(id_, ballot),)


def lost(store: ApplicationStore, id_: str, *, ballot: str, at: datetime) -> Events:
    """The ballot was lost: the application is declined."""
    store.save(replace(_decided(store, id_, Action.REJECT, ballot, at), reason=REJECTED))
    return (BallotLost(id_, ballot),)


def returned(store: ApplicationStore, id_: str, *, ballot: str, at: datetime) -> Events:
    """The ballot decided nothing (no quorum, or taken back): the secretariat has it again."""
    store.save(_decided(store, id_, Action.RETURN, ballot, at))
    return (BallotReturned(id_, ballot),)


def registered(store: ApplicationStore, id_: str, organisation: str, at: datetime) -> Events:
    """The organisation is on the register, and must sign the NDA now."""
    application = moved(store.application(id_), Action.REGISTER, Party.PLATFORM, at)
    store.save(replace(application, organisation=organisation))
    return (ApplicationRegistered(id_, organisation),)


def bound(store: ApplicationStore, id_: str, at: datetime) -> Events:
    """The NDA of the organisation is in force: it is a member."""
    application = moved(store.application(id_), Action.BIND, Party.PLATFORM, at)
    store.save(application)
    return (ApplicationBound(id_, application.organisation or ""),)


def _decided(
    store: ApplicationStore, id_: str, action: Action, ballot: str, at: datetime
) -> Application:
    application = store.application(id_)
    decided = moved(application, action, Party.BOARD, at)
    if application.ballot != ballot:
        raise NotAcceptable("This ballot is about something else.")
    return decided
