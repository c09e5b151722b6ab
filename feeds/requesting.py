"""The commands around a wider release: ask, take back, grant, refuse, propose (R10).

Whoever can read an object may ask; the request goes to its contributor without saying who that
is. The contributor's people answer. The secretariat may propose, and decides nothing. An id that
cannot be read is unknown, and so is a request that is not for this person (R11).
"""

from dataclasses import dataclass, replace
from datetime import datetime

from feeds import timestamps
from feeds.consent import Action, State, check_wanted, next_state, written
from feeds.contributions import versions_of
from feeds.errors import RequestRefused, UnknownObject, UnknownRequest
from feeds.events import FeedEvent, ProposalMade, ReleaseAsked, ReleaseRequestClosed
from feeds.requests import Proposal, ReleaseRequest, RequestStore
from feeds.view import View, Window
from feeds.waiting import held
from tlp import Label, Reader


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for; `id` is a new one for the request."""

    id: str
    stix_id: str
    wanted: Label
    reason: str


@dataclass(frozen=True, slots=True)
class Party:
    """Who acts: a person of an organisation, and as whom they read."""

    person: str
    organisation: str
    reader: Reader


def ask(store: RequestStore, wish: Wish, by: Party, *, at: datetime) -> tuple[FeedEvent, ...]:
    """Ask for a wider release of what one reads; UnknownObject or RequestRefused."""
    window = Window(topic=None, limit=1, ids=(wish.stix_id,))
    rows = View(store.db, by.reader).rows(window, ("origin",), ("contributor", "label"))
    if not rows:
        raise UnknownObject("There is no such object here.")
    (row,) = rows
    if row.contributor == by.organisation:
        raise RequestRefused("Your own organisation contributed this: it need not ask.")
    if not versions_of(store.db, row.origin, row.contributor, None):
        raise RequestRefused("The platform made this object; ask about what it relates to.")
    check_wanted(Label.of_rank(row.label), wish.wanted)
    if store.open_request(by.person, wish.stix_id) is not None:
        raise RequestRefused("You have asked about this object already, and wait for the answer.")
    request = ReleaseRequest(
        id=wish.id,
        stix_id=wish.stix_id,
        origin=row.origin,
        contributor=row.contributor,
        person=by.person,
        organisation=by.organisation,
        wanted=wish.wanted,
        reason=written(wish.reason, "The reason"),
        asked=timestamps.from_datetime(at),
    )
    store.add(request)
    return (ReleaseAsked(request.id, request.stix_id, request.contributor, str(request.wanted)),)


def take_back(store: RequestStore, id_: str, by: Party, *, at: datetime) -> tuple[FeedEvent, ...]:
    """Take one's own request back; UnknownRequest, AlreadyDecided."""
    found = store.request(id_)
    if found is None or found.person != by.person:
        raise UnknownRequest("There is no such request.")
    return _close(store, found, Action.TAKE_BACK, by, at)


def refuse(
    store: RequestStore, id_: str, answer: str, by: Party, *, at: datetime
) -> tuple[FeedEvent, ...]:
    """Refuse a request, with an answer; UnknownRequest, AlreadyDecided, RequestRefused."""
    found = request_to(store, id_, by)
    answered = replace(found, answer=written(answer, "The answer"))
    return _close(store, answered, Action.REFUSE, by, at)


def grant(
    store: RequestStore, id_: str, answer: str, edition: str, by: Party, *, at: datetime
) -> tuple[FeedEvent, ...]:
    """Grant a request; `edition` is the id of what is released instead, in the same transaction.

    UnknownRequest, AlreadyDecided.
    """
    found = request_to(store, id_, by)
    said = written(answer, "The answer") if answer.strip() else ""
    return _close(store, replace(found, answer=said, edition=edition), Action.GRANT, by, at)


def propose_on_request(
    store: RequestStore, proposal_id: str, id_: str, text: str, by: Party, *, at: datetime
) -> tuple[FeedEvent, ...]:
    """Leave a proposal on a request about what the secretariat may read; UnknownRequest."""
    found = next(iter(store.to_others(by.organisation, by.reader, id_)), None)
    if found is None:
        raise UnknownRequest("There is no such request.")
    if found.state is not State.OPEN:
        next_state(found.state, Action.GRANT)
    return _propose(store, proposal_id, found.origin, found.contributor, found.id, text, by, at)


def propose_on_held(
    store: RequestStore, proposal_id: str, stix_id: str, text: str, by: Party, *, at: datetime
) -> tuple[FeedEvent, ...]:
    """Leave a proposal on a held object that the secretariat may read; UnknownObject."""
    seen = held(store.db, by.reader, by.organisation, others=True, stix_id=stix_id)
    if not seen:
        raise UnknownObject("There is no such object here.")
    return _propose(store, proposal_id, stix_id, seen[0].contributor, None, text, by, at)


def request_to(store: RequestStore, id_: str, by: Party) -> ReleaseRequest:
    """A request that somebody's organisation is to answer; UnknownRequest."""
    found = store.request(id_)
    if found is None or found.contributor != by.organisation:
        raise UnknownRequest("There is no such request.")
    if not versions_of(store.db, found.origin, found.contributor, by.reader):
        raise UnknownRequest("There is no such request.")
    return found


def _close(
    store: RequestStore, request: ReleaseRequest, action: Action, by: Party, at: datetime
) -> tuple[FeedEvent, ...]:
    closed = replace(
        request,
        state=next_state(request.state, action),
        decided_by=by.person,
        decided=timestamps.from_datetime(at),
    )
    store.save(closed)
    return (
        ReleaseRequestClosed(
            about=closed.id,
            object=closed.stix_id,
            contributor=closed.contributor,
            state=closed.state.value,
            edition=closed.edition,
        ),
    )


def _propose(
    store: RequestStore,
    id_: str,
    stix_id: str,
    contributor: str,
    request: str | None,
    text: str,
    by: Party,
    at: datetime,
) -> tuple[FeedEvent, ...]:
    proposal = Proposal(
        id=id_,
        stix_id=stix_id,
        contributor=contributor,
        request=request,
        person=by.person,
        made=timestamps.from_datetime(at),
        text=written(text, "The proposal"),
    )
    store.add_proposal(proposal)
    return (ProposalMade(proposal.id, stix_id, contributor, request),)
