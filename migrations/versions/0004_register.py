"""how a membership ends, charter members, listings, time zones, amendments of the bylaws

The law of migrations: linear; expand, deploy, contract; no import of our modules; readable by
the release before; audit tables only grow; every constraint has a name.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ORGANISATION, _PERSON = "membership_organisation", "membership_person"


def upgrade() -> None:
    for column in (
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("ending", sa.String(length=10), nullable=True),
        sa.Column("charter", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("listing", sa.String(length=10), nullable=False, server_default="name"),
        sa.Column("public_listing", sa.String(length=10), nullable=False, server_default="nothing"),
    ):
        op.add_column(_ORGANISATION, column)
    op.add_column(_PERSON, sa.Column("acknowledged_text", sa.Text(), nullable=True))
    op.add_column(_PERSON, sa.Column("zone", sa.Text(), nullable=False, server_default="UTC"))
    # Whoever was admitted until now came before the charter date.
    op.execute(
        "UPDATE membership_organisation SET charter = TRUE "
        "WHERE admitted IS NOT NULL AND category NOT IN ('research', 'partner')"
    )
    # An account that has ended keeps its address from nobody.
    line = "char(10)" if op.get_bind().dialect.name == "sqlite" else "chr(10)"
    op.execute(
        f"UPDATE membership_person SET email = email || {line} || id "  # noqa: S608
        "WHERE removed IS NOT NULL"
    )
    # Until now there was one text: whoever had acknowledged had acknowledged that one.
    op.execute(
        "UPDATE membership_person SET acknowledged_text = 'multi-party NDA, 2026 edition' "
        "WHERE acknowledged IS NOT NULL"
    )
    op.create_table(
        "membership_amendment",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("ballot", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_membership_amendment"),
        comment="numbers of the bylaws that the Board has changed",
    )
    if op.get_bind().dialect.name == "sqlite":
        # INSERT OR REPLACE deletes without a trigger for deletions being asked.
        op.execute(
            "CREATE TRIGGER audit_no_replace BEFORE INSERT ON cloudsirt_audit_entry "
            "WHEN EXISTS (SELECT 1 FROM cloudsirt_audit_entry WHERE number = NEW.number) "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_no_replace")
    op.drop_table("membership_amendment")
    for column in ("zone", "acknowledged_text"):
        op.drop_column(_PERSON, column)
    for column in ("public_listing", "listing", "charter", "ending", "ended"):
        op.drop_column(_ORGANISATION, column)
