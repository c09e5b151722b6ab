"""Many rows into one table in one statement: what each engine has for it, with little around it.

PostgreSQL takes a column at a time, as arrays; SQLite takes row after row. For writing only, and
under the same watch as every other statement.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import itemgetter

from sqlalchemy import Column, Connection, Dialect, String, Table


def insert_rows(
    db: Connection, table: Table, rows: Sequence[Mapping[str, object]], *, key: str | None = None
) -> None:
    """Insert rows that all have the same columns; where a row with the same `key` stands already,
    if one is named, the new one takes its place."""
    if not rows:
        return
    names = tuple(rows[0])
    statement = _statement(table, names, key, db.dialect)
    if db.dialect.name == "postgresql":
        db.exec_driver_sql(statement, tuple([row[name] for row in rows] for name in names))
    else:
        db.exec_driver_sql(statement, list(map(itemgetter(*names), rows)))


@lru_cache(maxsize=64)
def _statement(table: Table, names: tuple[str, ...], key: str | None, dialect: Dialect) -> str:
    quoted = {name: dialect.identifier_preparer.quote(name) for name in (table.name, *names)}
    into = f"INSERT INTO {quoted[table.name]} ({', '.join(quoted[name] for name in names)})"
    if dialect.name == "postgresql":
        arrays = ", ".join(_array(table.c[name], dialect) for name in names)
        values = f"SELECT * FROM unnest({arrays})"  # noqa: S608 (our own names)
    else:
        values = f"VALUES ({', '.join('?' * len(names))})"
    if key is None:
        return f"{into} {values}"
    others = ", ".join(f"{quoted[name]} = excluded.{quoted[name]}" for name in names if name != key)
    return f"{into} {values} ON CONFLICT ({quoted[key]}) DO UPDATE SET {others}"


def _array(column: Column[object], dialect: Dialect) -> str:
    """The mark for a column, in the binary form: nothing to quote in it. Text is not cast to its
    length, which would cut it off in silence."""
    is_text = isinstance(column.type, String)
    return f"%b::{'text' if is_text else column.type.compile(dialect)}[]"
