"""Objects that somebody edits before they go out: an edition that was asked for, a redaction.

Each is an ordinary submission of the contributor's organisation, so every rule applies to it. It
is taken in within the transaction of the decision that it belongs to: of two people who decide at
once, one releases something and the other is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

import orjson
from sqlalchemy import Connection

from cloudsirt import clock
from cloudsirt.auth.duties import may_answer, may_steward
from cloudsirt.auth.principal import Principal
from cloudsirt.errors import CloudSIRTError
from cloudsirt.house import House
from cloudsirt.posting import Prepared, prepare, take_in
from cloudsirt.previewing import Preview, preview
from cloudsirt.stewarding import acting, party
from cloudsirt.work import Work
from feeds import requesting, timestamps
from feeds.contributions import Contribution, content_of, seen_in, versions_of
from feeds.editions import Edition, Terms, edition
from feeds.envelope import read_envelope
from feeds.errors import BadEnvelope, NotHeld
from feeds.events import ObjectsSubmitted
from feeds.handling import KEY
from feeds.intake import Rejection
from feeds.markings import REGISTRY
from feeds.references import references_of
from feeds.requests import RequestStore
from feeds.rescheduling import own_versions, reschedule
from feeds.timetable import NEVER, times_of
from feeds.topics import Topic, topics_of
from tlp import Label, Perimeter, perimeters_of, strictest


class NotAccepted(CloudSIRTError):
    """The object as edited is refused; the text says why, and nothing has changed."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An object as text, and what is wished for it, as `x_cloudsirt_handling` says it."""

    topic: Topic
    text: str
    handling: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


def body_of(draft: Draft) -> bytes:
    """The envelope of a draft; BadEnvelope where the text is not one JSON object."""
    sent = read_envelope(b'{"objects":[' + draft.text.encode() + b"]}")
    if len(sent.objects) != 1 or sent.handling is not None:
        raise BadEnvelope("The text must be one STIX object.")
    wishes = orjson.dumps(dict(draft.handling))
    own = sent.objects[0].text.encode()
    return b'{"objects":[' + own + b'],"' + KEY.encode() + b'":' + wishes + b"}"


def foresee(house: House, principal: Principal, draft: Draft) -> Preview:
    """What would go out, to whom; BadEnvelope or NotAccepted where nothing would."""
    found = preview(house, principal, draft.topic, body_of(draft))
    if not found.new:
        reasons = [line.message for line in (*found.refused, *found.repeated)]
        raise NotAccepted(" ".join(reasons))
    return found


# an edition that was asked for (R10)


def first_edition(
    db: Connection, principal: Principal, item: Contribution, label: Label, at: datetime
) -> Edition:
    """What to begin with: the object under the chosen label, without what its readers may not
    see."""
    value: dict[str, Any] = orjson.loads(content_of(db, item))
    widest = max(perimeters_of(label), key=lambda perimeter: perimeter.width)
    own = principal.organisation.identity
    is_named = item.attribution == "named" or (
        item.attribution == "members" and widest is Perimeter.MEMBERS
    )
    named = {reference.target for reference in references_of(value)} - {own}
    unseen = frozenset(named - seen_in(db, principal.reader, named, widest))
    terms = Terms(
        id=f"{item.type}--{clock.new_id()}",
        label=label,
        creator=own if is_named else None,
        at=timestamps.show(timestamps.from_datetime(at)),
        unseen=unseen if is_named else unseen | frozenset({own}),
    )
    return edition(value, item.own_label, item.label, terms)


def edition_draft(item: Contribution, text: str, label: Label, attribution: str) -> Draft:
    """An edition as somebody has edited it."""
    topic = topics_of(item.topics)[0]
    return Draft(topic, text, {"attribution": attribution, "unmarked": str(label)})


def grant(house: House, principal: Principal, request: str, draft: Draft, answer: str) -> str:
    """Release an edition and answer the request, both or neither; the id of the edition.

    Raises BadEnvelope, NotAccepted, NotPermitted, UnknownRequest, AlreadyDecided.
    """
    prepared = prepare(house, principal, draft.topic, body_of(draft))
    id_ = _id_of(prepared)
    with acting(house, principal, may_answer) as (work, current):
        answered = requesting.grant(
            RequestStore(work.db), request, answer, id_, party(current), at=work.at
        )
        if work.feeds.holdings([id_], current.organisation.id):
            raise NotAccepted("The edition needs an id that is not used yet.")
        _take_in(house, work, principal, prepared)
        work.record(*answered)
    return id_


