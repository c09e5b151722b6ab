"""Verifies reach: every placement and derivative is recomputed from submissions,
decisions and time, and compared."""

from cloudsirt.check.finding import Finding
from cloudsirt.house import House
from feeds.recomputing import compare_placements

SHOWN = 20
"""Problems listed; the rest is counted."""


def check(house: House) -> Finding:
    """What stands in the channels is what the rules say, no more and no less."""
    with house.reading() as db:
        found = compare_placements(db, house.now(), house.workshop)
    shown = found.problems[:SHOWN]
    if len(found.problems) > SHOWN:
        shown.append(f"{len(found.problems) - SHOWN} more.")
    verified = f"{found.objects} objects, {found.placements} placements"
    return Finding("reach", verified, tuple(shown))
