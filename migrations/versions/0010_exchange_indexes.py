"""indexes of the exchange

The law of migrations: linear; expand, deploy, contract; no import of our modules; readable by
the release before; audit tables only grow; every constraint has a name.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


_TABLE = "feeds_placement"


def upgrade() -> None:
    for column in ("topic", "type"):
        op.create_index(
            f"ix_feeds_placement_{column}_versions",
            _TABLE,
            ["channel", column, "added"],
            unique=False,
            sqlite_where=sa.text("NOT copy"),
            postgresql_where=sa.text("NOT copy"),
        )


def downgrade() -> None:
    for column in ("type", "topic"):
        op.drop_index(f"ix_feeds_placement_{column}_versions", _TABLE)
