"""the client profile of a token; what tokens asked last

The law of migrations: linear; expand, deploy, contract; no import of our modules; readable by
the release before; audit tables only grow; every constraint has a name.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "cloudsirt_token",
        sa.Column("client", sa.String(length=20), nullable=False, server_default="standard"),
    )
    op.create_table(
        "cloudsirt_poll",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("objects", sa.Integer(), nullable=True),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_cloudsirt_poll"),
        comment="what tokens asked last, for their holders: the newest of each",
    )
    op.create_index("ix_cloudsirt_poll_token_at", "cloudsirt_poll", ["token", "at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_cloudsirt_poll_token_at", table_name="cloudsirt_poll")
    op.drop_table("cloudsirt_poll")
    op.drop_column("cloudsirt_token", "client")
