"""The limit of posting: the rows of real submissions, into the same tables with the same indexes,
by the database's own way for many rows: COPY, or one prepared INSERT.

The rows are taken from an installation that got them over TAXII; they are made new by their keys
and ids. Nothing is judged and nothing is looked up; a transaction for each envelope, as there.
"""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol

import psycopg
from psycopg import sql
from sqlalchemy import create_engine, text

TABLES = ("feeds_submission", "feeds_object", "feeds_link", "feeds_observable", "feeds_placement")
Row = tuple[Any, ...]
_FRESH = count(1)


class Target(Protocol):
    """A database that rows go into."""

    def rate(self, size: int, batches: int) -> float:
        """Transactions in a second, each with the rows of so many objects."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The rows of some submitted objects: columns and rows by table."""

    columns: dict[str, list[str]]
    rows: dict[str, list[Row]]

    def batch(self, size: int) -> dict[str, list[Row]]:
        """The rows of so many objects under new keys, ids and times, with one submission."""
        fresh = next(_FRESH)
        keys = sorted({row[0] for row in self._of("feeds_object", "key")})[:size]
        number = {key: fresh * 10_000_000 + place for place, key in enumerate(keys)}
        found = {"feeds_submission": [self._submission(fresh)]}
        for table in TABLES[1:]:
            found[table] = list(self._renewed(table, number, fresh))
        return found

    def _of(self, table: str, column: str) -> Iterator[Row]:
        place = self.columns[table].index(column)
        return ((row[place],) for row in self.rows[table])

    def _submission(self, fresh: int) -> Row:
        columns = self.columns["feeds_submission"]
        values = dict(zip(columns, self.rows["feeds_submission"][0], strict=True))
        return tuple((values | {"id": f"bulk-{fresh}"}).values())

    def _renewed(self, table: str, number: dict[int, int], fresh: int) -> Iterator[Row]:
        columns = self.columns[table]
        key_name = "key" if table == "feeds_object" else "object"
        for place, row in enumerate(self.rows[table]):
            values = dict(zip(columns, row, strict=True))
            if values[key_name] not in number:
                continue
            values[key_name] = number[values[key_name]]
            for name in ("stix_id", "origin"):
                if name in values:
                    values[name] = f"{values[name][:-12]}{values[key_name]:012d}"
            if "submission" in values:
                values["submission"] = f"bulk-{fresh}"
            if "added" in values:
                values["added"] = fresh * 10_000_000 + place * 4
            yield tuple(values.values())


def sample(url: str) -> Sample:
    """The rows of the newest submission."""
    engine = create_engine(url)
    with engine.connect() as db:
        newest = "(SELECT id FROM feeds_submission ORDER BY received DESC LIMIT 1)"
        keys = f"(SELECT key FROM feeds_object WHERE submission = {newest})"  # noqa: S608
        columns: dict[str, list[str]] = {}
        rows: dict[str, list[Row]] = {}
        for table in TABLES:
            where = {"feeds_submission": f"id = {newest}", "feeds_object": f"key IN {keys}"}
            condition = where.get(table, f"object IN {keys}")
            found = db.execute(text(f"SELECT * FROM {table} WHERE {condition}"))  # noqa: S608
            columns[table] = list(found.keys())
            rows[table] = [tuple(row) for row in found]
    engine.dispose()
    return Sample(columns, rows)


@dataclass(frozen=True, slots=True)
class Copying:
    """PostgreSQL: COPY from rows that are ready."""

    conninfo: str
    material: Sample

    def rate(self, size: int, batches: int) -> float:
        """Transactions in a second."""
        ready = [self.material.batch(size) for _ in range(batches)]
        with psycopg.connect(self.conninfo) as db:
            begun = time.perf_counter()
            for batch in ready:
                for table, rows in batch.items():
                    self._copy(db, table, rows)
                db.commit()
            return batches / (time.perf_counter() - begun)

    def _copy(self, db: psycopg.Connection[Any], table: str, rows: Iterable[Row]) -> None:
        names = sql.SQL(", ").join(map(sql.Identifier, self.material.columns[table]))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
        with db.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)


@dataclass(frozen=True, slots=True)
class Inserting:
    """SQLite: one prepared INSERT for each table."""

    file: str
    material: Sample

    def rate(self, size: int, batches: int) -> float:
        """Transactions in a second."""
        ready = [self.material.batch(size) for _ in range(batches)]
        with closing(sqlite3.connect(self.file, isolation_level=None, timeout=30)) as db:
            db.execute("PRAGMA synchronous = FULL")
            begun = time.perf_counter()
            for batch in ready:
                db.execute("BEGIN IMMEDIATE")
                for table, rows in batch.items():
                    self._insert(db, table, rows)
                db.execute("COMMIT")
            return batches / (time.perf_counter() - begun)

    def _insert(self, db: sqlite3.Connection, table: str, rows: Sequence[Row]) -> None:
        names = self.material.columns[table]
        listed = ", ".join(f'"{name}"' for name in names)
        marks = ", ".join("?" * len(names))
        db.executemany(f"INSERT INTO {table} ({listed}) VALUES ({marks})", rows)  # noqa: S608
