"""What a database takes on disk, by table and by index, as PostgreSQL tells it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from benchmarks.report import line

TABLES = ("feeds_object", "feeds_placement", "feeds_link", "feeds_observable")
_MEGA = 1_000_000


@dataclass(frozen=True, slots=True)
class Room:
    """Octets of one table or index, and the rows in it."""

    name: str
    octets: int
    rows: int

    @property
    def each(self) -> float:
        """Octets of one row."""
        return self.octets / self.rows


def rooms(db: Connection) -> list[Room]:
    """Each of the large tables with what belongs to it, then its rows alone, then its indexes."""
    return [room for table in TABLES for room in _of(db, table)]


def whole(db: Connection) -> int:
    """Octets of the database."""
    found: int = db.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    return found


def table(found: Sequence[Room], octets: int) -> str:
    """The rooms, as Markdown."""
    lines = [line(["", "rows", "MB", "octets a row"]), line(["---", "---:", "---:", "---:"])]
    for room in found:
        cells = (f"{room.rows:,}", f"{room.octets / _MEGA:,.0f}", f"{room.each:,.0f}")
        lines.append(line([room.name, *cells]))
    return "\n".join([*lines, line(["the whole database", "", f"{octets / _MEGA:,.0f}", ""])])


def _of(db: Connection, table: str) -> list[Room]:
    rows = db.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608 (of TABLES)
    total, heap = db.execute(
        text("SELECT pg_total_relation_size(:name), pg_table_size(:name)"), {"name": table}
    ).one()
    indexes = db.execute(
        text(
            "SELECT indexrelid::regclass::text, pg_relation_size(indexrelid) FROM pg_index "
            "WHERE indrelid = CAST(:name AS regclass) ORDER BY 2 DESC"
        ),
        {"name": table},
    )
    return [
        Room(f"**{table}**", total, rows),
        Room("rows", heap, rows),
        *(Room(name, octets, rows) for name, octets in indexes),
    ]
