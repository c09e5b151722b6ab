"""Writing finds what it looks for by an index: no whole table is read for a submission.

PostgreSQL knows nothing yet of tables that have just been filled, and guesses what a recursive
query finds; it did read whole tables, and each posted object took longer than the one before.
"""

import re
from typing import Any

from sqlalchemy import Connection

from cloudsirt.database import make_engine
from tests import objects
from tests.feeds.test_plans import fill, shared, watched
from tests.world import World

PLACEMENTS = re.compile(r"(?:SEARCH feeds_placement.*|on feeds_placement.*\n\s*Index Cond: )(\(.*)")
"""By which columns placements are found."""
WHOLE_TABLE = re.compile(r"Seq Scan on feeds_\w+|SCAN feeds_\w+(?! USING)")


def plan(db: Connection, statement: str, given: Any) -> str:
    """How the engine would go about a statement."""
    explain = "EXPLAIN QUERY PLAN " if db.dialect.name == "sqlite" else "EXPLAIN "
    rows = db.exec_driver_sql(explain + statement, given)
    return "\n".join(str(row[-1]) for row in rows)


def test_no_submission_reads_a_whole_table(world: World) -> None:
    """New objects that name one another, the same ones again, new versions, and one alone."""
    world.member("Alpha", "ann")
    world.member("Beta", "bob")
    items = shared(world, 20)
    world.share("ann", *items)
    with watched(world.house.database.engine) as seen:
        world.share("ann", *shared(world, 20))
        world.share("bob", *items)
        world.share("ann", *(objects.later(item, label="amber") for item in items))
        world.share("ann", objects.indicator("red"), recipients=[world.identity("bob")])
    asked = [(text, given) for text, given in seen if re.match(r"SELECT .*feeds_|WITH", text)]
    with world.house.rehearsing() as work:
        plans = {text: plan(work.db, text, given) for text, given in asked}
    assert len(plans) > 10
    assert {text: found for text, found in plans.items() if WHOLE_TABLE.search(found)} == {}


def test_no_submission_reads_a_whole_channel(world: World) -> None:
    """Where many objects have just come in, and nobody has counted them yet, what stands in a
    channel under an id is still found by both."""
    engine = make_engine(world.database_url)
    with engine.begin() as db:
        fill(world, db, 4_000)
    engine.dispose()
    items = [objects.indicator("green") for _ in range(60)]
    world.share("ann", *items)
    with watched(world.house.database.engine) as seen:
        world.share("ann", *shared(world, 60))
        world.share("ann", *(objects.later(item, label="amber") for item in items))
    asked = {text: given for text, given in seen if re.match("SELECT|WITH", text)}
    with world.house.rehearsing() as work:
        plans = [plan(work.db, text, given) for text, given in asked.items()]
    ways = [way for found in plans for way in PLACEMENTS.findall(found)]
    assert len(ways) > 3
    assert [way for way in ways if not re.search(r"(stix_id|origin|object) ?=", way)] == []
