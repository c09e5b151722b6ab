"""Loads and saves what members submitted; decides nothing, and answers no reader.

This is the writing side: it sees every object, so nothing that it returns may leave the platform.
Reading for somebody is `shelf`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import (
    Connection,
    Integer,
    bindparam,
    case,
    delete,
    func,
    literal,
    select,
    union_all,
    update,
)

from feeds import tables as t
from feeds.bulk import insert_rows
from feeds.examining import Examined
from feeds.listed import among, in_channels
from feeds.succession import Known
from feeds.timetable import Release, calls_of
from feeds.topics import Topic
from tlp import Reader


@dataclass(frozen=True, slots=True)
class SubmissionRecord:
    """One submission as kept: who, when (microseconds), and as JSON the wishes, the release times
    (microseconds by perimeter), the recipients found for them (kind, id, organisation,
    perimeter), what of others the poster could read of what the objects name (id, contributor),
    and the status."""

    id: str
    topic: Topic
    contributor: str
    poster: str
    received: int
    attribution: str
    handling: str
    release: str
    recipients: str
    seen: str
    status: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """What is stored under some ids, as far as one contributor can tell: its own versions, those
    of others, and derivatives, that it may read, by id; and the ids that it withdrew."""

    own: dict[str, list[Known]]
    readable: dict[str, list[Known]]
    withdrawn: set[str]


@dataclass(frozen=True, slots=True)
class Holding:
    """A stored version of a contributor's object, and the topics it was posted to."""

    key: int
    stix_id: str
    version: str
    topics: int


@dataclass(frozen=True, slots=True)
class Due:
    """An object that is due to enter a perimeter."""

    key: int
    perimeter: str
    stix_id: str
    version: str


class FeedStore:
    """What was submitted, as kept in the database."""

    def __init__(self, connection: Connection) -> None:
        self.db = connection

    # what a judgement needs

    def held(self, ids: Sequence[str], contributor: str, reader: Reader) -> Held:
        """What a contributor who reads as this reader finds under these ids."""
        found = Held({}, {}, set())
        names = [channel.name for channel in reader.channels]
        given = {"ids": ids, "contributor": contributor, "channels": names}
        for whose, stix_id, *known in self.db.execute(_HELD, given) if ids else ():
            if whose == _WITHDRAWN:
                found.withdrawn.add(stix_id)
            else:
                versions = found.own if whose == _OWN else found.readable
                versions.setdefault(stix_id, []).append(Known(*known))
        return found

    def visible_contents(
        self, ids: Iterable[str], contributor: str, reader: Reader
    ) -> dict[str, bytes]:
        """The content of these ids where the contributor posted or may read them; of several
        versions the latest, of its own and another's its own."""
        names = [channel.name for channel in reader.channels]
        given = {"ids": list(ids), "channels": names, "contributor": contributor}
        queries = (query.order_by(_o.version_at) for query in (_READ, _POSTED))
        rows = [row for query in queries for row in self.db.execute(query, given)]
        return {row.stix_id: row.content for row in rows}

    # keeping

    def add_submission(self, record: SubmissionRecord) -> None:
        """Keep a submission with its status."""
        row = {
            "id": record.id,
            "topic": record.topic.value,
            "contributor": record.contributor,
            "poster": record.poster,
            "received": record.received,
            "handling": record.handling,
            "recipients": record.recipients,
            "seen": record.seen,
            "status": record.status,
        }
        insert_rows(self.db, t.submission, [row])

    def status(self, submission: str, poster: str) -> bytes | None:
        """The status resource of a submission, for the account that posted it."""
        s = t.submission.c
        query = select(s.status).where(s.id == submission, s.poster == poster)
        return self.db.execute(query).scalar_one_or_none()

    def add_objects(self, objects: Sequence[Examined], record: SubmissionRecord) -> list[int]:
        """Keep new objects under consecutive keys, which come back in the same order."""
        start = self.db.execute(_LAST_KEY).scalar_one() or 0
        rows = [
            _object_row(examined, key, record) for key, examined in enumerate(objects, start + 1)
        ]
        insert_rows(self.db, t.object_, rows)
        return [start + offset for offset in range(1, len(rows) + 1)]

    def add_rows(self, table: str, rows: list[dict[str, object]]) -> None:
        """Keep derived rows: `observable`, `link` or `release`."""
        insert_rows(self.db, _DERIVED[table], rows)

    def holdings(self, ids: Sequence[str], contributor: str) -> list[Holding]:
        """All stored versions of these ids by this contributor, oldest key first."""
        given = {"ids": ids, "contributor": contributor}
        return sorted(
            (Holding(*row) for row in self.db.execute(_HOLDINGS, given)),
            key=lambda holding: holding.key,
        )

    def set_topics(self, topics: Mapping[int, int]) -> None:
        """Write the topics of these objects, by key."""
        if topics:
            self.db.execute(_SET_TOPICS, [{"k": key, "b": bits} for key, bits in topics.items()])

    # removing

    def withdraw(self, keys: Sequence[int], at: int) -> list[str]:
        """Empty withdrawn objects: what is left says that they were here, and nothing of what
        they said. The definitions that travelled with them."""
        o, link = t.object_.c, t.link.c
        travels = (link.object.in_(list(keys)), link.treatment == "travels")
        travelled = list(self.db.execute(select(link.target).where(*travels)).scalars())
        for table in (t.release, t.observable, t.link):
            self.db.execute(delete(table).where(table.c.object.in_(list(keys))))
        emptied = {"content": b"", "title": "", "words": "", "findings": "[]", "withdrawn": at}
        self.db.execute(update(t.object_).where(o.key.in_(list(keys))).values(emptied))
        return travelled

    def drop_withdrawn(self, ids: Sequence[str], contributor: str) -> None:
        """Forget that these were withdrawn: their contributor posts them again."""
        self.db.execute(_DROP_WITHDRAWN, {"ids": ids, "contributor": contributor})

    # releases

    def due_releases(self, at: int, limit: int) -> list[Due]:
        """What is due to enter a perimeter by now, first due first."""
        r, o = t.release.c, t.object_.c
        query = (
            select(r.object, r.perimeter, o.stix_id, o.version)
            .join_from(t.release, t.object_, r.object == o.key)
            .where(r.due <= at)
            .order_by(r.due, r.object)
            .limit(limit)
        )
        return [Due(*row) for row in self.db.execute(query)]

    def drop_releases(self, over: Sequence[Due]) -> None:
        """Forget releases that took place."""
        r = t.release.c
        query = delete(t.release).where(r.perimeter == bindparam("p"), r.object == bindparam("o"))
        self.db.execute(query, [{"p": due.perimeter, "o": due.key} for due in over])

    def set_releases(self, releases: Mapping[int, Release], at: int) -> list[Due]:
        """Write the release times of these objects, by key; what of them was due before `at`."""
        r, o = t.release.c, t.object_.c
        keys = list(releases)
        query = select(r.object, r.perimeter, o.stix_id, o.version).join_from(
            t.release, t.object_, r.object == o.key
        )
        overdue = [Due(*row) for row in self.db.execute(query.where(o.key.in_(keys), r.due <= at))]
        self.db.execute(delete(t.release).where(r.object.in_(keys)))
        rows = [
            {"object": key, "perimeter": name, "due": due}
            for key, release in releases.items()
            for name, due in calls_of(release, at).items()
        ]
        self.add_rows("release", rows)
        write = update(t.object_).where(o.key == bindparam("k")).values(release=bindparam("r"))
        self.db.execute(
            write,
            [{"k": key, "r": orjson.dumps(dict(new)).decode()} for key, new in releases.items()],
        )
        return overdue

    # holds

    def clear(self, key: int, at: int) -> None:
        """Note that somebody has decided about the personal data found in an object."""
        self.db.execute(update(t.object_).where(t.object_.c.key == key).values(cleared=at))


