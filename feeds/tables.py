"""The tables of shared objects. Only the modules that write, and the shelf, may import them.

Times are microseconds since the Unix epoch. Organisations and people appear as plain ids: this
package keeps no list of who may read.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

AnyRow = Row[*tuple[Any, ...]]
"""A row of any query, for functions that take rows apart."""

Key = BigInteger().with_variant(Integer, "sqlite")

submission = Table(
    "feeds_submission",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("topic", String(20), nullable=False),
    Column("contributor", String(36), nullable=False),
    Column("poster", String(36), nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("handling", Text, nullable=False),
    Column("recipients", Text, nullable=False),
    Column("seen", Text, nullable=False),
    Column("status", LargeBinary, nullable=False),
)

object_ = Table(
    "feeds_object",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=False),
    Column("stix_id", Text, nullable=False),
    Column("version_at", BigInteger, nullable=False),
    Column("contributor", String(36), nullable=False),
    Column("type", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("created", BigInteger),
    Column("revoked", Boolean, nullable=False),
    Column("label", SmallInteger, nullable=False),
    Column("own_label", SmallInteger, nullable=False),
    Column("is_explicit", Boolean, nullable=False),
    Column("topics", SmallInteger, nullable=False),
    Column("by_creator", Boolean, nullable=False),
    Column("attribution", String(10), nullable=False),
    Column("source_naming", SmallInteger, nullable=False),
    Column("release", Text, nullable=False),
    Column("findings", Text, nullable=False),
    Column("cleared", BigInteger),
    Column("withdrawn", BigInteger),
    Column("derived_from", ForeignKey("feeds_object.key")),
    Column("derived_for", Text),
    Column("submission", ForeignKey("feeds_submission.id"), nullable=False, index=True),
    Column("received", BigInteger, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("title", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Index("uq_feeds_object_version", "stix_id", "contributor", "version_at", unique=True),
)

channel = Table(
    "feeds_channel",
    metadata,
    Column("name", Text, primary_key=True),
    Column("last", BigInteger, nullable=False, index=True),
    comment="the last time of entry given out in each channel; times are never given twice",
)

placement = Table(
    "feeds_placement",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("added", BigInteger, primary_key=True, autoincrement=False),
    Column("topic", String(20), nullable=False),
    Column("object", ForeignKey("feeds_object.key"), nullable=False, index=True),
    Column("stix_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("version_at", BigInteger, nullable=False),
    Column("origin", Text, nullable=False),
    Column("origin_at", BigInteger, nullable=False),
    Column("rank", SmallInteger, nullable=False),
    Column("first", Boolean, nullable=False),
    Column("copy", Boolean, nullable=False),
    Column("superseded", Boolean, nullable=False),
    comment="the only table that reading starts from",
)
Index(
    "ix_feeds_placement_latest",
    placement.c.channel,
    placement.c.added,
    sqlite_where=text("first AND NOT copy AND NOT superseded"),
    postgresql_where=text("first AND NOT copy AND NOT superseded"),
)
Index(
    "ix_feeds_placement_topic",
    placement.c.channel,
    placement.c.topic,
    placement.c.added,
    sqlite_where=text("NOT copy AND NOT superseded"),
    postgresql_where=text("NOT copy AND NOT superseded"),
)
Index(
    "ix_feeds_placement_type",
    placement.c.channel,
    placement.c.type,
    placement.c.added,
    sqlite_where=text("NOT copy AND NOT superseded"),
    postgresql_where=text("NOT copy AND NOT superseded"),
)
# For whoever asks for other versions than the latest, of a topic or of a type.
Index(
    "ix_feeds_placement_topic_versions",
    placement.c.channel,
    placement.c.topic,
    placement.c.added,
    sqlite_where=text("NOT copy"),
    postgresql_where=text("NOT copy"),
)
Index(
    "ix_feeds_placement_type_versions",
    placement.c.channel,
    placement.c.type,
    placement.c.added,
    sqlite_where=text("NOT copy"),
    postgresql_where=text("NOT copy"),
)
Index("ix_feeds_placement_origin", placement.c.channel, placement.c.origin, placement.c.origin_at)
Index("ix_feeds_placement_id", placement.c.channel, placement.c.stix_id, placement.c.version_at)

release = Table(
    "feeds_release",
    metadata,
    Column("object", ForeignKey("feeds_object.key"), primary_key=True),
    Column("perimeter", String(10), primary_key=True),
    Column("due", BigInteger, nullable=False, index=True),
    comment="what will enter a perimeter, and from when",
)

observable = Table(
    "feeds_observable",
    metadata,
    Column("kind", String(10), primary_key=True),
    Column("value", Text, primary_key=True),
    Column("object", ForeignKey("feeds_object.key"), primary_key=True, index=True),
)

link = Table(
    "feeds_link",
    metadata,
    Column("target", Text, primary_key=True),
    Column("object", ForeignKey("feeds_object.key"), primary_key=True, index=True),
    Column("treatment", String(12), nullable=False),
    comment="which stored objects name which id, and what that does to their reach",
)

notice = Table(
    "feeds_notice",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("stix_id", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    comment="what was withdrawn from a channel: by id only",
)

# Without the condition, SQLite looks for “no derivative” in it, and finds nearly everything.
Index(
    "ix_feeds_object_derived_from",
    object_.c.derived_from,
    sqlite_where=text("derived_from IS NOT NULL"),
    postgresql_where=text("derived_from IS NOT NULL"),
)
Index(
    "ix_feeds_object_held",
    object_.c.contributor,
    sqlite_where=text("findings <> '[]' AND cleared IS NULL"),
    postgresql_where=text("findings <> '[]' AND cleared IS NULL"),
)

release_request = Table(
    "feeds_release_request",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("stix_id", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("contributor", String(36), nullable=False),
    Column("person", String(36), nullable=False),
    Column("organisation", String(36), nullable=False),
    Column("wanted", SmallInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),
    Column("decided_by", String(36)),
    Column("decided", BigInteger),
    Column("answer", Text, nullable=False),
    Column("edition", Text),
    Index("ix_feeds_release_request_person", "person", "asked"),
    Index("ix_feeds_release_request_contributor", "contributor", "asked"),
    Index(
        "uq_feeds_release_request_open",
        "person",
        "stix_id",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    comment="wishes that an object go further: of what somebody read, whose origin it stands for",
)

proposal = Table(
    "feeds_proposal",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("stix_id", Text, nullable=False),
    Column("contributor", String(36), nullable=False),
    Column("request", ForeignKey("feeds_release_request.id"), index=True),
    Column("person", String(36), nullable=False),
    Column("made", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_feeds_proposal_object", "stix_id", "contributor"),
    comment="what the secretariat proposes to a contributor, who decides",
)
