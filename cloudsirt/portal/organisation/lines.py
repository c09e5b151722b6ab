"""An organisation as its own people see it: people, service accounts, tokens, what waits."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import Connection

from cloudsirt.accounts import AccountStore, Token
from cloudsirt.auth.principal import Principal
from cloudsirt.portal.chrome import day_text
from cloudsirt.portal.organisation.sponsorships import shown_sponsorships
from membership.ndas.signature import latest
from membership.organisation import Organisation
from membership.people import is_last_representative
from membership.person import Person, Role
from membership.records import confirming
from membership.records.changing import says
from membership.records.store import RecordStore
from membership.standing import standing
from membership.store import MembershipStore
from tlp import Verdict

SOON = timedelta(days=90)
"""How long before its end a signature, and before its day a confirmation, is shown as waiting."""


@dataclass(frozen=True, slots=True)
class ShownToken:
    """A token on a page; never its text."""

    id: str
    label: str
    scopes: str
    created: datetime
    used: datetime | None
    expires: datetime | None
    state: str
    is_good: bool


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """Somebody of the organisation; `tokens` are those of a service account."""

    id: str
    name: str
    email: str
    roles: tuple[str, ...]
    last: datetime | None
    has_arrived: bool
    is_last_representative: bool
    is_self: bool
    standing: Verdict
    tokens: tuple[ShownToken, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that somebody of the organisation should see to, and where."""

    title: str
    text: str
    url: str


def shown_people(
    db: Connection, principal: Principal, at: datetime
) -> tuple[list[ShownPerson], list[ShownPerson]]:
    """The people of the principal's organisation, and its service accounts, who are still there."""
    everybody = _present(db, principal.organisation.id)
    signatures = MembershipStore(db).signatures(principal.organisation.id)
    accounts, ids = AccountStore(db), [person.id for person in everybody]
    arrived, last = accounts.with_password(ids), accounts.last_sign_ins(ids)
    shown = [
        ShownPerson(
            id=person.id,
            name=person.name,
            email=person.email,
            roles=tuple(role.text for role in Role if role in person.roles),
            last=last.get(person.id),
            has_arrived=person.id in arrived,
            is_last_representative=is_last_representative(person, everybody),
            is_self=person.id == principal.person.id,
            standing=standing(principal.organisation, signatures, person, at).verdict,
            tokens=tuple(shown_tokens(accounts.tokens_of(person.id), at))
            if Role.SERVICE in person.roles
            else (),
        )
        for person in everybody
    ]
    services = {person.id for person in everybody if Role.SERVICE in person.roles}
    return (
        [person for person in shown if person.id not in services],
        [person for person in shown if person.id in services],
    )


def shown_tokens(tokens: list[Token], at: datetime) -> Iterator[ShownToken]:
    """Tokens with their state, those in use first."""
    for token in sorted(tokens, key=lambda token: not token.is_good(at)):
        state = "In use" if token.is_good(at) else "Expired"
        yield ShownToken(
            id=token.id,
            label=token.label or "Without a label",
            scopes=", ".join(sorted(token.scopes)),
            created=token.created,
            used=token.used,
            expires=token.expires,
            state="Revoked" if token.revoked is not None else state,
            is_good=token.is_good(at),
        )


def waiting(db: Connection, organisation: Organisation, at: datetime) -> Iterator[Waiting]:
    """What the organisation should see to, the most pressing first."""
    if organisation.ended is not None:
        return
    yield from _nda(db, organisation, at)
    yield from _sponsorships(db, organisation)
    yield from _people(db, organisation)
    yield from _record(db, organisation, at)


def _sponsorships(db: Connection, organisation: Organisation) -> Iterator[Waiting]:
    asked = sum(item.is_open for item in shown_sponsorships(db, organisation.id))
    if asked:
        what = "An applicant asks" if asked == 1 else f"{asked} applicants ask"
        text = "A representative says whether you support them."
        yield Waiting(f"{what} for your support", text, url_for("portal.sponsorships.index"))


def _nda(db: Connection, organisation: Organisation, at: datetime) -> Iterator[Waiting]:
    if not organisation.category.is_member_category:
        return
    last = latest(MembershipStore(db).signatures(organisation.id))
    if last is None:
        text = "Without a signature nobody of your organisation reads what members share."
        yield Waiting("The NDA is not signed", text, "/organisation/nda")
    elif last.end - at <= SOON:
        ends = "ended" if last.end <= at else "ends"
        text = "Without a new signature nobody of your organisation reads what members share."
        yield Waiting(f"The NDA {ends} on {day_text(last.end)}", text, "/organisation/nda")


def _people(db: Connection, organisation: Organisation) -> Iterator[Waiting]:
    url = url_for("portal.organisation_people.index")
    present = _present(db, organisation.id)
    if not any(Role.INCIDENT_CONTACT in person.roles for person in present):
        text = "What is marked TLP:RED for your organisation reaches its incident contacts only."
        yield Waiting("There is no incident contact", text, url)
    representatives = sum(Role.REPRESENTATIVE in person.roles for person in present)
    if representatives == 1:
        text = "A second one can act when the first is away."
        yield Waiting("There is one representative only", text, url)


def _present(db: Connection, organisation: str) -> list[Person]:
    found = MembershipStore(db).people_of(organisation)
    return [person for person in found if person.removed is None]


def _record(db: Connection, organisation: Organisation, at: datetime) -> Iterator[Waiting]:
    store, url = RecordStore(db), url_for("portal.organisation_record.index")
    kept, pending = store.kept(organisation.id), store.open_request(organisation.id)
    if pending is not None:
        text = f"It waits for the secretariat: {says(pending)}."
        yield Waiting("A change of the record is requested", text, url)
    due = confirming.due(MembershipStore(db).bylaws(at), organisation, kept.confirmed)
    if kept.saved is None:
        text = "Networks and domains in it decide what concerns you of what others share."
        yield Waiting("The record is empty", text, url)
    elif due is not None and due - at <= confirming.EARLIEST:
        was = "was" if due <= at else "is"
        text = "A representative says once a year that it is still true."
        yield Waiting(f"The record {was} to be confirmed by {day_text(due)}", text, url)
