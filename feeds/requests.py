"""Requests for a wider release and proposals, as kept, and as people may see them.

Whoever asked sees their own requests. A contributor's people see those about what they may read;
so does the secretariat, about what it may read of others. Who contributed is not part of what
whoever asked is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Row, RowMapping, exists, insert, select, update

from feeds import tables as t
from feeds.consent import State
from tlp import Label, Reader

SHOWN = 200
"""Requests on one list: the newest."""


@dataclass(frozen=True, slots=True)
class ReleaseRequest:
    """Somebody's wish that an object go further; times in microseconds.

    `stix_id` is what they read, `origin` the contributor's object that it stands for; `edition`
    is what was released instead.
    """

    id: str
    stix_id: str
    origin: str
    contributor: str
    person: str
    organisation: str
    wanted: Label
    reason: str
    asked: int
    state: State = State.OPEN
    decided_by: str | None = None
    decided: int | None = None
    answer: str = ""
    edition: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the secretariat proposes about a held object, or about a request."""

    id: str
    stix_id: str
    contributor: str
    request: str | None
    person: str
    made: int
    text: str

    @property
    def subject(self) -> str:
        """What it is about: a request, or a contributor's object."""
        return self.request or subject_of(self.stix_id, self.contributor)


def subject_of(stix_id: str, contributor: str) -> str:
    """A contributor's object, as the subject of a proposal."""
    return f"{stix_id} {contributor}"


class RequestStore:
    """Requests and proposals in the database of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.db = connection

    # requests

    def add(self, request: ReleaseRequest) -> None:
        """Keep a new request."""
        self.db.execute(insert(t.release_request).values(_request_row(request)))

    def save(self, request: ReleaseRequest) -> None:
        """Write the present state of a request."""
        query = update(t.release_request).where(_r.id == request.id)
        self.db.execute(query.values(_request_row(request)))

    def request(self, id_: str) -> ReleaseRequest | None:
        """One request, whoever may see it."""
        return next(iter(self._requests(_r.id == id_)), None)

    def open_request(self, person: str, stix_id: str) -> ReleaseRequest | None:
        """The request that a person has open about an object."""
        found = self._requests(
            _r.person == person, _r.stix_id == stix_id, _r.state == State.OPEN.value
        )
        return next(iter(found), None)

    def asked_by(self, person: str) -> list[ReleaseRequest]:
        """The requests of one person, newest first."""
        return self._requests(_r.person == person)

    def to(self, contributor: str, reader: Reader) -> list[ReleaseRequest]:
        """Requests about what an organisation contributed and the reader may read, newest first."""
        return self._requests(_r.contributor == contributor, _reads_origin(reader))

    def to_others(
        self, organisation: str, reader: Reader, id_: str | None = None
    ) -> list[ReleaseRequest]:
        """Requests about what other organisations contributed and the reader may read; or the
        one with this id."""
        one = [] if id_ is None else [_r.id == id_]
        return self._requests(_r.contributor != organisation, _reads_asked(reader), *one)

    def _requests(self, *conditions: ColumnElement[bool]) -> list[ReleaseRequest]:
        query = select(t.release_request).where(*conditions)
        rows = self.db.execute(query.order_by(_r.asked.desc(), _r.id).limit(SHOWN))
        return [_request(row._mapping) for row in rows]

    # proposals

    def add_proposal(self, proposal: Proposal) -> None:
        """Keep a proposal."""
        self.db.execute(
            insert(t.proposal).values(
                id=proposal.id,
                stix_id=proposal.stix_id,
                contributor=proposal.contributor,
                request=proposal.request,
                person=proposal.person,
                made=proposal.made,
                text=proposal.text,
            )
        )

    def on_held(self, objects: Sequence[tuple[str, str]]) -> list[Proposal]:
        """What is proposed about held objects, given by id and contributor; oldest first."""
        ids = sorted({stix_id for stix_id, _ in objects})
        query = select(t.proposal).where(_p.stix_id.in_(ids), _p.request.is_(None))
        rows = self.db.execute(query.order_by(_p.made, _p.id))
        wanted = set(objects)
        return [_proposal(row) for row in rows if (row.stix_id, row.contributor) in wanted]

    def on_requests(self, ids: Sequence[str]) -> list[Proposal]:
        """What is proposed about these requests, oldest first."""
        query = select(t.proposal).where(_p.request.in_(list(ids)))
        return [_proposal(row) for row in self.db.execute(query.order_by(_p.made, _p.id))]


def _reads_origin(reader: Reader) -> ColumnElement[bool]:
    """Whether the reader may read the contributor's own object."""
    return exists(
        select(1)
        .select_from(t.object_.join(t.placement, t.placement.c.object == _o.key))
        .where(
            _o.stix_id == _r.origin,
            _o.contributor == _r.contributor,
            _o.derived_from.is_(None),
            t.placement.c.channel.in_([channel.name for channel in reader.channels]),
        )
    )


def _reads_asked(reader: Reader) -> ColumnElement[bool]:
    """Whether the reader sees what was asked about, in the contributor's own copy (R10)."""
    return exists(
        select(1)
        .select_from(t.object_.join(t.placement, t.placement.c.object == _o.key))
        .where(
            t.placement.c.stix_id == _r.stix_id,
            _o.contributor == _r.contributor,
            t.placement.c.channel.in_([channel.name for channel in reader.channels]),
            ~t.placement.c.copy,
        )
    )


def _request(row: RowMapping) -> ReleaseRequest:
    wanted, state = Label.of_rank(row["wanted"]), State(row["state"])
    return ReleaseRequest(**{**row, "wanted": wanted, "state": state})


def _request_row(request: ReleaseRequest) -> dict[str, object]:
    return {
        "id": request.id,
        "stix_id": request.stix_id,
        "origin": request.origin,
        "contributor": request.contributor,
        "person": request.person,
        "organisation": request.organisation,
        "wanted": request.wanted.rank,
        "reason": request.reason,
        "asked": request.asked,
        "state": request.state.value,
        "decided_by": request.decided_by,
        "decided": request.decided,
        "answer": request.answer,
        "edition": request.edition,
    }


def _proposal(row: Row[*tuple[object, ...]]) -> Proposal:
    return Proposal(**row._mapping)


_r, _p, _o = t.release_request.c, t.proposal.c, t.object_.c
