"""the roof and the register

The law of migrations: linear; expand, deploy, contract; no import of our modules; readable by
the release before; audit tables only grow; every constraint has a name.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    "membership_role",
    "membership_person",
    "membership_nda",
    "membership_organisation",
    "cloudsirt_token_use",
    "cloudsirt_token",
    "cloudsirt_session",
    "cloudsirt_password",
    "cloudsirt_installation",
    "cloudsirt_audit_head",
    "cloudsirt_audit_entry",
    "cloudsirt_attempt",
)


def upgrade() -> None:
    _create_attempt()
    _create_audit_entry()
    _create_audit_head()
    _create_installation()
    _create_password()
    _create_session()
    _create_token()
    _create_token_use()
    _create_organisation()
    _create_nda()
    _create_person()
    _create_role()
    _protect_the_trail()


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION cloudsirt_refuse_change()")


def _create_attempt() -> None:
    op.create_table(
        "cloudsirt_attempt",
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_cloudsirt_attempt"),
    )


def _create_audit_entry() -> None:
    op.create_table(
        "cloudsirt_audit_entry",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_cloudsirt_audit_entry"),
    )
    op.create_index("ix_cloudsirt_audit_entry_tag", "cloudsirt_audit_entry", ["tag"], unique=False)


def _create_audit_head() -> None:
    op.create_table(
        "cloudsirt_audit_head",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cloudsirt_audit_head"),
    )


def _create_installation() -> None:
    op.create_table(
        "cloudsirt_installation",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("organisation", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cloudsirt_installation"),
        comment="one row: the organisation that this installation itself is",
    )


def _create_password() -> None:
    op.create_table(
        "cloudsirt_password",
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_cloudsirt_password"),
    )


def _create_session() -> None:
    op.create_table(
        "cloudsirt_session",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("started", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_cloudsirt_session"),
    )
    op.create_index("ix_cloudsirt_session_person", "cloudsirt_session", ["person"], unique=False)


def _create_token() -> None:
    op.create_table(
        "cloudsirt_token",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=True),
        sa.Column("revoked", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_cloudsirt_token"),
        sa.UniqueConstraint("hash", name="uq_cloudsirt_token_hash"),
    )
    op.create_index("ix_cloudsirt_token_person", "cloudsirt_token", ["person"], unique=False)


def _create_token_use() -> None:
    op.create_table(
        "cloudsirt_token_use",
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_cloudsirt_token_use"),
    )


def _create_organisation() -> None:
    op.create_table(
        "membership_organisation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("registered", sa.BigInteger(), nullable=False),
        sa.Column("admitted", sa.BigInteger(), nullable=True),
        sa.Column("suspended", sa.BigInteger(), nullable=True),
        sa.Column("default_label", sa.SmallInteger(), nullable=False),
        sa.Column("attribution", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "default_label BETWEEN 0 AND 4", name="ck_membership_organisation_default_label"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_membership_organisation"),
        sa.UniqueConstraint("name_key", name="uq_membership_organisation_name_key"),
    )


def _create_nda() -> None:
    op.create_table(
        "membership_nda",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("since <= until", name="ck_membership_nda_term"),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["membership_organisation.id"],
            name="fk_membership_nda_organisation_membership_organisation",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_membership_nda"),
    )
    op.create_index(
        "ix_membership_nda_organisation", "membership_nda", ["organisation"], unique=False
    )


def _create_person() -> None:
    op.create_table(
        "membership_person",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("registered", sa.BigInteger(), nullable=False),
        sa.Column("acknowledged", sa.BigInteger(), nullable=True),
        sa.Column("removed", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["membership_organisation.id"],
            name="fk_membership_person_organisation_membership_organisation",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_membership_person"),
        sa.UniqueConstraint("email", name="uq_membership_person_email"),
    )
    op.create_index(
        "ix_membership_person_organisation", "membership_person", ["organisation"], unique=False
    )


def _create_role() -> None:
    op.create_table(
        "membership_role",
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["person"], ["membership_person.id"], name="fk_membership_role_person_membership_person"
        ),
        sa.PrimaryKeyConstraint("person", "role", name="pk_membership_role"),
    )


def _protect_the_trail() -> None:
    """The audit trail only grows: the database itself refuses to change or delete an entry."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION cloudsirt_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit trail only grows'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
            "ON cloudsirt_audit_entry FOR EACH STATEMENT "
            "EXECUTE FUNCTION cloudsirt_refuse_change()"
        )
        return
    for action in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{action.lower()} BEFORE {action} ON cloudsirt_audit_entry "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END"
        )
