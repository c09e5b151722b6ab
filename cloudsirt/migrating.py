"""Brings a database to the schema of this release, and says which one it has."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import migrations
from cloudsirt.database import METADATA, make_engine


def upgrade(url: str) -> None:
    """Run every migration that the database does not have yet."""
    _run(url, lambda config: command.upgrade(config, "head"))


def downgrade(url: str) -> None:
    """Undo every migration; for tests of the migrations only."""
    _run(url, lambda config: command.downgrade(config, "base"))


def current(db: Connection) -> str | None:
    """The revision that the database has, or None for an empty one."""
    return MigrationContext.configure(db).get_current_revision()


def newest() -> str | None:
    """The revision of this release."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def differences(db: Connection) -> list[Any]:
    """What the tables in the code and in the database differ in; empty when they agree."""
    tables: Any = list(METADATA)  # a list is documented, its type is not
    found: list[Any] = compare_metadata(MigrationContext.configure(db), tables)
    return found


def _run(url: str, step: Any) -> None:
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            config = _config()
            config.attributes["connection"] = connection
            step(config)
    finally:
        engine.dispose()


def _config() -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    return config
