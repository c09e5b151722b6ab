"""From bytes to a kept submission: the same steps for TAXII and for the portal.

  1  take the envelope apart                                pure
  2  find out whom the source names, what markings it knows a read
  3  examine each object                                    pure, and the slow part
  4  judge, keep and place                                  one unit of work, under the write lock

Standing is computed again in step 4: what ended in between ends this submission too. A preview
takes the same steps and undoes the last (`previewing`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Connection

from cloudsirt import clock
from cloudsirt.addressing import Addressee, addressees
from cloudsirt.auth.principal import Principal, facts_of
from cloudsirt.errors import NotPermitted
from cloudsirt.house import House
from cloudsirt.remembering import marks_of
from cloudsirt.work import Work
from feeds import timestamps
from feeds.envelope import Received, read_envelope
from feeds.errors import Refused
from feeds.events import FeedEvent
from feeds.examining import (
    Contributor,
    Examined,
    Ground,
    claimed_id,
    claimed_version,
    examine,
)
from feeds.handling import Wishes, as_document, read_wishes
from feeds.intake import Order, Rejection, submit
from feeds.markings import REGISTRY, check_definition, marking_ids
from feeds.placing import chunks
from feeds.statuses import Line
from feeds.store import FeedStore
from feeds.topics import Topic
from membership.store import MembershipStore

_IDENTITY = "identity--"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A submission ready to be taken in: each object judged by itself, whom it names, its order."""

    judged: tuple[Examined | Rejection, ...]
    named: tuple[Addressee, ...]
    order: Order


def post(house: House, principal: Principal, topic: Topic, body: bytes) -> bytes:
    """Take a submission in; the status resource as JSON.

    Raises BadEnvelope or BadHandling when nothing of it can be accepted, NotPermitted when the
    contributor's standing ended meanwhile.
    """
    prepared = prepare(house, principal, topic, body)
    with house.working(principal.actor) as work:
        status, events = take_in(house, work, principal, prepared)
        work.record(*events)
    return status


def prepare(house: House, principal: Principal, topic: Topic, body: bytes) -> Prepared:
    """Steps 1 to 3: everything that can be done without changing anything."""
    envelope = read_envelope(body)
    wishes = read_wishes(envelope.handling)
    with house.reading() as db:
        named = addressees(db, wishes.recipients)
        ground = _ground(db, principal, wishes, named, envelope.objects)
    judged = tuple(_examined_or_rejected(received, ground) for received in envelope.objects)
    return Prepared(judged, named, _order(principal, topic, wishes, named))


def take_in(
    house: House, work: Work, principal: Principal, prepared: Prepared
) -> tuple[bytes, tuple[FeedEvent, ...]]:
    """Step 4, in a unit of work: the status resource, and what happened."""
    _require_standing(house, work.db, principal, work.at)
    return submit(work.feeds, prepared.order, prepared.judged, work.at, house.workshop)


def _order(principal: Principal, topic: Topic, wishes: Wishes, named: Sequence[Addressee]) -> Order:
    return Order(
        id=clock.new_id(),
        topic=topic,
        contributor=principal.organisation.id,
        poster=principal.person.id,
        reader=principal.reader,
        attribution=wishes.attribution or principal.organisation.attribution.value,
        handling=orjson.dumps(as_document(wishes)).decode(),
        release={
            perimeter.value: timestamps.from_datetime(moment)
            for perimeter, moment in wishes.release.items()
        },
        recipients=[item.stored for item in named],
    )


def _require_standing(house: House, db: Connection, principal: Principal, at: datetime) -> None:
    person = principal.person.id
    facts = house.register.recall(marks_of(db).register, person, lambda: facts_of(db, person))
    current = facts.principal(at)
    if current is None or not current.standing.may_contribute:
        reason = current.standing.verdict.reason if current is not None else "It has ended."
        raise NotPermitted(reason)


def _ground(
    db: Connection,
    principal: Principal,
    wishes: Wishes,
    named: Sequence[Addressee],
    objects: Sequence[Received],
) -> Ground:
    """What the objects are judged on: read once, before the first is looked at."""
    definitions = _definitions(db, principal, objects)
    registered = _registered(db, objects)
    return Ground(
        contributor=Contributor(
            organisation=principal.organisation.id,
            person=principal.person.id,
            identity=principal.organisation.identity,
            default_label=principal.organisation.default_label,
        ),
        recipients=frozenset(item.recipient for item in named),
        unmarked=wishes.unmarked,
        release=wishes.release,
        definition_of=definitions.get,
        is_registered=registered.__contains__,
    )


def _registered(db: Connection, objects: Sequence[Received]) -> frozenset[str]:
    """Which of the creators named in the objects are organisations here."""
    named = {
        creator.removeprefix(_IDENTITY)
        for item in objects
        if isinstance(item.value, dict)
        and isinstance(creator := item.value.get("created_by_ref"), str)
        and _can_be_id(creator)
    }
    store = MembershipStore(db)
    return frozenset(
        organisation.identity
        for part in chunks(sorted(named))
        for organisation in store.organisations_by_id(part).values()
    )


def _definitions(
    db: Connection, principal: Principal, objects: Sequence[Received]
) -> Mapping[str, Mapping[str, object]]:
    """The marking definitions that the objects refer to: sent along, or seen here before."""
    values = [item.value for item in objects if isinstance(item.value, dict)]
    sent = {str(value["id"]): value for value in values if _is_good_definition(value)}
    named = {ref for value in values for ref in marking_ids(value) if _can_be_id(ref)}
    store, found = FeedStore(db), dict[str, Mapping[str, object]]()
    for part in chunks(sorted(named - set(sent) - set(REGISTRY))):
        stored = store.visible_contents(part, principal.organisation.id, principal.reader)
        found.update({id_: orjson.loads(content) for id_, content in stored.items()})
    return {**found, **sent}


def _can_be_id(text: str) -> bool:
    """Whether it is worth asking for: what is no id at all, the examination will say."""
    return text.isascii() and text.isprintable()


def _is_good_definition(value: Mapping[str, object]) -> bool:
    """Whether an object sent along is a definition that objects may refer to."""
    if value.get("type") != "marking-definition" or not isinstance(value.get("id"), str):
        return False
    try:
        check_definition(value)
    except Refused:
        return False
    return True


def _examined_or_rejected(received: Received, ground: Ground) -> Examined | Rejection:
    try:
        return examine(received, ground)
    except Refused as error:
        told = (claimed_id(received.value), claimed_version(received.value), str(error))
        return Rejection(Line(*map(_sendable, told)))


def _sendable(text: str) -> str:
    """A sender's own text without half UTF-16 pairs, which no JSON document can hold."""
    return text.encode(errors="replace").decode()
