"""`cloudsirt db …`."""

import click

from cloudsirt import migrating
from cloudsirt.cli.printing import house, json_option, show
from cloudsirt.config import read_config


@click.group()
def db() -> None:
    """The schema of the database: upgrade it, or say which one it has."""


@db.command("upgrade")
@json_option
def upgrade(as_json: bool) -> None:
    """Bring the database to the schema of this release."""
    migrating.upgrade(read_config().database_url)
    show(as_json, {"revision": migrating.newest()}, f"at {migrating.newest()}")


@db.command("current")
@json_option
def current(as_json: bool) -> None:
    """Say which schema the database has, and which this release needs."""
    with house().reading() as connection:
        found = migrating.current(connection)
    document = {"revision": found, "newest": migrating.newest()}
    show(as_json, document, f"{found} (this release: {migrating.newest()})")


COMMANDS = (db,)
