"""How an organisation runs itself, and what the secretariat decides on its record.

Each is one unit of work, in which it is asked again whether the person speaks for their
organisation at that instant. What an organisation may do at all, the commands below say.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from cloudsirt import clock
from cloudsirt.auth.duties import may_represent, may_run_secretariat
from cloudsirt.auth.presence import prove_presence
from cloudsirt.auth.principal import Principal
from cloudsirt.house import WORKER, House
from cloudsirt.identity import own_organisation
from cloudsirt.inviting import invite, invite_again
from cloudsirt.stewarding import acting
from cloudsirt.work import Work
from membership import choices, people
from membership.errors import AlreadyRegistered, NotAcceptable
from membership.organisation import Attribution, Listing, Organisation
from membership.person import Person, Role
from membership.record import Record
from membership.records import changing, confirming
from membership.records.changing import Books, Outcome
from membership.records.events import ConfirmationReminded
from membership.records.store import RecordStore
from membership.store import MembershipStore
from tlp import Label

# people


def invite_person(
    house: House, principal: Principal, *, name: str, email: str, roles: Iterable[Role]
) -> Person:
    """Invite somebody to one's organisation.

    Whether an address belongs to another organisation's account is not told: only that it
    cannot be invited.
    """
    with acting(house, principal, may_represent) as (work, current):
        wanted = people.check_invited(current.organisation, roles)
        try:
            return invite(
                work,
                id_=clock.new_id(),
                organisation=current.organisation.id,
                name=name,
                email=email,
                roles=wanted,
                by=current.actor,
            )
        except AlreadyRegistered as error:
            raise NotAcceptable(
                "This address cannot be invited. If it is one of your organisation’s, look for "
                "it among your people; otherwise ask the secretariat."
            ) from error


def send_invitation_again(house: House, principal: Principal, person: str) -> None:
    """Send somebody of one's organisation, who has not arrived yet, another link."""
    with acting(house, principal, may_represent) as (work, current):
        people.colleague(work.membership, current.organisation.id, person)
        invite_again(work, person, by=current.actor)


def set_roles(house: House, principal: Principal, person: str, roles: Iterable[Role]) -> None:
    """Let somebody of one's organisation hold exactly these of the roles that it gives."""
    with acting(house, principal, may_represent) as (work, current):
        organisation = current.organisation.id
        work.record(*people.set_roles(work.membership, organisation, person, roles))


def rename_person(house: House, principal: Principal, person: str, name: str) -> None:
    """Call somebody of one's organisation otherwise."""
    with acting(house, principal, may_represent) as (work, current):
        work.record(*people.rename(work.membership, current.organisation.id, person, name))


def remove_person(house: House, principal: Principal, person: str) -> None:
    """End the account of somebody of one's organisation."""
    with acting(house, principal, may_represent) as (work, current):
        organisation = current.organisation.id
        work.record(*people.remove(work.membership, organisation, person, at=work.at))


# choices


def set_defaults(
    house: House, principal: Principal, *, label: Label, attribution: Attribution
) -> None:
    """Choose one's organisation's default label and attribution."""
    with acting(house, principal, may_represent) as (work, current):
        organisation = current.organisation.id
        work.record(
            *choices.set_defaults(
                work.membership, organisation, label=label, attribution=attribution
            )
        )


def set_listing(
    house: House, principal: Principal, *, listing: Listing, public_listing: Listing
) -> None:
    """Choose what the directories show of one's organisation."""
    with acting(house, principal, may_represent) as (work, current):
        organisation = current.organisation.id
        work.record(
            *choices.set_listing(
                work.membership, organisation, listing=listing, public_listing=public_listing
            )
        )


def leave(house: House, principal: Principal, password: str) -> None:
    """End one's organisation's membership; the password is asked, for it cannot be undone."""
    prove_presence(house, principal.person.id, password)
    with acting(house, principal, may_represent) as (work, current):
        work.record(*choices.leave(work.membership, current.organisation.id, at=work.at))


# the record


def change_record(
    house: House, principal: Principal, wanted: Record, *, seen: str | None = None
) -> Outcome:
    """Change one's organisation's record, as far as that needs no review, and request the rest."""
    with acting(house, principal, may_represent) as (work, current):
        outcome, events = changing.change(
            books(work),
            current.organisation.id,
            wanted,
            id_=clock.new_id(),
            person=current.person.id,
            at=work.at,
            seen=seen,
        )
        work.record(*events)
    return outcome


def take_back_change(house: House, principal: Principal, request: str) -> None:
    """Take a request of one's organisation back."""
    with acting(house, principal, may_represent) as (work, current):
        work.record(
            *changing.take_back(
                RecordStore(work.db),
                request,
                by=current.person.id,
                organisation=current.organisation.id,
                at=work.at,
            )
        )


def confirm_record(house: House, principal: Principal) -> None:
    """Confirm that the record is still true."""
    with acting(house, principal, may_represent) as (work, current):
        store, organisation = RecordStore(work.db), current.organisation.id
        work.record(*confirming.confirm(store, organisation, person=current.person.id, at=work.at))


def grant_change(house: House, principal: Principal, request: str) -> None:
    """Grant a request for a change: the secretariat's."""
    with acting(house, principal, may_run_secretariat) as (work, current):
        work.record(
            *changing.grant(
                books(work),
                request,
                by=current.person.id,
                organisation=current.organisation.id,
                at=work.at,
            )
        )


def refuse_change(house: House, principal: Principal, request: str, answer: str) -> None:
    """Refuse a request for a change, with the reason: the secretariat's."""
    with acting(house, principal, may_run_secretariat) as (work, current):
        work.record(
            *changing.refuse(
                books(work),
                request,
                answer,
                by=current.person.id,
                organisation=current.organisation.id,
                at=work.at,
            )
        )


def books(work: Work) -> Books:
    """The stores of a unit of work that a change of a record is about."""
    return Books(RecordStore(work.db), work.membership)


# reminders


def remind_confirmations(house: House) -> int:
    """Remind whose record is to be confirmed, each once for each day of the bylaws; how many."""
    with house.reading() as db:
        if not _to_remind(db, house.now()):
            return 0
    with house.working(WORKER) as work:
        store, found = RecordStore(work.db), _to_remind(work.db, work.at)
        for organisation, due, days in found:
            store.add_reminder(organisation, due, days)
            work.record(ConfirmationReminded(organisation, due.isoformat(), days))
    return len(found)


def to_confirm(db: Connection, at: datetime) -> list[tuple[Organisation, datetime]]:
    """Members whose record is to be confirmed within a month or was before, with the day."""
    register = MembershipStore(db)
    bylaws, confirmed = register.bylaws(at), RecordStore(db).confirmations()
    platform, found = own_organisation(db), []
    for organisation in register.organisations():
        due = confirming.due(bylaws, organisation, confirmed.get(organisation.id))
        if due is not None and due - confirming.EARLIEST <= at and organisation.id != platform:
            found.append((organisation, due))
    return sorted(found, key=lambda item: item[1])


def _to_remind(db: Connection, at: datetime) -> list[tuple[str, datetime, int]]:
    """Which organisations are to be reminded now, of which day, and how long before it."""
    found = [
        (organisation.id, due, days)
        for organisation, due in to_confirm(db, at)
        if organisation.suspended is None and (days := confirming.reminder(due, at)) is not None
    ]
    given = RecordStore(db).reminded({organisation for organisation, _, _ in found})
    return [item for item in found if item not in given]
