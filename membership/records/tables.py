"""The tables of the records: one row for each organisation, and the requests to change one.

A record is one document, as `membership.record` writes it, without the name: that is the
register's. Of requests, one for each organisation may be open; the index says so too.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from membership.instant import Instant
from membership.tables import metadata

record = Table(
    "membership_record",
    metadata,
    Column("organisation", ForeignKey("membership_organisation.id"), primary_key=True),
    Column("document", Text, nullable=False),
    Column("saved", Instant, nullable=False),
    Column("confirmed", Instant),
    Column("confirmed_by", String(36)),
    comment="what organisations say of themselves",
)

change = Table(
    "membership_change",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("organisation", ForeignKey("membership_organisation.id"), nullable=False, index=True),
    Column("asked_by", String(36), nullable=False),
    Column("asked", Instant, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("decided_by", String(36)),
    Column("decided", Instant),
    Column("answer", Text, nullable=False),
    comment="wishes to change what eligibility rests on",
)

Index(
    "uq_membership_change_open",
    change.c.organisation,
    unique=True,
    sqlite_where=text("state = 'open'"),
    postgresql_where=text("state = 'open'"),
)

reminder = Table(
    "membership_record_due",
    metadata,
    Column("organisation", ForeignKey("membership_organisation.id"), primary_key=True),
    Column("due", Instant, primary_key=True),
    Column("days", Integer, primary_key=True),
    comment="which reminders of a confirmation have been given",
)
