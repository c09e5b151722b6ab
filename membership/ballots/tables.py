"""The tables of ballots, on the tables of the membership."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from membership.instant import Instant
from membership.tables import metadata

ballot = Table(
    "membership_ballot",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("subject", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("organisation", String(36)),
    Column("opened", Instant, nullable=False),
    Column("closes", Instant, nullable=False),
    Column("majority", String(12), nullable=False),
    Column("quorum_part", Integer, nullable=False),
    Column("quorum_of", Integer, nullable=False),
    Column("secrecy", String(6), nullable=False),
    Column("state", String(12), nullable=False),
    Column("closed", Instant),
    Column("cancellation", Text, nullable=False),
    Column("papers", Text, nullable=False),
    CheckConstraint("opened < closes", name="term"),
    CheckConstraint("(state = 'open') = (closed IS NULL)", name="closed"),
    Index(None, "state", "closes"),
    comment="ballots of the Board, with the numbers that held at the opening; papers are the "
    "votes of a secret one, sorted by commitment",
)

seat = Table(
    "membership_seat",
    metadata,
    Column("ballot", ForeignKey("membership_ballot.id"), primary_key=True),
    Column("person", ForeignKey("membership_person.id"), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("organisation", ForeignKey("membership_organisation.id"), nullable=False),
    Column("recused", Text),
    Column("has_voted", Boolean, nullable=False),
    Column("choice", String(8)),
    CheckConstraint("recused IS NULL OR NOT has_voted", name="recused"),
    CheckConstraint("choice IS NULL OR has_voted", name="choice"),
    comment="seats as they were frozen; choice stays empty in a secret ballot",
)
