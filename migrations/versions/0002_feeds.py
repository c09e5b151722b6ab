"""the feeds

The law of migrations: linear; expand, deploy, contract; no import of our modules; readable by
the release before; audit tables only grow; every constraint has a name.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_TABLES = (
    "feeds_release",
    "feeds_placement",
    "feeds_channel",
    "feeds_observable",
    "feeds_link",
    "feeds_object",
    "feeds_submission",
    "feeds_notice",
)


def upgrade() -> None:
    _create_notice()
    _create_submission()
    _create_object()
    _create_link()
    _create_observable()
    _create_channel()
    _create_placement()
    _create_release()


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)


def _create_notice() -> None:
    op.create_table(
        "feeds_notice",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("stix_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "stix_id", name="pk_feeds_notice"),
        comment="what was withdrawn from a channel: by id only",
    )


def _create_submission() -> None:
    op.create_table(
        "feeds_submission",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("contributor", sa.String(length=36), nullable=False),
        sa.Column("poster", sa.String(length=36), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("handling", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("status", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feeds_submission"),
    )


def _create_object() -> None:
    op.create_table(
        "feeds_object",
        sa.Column("key", _KEY, autoincrement=False, nullable=False),
        sa.Column("stix_id", sa.Text(), nullable=False),
        sa.Column("version_at", sa.BigInteger(), nullable=False),
        sa.Column("contributor", sa.String(length=36), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=True),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.Column("label", sa.SmallInteger(), nullable=False),
        sa.Column("own_label", sa.SmallInteger(), nullable=False),
        sa.Column("is_explicit", sa.Boolean(), nullable=False),
        sa.Column("topics", sa.SmallInteger(), nullable=False),
        sa.Column("by_creator", sa.Boolean(), nullable=False),
        sa.Column("attribution", sa.String(length=10), nullable=False),
        sa.Column("source_naming", sa.SmallInteger(), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("cleared", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn", sa.BigInteger(), nullable=True),
        sa.Column("derived_from", _KEY, nullable=True),
        sa.Column("derived_for", sa.Text(), nullable=True),
        sa.Column("submission", sa.String(length=36), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["derived_from"], ["feeds_object.key"], name="fk_feeds_object_derived_from_feeds_object"
        ),
        sa.ForeignKeyConstraint(
            ["submission"],
            ["feeds_submission.id"],
            name="fk_feeds_object_submission_feeds_submission",
        ),
        sa.PrimaryKeyConstraint("key", name="pk_feeds_object"),
    )
    op.create_index("ix_feeds_object_derived_from", "feeds_object", ["derived_from"], unique=False)
    op.create_index("ix_feeds_object_submission", "feeds_object", ["submission"], unique=False)
    op.create_index(
        "uq_feeds_object_version",
        "feeds_object",
        ["stix_id", "contributor", "version_at"],
        unique=True,
    )


def _create_link() -> None:
    op.create_table(
        "feeds_link",
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("object", _KEY, nullable=False),
        sa.Column("treatment", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["object"], ["feeds_object.key"], name="fk_feeds_link_object_feeds_object"
        ),
        sa.PrimaryKeyConstraint("target", "object", name="pk_feeds_link"),
        comment="which stored objects name which id, and what that does to their reach",
    )
    op.create_index("ix_feeds_link_object", "feeds_link", ["object"], unique=False)


def _create_observable() -> None:
    op.create_table(
        "feeds_observable",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("object", _KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["object"], ["feeds_object.key"], name="fk_feeds_observable_object_feeds_object"
        ),
        sa.PrimaryKeyConstraint("kind", "value", "object", name="pk_feeds_observable"),
    )
    op.create_index("ix_feeds_observable_object", "feeds_observable", ["object"], unique=False)


def _create_channel() -> None:
    op.create_table(
        "feeds_channel",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_feeds_channel"),
        comment="the last time of entry given out in each channel; times are never given twice",
    )


def _create_placement() -> None:
    op.create_table(
        "feeds_placement",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("added", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("object", _KEY, nullable=False),
        sa.Column("stix_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("version_at", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("origin_at", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("copy", sa.Boolean(), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["object"], ["feeds_object.key"], name="fk_feeds_placement_object_feeds_object"
        ),
        sa.PrimaryKeyConstraint("channel", "added", name="pk_feeds_placement"),
        comment="the only table that reading starts from",
    )
    op.create_index(
        "ix_feeds_placement_id",
        "feeds_placement",
        ["channel", "stix_id", "version_at"],
        unique=False,
    )
    op.create_index(
        "ix_feeds_placement_latest",
        "feeds_placement",
        ["channel", "added"],
        unique=False,
        sqlite_where=sa.text("first AND NOT copy AND NOT superseded"),
        postgresql_where=sa.text("first AND NOT copy AND NOT superseded"),
    )
    op.create_index("ix_feeds_placement_object", "feeds_placement", ["object"], unique=False)
    op.create_index(
        "ix_feeds_placement_origin",
        "feeds_placement",
        ["channel", "origin", "origin_at"],
        unique=False,
    )
    op.create_index(
        "ix_feeds_placement_topic",
        "feeds_placement",
        ["channel", "topic", "added"],
        unique=False,
        sqlite_where=sa.text("NOT copy AND NOT superseded"),
        postgresql_where=sa.text("NOT copy AND NOT superseded"),
    )
    op.create_index(
        "ix_feeds_placement_type",
        "feeds_placement",
        ["channel", "type", "added"],
        unique=False,
        sqlite_where=sa.text("NOT copy AND NOT superseded"),
        postgresql_where=sa.text("NOT copy AND NOT superseded"),
    )


def _create_release() -> None:
    op.create_table(
        "feeds_release",
        sa.Column("object", _KEY, nullable=False),
        sa.Column("perimeter", sa.String(length=10), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["object"], ["feeds_object.key"], name="fk_feeds_release_object_feeds_object"
        ),
        sa.PrimaryKeyConstraint("object", "perimeter", name="pk_feeds_release"),
        comment="what will enter a perimeter, and from when",
    )
    op.create_index("ix_feeds_release_due", "feeds_release", ["due"], unique=False)
