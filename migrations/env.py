"""Runs migrations over the tables of the three packages; called by `cloudsirt.migrating`."""

from alembic import context

from cloudsirt.database import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=list(METADATA),
    compare_type=True,
    render_as_batch=False,
)
with context.begin_transaction():
    context.run_migrations()