# a redaction: a new version without the personal data


def first_redaction(db: Connection, item: Contribution, at: datetime) -> str:
    """What to begin with: the object as it is, as a version of this moment."""
    value: dict[str, Any] = orjson.loads(content_of(db, item))
    value["modified"] = timestamps.show(timestamps.from_datetime(at))
    return as_text(value)


def redaction_draft(item: Contribution, text: str, at: datetime) -> Draft:
    """A redaction as somebody has edited it; it keeps the release times that are still to come."""
    times = times_of(_opened(item, text), item.release)
    release = {
        perimeter.value: timestamps.show(due)
        for perimeter, due in times.items()
        if due > timestamps.from_datetime(at)
    }
    handling: dict[str, object] = {
        "attribution": item.attribution,
        "unmarked": str(item.own_label),
        **({"release": release} if release else {}),
    }
    return Draft(topics_of(item.topics)[0], text, handling)


def redact(house: House, principal: Principal, item: Contribution, text: str) -> None:
    """Post a new version of a held object, unless it changed meanwhile.

    Raises BadEnvelope, NotAccepted, NotPermitted, UnknownObject, NotHeld.
    """
    draft = redaction_draft(item, text, house.now())
    prepared = prepare(house, principal, draft.topic, body_of(draft))
    if _id_of(prepared) != item.stix_id:
        raise NotAccepted(f"A new version keeps its id: {item.stix_id}.")
    with acting(house, principal, may_steward) as (work, current):
        organisation, reader = current.organisation.id, current.reader
        latest = own_versions(work.feeds, item.stix_id, organisation, reader)[-1]
        if latest.digest != item.digest:
            raise NotHeld("Somebody has changed this meanwhile: look at what is held again.")
        _take_in(house, work, principal, prepared)
        times = times_of(_opened(item, text), item.release)
        stopped = [perimeter for perimeter, due in times.items() if due == NEVER]
        for perimeter in stopped[:1]:  # the wider ones stop with it
            work.record(
                *reschedule(
                    work.feeds,
                    item.stix_id,
                    organisation,
                    reader,
                    perimeter,
                    None,
                    at=work.at,
                    workshop=house.workshop,
                )
            )


def latest_own(db: Connection, principal: Principal, stix_id: str) -> Contribution | None:
    """The latest version of an own object, as far as the person may read it."""
    found = versions_of(db, stix_id, principal.organisation.id, principal.reader)
    return found[-1] if found else None


def as_text(value: Mapping[str, object]) -> str:
    """An object as people edit it."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def _opened(item: Contribution, text: str) -> frozenset[Perimeter]:
    """The perimeters that a redaction's own marking opens: it may be stricter than before."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return item.opened
    refs = value.get("object_marking_refs") if isinstance(value, dict) else None
    labels = [
        REGISTRY[ref]
        for ref in (refs if isinstance(refs, list) else [])
        if isinstance(ref, str) and ref in REGISTRY
    ]
    return perimeters_of(strictest(labels) if labels else item.own_label)


def _id_of(prepared: Prepared) -> str:
    """The id of the one object of a draft; NotAccepted where it was refused by itself."""
    (judged,) = prepared.judged
    if isinstance(judged, Rejection):
        raise NotAccepted(judged.line.message)
    return judged.id


def _take_in(house: House, work: Work, principal: Principal, prepared: Prepared) -> None:
    """Take a draft in, in the transaction of the decision; NotAccepted undoes all of it."""
    status, events = take_in(house, work, principal, prepared)
    document = orjson.loads(status)
    lines = [*document.get("failures", ()), *document.get("successes", ())]
    is_stored = any(isinstance(event, ObjectsSubmitted) and event.stored for event in events)
    if not is_stored:
        raise NotAccepted(" ".join(str(line.get("message", "")) for line in lines))
    work.record(*events)
