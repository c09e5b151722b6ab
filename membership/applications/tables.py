"""The tables of applications. What an application says is kept as JSON documents.

The content of files stands in a table of its own, so that lists never touch it.
"""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from membership.instant import Instant
from membership.tables import metadata

_PRESENT = text("superseded IS NULL")

application = Table(
    "membership_application",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("email", Text, nullable=False, index=True),
    Column("zone", Text, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    Column("opened", Instant, nullable=False),
    Column("confirmed", Instant),
    Column("changed", Instant, nullable=False),
    Column("entered", Instant, nullable=False),
    Column("category", String(20)),
    Column("record", Text, nullable=False),
    Column("answers", Text, nullable=False),
    Column("sponsors", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("organisation", ForeignKey("membership_organisation.id"), index=True),
    Column("ballot", String(36)),
)

evidence = Table(
    "membership_evidence",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("application", ForeignKey("membership_application.id"), nullable=False, index=True),
    Column("criterion", String(40), nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("at", Instant, nullable=False),
)

evidence_content = Table(
    "membership_evidence_content",
    metadata,
    Column("file", ForeignKey("membership_evidence.id"), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

judgement = Table(
    "membership_judgement",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("application", ForeignKey("membership_application.id"), nullable=False, index=True),
    Column("criterion", String(40), nullable=False),
    Column("reviewer", ForeignKey("membership_person.id"), nullable=False),
    Column("finding", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("superseded", Instant),
    Index(
        "uq_membership_judgement_present",
        "application",
        "criterion",
        "reviewer",
        unique=True,
        sqlite_where=_PRESENT,
        postgresql_where=_PRESENT,
    ),
    comment="superseded: when the reviewer changed it, or the answer that it was about changed",
)

check = Table(
    "membership_check",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("application", ForeignKey("membership_application.id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("subject", Text, nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("detail", Text, nullable=False),
    Column("checked", Instant, nullable=False),
    Column("by", Text, nullable=False),
)

sponsorship = Table(
    "membership_sponsorship",
    metadata,
    Column("application", ForeignKey("membership_application.id"), primary_key=True),
    Column("organisation", ForeignKey("membership_organisation.id"), primary_key=True, index=True),
    Column("asked", Instant, nullable=False),
    Column("stance", String(10), nullable=False),
    Column("person", ForeignKey("membership_person.id")),
    Column("answered", Instant),
)

note = Table(
    "membership_note",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("application", ForeignKey("membership_application.id"), nullable=False, index=True),
    Column("author", ForeignKey("membership_person.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
