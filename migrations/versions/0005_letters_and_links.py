"""letters to be sent, and the secret links in them

The law of migrations: linear; expand, deploy, contract; no import of our modules; readable by
the release before; audit tables only grow; every constraint has a name.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cloudsirt_link",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_cloudsirt_link"),
        comment="links in letters; their secret text is derived, and kept nowhere",
    )
    op.create_index("ix_cloudsirt_link_subject", "cloudsirt_link", ["subject"], unique=False)
    op.create_table(
        "cloudsirt_letter",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("addressee", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=True),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("link", sa.String(length=36), nullable=True),
        sa.Column("queued", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=True),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_cloudsirt_letter"),
        comment="the outbox: what happened, and whom it is to be told; due until sent or ended",
    )
    op.create_index("ix_cloudsirt_letter_due", "cloudsirt_letter", ["due"], unique=False)
    op.create_table(
        "cloudsirt_forgotten",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("answered", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_cloudsirt_forgotten"),
        comment="addresses for which a new password was asked: known here or not, for an hour",
    )
    op.create_index("ix_cloudsirt_forgotten_email", "cloudsirt_forgotten", ["email"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_cloudsirt_forgotten_email", table_name="cloudsirt_forgotten")
    op.drop_table("cloudsirt_forgotten")
    op.drop_index("ix_cloudsirt_letter_due", table_name="cloudsirt_letter")
    op.drop_table("cloudsirt_letter")
    op.drop_index("ix_cloudsirt_link_subject", table_name="cloudsirt_link")
    op.drop_table("cloudsirt_link")
