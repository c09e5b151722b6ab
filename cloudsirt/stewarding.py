"""What people decide about shared objects, each as one unit of work.

Standing is computed again inside the transaction that changes something: what ended in between
ends this decision too. Whose object it is, and whether it may be known, the commands say.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from cloudsirt import clock
from cloudsirt.auth.duties import may_answer, may_ask, may_propose, may_steward
from cloudsirt.auth.principal import Principal, principal_of
from cloudsirt.errors import NotPermitted
from cloudsirt.house import House
from cloudsirt.work import Work
from feeds import requesting
from feeds.clearing import clear
from feeds.consent import Action, next_state
from feeds.contributions import Contribution
from feeds.requesting import Party, Wish
from feeds.requests import ReleaseRequest, RequestStore
from feeds.rescheduling import own_versions, reschedule
from feeds.store import FeedStore
from feeds.withdrawing import withdraw
from tlp import Label, Perimeter, Verdict

Duty = Callable[[Principal], Verdict]


@contextmanager
def acting(house: House, principal: Principal, duty: Duty) -> Iterator[tuple[Work, Principal]]:
    """A unit of work of somebody who has a duty at that very instant; NotPermitted otherwise."""
    with house.working(principal.actor) as work:
        current = principal_of(work.db, principal.person.id, work.at)
        if current is None:
            raise NotPermitted("This account has ended.")
        verdict = duty(current)
        if not verdict:
            raise NotPermitted(verdict.reason)
        yield work, current


def party(principal: Principal) -> Party:
    """Somebody as the commands around requests see them."""
    return Party(principal.person.id, principal.organisation.id, principal.reader)


def own_object(house: House, principal: Principal, stix_id: str) -> list[Contribution]:
    """The versions of an own object, oldest first; UnknownObject, NotContributor."""
    with house.reading() as db:
        organisation, reader = principal.organisation.id, principal.reader
        return own_versions(FeedStore(db), stix_id, organisation, reader)


def move_release(
    house: House, principal: Principal, stix_id: str, perimeter: Perimeter, when: datetime | None
) -> None:
    """Set the release of an own object to one perimeter; None stops it, the past means now."""
    with acting(house, principal, may_steward) as (work, current):
        work.record(
            *reschedule(
                work.feeds,
                stix_id,
                current.organisation.id,
                current.reader,
                perimeter,
                when,
                at=work.at,
                workshop=house.workshop,
            )
        )


def release_now(house: House, principal: Principal, stix_id: str, perimeter: Perimeter) -> None:
    """Let an own object enter one perimeter at once."""
    move_release(house, principal, stix_id, perimeter, house.now())


def clear_hold(house: House, principal: Principal, stix_id: str, digest: bytes) -> None:
    """Let an own object leave with the personal data that the person was shown in it."""
    with acting(house, principal, may_steward) as (work, current):
        work.record(
            *clear(
                work.feeds,
                stix_id,
                current.organisation.id,
                current.reader,
                digest,
                at=work.at,
                workshop=house.workshop,
            )
        )


def withdraw_object(house: House, principal: Principal, stix_id: str) -> None:
    """Withdraw an own object from everywhere."""
    with acting(house, principal, may_steward) as (work, current):
        # TLP:RED belongs to the account that posted it: a colleague knows nothing of it (R3).
        own_versions(work.feeds, stix_id, current.organisation.id, current.reader)
        work.record(
            *withdraw(
                work.feeds,
                stix_id,
                current.organisation.id,
                current.reader,
                at=work.at,
                workshop=house.workshop,
            )
        )


def ask(house: House, principal: Principal, stix_id: str, wanted: Label, reason: str) -> None:
    """Ask the contributor of an object for a wider release."""
    with acting(house, principal, may_ask) as (work, current):
        wish = Wish(clock.new_id(), stix_id, wanted, reason)
        work.record(*requesting.ask(RequestStore(work.db), wish, party(current), at=work.at))


def open_request(house: House, principal: Principal, request: str) -> ReleaseRequest:
    """A request that waits for one's organisation's answer; UnknownRequest, AlreadyDecided."""
    with house.reading() as db:
        found = requesting.request_to(RequestStore(db), request, party(principal))
    next_state(found.state, Action.GRANT)
    return found


def take_back(house: House, principal: Principal, request: str) -> None:
    """Take one's own request back."""
    with acting(house, principal, may_ask) as (work, current):
        store = RequestStore(work.db)
        work.record(*requesting.take_back(store, request, party(current), at=work.at))


def refuse(house: House, principal: Principal, request: str, answer: str) -> None:
    """Refuse a request to one's organisation."""
    with acting(house, principal, may_answer) as (work, current):
        store = RequestStore(work.db)
        work.record(*requesting.refuse(store, request, answer, party(current), at=work.at))


def propose_on_request(house: House, principal: Principal, request: str, text: str) -> None:
    """Leave the secretariat's proposal on a request."""
    with acting(house, principal, may_propose) as (work, current):
        store, id_ = RequestStore(work.db), clock.new_id()
        found = requesting.propose_on_request(store, id_, request, text, party(current), at=work.at)
        work.record(*found)


def propose_on_held(house: House, principal: Principal, stix_id: str, text: str) -> None:
    """Leave the secretariat's proposal on an object that is held."""
    with acting(house, principal, may_propose) as (work, current):
        store, id_ = RequestStore(work.db), clock.new_id()
        found = requesting.propose_on_held(store, id_, stix_id, text, party(current), at=work.at)
        work.record(*found)
