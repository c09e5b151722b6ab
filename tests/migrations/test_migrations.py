"""The history of the schema: one line, there and back, and nothing that the tables do not say."""

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from cloudsirt import migrating
from cloudsirt.database import METADATA, Database


@pytest.fixture
def database(database_url: str) -> Database:
    """A fresh, migrated database of the engine under test."""
    return Database(database_url)


def test_the_tables_are_what_the_migrations_make(database: Database) -> None:
    """A migrated database differs in nothing from the tables in the code."""
    with database.reading() as db:
        assert migrating.differences(db) == []
        assert migrating.current(db) == migrating.newest()
    database.close()


def test_every_migration_can_be_undone(database: Database, database_url: str) -> None:
    """Down to nothing and up again gives the same schema."""
    migrating.downgrade(database_url)
    with database.engine.connect() as db:
        assert set(inspect(db).get_table_names()) <= {"alembic_version"}
    migrating.upgrade(database_url)
    with database.reading() as db:
        assert migrating.differences(db) == []
    database.close()


def test_the_history_is_one_line() -> None:
    """One beginning, one head, and one successor for each revision."""
    scripts = ScriptDirectory.from_config(migrating._config())
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
    parents = [script.down_revision for script in scripts.walk_revisions()]
    assert len(parents) == len(set(parents))


def test_packages_name_their_constraints_alike() -> None:
    """The three packages share one naming convention, so migrations can rely on it."""
    conventions = {tuple(sorted(metadata.naming_convention.items())) for metadata in METADATA}
    assert len(conventions) == 1
