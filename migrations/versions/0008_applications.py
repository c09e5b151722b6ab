"""applications for membership, evidence, judgements, checks

The law of migrations: linear; expand, deploy, contract; no import of our modules; readable by
the release before; audit tables only grow; every constraint has a name.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_PRESENT = "superseded IS NULL"


def upgrade() -> None:
    _create_application()
    _create_evidence()
    _create_judgement()
    _create_check()
    _create_sponsorship()
    _create_note()


def downgrade() -> None:
    for table in (
        "membership_note",
        "membership_sponsorship",
        "membership_check",
        "membership_judgement",
        "membership_evidence_content",
        "membership_evidence",
        "membership_application",
    ):
        op.drop_table(table)


def _create_application() -> None:
    op.create_table(
        "membership_application",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("confirmed", sa.BigInteger(), nullable=True),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("entered", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=True),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("sponsors", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("organisation", sa.String(length=36), nullable=True),
        sa.Column("ballot", sa.String(length=36), nullable=True),
        _reference("application", "organisation", "membership_organisation"),
        sa.PrimaryKeyConstraint("id", name="pk_membership_application"),
    )
    for column in ("email", "state", "organisation"):
        _index("application", column)


def _create_evidence() -> None:
    op.create_table(
        "membership_evidence",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("application", sa.String(length=36), nullable=False),
        sa.Column("criterion", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _reference("evidence", "application", "membership_application"),
        sa.PrimaryKeyConstraint("id", name="pk_membership_evidence"),
    )
    _index("evidence", "application")
    op.create_table(
        "membership_evidence_content",
        sa.Column("file", sa.String(length=36), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _reference("evidence_content", "file", "membership_evidence"),
        sa.PrimaryKeyConstraint("file", name="pk_membership_evidence_content"),
    )


def _create_judgement() -> None:
    op.create_table(
        "membership_judgement",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("application", sa.String(length=36), nullable=False),
        sa.Column("criterion", sa.String(length=40), nullable=False),
        sa.Column("reviewer", sa.String(length=36), nullable=False),
        sa.Column("finding", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("superseded", sa.BigInteger(), nullable=True),
        _reference("judgement", "application", "membership_application"),
        _reference("judgement", "reviewer", "membership_person"),
        sa.PrimaryKeyConstraint("number", name="pk_membership_judgement"),
        comment="superseded: when the reviewer changed it, or the answer that it was about changed",
    )
    _index("judgement", "application")
    op.create_index(
        "uq_membership_judgement_present",
        "membership_judgement",
        ["application", "criterion", "reviewer"],
        unique=True,
        sqlite_where=sa.text(_PRESENT),
        postgresql_where=sa.text(_PRESENT),
    )


def _create_check() -> None:
    op.create_table(
        "membership_check",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("application", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("checked", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        _reference("check", "application", "membership_application"),
        sa.PrimaryKeyConstraint("number", name="pk_membership_check"),
    )
    _index("check", "application")


def _create_sponsorship() -> None:
    op.create_table(
        "membership_sponsorship",
        sa.Column("application", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=36), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("stance", sa.String(length=10), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=True),
        sa.Column("answered", sa.BigInteger(), nullable=True),
        _reference("sponsorship", "application", "membership_application"),
        _reference("sponsorship", "organisation", "membership_organisation"),
        _reference("sponsorship", "person", "membership_person"),
        sa.PrimaryKeyConstraint("application", "organisation", name="pk_membership_sponsorship"),
    )
    _index("sponsorship", "organisation")


def _create_note() -> None:
    op.create_table(
        "membership_note",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("application", sa.String(length=36), nullable=False),
        sa.Column("author", sa.String(length=36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _reference("note", "application", "membership_application"),
        _reference("note", "author", "membership_person"),
        sa.PrimaryKeyConstraint("number", name="pk_membership_note"),
    )
    _index("note", "application")


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = f"fk_membership_{table}_{column}_{target}"
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name)


def _index(table: str, column: str) -> None:
    name = f"ix_membership_{table}_{column}"
    op.create_index(name, f"membership_{table}", [column], unique=False)
