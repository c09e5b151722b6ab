"""records of the organisations, requests to change them, confirmations; last sign-ins

The law of migrations: linear; expand, deploy, contract; no import of our modules; readable by
the release before; audit tables only grow; every constraint has a name.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ORGANISATION = "membership_organisation"
_OPEN = "state = 'open'"


def upgrade() -> None:
    op.create_table(
        "membership_record",
        sa.Column("organisation", sa.String(length=36), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("saved", sa.BigInteger(), nullable=False),
        sa.Column("confirmed", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=36), nullable=True),
        _of_an_organisation("membership_record"),
        sa.PrimaryKeyConstraint("organisation", name="pk_membership_record"),
        comment="what organisations say of themselves",
    )
    _create_change()
    op.create_table(
        "membership_record_due",
        sa.Column("organisation", sa.String(length=36), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        _of_an_organisation("membership_record_due"),
        sa.PrimaryKeyConstraint("organisation", "due", "days", name="pk_membership_record_due"),
        comment="which reminders of a confirmation have been given",
    )
    op.create_table(
        "cloudsirt_sign_in",
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_cloudsirt_sign_in"),
        comment="when somebody signed in last: their organisation sees it",
    )


def downgrade() -> None:
    op.drop_table("cloudsirt_sign_in")
    op.drop_table("membership_record_due")
    op.drop_table("membership_change")
    op.drop_table("membership_record")


def _create_change() -> None:
    op.create_table(
        "membership_change",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=36), nullable=False),
        sa.Column("asked_by", sa.String(length=36), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decided", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        _of_an_organisation("membership_change"),
        sa.PrimaryKeyConstraint("id", name="pk_membership_change"),
        comment="wishes to change what eligibility rests on",
    )
    op.create_index(
        "ix_membership_change_organisation",
        "membership_change",
        ["organisation"],
        unique=False,
    )
    op.create_index(
        "uq_membership_change_open",
        "membership_change",
        ["organisation"],
        unique=True,
        sqlite_where=sa.text(_OPEN),
        postgresql_where=sa.text(_OPEN),
    )


def _of_an_organisation(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_organisation_{_ORGANISATION}"
    return sa.ForeignKeyConstraint(["organisation"], [f"{_ORGANISATION}.id"], name=name)
