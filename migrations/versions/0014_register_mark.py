"""the last entry of the trail that is not of a submission: what is known of the register by it

The law of migrations: linear; expand, deploy, contract; no import of our modules; readable by
the release before; audit tables only grow; every constraint has a name.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TABLE = "cloudsirt_audit_head"


def upgrade() -> None:
    op.add_column(_TABLE, sa.Column("register", sa.LargeBinary(length=32), nullable=True))
    op.add_column(_TABLE, sa.Column("register_number", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column(_TABLE, "register_number")
    op.drop_column(_TABLE, "register")