_DERIVED = {"observable": t.observable, "link": t.link, "release": t.release}
_LIVE = (t.object_.c.derived_from.is_(None), t.object_.c.withdrawn.is_(None))

# Made once: for a single object, putting these together costs more than asking them.
_o, _p = t.object_.c, t.placement.c
_OWN, _WITHDRAWN, _READABLE = range(3)
_KNOWN = (_o.stix_id, _o.version_at, _o.created, _o.revoked, _o.digest)
_BY_CONTRIBUTOR = (among(_o.stix_id, "ids"), _o.contributor == bindparam("contributor"))
_placed = select(_p.object).where(in_channels(_p.stix_id)).offset(0).subquery("placed")
_READ_BY = _placed.join(t.object_, _placed.c.object == _o.key)
_OF_OTHERS = (_o.contributor != bindparam("contributor")) | _o.derived_from.is_not(None)
_HELD = union_all(
    select(case((_o.withdrawn.is_(None), _OWN), else_=_WITHDRAWN), *_KNOWN).where(
        *_BY_CONTRIBUTOR, _o.derived_from.is_(None)
    ),
    select(literal(_READABLE, Integer()), *_KNOWN).select_from(_READ_BY).where(_OF_OTHERS),
)
_READ = select(_o.stix_id, _o.content).select_from(_READ_BY)
_POSTED = select(_o.stix_id, _o.content).where(*_BY_CONTRIBUTOR, *_LIVE)
_HOLDINGS = select(_o.key, _o.stix_id, _o.version, _o.topics).where(*_BY_CONTRIBUTOR, *_LIVE)
_SET_TOPICS = update(t.object_).where(_o.key == bindparam("k")).values(topics=bindparam("b"))
_DROP_WITHDRAWN = delete(t.object_).where(*_BY_CONTRIBUTOR, _o.withdrawn.is_not(None))
_LAST_KEY = select(func.max(_o.key))


def _object_row(examined: Examined, key: int, record: SubmissionRecord) -> dict[str, object]:
    return {
        "key": key,
        "stix_id": examined.id,
        "version_at": examined.version_at,
        "contributor": record.contributor,
        "type": examined.type,
        "version": examined.version,
        "created": examined.created,
        "revoked": examined.revoked,
        "label": examined.label.rank,
        "own_label": examined.own_label.rank,
        "is_explicit": examined.is_explicit,
        "topics": record.topic.bit,
        "by_creator": examined.by_creator,
        "attribution": record.attribution,
        "source_naming": examined.source_naming.value,
        "release": record.release,
        "findings": _findings_json(examined),
        "cleared": None,
        "withdrawn": None,
        "derived_from": None,
        "derived_for": None,
        "submission": record.id,
        "received": record.received,
        "digest": examined.digest,
        "title": examined.title,
        "words": examined.words,
        "content": examined.content,
    }


def _findings_json(examined: Examined) -> str:
    found = [
        [".".join(map(str, item.path)), item.kind.value, item.excerpt] for item in examined.findings
    ]
    return orjson.dumps(found).decode()
