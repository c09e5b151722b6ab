"""The tables of the NDA beside the signatures' own: texts, receipts, uploads, acknowledgements.

The content of a text and of an upload is read only where it is shown: never with its row.
"""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

from membership.instant import Instant
from membership.tables import metadata

nda_text = Table(
    "membership_nda_text",
    metadata,
    Column("title", Text, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("media_type", String(40), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("proposed", Instant, nullable=False),
    Column("adopted", Instant),
    Column("superseded", Instant),
    Column("ballot", String(36)),
)

nda_receipt = Table(
    "membership_nda_receipt",
    metadata,
    Column("nda", ForeignKey("membership_nda.id"), primary_key=True),
    Column("statement", LargeBinary, nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
)

_WAITING = text("state = 'waiting'")

nda_upload = Table(
    "membership_nda_upload",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("organisation", ForeignKey("membership_organisation.id"), nullable=False),
    Column("person", ForeignKey("membership_person.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("uploaded", Instant, nullable=False),
    Column("state", String(10), nullable=False),
    Column("decided", Instant),
    Column("decided_by", Text),
    Column("reason", Text, nullable=False),
    Column("nda", String(36)),
    Index("ix_membership_nda_upload_organisation", "organisation", "uploaded"),
    Index(
        "uq_membership_nda_upload_waiting",
        "organisation",
        unique=True,
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    ),
    comment="signed documents that members hand in, and what the secretariat said of them",
)

nda_acknowledgement = Table(
    "membership_nda_acknowledgement",
    metadata,
    Column("person", ForeignKey("membership_person.id"), primary_key=True),
    Column("text", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    comment="who acknowledged which text, and when; a person's row holds the latest only",
)

nda_reminder = Table(
    "membership_nda_reminder",
    metadata,
    Column("nda", ForeignKey("membership_nda.id"), primary_key=True),
    Column("days", SmallInteger, primary_key=True),
    Column("at", Instant, nullable=False),
)
