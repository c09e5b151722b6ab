"""Makes a collection large in SQL: copies of the rows of real submissions, under new ids.

One object of ten has two versions, one after the other. Links lead from copy to copy as they lead
from pattern to pattern; observables keep their values. The ids inside the stored bytes stay those
of the pattern: nothing reads them. Patterns come in tens, as `material` makes them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from sqlalchemy import Connection, Engine, text

from tlp.channels import LANES

CHUNK = 250_000
"""Objects in one transaction: what a crash loses, and how often progress can be told."""

_COPIED_OBJECT = (
    "contributor, type, version, created, revoked, label, own_label, is_explicit, topics, "
    "by_creator, attribution, source_naming, release, findings, cleared, withdrawn, "
    "derived_from, derived_for, submission, received, digest, title, words, content"
)
_NUMBERS = (
    "WITH RECURSIVE numbers(n) AS "
    "(SELECT {low} UNION ALL SELECT n + 1 FROM numbers WHERE n < {high} - 1)"
)
# Ids begin with a number that jumps, so that indexes are filled in no order, as by real ids.
_SPREAD, _WIDTH, _MIDDLE = 2_654_435_761, 2**32, "-0000-4000-8000-"
# Of numbers that end in 1, the id is that of n - 1, as a later version.
_ID_NUMBER = "(CASE WHEN n % 10 = 1 THEN n - 1 ELSE n END)"


class InResearch(Enum):
    """Which copies stand in the research perimeter too, beside that of the members."""

    FEW = "n % 100 = 5"
    ALL = "1 = 1"


def grow(engine: Engine, count: int, in_research: InResearch = InResearch.FEW) -> Iterator[int]:
    """Copy what is there until there are so many objects; how many there are, after each chunk."""
    analyze(engine)  # else each chunk is planned as if there were nothing
    with engine.connect() as db:
        have = db.execute(text("SELECT max(key) FROM feeds_object")).scalar_one()
    first = have // 10 * 10 + 10
    for low in range(first, count + 1, CHUNK):
        chunk = _Chunk(low, min(low + CHUNK, count + 1), have, engine.dialect.name == "sqlite")
        with engine.begin() as db:
            _copy(db, chunk, in_research)
        yield chunk.high - 1


def analyze(engine: Engine) -> None:
    """Let the database know what its tables hold, as it would find out by and by."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.exec_driver_sql("ANALYZE")


def copied_id(kind: str, number: int) -> str:
    """The id of the copy with that number."""
    return f"{kind}--{number * _SPREAD % _WIDTH:08x}{_MIDDLE}{number:012x}"


def last_entry(db: Connection, channel: str = "members") -> int:
    """The last time of entry of a channel."""
    found: int = db.execute(
        text("SELECT max(added) FROM feeds_placement WHERE channel = :channel"),
        {"channel": channel},
    ).scalar_one()
    return found


@dataclass(frozen=True, slots=True)
class _Chunk:
    """The numbers of some copies, from `low` to below `high`, and how many patterns there are."""

    low: int
    high: int
    patterns: int
    is_sqlite: bool

    @property
    def numbers(self) -> str:
        """The numbers, as a table."""
        return _NUMBERS.format(low=self.low, high=self.high)

    @property
    def pattern(self) -> str:
        """The key of the pattern of copy `n`."""
        return (
            f"(CASE WHEN n % 10 = 1 THEN (n - 1) % {self.patterns} + 1 "
            f"ELSE n % {self.patterns} + 1 END)"
        )

    def stix_id(self, kind: str, number: str = _ID_NUMBER) -> str:
        """The id of the copy with that number, as `copied_id` has it."""
        front = self._hexed(8, f"{number} * {_SPREAD} % {_WIDTH}")
        return f"{kind} || '--' || {front} || '{_MIDDLE}' || {self._hexed(12, number)}"

    def _hexed(self, digits: int, number: str) -> str:
        if self.is_sqlite:
            return f"printf('%0{digits}x', {number})"
        return f"lpad(to_hex(({number})::bigint), {digits}, '0')"


def _copy(db: Connection, chunk: _Chunk, in_research: InResearch) -> None:
    copied = ", ".join(f"p.{name}" for name in _COPIED_OBJECT.split(", "))
    db.execute(
        text(
            f"INSERT INTO feeds_object (key, stix_id, version_at, {_COPIED_OBJECT}) "  # noqa: S608
            f"{chunk.numbers} SELECT n, {chunk.stix_id('p.type')}, p.version_at + n % 10, {copied} "
            f"FROM numbers JOIN feeds_object p ON p.key = {chunk.pattern}"
        )
    )
    _copy_what_it_names(db, chunk)
    begun = _begin(db)
    _place(db, chunk, begun, "members", "1 = 1")
    _place(db, chunk, begun, "research", in_research.value)


def _copy_what_it_names(db: Connection, chunk: _Chunk) -> None:
    """Links and observables; what is named and is not stored keeps its id."""
    target = chunk.stix_id("t.type", "(n + t.key - l.object)")
    db.execute(
        text(
            f"INSERT INTO feeds_link (target, object, treatment) {chunk.numbers} "  # noqa: S608
            f"SELECT CASE WHEN t.key IS NULL THEN l.target ELSE {target} END, n, l.treatment "
            f"FROM numbers JOIN feeds_link l ON l.object = {chunk.pattern} "
            f"LEFT JOIN feeds_object t ON t.stix_id = l.target"
        )
    )
    db.execute(
        text(
            f"INSERT INTO feeds_observable (kind, value, object) {chunk.numbers} "  # noqa: S608
            f"SELECT o.kind, o.value, n "
            f"FROM numbers JOIN feeds_observable o ON o.object = {chunk.pattern}"
        )
    )


def _begin(db: Connection) -> int:
    """A moment after all that has entered, kept as the one when the last entering began."""
    latest = db.execute(text("SELECT max(last) FROM feeds_channel")).scalar_one()
    begun: int = (latest // LANES + 1) * LANES
    db.execute(text("UPDATE feeds_channel SET last = :begun WHERE name = ''"), {"begun": begun})
    return begun


def _place(db: Connection, chunk: _Chunk, begun: int, channel: str, condition: str) -> None:
    db.execute(
        text(
            f"INSERT INTO feeds_placement (channel, added, topic, object, stix_id, type, "  # noqa: S608
            f"version_at, origin, origin_at, rank, first, copy, superseded) {chunk.numbers} "
            f"SELECT p.channel, {begun} + c.last % {LANES} + {LANES} * (n - {chunk.low}), "
            f"p.topic, n, {chunk.stix_id('p.type')}, p.type, p.version_at + n % 10, "
            f"{chunk.stix_id('p.type')}, p.version_at + n % 10, p.rank, true, false, "
            f"n % 10 = 0 AND n + 1 < {chunk.high} "
            f"FROM numbers JOIN feeds_placement p ON p.object = {chunk.pattern} "
            f"AND p.channel = '{channel}' JOIN feeds_channel c ON c.name = p.channel "
            f"WHERE {condition}"
        )
    )
    db.execute(
        text("UPDATE feeds_channel SET last = :last WHERE name = :name"),
        {"name": channel, "last": last_entry(db, channel)},
    )
