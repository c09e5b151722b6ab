"""The tables of the roof: sign-in, tokens, sessions, attempts, and the audit trail.

Secrets are stored as hashes only. The audit trail has no foreign key: it outlives its subjects;
triggers of the migration refuse to change or delete an entry.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
)

from membership.instant import Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

installation = Table(
    "cloudsirt_installation",
    metadata,
    Column("id", SmallInteger, primary_key=True),
    Column("organisation", String(36), nullable=False),
    comment="one row: the organisation that this installation itself is",
)

password = Table(
    "cloudsirt_password",
    metadata,
    Column("person", String(36), primary_key=True),
    Column("hash", Text, nullable=False),
    Column("changed", Instant, nullable=False),
)

token = Table(
    "cloudsirt_token",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("hash", LargeBinary(32), nullable=False, unique=True),
    Column("person", String(36), nullable=False, index=True),
    Column("label", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created", Instant, nullable=False),
    Column("expires", Instant),
    Column("revoked", Instant),
)

token_use = Table(
    "cloudsirt_token_use",
    metadata,
    Column("token", String(36), primary_key=True),
    Column("last", Instant, nullable=False),
)

session = Table(
    "cloudsirt_session",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("person", String(36), nullable=False, index=True),
    Column("started", Instant, nullable=False),
    Column("seen", Instant, nullable=False),
)

attempt = Table(
    "cloudsirt_attempt",
    metadata,
    Column("key", LargeBinary(32), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("since", Instant, nullable=False),
)

audit_entry = Table(
    "cloudsirt_audit_entry",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("tag", Text, nullable=False, index=True),
    Column("data", Text, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
)

audit_head = Table(
    "cloudsirt_audit_head",
    metadata,
    Column("id", SmallInteger, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
)

HOUSEKEEPING = frozenset({"cloudsirt_session", "cloudsirt_attempt", "cloudsirt_token_use"})
"""What may change without an audit entry: marks of use, which decide nothing."""
