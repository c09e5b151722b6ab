"""The database: one URL, two engines, two kinds of transaction, and one that is always undone.

Reading transactions see one state and cannot write. Writing transactions are serial on both
engines: SQLite has one writer anyway, PostgreSQL takes one advisory lock at their start. They are
short, since everything slow happens before them; in return, the order in which times are given
is the order in which they commit, on which pollers rely.

Transactions begin here, as they are said to, and never in a driver. So one statement can also be
asked outside of them, which is one state by itself (`asking`).

A write outside a unit of work, or of housekeeping, is refused where it is executed.
"""

import select
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from sqlalchemy import URL, Connection, Engine, Select, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError

import feeds.tables
import membership.applications.tables
import membership.ballots.tables
import membership.ndas.tables
import membership.records.tables
import membership.tables
from cloudsirt import tables
from cloudsirt.errors import NotConfigured

METADATA = (tables.metadata, membership.tables.metadata, feeds.tables.metadata)
"""Everything that migrations build."""

_TO_READ: Mapping[str, str] = {
    "sqlite": "BEGIN",
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
}
"""PostgreSQL shows each statement another state, and lets it write, unless it is told."""

_TO_WRITE: Mapping[str, str] = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "BEGIN"}

_WRITE_LOCK = 0x5349_5254  # "SIRT": the advisory lock of all writers of this database
_BY_INDEX = (
    *(f"enable_{way}scan = off" for way in ("seq", "bitmap")),
    *(f"enable_{way}join = off" for way in ("hash", "merge")),
    *("enable_material = off", "enable_memoize = off", "join_collapse_limit = 1"),
    *("max_parallel_workers_per_gather = 0", "jit = off", "plan_cache_mode = force_custom_plan"),
)
_BUSY_MILLISECONDS = 30_000


class Ledger(Protocol):
    """What a writing transaction reports its changes to."""

    def note_change(self, statement: str) -> None:
        """A statement is about to change something; raises where that is not allowed."""


class Database:
    """Connections to one database; make one of these in each process."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        event.listen(self.engine, "before_cursor_execute", _guard)
        self._to_write = _TO_WRITE[self.engine.dialect.name]
        self._reading = self.engine.execution_options(begin=_TO_READ[self.engine.dialect.name])

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads, on one state of the database."""
        with self._reading.connect() as connection:
            yield connection

    def asking(self, question: Select[Any]) -> Callable[[], Sequence[Any]]:
        """A way to ask this, which has no parameters, again and again, outside of transactions."""
        text = str(question.compile(self.engine))

        def ask() -> Sequence[Any]:
            connection = self.engine.raw_connection()
            try:
                rows: Sequence[Any] = connection.cursor().execute(text).fetchall()
                return rows
            finally:
                connection.close()

        return ask

    @contextmanager
    def writing(self, ledger: Ledger) -> Iterator[Connection]:
        """The one writing transaction of this moment: commits at the end, or not at all."""
        with self._alone(ledger) as connection, connection.begin():
            _lock(connection)
            yield connection

    @contextmanager
    def rehearsing(self, ledger: Ledger) -> Iterator[Connection]:
        """A writing transaction that never commits, whatever happens in it."""
        with self._alone(ledger) as connection:
            transaction = connection.begin()
            try:
                _lock(connection)
                yield connection
            finally:
                transaction.rollback()

    def _alone(self, ledger: Ledger) -> Connection:
        """A connection whose transaction shuts all other writers out."""
        return self.engine.connect().execution_options(ledger=ledger, begin=self._to_write)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _lock(connection: Connection) -> None:
    """SQLite took its lock when the transaction began."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITE_LOCK})")


def make_engine(url: str) -> Engine:
    """An engine set up the way this project needs it; NotConfigured for an unknown kind."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise NotConfigured("CLOUDSIRT_DATABASE_URL is not the URL of a database.") from error
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"check_same_thread": False})
        event.listen(engine, "connect", _prepare_sqlite)
    elif parsed.get_backend_name() == "postgresql":
        engine = _make_postgres(parsed)
    else:
        raise NotConfigured("CLOUDSIRT_DATABASE_URL must name SQLite or PostgreSQL.")
    event.listen(engine, "begin", _begin)
    return engine


def _make_postgres(url: URL) -> Engine:
    """Pages come as bytes, not as text: half of what is sent, and nothing to decode."""
    # Imported here, because the driver is not there on every machine.
    from psycopg import Error  # noqa: PLC0415
    from psycopg.pq import Format  # noqa: PLC0415

    def ask_for_bytes(_: object, cursor: Any, *given: Any) -> None:
        """Only where the question says so: the catalogue's own types have no such form."""
        if given[2].execution_options.get("as_bytes"):
            cursor.format = Format.BINARY

    def refuse_broken(connection: Any, *_: object) -> None:
        """Let the pool open another connection where this one is broken.

        An idle connection has nothing to read, unless the server hung up or has news; only then
        it is asked. Asking each time would cost more than most questions do.
        """
        try:
            if _is_silent(connection.fileno()):
                return
            connection.execute("SELECT 1")
        except Error as error:
            raise DisconnectionError from error

    def go_by_index(connection: Any, _: object) -> None:
        """What is asked concerns few rows of large tables, in joins that are written in the order
        in which each finds the next by an index. PostgreSQL guesses what a recursive query finds,
        and knows nothing of tables that have just been filled: it read whole tables. In large ones
        it starts processes for each page, which takes longer than the page. A plan that is kept for
        a statement that is asked often would know the tables as they were when it was made."""
        for setting in _BY_INDEX:
            connection.execute(f"SET {setting}")

    # Transactions are begun below, not by the driver.
    engine = create_engine(url, connect_args={"autocommit": True})
    event.listen(engine, "connect", go_by_index)
    event.listen(engine, "checkout", refuse_broken)
    event.listen(engine, "before_cursor_execute", ask_for_bytes)
    return engine


def _is_silent(socket: int) -> bool:
    waiting = select.poll()
    waiting.register(socket, select.POLLIN)
    return not waiting.poll(0)


def _prepare_sqlite(connection: Any, _: object) -> None:
    """WAL lets readers go on beside the writer; FULL keeps what was answered through a crash."""
    connection.isolation_level = None  # transactions are begun below, not by the driver
    for pragma in (
        f"busy_timeout = {_BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def _guard(
    connection: Connection,
    cursor: object,
    statement: str,
    parameters: object,
    context: object,
    executemany: bool,
) -> None:
    """Every change is noted by the ledger of its transaction; without one there is no change."""
    if statement[:6].upper() not in ("INSERT", "UPDATE", "DELETE"):
        return
    ledger: Ledger | None = connection.get_execution_options().get("ledger")
    if ledger is None:
        raise RuntimeError("a change outside a unit of work")
    ledger.note_change(statement)
