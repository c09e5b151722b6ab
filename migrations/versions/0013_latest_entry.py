"""the latest time of entry: found at once, however many channels there are

The law of migrations: linear; expand, deploy, contract; no import of our modules; readable by
the release before; audit tables only grow; every constraint has a name.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_feeds_channel_last", "feeds_channel", ["last"])


def downgrade() -> None:
    op.drop_index("ix_feeds_channel_last", table_name="feeds_channel")
