"""Reminders: each once, the nearest only, and none where another signature goes on."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudsirt.house import OPERATOR
from cloudsirt.identity import own_organisation
from cloudsirt.reminding import remind_due
from membership.bylaws import BYLAWS
from membership.ndas.reminders import due_reminders
from membership.ndas.reminding import remind
from membership.ndas.signature import Nda
from membership.organisation import Ending
from membership.register import end_membership
from tests.world import World

SINCE = datetime(2026, 3, 1, tzinfo=UTC)
UNTIL = datetime(2028, 2, 29, tzinfo=UTC)
DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
ONE = Nda("one", "org", "text", SINCE, UNTIL)


def due(
    at: datetime, *signatures: Nda, sent: frozenset[tuple[str, int]] = frozenset()
) -> list[int]:
    """The days of what is due."""
    return [item.days for item in due_reminders(signatures, sent, BYLAWS, at)]


@pytest.mark.parametrize("days", [90, 30, 7])
def test_a_reminder_is_due_from_its_day_on(days: int) -> None:
    """To the microsecond, over the leap day."""
    sent = frozenset(("one", more) for more in BYLAWS.nda_reminders if more > days)
    assert due(UNTIL - days * DAY - MOMENT, ONE, sent=sent) == []
    assert due(UNTIL - days * DAY, ONE, sent=sent) == [days]
    assert due(UNTIL - MOMENT, ONE, sent=sent) == [7]


def test_what_has_ended_or_not_begun_needs_no_reminder() -> None:
    """Only what is in force ends."""
    assert due(UNTIL, ONE) == []
    assert due(UNTIL - 8 * DAY, Nda("one", "org", "text", UNTIL - 7 * DAY, UNTIL)) == []


def test_a_signature_that_another_one_follows_needs_none() -> None:
    """Where it goes on without a gap; a gap is told of, and so is somebody else's signature."""
    at = UNTIL - 7 * DAY
    renewal = Nda("two", "org", "text", UNTIL - 9 * DAY, UNTIL + 700 * DAY)
    later = Nda("two", "org", "text", UNTIL, UNTIL + 700 * DAY)
    gap = Nda("two", "org", "text", UNTIL + MOMENT, UNTIL + 700 * DAY)
    other = Nda("two", "other", "text", SINCE, UNTIL + 700 * DAY)
    assert due(at, ONE, renewal) == due(at, ONE, later) == []
    assert due(at, ONE, gap) == due(at, ONE, other) == [7]


def test_the_end_of_its_text_is_the_end_of_a_signature() -> None:
    """Whoever does not sign the new text is reminded of when the old one stops counting."""
    old = Nda("one", "org", "text", SINCE, UNTIL, superseded=SINCE + 100 * DAY)
    assert due(SINCE + 70 * DAY, old) == [30]


@given(st.lists(st.integers(0, 120 * 24), min_size=1, max_size=40), st.booleans())
def test_each_is_sent_once_whenever_rounds_happen(hours: list[int], in_order: bool) -> None:
    """In any order and after any pause: no pair twice, never a farther one after a nearer one,
    and after a round the nearest that is due was sent."""
    sent: list[tuple[str, int]] = []
    for hour in sorted(hours) if in_order else hours:
        at = UNTIL - 110 * DAY + timedelta(hours=hour)
        found = [(item.nda.id, item.days) for item in due_reminders([ONE], set(sent), BYLAWS, at)]
        assert len(found) <= 1
        sent.extend(found)
        left = UNTIL - at
        reached = [days for days in (90, 30, 7) if timedelta() < left <= days * DAY]
        if reached:
            assert any(days <= min(reached) for _, days in sent)
    assert len(sent) == len(set(sent))
    assert [days for _, days in sent] == sorted((days for _, days in sent), reverse=True)


# the command


@pytest.fixture
def world(world: World) -> World:
    """CloudSIRT's own signature, which ends like any other, is out of the way."""
    with world.house.reading() as db:
        world.organisations["CloudSIRT"] = own_organisation(db) or ""
    world.end_nda("CloudSIRT")
    return world


def test_members_are_reminded_and_it_is_kept(world: World) -> None:
    """Once for each of the three days, however often the worker runs; the events say until when."""
    world.member("Alpha", "ann")
    until = world.now + BYLAWS.nda_term
    for days in (90, 30, 7):
        world.now = until - days * DAY
        with world.house.working(OPERATOR) as work:
            (event,) = remind(work.membership, work.at)
            work.record(event)
        assert (event.about, event.days) == (world.organisations["Alpha"], days)
        assert event.until == until.isoformat()
        assert remind_due(world.house) == 0


def test_after_a_pause_only_the_nearest_is_sent(world: World) -> None:
    """One letter, not three."""
    world.member("Alpha", "ann")
    world.now = world.now + BYLAWS.nda_term - 5 * DAY
    assert remind_due(world.house) == 1
    assert remind_due(world.house) == 0


def test_a_new_text_is_no_reason_for_a_reminder_on_the_same_day(world: World) -> None:
    """The letter about the text says until when the old one counts; the next one comes later."""
    world.member("Alpha", "ann")
    world.adopt_nda("second")
    assert remind_due(world.house) == 0
    world.advance(days=60)
    assert remind_due(world.house) == 1


def test_whoever_has_left_is_not_reminded(world: World) -> None:
    """A membership that ended has nothing to renew."""
    world.member("Alpha", "ann")
    world.now = world.now + BYLAWS.nda_term - 5 * DAY
    with world.house.working(OPERATOR) as work:
        organisation = world.organisations["Alpha"]
        work.record(
            *end_membership(
                work.membership, organisation, ending=Ending.LEFT, reason="test", at=work.at
            )
        )
    assert remind_due(world.house) == 0
