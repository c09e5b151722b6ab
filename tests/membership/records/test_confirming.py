"""The yearly confirmation: when it is due, and which reminder (bylaws, membership clause)."""

from datetime import datetime, timedelta

import pytest

from membership.bylaws import BYLAWS
from membership.organisation import Category, Organisation
from membership.records.confirming import due, reminder
from tests.world import START

TERM = BYLAWS.confirmation_term
ONE = Organisation("a", "Alpha", Category.CSIRT, START, admitted=START)


def test_a_year_after_the_admission_or_the_last_confirmation() -> None:
    """Whichever is later."""
    assert due(BYLAWS, ONE, None) == START + TERM
    later = START + timedelta(days=100)
    assert due(BYLAWS, ONE, later) == later + TERM


def test_nothing_is_due_of_who_is_no_member() -> None:
    """Not admitted, or not here any more."""
    waiting = Organisation("b", "Beta", Category.CSIRT, START)
    gone = Organisation("c", "Gamma", Category.CSIRT, START, admitted=START, ended=START)
    assert due(BYLAWS, waiting, None) is None
    assert due(BYLAWS, gone, START) is None


@pytest.mark.parametrize(("days", "expected"), [(-31, None), (-30, 30), (-1, 30), (0, 0), (400, 0)])
def test_the_reminders_come_a_month_before_and_on_the_day(days: int, expected: int | None) -> None:
    """Of two that are due, the later one."""
    day: datetime = START + TERM
    assert reminder(day, day + timedelta(days=days)) == expected
