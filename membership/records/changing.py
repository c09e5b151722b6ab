"""Changing a record: what applies at once, what goes through review, and what becomes of that.

The fields on which eligibility rests (`REVIEWED`) wait for the secretariat, all others apply at
once; a change of both is parted. An organisation has one open request at most: a second wish
waits until the first is answered or taken back. A first record, of an organisation that the
operator put on the register, applies at once except for the name: its admission did not rest on
a record. Nobody grants a request of their own organisation.

Whether a new name is free is found out when it is granted, by the secretariat: a member who
asks would otherwise learn who else is here.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from membership.choices import rename_organisation
from membership.errors import (
    IllegalTransition,
    NotAcceptable,
    NotAllowed,
    Overtaken,
    UnknownRequest,
)
from membership.events import MembershipEvent
from membership.record import (
    REVIEWED,
    Record,
    changed,
    from_document,
    problems,
    to_document,
)
from membership.records.events import (
    ChangeGranted,
    ChangeRefused,
    ChangeRequested,
    ChangeTakenBack,
    RecordChanged,
)
from membership.records.states import Action, ChangeRequest, State, next_state
from membership.records.store import Kept, RecordStore
from membership.register import proper_name
from membership.store import MembershipStore

LONGEST_ANSWER = 2_000  # characters

FIELDS: Mapping[str, str] = {
    "name": "Name",
    "other_names": "Other names",
    "country": "Country",
    "website": "Web site",
    "constituency": "Constituency",
    "profile": "Profile (RFC 2350)",
    "contacts": "Contacts",
    "asns": "Autonomous systems",
    "networks": "Networks",
    "domains": "Domains",
    "assurances": "Assurances",
}
"""The fields of a record as people read them."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a wish: the fields that have changed, and the request for the others."""

    applied: tuple[str, ...] = ()
    request: ChangeRequest | None = None


@dataclass(frozen=True, slots=True)
class Books:
    """The stores that a change is about: the records, and the register for the name."""

    records: RecordStore
    register: MembershipStore


def reviewed_fields(kept: Kept, wanted: Record) -> tuple[str, ...]:
    """Which of the fields that would change go through review."""
    reviewed = REVIEWED if kept.saved is not None else frozenset({"name"})
    return tuple(name for name in changed(kept.record, wanted) if name in reviewed)


def change(
    books: Books,
    organisation: str,
    wanted: Record,
    *,
    id_: str,
    person: str,
    at: datetime,
    seen: str | None = None,
) -> tuple[Outcome, tuple[MembershipEvent, ...]]:
    """Change a record as far as that needs no review, and request the rest.

    `seen` is the mark of the record that the wish was written on. NotAcceptable names what is
    wrong with the record; Overtaken says that it is another by now, IllegalTransition what waits
    already; nothing has changed then.
    """
    wanted = _acceptable(wanted)
    kept = books.records.kept(organisation)
    if seen is not None and seen != mark(kept.record):
        raise Overtaken("Somebody else of your organisation has changed the record in between.")
    waits = reviewed_fields(kept, wanted)
    pending = books.records.open_request(organisation)
    if waits and pending is not None:
        raise IllegalTransition(f"A request waits for the secretariat already: {says(pending)}.")
    events: list[MembershipEvent] = []
    at_once = replace(wanted, **{name: getattr(kept.record, name) for name in waits})
    applied = changed(kept.record, at_once)
    if applied:
        books.records.save_record(organisation, at_once, at)
        events.append(RecordChanged(organisation, applied))
    request = None
    if waits:
        before, after = (_parts(record, waits) for record in (kept.record, wanted))
        request = ChangeRequest(id_, organisation, person, at, before, after)
        books.records.add_request(request)
        events.append(ChangeRequested(organisation, id_, waits))
    return Outcome(applied, request), tuple(events)


def set_record(
    books: Books, organisation: str, wanted: Record, *, at: datetime
) -> tuple[MembershipEvent, ...]:
    """Write a record as a whole, without review: the operator's."""
    wanted = _acceptable(wanted)
    fields = changed(books.records.record(organisation), wanted)
    renamed = rename_organisation(books.register, organisation, wanted.name)
    books.records.save_record(organisation, wanted, at)
    return (*renamed, RecordChanged(organisation, fields))


def grant(
    books: Books, request: str, *, by: str, organisation: str, at: datetime
) -> tuple[MembershipEvent, ...]:
    """Apply a request to the record as it is now; `organisation` is that of who grants it.

    Overtaken where the record has changed meanwhile in the very fields.
    """
    found, state = _decidable(books, request, Action.GRANT, organisation)
    record = books.records.record(found.organisation)
    now = _parts(record, found.fields)
    moved = [name for name in found.fields if now[name] != found.before[name]]
    if moved:
        fields = ", ".join(FIELDS[name].lower() for name in moved)
        raise Overtaken(f"The record has changed in between: {fields}. Refuse this request.")
    wanted = from_document({**to_document(record), **found.after})
    renamed = rename_organisation(books.register, found.organisation, wanted.name)
    books.records.save_record(found.organisation, wanted, at)
    books.records.save_request(replace(found, state=state, decided_by=by, decided=at))
    granted = ChangeGranted(found.organisation, found.id, found.fields)
    return (granted, RecordChanged(found.organisation, found.fields), *renamed)


def refuse(
    books: Books, request: str, answer: str, *, by: str, organisation: str, at: datetime
) -> tuple[MembershipEvent, ...]:
    """Refuse a request, with the reason; `organisation` is that of who refuses it."""
    found, state = _decidable(books, request, Action.REFUSE, organisation)
    text = answer.strip()
    if not 0 < len(text) <= LONGEST_ANSWER or "\x00" in text:
        raise NotAcceptable(f"Say why, in at most {LONGEST_ANSWER:,} characters.")
    refused = replace(found, state=state, decided_by=by, decided=at, answer=text)
    books.records.save_request(refused)
    return (ChangeRefused(found.organisation, found.id),)


def take_back(
    store: RecordStore, request: str, *, by: str, organisation: str, at: datetime
) -> tuple[MembershipEvent, ...]:
    """Take a request of one's own organisation back."""
    found = store.request(request)
    if found.organisation != organisation:
        raise UnknownRequest("There is no such request.")
    state = next_state(found.state, Action.TAKE_BACK)
    store.save_request(replace(found, state=state, decided_by=by, decided=at))
    return (ChangeTakenBack(organisation, found.id),)


def mark(record: Record) -> str:
    """A text that another record does not have: what a form was made from."""
    document = json.dumps(to_document(record), sort_keys=True)
    return hashlib.sha256(document.encode()).hexdigest()


def says(request: ChangeRequest) -> str:
    """What a request is about, as people read it."""
    return ", ".join(FIELDS[name].lower() for name in request.fields)


def _decidable(
    books: Books, request: str, action: Action, organisation: str
) -> tuple[ChangeRequest, State]:
    found = books.records.request(request)
    if found.organisation == organisation:
        raise NotAllowed("Nobody decides on the record of their own organisation.")
    return found, next_state(found.state, action)


def _acceptable(wanted: Record) -> Record:
    for problem in problems(wanted):
        raise NotAcceptable(
            f"{FIELDS.get(problem.path.partition('.')[0], 'Record')}: {problem.text}"
        )
    return replace(wanted, name=proper_name(wanted.name))


def _parts(record: Record, names: tuple[str, ...]) -> dict[str, Any]:
    document = to_document(record)
    return {name: document[name] for name in names}
