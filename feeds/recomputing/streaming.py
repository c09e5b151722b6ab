"""Reads the rows of a long answer portion by portion, so that they never are in memory together."""

from collections.abc import Iterator

from sqlalchemy import Connection, Executable

from feeds.tables import AnyRow

_PORTION = 5_000


def streamed(db: Connection, query: Executable) -> Iterator[AnyRow]:
    """The rows of a query, one after the other."""
    return iter(db.execute(query, execution_options={"yield_per": _PORTION}))
