"""applications for membership, evidence, judgements, checks

The law of migrations: linear; expand, deploy, contract; no import of our modules; readable by
the release before; audit tables only grow; every constraint has a name.
"""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
