"""Many rows into one table in one statement: what each engine has for it, with little around it.

PostgreSQL takes a column at a time, as arrays; SQLite takes row after row. For writing only, and
under the same watch as every other statement.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlalchemy import Column, Connection, Dialect, LargeBinary, String, Table


def insert_rows(db: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows that all have the same columns."""
    if not rows:
        return
    names = tuple(rows[0])
    statement = _statement(table, names, db.dialect)
    if db.dialect.name == "postgresql":
        db.exec_driver_sql(statement, tuple([row[name] for row in rows] for name in names))
    else:
        db.exec_driver_sql(statement, [tuple(row[name] for name in names) for row in rows])


@lru_cache(maxsize=64)
def _statement(table: Table, names: tuple[str, ...], dialect: Dialect) -> str:
    quote = dialect.identifier_preparer.quote
    columns = [table.c[name] for name in names]
    into = f"INSERT INTO {quote(table.name)} ({', '.join(quote(name) for name in names)})"
    if dialect.name == "postgresql":
        arrays = ", ".join(_array(column, dialect) for column in columns)
        return f"{into} SELECT * FROM unnest({arrays})"  # noqa: S608 (our own names)
    return f"{into} VALUES ({', '.join('?' * len(columns))})"


def _array(column: Column[object], dialect: Dialect) -> str:
    """The mark for a column. Text is not cast to its length, which would cut it off in silence."""
    if isinstance(column.type, LargeBinary):
        return "%b::bytea[]"
    kind = "text" if isinstance(column.type, String) else column.type.compile(dialect)
    return f"%s::{kind}[]"
