"""Loads and saves what members submitted; decides nothing, and answers no reader.

This is the writing side: it sees every object, so nothing that it returns may leave the platform.
Reading for somebody is `shelf`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from feeds import tables as t
from feeds.examining import Examined
from feeds.placing import chunks
from feeds.succession import Known
from feeds.topics import Topic
from tlp import Reader


@dataclass(frozen=True, slots=True)
class SubmissionRecord:
    """One submission as kept: who, when (microseconds), the wishes, the recipients found for
    them (a JSON list of kind and id) and the status as JSON."""

    id: str
    topic: Topic
    contributor: str
    poster: str
    received: int
    attribution: str
    handling: str
    recipients: str
    status: bytes


@dataclass(frozen=True, slots=True)
class Holding:
    """A stored version of a contributor's object: its key, topics and what placing needs."""

    key: int
    stix_id: str
    type: str
    version: str
    version_at: int
    topics: int
    by_creator: bool


class FeedStore:
    """What was submitted, as kept in the database."""

    def __init__(self, connection: Connection) -> None:
        self.db = connection

    # what a judgement needs

    def own_versions(self, ids: Sequence[str], contributor: str) -> dict[str, list[Known]]:
        """The contributor's own stored versions, by id."""
        o = t.object_.c
        found: dict[str, list[Known]] = {}
        for chunk in chunks(ids):
            query = select(o.stix_id, o.version_at, o.created, o.revoked, o.digest).where(
                o.stix_id.in_(chunk), o.contributor == contributor
            )
            for stix_id, *known in self.db.execute(query):
                found.setdefault(stix_id, []).append(Known(*known))
        return found

    def readable_versions(
        self, ids: Sequence[str], contributor: str, reader: Reader
    ) -> dict[str, list[Known]]:
        """Stored versions of others that this reader may read, by id."""
        o, p = t.object_.c, t.placement.c
        names = [channel.name for channel in reader.channels]
        found: dict[str, list[Known]] = {}
        for chunk in chunks(ids):
            query = (
                select(o.stix_id, o.version_at, o.created, o.revoked, o.digest)
                .join_from(t.placement, t.object_, p.object == o.key)
                .where(p.channel.in_(names), p.stix_id.in_(chunk), o.contributor != contributor)
            )
            for stix_id, *known in self.db.execute(query):
                found.setdefault(stix_id, []).append(Known(*known))
        return found

    def visible_contents(
        self, ids: Iterable[str], contributor: str, reader: Reader
    ) -> dict[str, bytes]:
        """The content of these ids where the contributor posted or may read them."""
        o, p = t.object_.c, t.placement.c
        wanted = sorted(ids)
        names = [channel.name for channel in reader.channels]
        own = select(o.stix_id, o.content).where(
            o.stix_id.in_(wanted), o.contributor == contributor
        )
        read = (
            select(o.stix_id, o.content)
            .join_from(t.placement, t.object_, p.object == o.key)
            .where(p.channel.in_(names), p.stix_id.in_(wanted))
        )
        rows = [*self.db.execute(read), *self.db.execute(own)]
        return {row.stix_id: row.content for row in rows}

    # keeping

    def add_submission(self, record: SubmissionRecord) -> None:
        """Keep a submission with its status."""
        self.db.execute(
            insert(t.submission).values(
                id=record.id,
                topic=record.topic.value,
                contributor=record.contributor,
                poster=record.poster,
                received=record.received,
                handling=record.handling,
                recipients=record.recipients,
                status=record.status,
            )
        )

    def status(self, submission: str, poster: str) -> bytes | None:
        """The status resource of a submission, for the account that posted it."""
        s = t.submission.c
        query = select(s.status).where(s.id == submission, s.poster == poster)
        return self.db.execute(query).scalar_one_or_none()

    def add_objects(self, objects: Sequence[Examined], record: SubmissionRecord) -> list[Holding]:
        """Keep new objects under consecutive keys; the holdings come in the same order."""
        start = self.db.execute(select(func.max(t.object_.c.key))).scalar_one() or 0
        holdings = [
            _holding(examined, start + offset, record.topic.bit)
            for offset, examined in enumerate(objects, 1)
        ]
        rows = [
            _object_row(examined, holding, record)
            for examined, holding in zip(objects, holdings, strict=True)
        ]
        if rows:
            self.db.execute(insert(t.object_), rows)
        return holdings

    def add_rows(self, table: str, rows: list[dict[str, object]]) -> None:
        """Keep derived rows: `observable`, `link` or `release`."""
        if rows:
            self.db.execute(insert(_DERIVED[table]), rows)

    def holdings(self, ids: Sequence[str], contributor: str) -> list[Holding]:
        """All stored versions of these ids by this contributor, oldest key first."""
        o = t.object_.c
        columns = (o.key, o.stix_id, o.type, o.version, o.version_at, o.topics, o.by_creator)
        found: list[Holding] = []
        for chunk in chunks(ids):
            query = select(*columns).where(o.stix_id.in_(chunk), o.contributor == contributor)
            found.extend(Holding(*row) for row in self.db.execute(query.order_by(o.key)))
        return found

    def set_topics(self, keys: Sequence[int], topics: int) -> None:
        """Write the topics of these objects."""
        o = t.object_.c
        query = update(t.object_).where(o.key == bindparam("k")).values(topics=bindparam("b"))
        self.db.execute(query, [{"k": key, "b": topics} for key in keys])

    def channels_of(self, keys: Sequence[int]) -> dict[int, set[str]]:
        """The names of the channels in which these objects stand."""
        p = t.placement.c
        found: dict[int, set[str]] = {}
        query = select(p.object, p.channel).where(p.object.in_(list(keys))).distinct()
        for key, channel in self.db.execute(query):
            found.setdefault(key, set()).add(channel)
        return found

    # removing

    def remove(self, keys: Sequence[int]) -> None:
        """Remove objects with everything that was derived from them."""
        listed = list(keys)
        for table in (t.placement, t.release, t.observable, t.link):
            self.db.execute(delete(table).where(table.c.object.in_(listed)))
        self.db.execute(delete(t.object_).where(t.object_.c.key.in_(listed)))

    # releases

    def due_releases(self, at: int, limit: int) -> list[tuple[str, Holding]]:
        """What may enter its channel by now, first due first."""
        r, o = t.release.c, t.object_.c
        query = (
            select(
                r.channel,
                *(o.key, o.stix_id, o.type, o.version, o.version_at, o.topics, o.by_creator),
            )
            .join_from(t.release, t.object_, r.object == o.key)
            .where(r.due <= at)
            .order_by(r.due, o.key, r.channel)
            .limit(limit)
        )
        return [(channel, Holding(*rest)) for channel, *rest in self.db.execute(query)]

    def drop_releases(self, entered: Sequence[tuple[str, int]]) -> None:
        """Forget releases that took place."""
        r = t.release.c
        query = delete(t.release).where(r.channel == bindparam("c"), r.object == bindparam("o"))
        self.db.execute(query, [{"c": channel, "o": key} for channel, key in entered])


_DERIVED = {"observable": t.observable, "link": t.link, "release": t.release}


def _holding(examined: Examined, key: int, topics: int) -> Holding:
    return Holding(
        key=key,
        stix_id=examined.id,
        type=examined.type,
        version=examined.version,
        version_at=examined.version_at,
        topics=topics,
        by_creator=examined.by_creator,
    )


def _object_row(
    examined: Examined, holding: Holding, record: SubmissionRecord
) -> dict[str, object]:
    return {
        "key": holding.key,
        "stix_id": examined.id,
        "version_at": examined.version_at,
        "contributor": record.contributor,
        "type": examined.type,
        "version": examined.version,
        "created": examined.created,
        "revoked": examined.revoked,
        "label": examined.label.rank,
        "topics": holding.topics,
        "by_creator": examined.by_creator,
        "attribution": record.attribution,
        "submission": record.id,
        "received": record.received,
        "digest": examined.digest,
        "title": examined.title,
        "words": examined.words,
        "content": examined.content,
    }
