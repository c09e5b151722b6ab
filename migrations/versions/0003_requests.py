"""requests for a wider release, proposals, what is held; derivatives in an index of their own

The law of migrations: linear; expand, deploy, contract; no import of our modules; readable by
the release before; audit tables only grow; every constraint has a name.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_HELD = "findings <> '[]' AND cleared IS NULL"
_OPEN = "state = 'open'"
_DERIVED = "derived_from IS NOT NULL"


def upgrade() -> None:
    op.drop_index("ix_feeds_object_derived_from", table_name="feeds_object")
    op.create_index(
        "ix_feeds_object_derived_from",
        "feeds_object",
        ["derived_from"],
        unique=False,
        sqlite_where=sa.text(_DERIVED),
        postgresql_where=sa.text(_DERIVED),
    )
    op.create_index(
        "ix_feeds_object_held",
        "feeds_object",
        ["contributor"],
        unique=False,
        sqlite_where=sa.text(_HELD),
        postgresql_where=sa.text(_HELD),
    )
    _create_release_request()
    _create_proposal()


def downgrade() -> None:
    op.drop_table("feeds_proposal")
    op.drop_table("feeds_release_request")
    op.drop_index("ix_feeds_object_held", table_name="feeds_object")
    op.drop_index("ix_feeds_object_derived_from", table_name="feeds_object")
    op.create_index("ix_feeds_object_derived_from", "feeds_object", ["derived_from"], unique=False)


def _create_release_request() -> None:
    op.create_table(
        "feeds_release_request",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("stix_id", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("contributor", sa.String(length=36), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=36), nullable=False),
        sa.Column("wanted", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decided", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_feeds_release_request"),
        comment="wishes that an object go further: of what somebody read, whose origin it "
        "stands for",
    )
    op.create_index(
        "ix_feeds_release_request_contributor",
        "feeds_release_request",
        ["contributor", "asked"],
        unique=False,
    )
    op.create_index(
        "ix_feeds_release_request_person",
        "feeds_release_request",
        ["person", "asked"],
        unique=False,
    )
    op.create_index(
        "uq_feeds_release_request_open",
        "feeds_release_request",
        ["person", "stix_id"],
        unique=True,
        sqlite_where=sa.text(_OPEN),
        postgresql_where=sa.text(_OPEN),
    )


def _create_proposal() -> None:
    op.create_table(
        "feeds_proposal",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("stix_id", sa.Text(), nullable=False),
        sa.Column("contributor", sa.String(length=36), nullable=False),
        sa.Column("request", sa.String(length=36), nullable=True),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request"],
            ["feeds_release_request.id"],
            name="fk_feeds_proposal_request_feeds_release_request",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_feeds_proposal"),
        comment="what the secretariat proposes to a contributor, who decides",
    )
    op.create_index(
        "ix_feeds_proposal_object", "feeds_proposal", ["stix_id", "contributor"], unique=False
    )
    op.create_index("ix_feeds_proposal_request", "feeds_proposal", ["request"], unique=False)
