"""From bytes to a kept submission: the same steps for TAXII and for the portal.

  1  take the envelope apart                                pure
  2  find out whom the source names, what markings it knows a read
  3  examine each object                                    pure, and the slow part
  4  judge, keep and place                                  one unit of work, under the write lock

Standing is computed again in step 4: what ended in between ends this submission too.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import orjson
from sqlalchemy import Connection

from cloudsirt import clock
from cloudsirt.auth.principal import Principal, principal_of
from cloudsirt.errors import NotPermitted
from cloudsirt.house import House
from feeds.envelope import Received, read_envelope
from feeds.errors import BadHandling, Refused
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
from feeds.statuses import Line
from feeds.store import FeedStore
from feeds.topics import Topic
from membership.store import MembershipStore
from tlp import Recipient, RecipientKind

_IDENTITY = "identity--"


def post(house: House, principal: Principal, topic: Topic, body: bytes) -> bytes:
    """Take a submission in; the status resource as JSON.

    Raises BadEnvelope or BadHandling when nothing of it can be accepted, NotPermitted when the
    contributor's standing ended meanwhile.
    """
    envelope = read_envelope(body)
    wishes = read_wishes(envelope.handling)
    with house.reading() as db:
        ground = _ground(db, principal, wishes, envelope.objects)
    judged = [_examined_or_rejected(received, ground) for received in envelope.objects]
    order = Order(
        id=clock.new_id(),
        topic=topic,
        contributor=principal.organisation.id,
        poster=principal.person.id,
        reader=principal.reader,
        attribution=wishes.attribution or principal.organisation.attribution.value,
        handling=orjson.dumps(as_document(wishes)).decode(),
        recipients=ground.recipients,
    )
    with house.working(principal.actor) as work:
        _require_standing(work.db, principal, work.at)
        status, events = submit(work.feeds, order, judged, work.at)
        work.record(*events)
    return status


def _require_standing(db: Connection, principal: Principal, at: datetime) -> None:
    current = principal_of(db, principal.person.id, at)
    if current is None or not current.standing.may_contribute:
        reason = current.standing.verdict.reason if current is not None else "It has ended."
        raise NotPermitted(reason)


def _ground(
    db: Connection, principal: Principal, wishes: Wishes, objects: Sequence[Received]
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
        recipients=_recipients(db, wishes.recipients),
        unmarked=wishes.unmarked,
        release=wishes.release,
        definition_of=definitions.get,
        is_registered=registered.__contains__,
    )


def _recipients(db: Connection, identities: Sequence[str]) -> frozenset[Recipient]:
    """Whom the identities stand for here; BadHandling names the first that nobody is known by."""
    ids = [identity.removeprefix(_IDENTITY) for identity in identities]
    store = MembershipStore(db)
    organisations = store.organisations_by_id(ids) if ids else {}
    people = store.people_by_id(ids) if ids else {}
    for id_ in ids:
        if id_ not in organisations and id_ not in people:
            raise BadHandling(f"The recipient {_IDENTITY}{id_} is not known here.")
    return frozenset(
        Recipient(RecipientKind.ORGANISATION if id_ in organisations else RecipientKind.PERSON, id_)
        for id_ in ids
    )


def _registered(db: Connection, objects: Sequence[Received]) -> frozenset[str]:
    """Which of the creators named in the objects are organisations here."""
    named = {
        creator.removeprefix(_IDENTITY)
        for item in objects
        if isinstance(item.value, dict)
        and isinstance(creator := item.value.get("created_by_ref"), str)
    }
    found = MembershipStore(db).organisations_by_id(named) if named else {}
    return frozenset(organisation.identity for organisation in found.values())


def _definitions(
    db: Connection, principal: Principal, objects: Sequence[Received]
) -> Mapping[str, Mapping[str, object]]:
    """The marking definitions that the objects refer to: sent along, or seen here before."""
    values = [item.value for item in objects if isinstance(item.value, dict)]
    sent = {str(value["id"]): value for value in values if _is_good_definition(value)}
    wanted = {ref for value in values for ref in marking_ids(value)} - set(sent) - set(REGISTRY)
    if not wanted:
        return sent
    store = FeedStore(db)
    stored = store.visible_contents(wanted, principal.organisation.id, principal.reader)
    return {**{id_: orjson.loads(content) for id_, content in stored.items()}, **sent}


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
        line = Line(claimed_id(received.value), claimed_version(received.value), str(error))
        return Rejection(line)
