"""The organisation that this installation itself is: CloudSIRT's own identity."""

from sqlalchemy import Connection, select

from cloudsirt import tables


def own_organisation(db: Connection) -> str | None:
    """Its id, or None before `cloudsirt init`."""
    return db.execute(select(tables.installation.c.organisation)).scalar_one_or_none()
