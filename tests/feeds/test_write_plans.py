"""Writing finds what it looks for by an index: no whole table is read for a submission.

PostgreSQL knows nothing yet of tables that have just been filled, and guesses what a recursive
query finds; it did read whole tables, and each posted object took longer than the one before.
"""

import re
from typing import Any

from sqlalchemy import Connection

from tests import objects
from tests.feeds.test_plans import shared, watched
from tests.world import World

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
