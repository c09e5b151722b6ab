"""Reminds those who can renew it that their signature on the NDA ends soon: the worker's round."""

from cloudsirt.house import WORKER, House
from membership.ndas import reminding
from membership.store import MembershipStore


def remind_due(house: House) -> int:
    """Send the reminders that are due; how many. Looks first: most rounds have nothing to do."""
    with house.reading() as db:
        if not reminding.due(MembershipStore(db), house.now()):
            return 0
    with house.working(WORKER) as work:
        events = reminding.remind(work.membership, work.at)
        work.record(*events)
    return len(events)
