"""The tables of the roof: sign-in, tokens, sessions, attempts, letters, and the audit trail.

Secrets are stored as hashes only. The audit trail has no foreign key: it outlives its subjects;
triggers of the migration refuse to change or delete an entry.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
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
    Column("client", String(20), nullable=False, server_default="standard"),
)

poll = Table(
    "cloudsirt_poll",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("token", String(36), nullable=False),
    Column("at", Instant, nullable=False),
    Column("method", String(10), nullable=False),
    Column("asked", Text, nullable=False),
    Column("objects", Integer),
    Column("status", SmallInteger, nullable=False),
    Column("problem", Text),
    Index("ix_cloudsirt_poll_token_at", "token", "at"),
    comment="what tokens asked last, for their holders: the newest of each",
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

sign_in = Table(
    "cloudsirt_sign_in",
    metadata,
    Column("person", String(36), primary_key=True),
    Column("last", Instant, nullable=False),
    comment="when somebody signed in last: their organisation sees it",
)

attempt = Table(
    "cloudsirt_attempt",
    metadata,
    Column("key", LargeBinary(32), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("since", Instant, nullable=False),
)

link = Table(
    "cloudsirt_link",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("purpose", String(20), nullable=False),
    Column("subject", String(36), nullable=False, index=True),
    Column("made", Instant, nullable=False),
    Column("expires", Instant, nullable=False),
    Column("ended", Instant),
    comment="links in letters; their secret text is derived, and kept nowhere",
)

letter = Table(
    "cloudsirt_letter",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("tag", Text, nullable=False),
    Column("letter", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("addressee", String(36), nullable=False),
    Column("role", String(20)),
    Column("event", Text, nullable=False),
    Column("link", String(36)),
    Column("queued", Instant, nullable=False),
    Column("due", Instant, index=True),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("sent", Instant),
    Column("ended", Instant),
    Column("why", Text),
    comment="the outbox: what happened, and whom it is to be told; due until sent or ended",
)

forgotten = Table(
    "cloudsirt_forgotten",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("email", Text, nullable=False, index=True),
    Column("asked", Instant, nullable=False),
    Column("answered", Instant),
    comment="addresses for which a new password was asked: known here or not, for an hour",
)

pull = Table(
    "cloudsirt_pull",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(50), nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("person", String(36), nullable=False),
    Column("topic", String(30), nullable=False),
    Column("unmarked", String(20)),
    Column("every", Integer, nullable=False),
    Column("credentials", String(80)),
    Column("state", String(10), nullable=False),
    comment="peers' collections that are read, and the service account that posts it",
)

push = Table(
    "cloudsirt_push",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(50), nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("person", String(36), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("topic", String(30)),
    Column("every", Integer, nullable=False),
    Column("credentials", String(80)),
    Column("state", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    comment="peers' collections that are posted to, and the service account as whom is read",
)

peer_mark = Table(
    "cloudsirt_peer_mark",
    metadata,
    Column("peer", String(36), primary_key=True),
    Column("due", Instant, nullable=False),
    Column("position", BigInteger),
    Column("reached", BigInteger),
    Column("next", Text),
    Column("holder", String(36)),
    Column("held", Instant),
    comment="how far a pull or push has come, when it is due, and which run has it for now",
)

peer_run = Table(
    "cloudsirt_peer_run",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("peer", String(36), nullable=False),
    Column("started", Instant, nullable=False),
    Column("ended", Instant),
    Column("objects", Integer, nullable=False),
    Column("stored", Integer, nullable=False),
    Column("repeated", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("error", Text),
    Index("ix_cloudsirt_peer_run_peer_started", "peer", "started"),
    comment="what the last runs of pulls and pushes came to, in numbers",
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

# `register` is the hash after the last entry that is not of a submission, as it was known when the
# entry with `register_number` was the last.
audit_head = Table(
    "cloudsirt_audit_head",
    metadata,
    Column("id", SmallInteger, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
    Column("register", LargeBinary(32)),
    Column("register_number", BigInteger),
)

HOUSEKEEPING = frozenset(
    {
        "cloudsirt_session",
        "cloudsirt_sign_in",
        "cloudsirt_attempt",
        "cloudsirt_token_use",
        "cloudsirt_poll",
        "cloudsirt_letter",
        "cloudsirt_forgotten",
        "cloudsirt_peer_mark",
        "cloudsirt_peer_run",
    }
)
"""What may change without an audit entry: marks of use and of sending, which decide nothing."""
