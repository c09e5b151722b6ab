"""ballots of the Board, their seats and votes

The law of migrations: linear; expand, deploy, contract; no import of our modules; readable by
the release before; audit tables only grow; every constraint has a name.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "membership_ballot",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("organisation", sa.String(length=36), nullable=True),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("closes", sa.BigInteger(), nullable=False),
        sa.Column("majority", sa.String(length=12), nullable=False),
        sa.Column("quorum_part", sa.Integer(), nullable=False),
        sa.Column("quorum_of", sa.Integer(), nullable=False),
        sa.Column("secrecy", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("closed", sa.BigInteger(), nullable=True),
        sa.Column("cancellation", sa.Text(), nullable=False),
        sa.Column("papers", sa.Text(), nullable=False),
        sa.CheckConstraint("opened < closes", name=op.f("ck_membership_ballot_term")),
        sa.CheckConstraint(
            "(state = 'open') = (closed IS NULL)", name=op.f("ck_membership_ballot_closed")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_membership_ballot"),
        comment="ballots of the Board, with the numbers that held at the opening; papers are the "
        "votes of a secret one, sorted by commitment",
    )
    op.create_index(
        "ix_membership_ballot_state_closes", "membership_ballot", ["state", "closes"], unique=False
    )
    _create_seat()


def downgrade() -> None:
    op.drop_table("membership_seat")
    op.drop_index("ix_membership_ballot_state_closes", table_name="membership_ballot")
    op.drop_table("membership_ballot")


def _create_seat() -> None:
    op.create_table(
        "membership_seat",
        sa.Column("ballot", sa.String(length=36), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(length=36), nullable=False),
        sa.Column("recused", sa.Text(), nullable=True),
        sa.Column("has_voted", sa.Boolean(), nullable=False),
        sa.Column("choice", sa.String(length=8), nullable=True),
        sa.CheckConstraint(
            "recused IS NULL OR NOT has_voted", name=op.f("ck_membership_seat_recused")
        ),
        sa.CheckConstraint("choice IS NULL OR has_voted", name=op.f("ck_membership_seat_choice")),
        sa.ForeignKeyConstraint(
            ["ballot"], ["membership_ballot.id"], name="fk_membership_seat_ballot_membership_ballot"
        ),
        sa.ForeignKeyConstraint(
            ["person"], ["membership_person.id"], name="fk_membership_seat_person_membership_person"
        ),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["membership_organisation.id"],
            name="fk_membership_seat_organisation_membership_organisation",
        ),
        sa.PrimaryKeyConstraint("ballot", "person", name="pk_membership_seat"),
        comment="seats as they were frozen; choice stays empty in a secret ballot",
    )
