"""The tables of this package. Times are UTC; enums are stored by value; no table stores a right.

The naming convention gives each constraint the name that migrations refer to.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    false,
)

from membership.instant import Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

organisation = Table(
    "membership_organisation",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    Column("category", String(20), nullable=False),
    Column("registered", Instant, nullable=False),
    Column("admitted", Instant),
    Column("suspended", Instant),
    Column("default_label", SmallInteger, nullable=False),
    Column("attribution", String(10), nullable=False),
    Column("ended", Instant),
    Column("ending", String(10)),
    Column("charter", Boolean, nullable=False, server_default=false()),
    Column("listing", String(10), nullable=False, server_default="name"),
    Column("public_listing", String(10), nullable=False, server_default="nothing"),
    CheckConstraint("default_label BETWEEN 0 AND 4", name="default_label"),
)

person = Table(
    "membership_person",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("organisation", ForeignKey("membership_organisation.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False, unique=True),
    Column("registered", Instant, nullable=False),
    Column("acknowledged", Instant),
    Column("removed", Instant),
    Column("acknowledged_text", Text),
    Column("zone", Text, nullable=False, server_default="UTC"),
)

role = Table(
    "membership_role",
    metadata,
    Column("person", ForeignKey("membership_person.id"), primary_key=True),
    Column("role", String(20), primary_key=True),
)

nda = Table(
    "membership_nda",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("organisation", ForeignKey("membership_organisation.id"), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("method", String(10), nullable=False, server_default="outside"),
    Column("signatory", String(36)),
    Column("ended", Instant),
    Column("reason", Text, nullable=False, server_default=""),
    CheckConstraint("since <= until", name="term"),
)

amendment = Table(
    "membership_amendment",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("ballot", String(36), nullable=False),
    comment="numbers of the bylaws that the Board has changed",
)
