"""The audit trail: nothing in it can be changed unnoticed, and the database helps to refuse it."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from cloudsirt import clock
from cloudsirt import tables as t
from cloudsirt.audit.entry import START, Entry, head_message
from cloudsirt.audit.verify import verify_trail
from cloudsirt.check import audit
from cloudsirt.database import make_engine
from cloudsirt.keys import create_keys, load_keys
from tests.world import World

ENTRIES, HEAD = t.audit_entry, t.audit_head


@pytest.fixture
def world(world: World) -> World:
    """A trail of some ten entries."""
    world.member("Alpha", "ann")
    world.member("Beta", "bob")
    return world


@pytest.fixture
def raw(world: World, engine_name: str) -> Iterator[Connection]:
    """A connection of somebody who owns the database: no guard, no triggers; commits at the end."""
    engine = make_engine(world.database_url)
    with engine.begin() as db:
        names = ["audit_append_only"] if engine_name == "postgres" else _SQLITE_TRIGGERS
        on = " ON cloudsirt_audit_entry" if engine_name == "postgres" else ""
        for name in names:
            db.execute(text(f"DROP TRIGGER {name}{on}"))
        yield db
    engine.dispose()


_SQLITE_TRIGGERS = ["audit_no_update", "audit_no_delete", "audit_no_replace"]


def breaks(db: Connection, world: World) -> list[str]:
    """What the verification finds."""
    return verify_trail(db, world.house.keys.verifies)[1]


def length(db: Connection) -> int:
    """How many entries there are."""
    return len(db.execute(select(ENTRIES.c.number)).all())


def test_an_untouched_trail_holds(world: World) -> None:
    """Every entry follows from the one before, and the head is the installation's own."""
    with world.house.reading() as db:
        found, problems = verify_trail(db, world.house.keys.verifies)
        assert (found, problems) == (length(db), [])
    assert found > 8
    assert audit.check(world.house).is_good


def test_a_trail_without_entries_holds(database_url: str) -> None:
    """Before the first change there is nothing to sign."""
    engine = make_engine(database_url)
    with engine.connect() as db:
        assert verify_trail(db, lambda *_: False) == (0, [])
    engine.dispose()


