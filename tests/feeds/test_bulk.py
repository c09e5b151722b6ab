"""Many rows in one statement, many values in one parameter: what goes in is found, as it was."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select

from feeds import tables as t
from feeds.bulk import insert_rows
from feeds.listed import among, in_channels
from tests.feeds.test_placing import undone
from tests.objects import indicator
from tests.world import World

several = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
# What arrays, JSON and quotation make something of.
texts = st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), max_size=12
) | st.sampled_from(["", "NULL", "{}", "a,b", '"', "'", "\\", "%s", "$1", "null", "1"])
pairs = st.sets(st.tuples(texts, texts), max_size=8)
n, c = t.notice.c, t.channel.c


@several
@given(pairs, st.lists(texts, max_size=4), st.lists(texts, max_size=4))
def test_rows_are_found_by_any_of_many_values(
    engine: Engine, kept: set[tuple[str, str]], channels: list[str], ids: list[str]
) -> None:
    """By one column, or by the pairings of two; whatever the texts are, and however often one is
    asked for."""
    kept |= {(channel, id_) for channel in channels[:2] for id_ in ids[:2]}
    rows = [{"channel": one, "stix_id": other, "at": at} for at, (one, other) in enumerate(kept)]
    given_lists = {"channels": channels, "ids": [*ids, *ids]}
    columns = select(n.channel, n.stix_id)
    with undone(engine) as db:
        db.execute(delete(t.notice))
        insert_rows(db, t.notice, rows)
        assert {tuple(row) for row in db.execute(columns)} == kept
        by_one = list(db.execute(columns.where(among(n.stix_id, "ids")), given_lists))
        by_both = list(db.execute(columns.where(in_channels(n.stix_id)), given_lists))
    assert sorted(map(tuple, by_one)) == sorted(row for row in kept if row[1] in ids)
    assert sorted(map(tuple, by_both)) == sorted(
        (one, other) for one, other in kept if one in channels and other in ids
    )


@several
@given(st.dictionaries(texts, st.integers(-(2**62), 2**62), max_size=6), st.integers(0, 2**62))
def test_a_row_with_the_same_key_takes_the_place_of_the_other(
    engine: Engine, kept: dict[str, int], later: int
) -> None:
    """Those that are new stand beside it."""
    first = dict(list(kept.items())[:3])
    with undone(engine) as db:
        db.execute(delete(t.channel))
        for rows in (first, {**kept, "always": later}):
            given_rows = [{"name": name, "last": last} for name, last in rows.items()]
            insert_rows(db, t.channel, given_rows, key="name")
        found = {row.name: row.last for row in db.execute(select(c.name, c.last))}
    assert found == {**kept, "always": later}


def test_keys_are_found_among_very_many(world: World) -> None:
    """More than either engine takes as parameters, in one."""
    world.member("Alpha", "ann")
    world.share("ann", indicator("green"), indicator("green"))
    query = select(t.object_.c.key).where(among(t.object_.c.key, "keys"))
    with world.house.reading() as db:
        kept = set(db.execute(select(t.object_.c.key)).scalars())
        assert set(db.execute(query, {"keys": list(range(70_000))}).scalars()) == kept
        assert set(db.execute(query, {"keys": []}).scalars()) == set()
