"""Verifies the schema: the revision of this release, and no difference to the tables."""

from cloudsirt import migrating
from cloudsirt.check.finding import Finding
from cloudsirt.database import METADATA
from cloudsirt.house import House


def check(house: House) -> Finding:
    """The database has the revision and the tables that this release works with."""
    with house.reading() as db:
        found, differences = migrating.current(db), migrating.differences(db)
    problems: list[str] = []
    if found != migrating.newest():
        problems.append(f"The schema is {found}, this release needs {migrating.newest()}.")
    problems.extend(f"The schema differs: {difference[0]}." for difference in differences)
    tables = sum(len(metadata.tables) for metadata in METADATA)
    return Finding("schema", f"revision {found}, {tables} tables", tuple(problems))
