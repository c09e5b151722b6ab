"""texts of the multi-party NDA, signatures, acknowledgements, reminders

The law of migrations: linear; expand, deploy, contract; no import of our modules; readable by
the release before; audit tables only grow; every constraint has a name.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_NDA = "membership_nda"
_WAITING = "state = 'waiting'"
_TABLES = (
    "membership_nda_reminder",
    "membership_nda_acknowledgement",
    "membership_nda_upload",
    "membership_nda_receipt",
    "membership_nda_text",
)


def upgrade() -> None:
    for column in (
        sa.Column("method", sa.String(length=10), nullable=False, server_default="outside"),
        sa.Column("signatory", sa.String(length=36), nullable=True),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
    ):
        op.add_column(_NDA, column)
    _create_text()
    _create_receipt()
    _create_upload()
    _create_acknowledgement()
    _create_reminder()


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    # The release before knows one end of a signature: the one that counts.
    op.execute(
        f"UPDATE {_NDA} SET until = ended "  # noqa: S608
        "WHERE ended IS NOT NULL AND ended < until"
    )
    for column in ("reason", "ended", "signatory", "method"):
        op.drop_column(_NDA, column)


def _create_text() -> None:
    op.create_table(
        "membership_nda_text",
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("proposed", sa.BigInteger(), nullable=False),
        sa.Column("adopted", sa.BigInteger(), nullable=True),
        sa.Column("superseded", sa.BigInteger(), nullable=True),
        sa.Column("ballot", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("title", name="pk_membership_nda_text"),
        sa.UniqueConstraint("digest", name="uq_membership_nda_text_digest"),
    )


def _create_receipt() -> None:
    op.create_table(
        "membership_nda_receipt",
        sa.Column("nda", sa.String(length=36), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["nda"], ["membership_nda.id"], name="fk_membership_nda_receipt_nda_membership_nda"
        ),
        sa.PrimaryKeyConstraint("nda", name="pk_membership_nda_receipt"),
    )


def _create_upload() -> None:
    op.create_table(
        "membership_nda_upload",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=36), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("decided", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("nda", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["membership_organisation.id"],
            name="fk_membership_nda_upload_organisation_membership_organisation",
        ),
        sa.ForeignKeyConstraint(
            ["person"],
            ["membership_person.id"],
            name="fk_membership_nda_upload_person_membership_person",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_membership_nda_upload"),
        comment="signed documents that members hand in, and what the secretariat said of them",
    )
    op.create_index(
        "ix_membership_nda_upload_organisation",
        "membership_nda_upload",
        ["organisation", "uploaded"],
        unique=False,
    )
    op.create_index(
        "uq_membership_nda_upload_waiting",
        "membership_nda_upload",
        ["organisation"],
        unique=True,
        sqlite_where=sa.text(_WAITING),
        postgresql_where=sa.text(_WAITING),
    )


def _create_acknowledgement() -> None:
    op.create_table(
        "membership_nda_acknowledgement",
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person"],
            ["membership_person.id"],
            name="fk_membership_nda_acknowledgement_person_membership_person",
        ),
        sa.PrimaryKeyConstraint("person", "text", name="pk_membership_nda_acknowledgement"),
        comment="who acknowledged which text, and when; a person's row holds the latest only",
    )
    # Until now a person acknowledged once: that is the whole history.
    op.execute(
        "INSERT INTO membership_nda_acknowledgement (person, text, at) "
        "SELECT id, acknowledged_text, acknowledged FROM membership_person "
        "WHERE acknowledged IS NOT NULL AND acknowledged_text IS NOT NULL"
    )


def _create_reminder() -> None:
    op.create_table(
        "membership_nda_reminder",
        sa.Column("nda", sa.String(length=36), nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["nda"], ["membership_nda.id"], name="fk_membership_nda_reminder_nda_membership_nda"
        ),
        sa.PrimaryKeyConstraint("nda", "days", name="pk_membership_nda_reminder"),
    )