@pytest.mark.parametrize(
    "change",
    [
        {"data": "{}"},
        {"actor": "somebody else"},
        {"tag": "membership:organisation:admitted:not"},
        {"hash": bytes(32)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_edited_entry_is_found(world: World, raw: Connection, change: dict[str, object]) -> None:
    """Who, what and the facts are covered, in the first entry as in a later one."""
    for number in (1, 4):
        raw.execute(update(ENTRIES).where(ENTRIES.c.number == number).values(**change))
    problems = breaks(raw, world)
    assert "entry 1 does not follow from what stands before it" in problems
    assert "entry 4 does not follow from what stands before it" in problems


def test_an_entry_that_was_moved_in_time_is_found(world: World, raw: Connection) -> None:
    """The moment is covered, to the microsecond."""
    raw.execute(text("UPDATE cloudsirt_audit_entry SET at = at + 1 WHERE number = 3"))
    assert breaks(raw, world) == ["entry 3 does not follow from what stands before it"]


def test_a_deletion_in_the_middle_is_found(world: World, raw: Connection) -> None:
    """The gap is named, and what follows does not fit."""
    raw.execute(delete(ENTRIES).where(ENTRIES.c.number == 3))
    problems = breaks(raw, world)
    assert "entry 3 is missing; 4 follows" in problems
    assert "entry 4 does not follow from what stands before it" in problems


def test_a_deletion_that_was_closed_up_is_found(world: World, raw: Connection) -> None:
    """Renumbering what follows hides the gap and breaks the chain."""
    last = length(raw)
    raw.execute(delete(ENTRIES).where(ENTRIES.c.number == 3))
    for number in range(4, last + 1):
        raw.execute(update(ENTRIES).where(ENTRIES.c.number == number).values(number=number - 1))
    assert "entry 3 does not follow from what stands before it" in breaks(raw, world)


def test_a_missing_beginning_is_found(world: World, raw: Connection) -> None:
    """The first entry follows from a fixed start."""
    raw.execute(delete(ENTRIES).where(ENTRIES.c.number == 1))
    assert "entry 1 is missing; 2 follows" in breaks(raw, world)


def test_a_cut_off_end_is_found(world: World, raw: Connection) -> None:
    """What is left is a sound chain; its signed head says that there was more."""
    last = length(raw)
    raw.execute(delete(ENTRIES).where(ENTRIES.c.number > last - 2))
    assert breaks(raw, world) == [
        f"the trail ends at entry {last - 2}, its signed head at entry {last}"
    ]


def test_a_trail_that_is_gone_is_found(world: World, raw: Connection) -> None:
    """An empty trail with a head, and a trail without its head, are both breaks."""
    last = length(raw)
    raw.execute(delete(ENTRIES))
    assert breaks(raw, world) == [f"the trail ends at entry 0, its signed head at entry {last}"]


def test_a_missing_head_is_found(world: World, raw: Connection) -> None:
    """Without a head the end could have been cut off."""
    raw.execute(delete(HEAD))
    assert breaks(raw, world) == ["the head is missing"]


def test_an_inserted_entry_is_found(world: World, raw: Connection) -> None:
    """Even one that fits what stands before it: what follows it no longer does."""
    last = length(raw)
    for number in range(last, 3, -1):
        raw.execute(update(ENTRIES).where(ENTRIES.c.number == number).values(number=number + 1))
    before = raw.execute(select(ENTRIES).where(ENTRIES.c.number == 3)).one()
    forged = Entry(4, before.at, "operator", "test:thing:forged", "{}")
    raw.execute(insert(ENTRIES).values(**_row(forged, before.hash)))
    assert breaks(raw, world)[0] == "entry 5 does not follow from what stands before it"


def test_an_appended_entry_is_found(world: World, raw: Connection) -> None:
    """One more at the end fits the chain, and not the signed head."""
    last = length(raw)
    before = raw.execute(select(ENTRIES).where(ENTRIES.c.number == last)).one()
    forged = Entry(last + 1, before.at, "operator", "test:thing:forged", "{}")
    raw.execute(insert(ENTRIES).values(**_row(forged, before.hash)))
    assert breaks(raw, world) == [
        f"the trail ends at entry {last + 1}, its signed head at entry {last}"
    ]


def test_a_changed_order_is_found(world: World, raw: Connection) -> None:
    """Two entries that changed places fit nowhere."""
    for old, new in ((2, 99), (3, 2), (99, 3)):
        raw.execute(update(ENTRIES).where(ENTRIES.c.number == old).values(number=new))
    problems = breaks(raw, world)
    assert "entry 2 does not follow from what stands before it" in problems
    assert "entry 3 does not follow from what stands before it" in problems


def test_a_rewritten_trail_is_found_by_its_signature(world: World, raw: Connection) -> None:
    """Whoever computes all hashes anew still lacks the key: forged, empty, or of another house."""
    hash_ = START
    for row in raw.execute(select(ENTRIES).order_by(ENTRIES.c.number)).all():
        entry = Entry(row.number, row.at, "nobody", row.tag, row.data)
        hash_ = entry.hash_after(hash_)
        raw.execute(
            update(ENTRIES).where(ENTRIES.c.number == row.number).values(actor="nobody", hash=hash_)
        )
    raw.execute(update(HEAD).values(hash=hash_))
    other = world.folder / "other"
    create_keys(other)
    message = head_message(entry.number, hash_)
    for signature in (bytes(64), clock.new_key() * 2, load_keys(other).sign(message)):
        raw.execute(update(HEAD).values(signature=signature))
        assert breaks(raw, world) == ["the signature of the head is not this installation's"]
    raw.execute(update(HEAD).values(signature=world.house.keys.sign(message)))
    assert breaks(raw, world) == []


def test_the_check_says_what_it_verified_and_what_is_off(world: World, raw: Connection) -> None:
    """`cloudsirt check audit` passes the breaks on as sentences."""
    last = length(raw)
    raw.execute(delete(ENTRIES).where(ENTRIES.c.number == last))
    raw.commit()
    finding = audit.check(world.house)
    assert not finding.is_good
    assert finding.verified == f"{last - 1} entries and the signed head"
    assert finding.problems == (
        f"the trail ends at entry {last - 1}, its signed head at entry {last}.",
    )


REFUSED = [
    "UPDATE cloudsirt_audit_entry SET actor = 'nobody'",
    "UPDATE cloudsirt_audit_entry SET number = number + 100 WHERE number = 1",
    "DELETE FROM cloudsirt_audit_entry",
    "DELETE FROM cloudsirt_audit_entry WHERE number = 1",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses_to_change_an_entry(world: World, statement: str) -> None:
    """Triggers stop updates and deletions, whoever sends them, on both engines."""
    _assert_refused(world, lambda db: db.execute(text(statement)))


@pytest.mark.postgres
@pytest.mark.parametrize("engine_name", ["postgres"], indirect=True)
def test_postgresql_refuses_to_empty_the_trail(world: World) -> None:
    """TRUNCATE, which SQLite does not have, is stopped as well."""
    _assert_refused(world, lambda db: db.execute(text("TRUNCATE cloudsirt_audit_entry")))


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_sqlite_refuses_to_replace_an_entry(world: World) -> None:
    """INSERT OR REPLACE, which PostgreSQL does not have, is stopped as well."""
    replacing = (
        "INSERT OR REPLACE INTO cloudsirt_audit_entry "
        "SELECT number, at, 'nobody', tag, data, hash FROM cloudsirt_audit_entry WHERE number = 1"
    )
    _assert_refused(world, lambda db: db.execute(text(replacing)))


def _assert_refused(world: World, action: Callable[[Connection], object]) -> None:
    engine = make_engine(world.database_url)
    with engine.connect() as db:
        with pytest.raises(DBAPIError, match="the audit trail only grows"):
            action(db)
        db.rollback()
        assert breaks(db, world) == []
    engine.dispose()


def _row(entry: Entry, before: bytes) -> dict[str, object]:
    return {
        "number": entry.number,
        "at": entry.at,
        "actor": entry.actor,
        "tag": entry.tag,
        "data": entry.data,
        "hash": entry.hash_after(before),
    }
