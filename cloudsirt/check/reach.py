"""Verifies reach: every placement is recomputed from submissions and time, and compared."""

from cloudsirt.check.finding import Finding
from cloudsirt.house import House
from feeds.recomputing import compare_placements

SHOWN = 20
"""Problems listed; the rest is counted."""


def check(house: House) -> Finding:
    """What stands in the channels is what the rules say, no more and no less."""
    with house.reading() as db:
        objects, placements, problems = compare_placements(db, house.now())
    shown = problems[:SHOWN]
    if len(problems) > SHOWN:
        shown.append(f"{len(problems) - SHOWN} more.")
    return Finding("reach", f"{objects} objects, {placements} placements", tuple(shown))
