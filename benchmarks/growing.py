"""Makes a collection large in SQL: copies of the rows of real submissions, under new ids.

One object of ten has two versions, one after the other; of a hundred one is in the research
perimeter too. The ids inside the stored bytes stay those of the pattern: nothing reads them.
"""

from sqlalchemy import Connection, text

_COPIED_OBJECT = (
    "contributor, type, version, created, revoked, label, own_label, is_explicit, topics, "
    "by_creator, attribution, source_naming, release, findings, cleared, withdrawn, "
    "derived_from, derived_for, submission, received, digest, title, words, content"
)
_NUMBERS = (
    "WITH RECURSIVE numbers(n) AS "
    "(SELECT {low} UNION ALL SELECT n + 1 FROM numbers WHERE n < {high})"
)
# Of numbers that end in 1, the id is that of n - 1, as a later version.
_ID_NUMBER = "(CASE WHEN n % 10 = 1 THEN n - 1 ELSE n END)"


def grow(db: Connection, count: int) -> int:
    """Copy what is there until there are so many objects; the last time of entry among members."""
    is_sqlite = db.dialect.name == "sqlite"
    hex_ = f"printf('%012x', {_ID_NUMBER})" if is_sqlite else f"lpad(to_hex({_ID_NUMBER}), 12, '0')"
    stix_id = f"p.type || '--00000000-0000-4000-8000-' || {hex_}"
    copied = ", ".join(f"p.{name}" for name in _COPIED_OBJECT.split(", "))
    have = db.execute(text("SELECT max(key) FROM feeds_object")).scalar_one()
    numbers = _NUMBERS.format(low=have // 10 * 10 + 10, high=count)
    pattern = f"(CASE WHEN n % 10 = 1 THEN (n - 1) % {have} + 1 ELSE n % {have} + 1 END)"
    db.execute(
        text(
            f"INSERT INTO feeds_object (key, stix_id, version_at, {_COPIED_OBJECT}) {numbers} "  # noqa: S608
            f"SELECT n, {stix_id}, p.version_at + n % 10, {copied} "
            f"FROM numbers JOIN feeds_object p ON p.key = {pattern}"
        )
    )
    for channel, condition in (("members", "1 = 1"), ("research", "n % 100 = 5")):
        _place(db, channel, condition, stix_id, pattern, numbers)
    db.execute(text("UPDATE feeds_channel SET last = last + :moved"), {"moved": 4 * count + 4})
    found: int = db.execute(
        text("SELECT max(added) FROM feeds_placement WHERE channel = 'members'")
    ).scalar_one()
    return found


def _place(
    db: Connection, channel: str, condition: str, stix_id: str, pattern: str, numbers: str
) -> None:
    db.execute(
        text(
            f"INSERT INTO feeds_placement (channel, added, topic, object, stix_id, type, "  # noqa: S608
            f"version_at, origin, origin_at, rank, first, copy, superseded) {numbers} "
            f"SELECT p.channel, c.last + 4 * n, p.topic, n, {stix_id}, p.type, "
            f"p.version_at + n % 10, {stix_id}, p.version_at + n % 10, p.rank, true, false, "
            f"n % 10 = 0 FROM numbers JOIN feeds_placement p ON p.object = {pattern} "
            f"AND p.channel = '{channel}' JOIN feeds_channel c ON c.name = p.channel "
            f"WHERE {condition}"
        )
    )
