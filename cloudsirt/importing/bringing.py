"""Items to submissions, in batches: judged, kept and placed by the steps of any other submission.

A batch is one submission and one transaction. Whatever was interrupted is done again by the same
command: what is here already is a success and changes nothing, so no note of progress is kept.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final
from uuid import UUID

import orjson

from cloudsirt.auth.principal import Principal, principal_of
from cloudsirt.errors import NotPermitted
from cloudsirt.house import House
from cloudsirt.importing.items import Item, Left, Made, Maker, Sent, dated
from cloudsirt.posting import prepare, take_in
from feeds.errors import BadEnvelope
from feeds.events import ObjectsSubmitted
from feeds.handling import KEY
from feeds.placing import chunks
from feeds.statuses import Line
from feeds.store import FeedStore
from feeds.topics import Topic
from membership.store import MembershipStore

REMEMBERED: Final = 1_000
"""Refusals that are kept to be shown; all are counted."""


@dataclass(slots=True)
class Tally:
    """What became of an import so far."""

    read: int = 0
    stored: int = 0
    repeated: int = 0
    refused: int = 0
    refusals: list[Line] = field(default_factory=list)

    def refuse(self, line: Line) -> None:
        """Count something that was not taken."""
        self.refused += 1
        if len(self.refusals) < REMEMBERED:
            self.refusals.append(line)


@dataclass(frozen=True, slots=True)
class Errand:
    """Who imports, to which topic, and how it is to be handled."""

    person: str
    topic: Topic
    handling: object

    def body(self, texts: Sequence[str]) -> bytes:
        """The submission of one batch."""
        beside = (
            f',"{KEY}":{orjson.dumps(self.handling).decode()}' if self.handling is not None else ""
        )
        return f'{{"objects":[{",".join(texts)}]{beside}}}'.encode()


def importer(house: House, email: str) -> Principal:
    """Who imports: a person in good standing; NotPermitted says why somebody is not."""
    with house.reading() as db:
        person = MembershipStore(db).person_by_email(email)
    return current(house, person.id)


def current(house: House, person: str) -> Principal:
    """The person as they stand at this instant; NotPermitted where they may not contribute."""
    with house.reading() as db:
        principal = principal_of(db, person, house.now())
    if principal is None:
        raise NotPermitted("The account has ended.")
    if not principal.standing.may_contribute:
        verdict = principal.standing.verdict
        raise NotPermitted("Only members contribute." if verdict else verdict.reason)
    return principal


def maker_for(house: House, principal: Principal) -> Maker:
    """For whom objects are made, with the secret name space of the organisation's ids."""
    secret = house.keys.derived(f"importing {principal.organisation.id}")
    return Maker(principal.organisation.identity, UUID(bytes=secret[:16]))


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in lists of that many."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def bring(house: House, errand: Errand, batch: Sequence[Item], tally: Tally) -> None:
    """Take one batch in, and count what became of it; raises what posting raises."""
    principal = current(house, errand.person)
    for item in batch:
        if isinstance(item, Left):
            tally.refuse(Line(item.what, "", item.reason))
    _post(house, principal, errand, texts_of(house, principal, batch), tally)
    tally.read += len(batch)


def texts_of(house: House, principal: Principal, batch: Sequence[Item]) -> list[str]:
    """The objects of a batch as they go to the store; what was made before keeps its times."""
    made = sorted({str(item.value["id"]) for item in batch if isinstance(item, Made)})
    stored = _stored(house, principal, made)
    at, found = house.now(), dict[str, bytes](stored)
    texts = []
    for item in batch:
        if isinstance(item, Sent):
            texts.append(item.text)
        elif isinstance(item, Made):
            text = dated(item, found.get(str(item.value["id"])), at)
            found.setdefault(str(item.value["id"]), text.encode())
            texts.append(text)
    return texts


def _stored(house: House, principal: Principal, ids: Sequence[str]) -> Mapping[str, bytes]:
    """What the importer's organisation posted under these ids, or what the importer reads."""
    found: dict[str, bytes] = {}
    with house.reading() as db:
        store = FeedStore(db)
        for part in chunks(ids):
            own = principal.organisation.id
            found.update(store.visible_contents(part, own, principal.reader))
    return found


def _post(
    house: House, principal: Principal, errand: Errand, texts: Sequence[str], tally: Tally
) -> None:
    """Post a batch; where one object spoils the whole, find it and post the others."""
    if not texts:
        return
    try:
        prepared = prepare(house, principal, errand.topic, errand.body(texts))
    except BadEnvelope as error:
        if len(texts) == 1:
            tally.refuse(Line("unknown", "", str(error)))
            return
        half = len(texts) // 2
        _post(house, principal, errand, texts[:half], tally)
        _post(house, principal, errand, texts[half:], tally)
        return
    with house.working(principal.actor) as work:
        status, events = take_in(house, work, principal, prepared)
        work.record(*events)
    for event in events:
        if isinstance(event, ObjectsSubmitted):
            tally.stored += len(event.stored)
            tally.repeated += event.repeated
    for failure in failures(orjson.loads(status)):
        tally.refuse(failure)


def failures(status: Mapping[str, Any]) -> Iterator[Line]:
    """The refusals of one submission, with their reasons."""
    for item in status.get("failures", ()):
        yield Line(item["id"], item["version"], item.get("message", ""))
