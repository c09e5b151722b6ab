"""peers: what is pulled from them, what is pushed to them, how far, and the last runs

The law of migrations: linear; expand, deploy, contract; no import of our modules; readable by
the release before; audit tables only grow; every constraint has a name.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_RUNS = "ix_cloudsirt_peer_run_peer_started"


def upgrade() -> None:
    op.create_table(
        "cloudsirt_pull",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("topic", sa.String(length=30), nullable=False),
        sa.Column("unmarked", sa.String(length=20), nullable=True),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("credentials", sa.String(length=80), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cloudsirt_pull"),
        sa.UniqueConstraint("name", name="uq_cloudsirt_pull_name"),
        comment="peers' collections that are read, and the service account that posts it",
    )
    op.create_table(
        "cloudsirt_push",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("topic", sa.String(length=30), nullable=True),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("credentials", sa.String(length=80), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cloudsirt_push"),
        sa.UniqueConstraint("name", name="uq_cloudsirt_push_name"),
        comment="peers' collections that are posted to, and the service account as whom is read",
    )
    _create_marks()


def downgrade() -> None:
    op.drop_index(_RUNS, table_name="cloudsirt_peer_run")
    op.drop_table("cloudsirt_peer_run")
    op.drop_table("cloudsirt_peer_mark")
    op.drop_table("cloudsirt_push")
    op.drop_table("cloudsirt_pull")


def _create_marks() -> None:
    op.create_table(
        "cloudsirt_peer_mark",
        sa.Column("peer", sa.String(length=36), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("reached", sa.BigInteger(), nullable=True),
        sa.Column("next", sa.Text(), nullable=True),
        sa.Column("holder", sa.String(length=36), nullable=True),
        sa.Column("held", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("peer", name="pk_cloudsirt_peer_mark"),
        comment="how far a pull or push has come, when it is due, and which run has it for now",
    )
    op.create_table(
        "cloudsirt_peer_run",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("peer", sa.String(length=36), nullable=False),
        sa.Column("started", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("objects", sa.Integer(), nullable=False),
        sa.Column("stored", sa.Integer(), nullable=False),
        sa.Column("repeated", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_cloudsirt_peer_run"),
        comment="what the last runs of pulls and pushes came to, in numbers",
    )
    op.create_index(_RUNS, "cloudsirt_peer_run", ["peer", "started"], unique=False)
