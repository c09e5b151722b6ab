"""Commands around signatures: made on the platform, handed in and checked, recorded, ended."""

from dataclasses import dataclass
from datetime import datetime

from membership.bylaws import Bylaws
from membership.errors import IllegalTransition, NotAcceptable
from membership.events import MembershipEvent
from membership.ndas.events import NdaEnded, NdaSigned
from membership.ndas.signature import Method, Nda, in_force
from membership.organisation import Organisation
from membership.store import MembershipStore

REASON_LIMIT = 2_000  # characters


@dataclass(frozen=True, slots=True)
class Signing:
    """A signature that somebody makes: on which text, from when, and until when if not for the
    bylaws' term; `signatory` is the person who signed or handed the paper in."""

    id: str
    organisation: str
    text: str
    since: datetime
    until: datetime | None
    method: Method
    signatory: str
    ground: str


def sign(
    store: MembershipStore, signing: Signing, *, at: datetime
) -> tuple[Nda, tuple[MembershipEvent, ...]]:
    """Bind an organisation to the newest text, by somebody who may.

    IllegalTransition where it is bound by it already for longer than the time of renewal, so that
    of two signatories, or two presses of a button, one counts.
    """
    organisation = _signing_organisation(store, signing.organisation)
    newest = store.ndas.newest_text()
    if signing.text != newest.title:
        raise IllegalTransition(f"The text to sign is another one by now: “{newest.title}”.")
    bound = in_force(
        [nda for nda in store.signatures(organisation.id) if nda.text == newest.title], at
    )
    if bound is not None and not is_renewable(bound, store.bylaws(at), at):
        raise IllegalTransition(
            f"{organisation.name} has signed this text already: it is bound until "
            f"{bound.end.date().isoformat()}, and may sign again towards the end."
        )
    end = _end(signing.since, signing.until, store.bylaws(at))
    if end <= at:
        raise NotAcceptable(f"The signature would have ended already, on {end.date().isoformat()}.")
    nda = Nda(
        id=signing.id,
        organisation=organisation.id,
        text=newest.title,
        since=signing.since,
        until=end,
        method=signing.method,
        signatory=signing.signatory,
        digest=newest.digest,
    )
    return _kept(store, nda, signing.ground)


def record_signature(
    store: MembershipStore,
    organisation: str,
    *,
    id_: str,
    since: datetime,
    until: datetime | None,
    ground: str,
    text: str | None = None,
) -> tuple[Nda, tuple[MembershipEvent, ...]]:
    """Record a signature that was made outside the platform: the operator's.

    Without `text` it is on the newest, without `until` it binds for the bylaws' term.
    """
    found = _signing_organisation(store, organisation)
    on = store.ndas.newest_text() if text is None else store.ndas.text(text)
    if on.adopted is None:
        raise IllegalTransition(f"“{on.title}” has not been adopted.")
    nda = Nda(
        id=id_,
        organisation=found.id,
        text=on.title,
        since=since,
        until=_end(since, until, store.bylaws(since)),
        digest=on.digest,
        superseded=on.superseded,
    )
    return _kept(store, nda, ground)


def end_nda(
    store: MembershipStore, organisation: str, *, reason: str, at: datetime
) -> tuple[MembershipEvent, ...]:
    """End every signature that binds now; refused when none does."""
    store.organisation(organisation)
    why = proper_reason(reason)
    events: list[MembershipEvent] = []
    while (nda := in_force(store.signatures(organisation), at)) is not None:
        store.ndas.end_signature(nda.id, at, why)
        events.append(NdaEnded(organisation, nda.id, at.isoformat(), why))
    if not events:
        raise IllegalTransition("No NDA is in force.")
    return tuple(events)


def is_renewable(nda: Nda, bylaws: Bylaws, at: datetime) -> bool:
    """Whether it is time to sign again: from the first reminder on, or in the last half of a
    shorter term."""
    longest = max(bylaws.nda_reminders, default=0)
    left = nda.end - at
    return left.total_seconds() <= longest * 86_400 and left <= (nda.end - nda.since) / 2


def proper_reason(text: str) -> str:
    """A reason as it is kept; NotAcceptable for none."""
    reason = text.strip()
    if not reason or len(reason) > REASON_LIMIT or "\x00" in reason:
        raise NotAcceptable(f"Give a reason of 1 to {REASON_LIMIT:,} characters.")
    return reason


def _signing_organisation(store: MembershipStore, id_: str) -> Organisation:
    found = store.organisation(id_)
    if not found.category.is_member_category:
        raise NotAcceptable(f"{found.name} is no member: a {found.category.text} signs no NDA.")
    if found.ended is not None:
        raise IllegalTransition(f"The membership of {found.name} has ended.")
    return found


def _end(since: datetime, until: datetime | None, bylaws: Bylaws) -> datetime:
    try:
        end = until if until is not None else since + bylaws.nda_term
    except OverflowError as error:
        raise NotAcceptable("The NDA would begin too late: its term has no end.") from error
    if end <= since:
        raise NotAcceptable("The NDA would end before it begins.")
    return end


def _kept(store: MembershipStore, nda: Nda, ground: str) -> tuple[Nda, tuple[MembershipEvent, ...]]:
    store.ndas.add_signature(nda)
    event = NdaSigned(
        nda.organisation,
        nda.id,
        nda.text,
        nda.since.isoformat(),
        nda.until.isoformat(),
        ground=ground,
        method=nda.method.value,
        signatory=nda.signatory,
    )
    return nda, (event,)
