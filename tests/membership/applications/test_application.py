"""The state machine of applications: every state, every action, every party."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from membership.applications.application import (
    AWAITED,
    LAPSES,
    MOVES,
    Action,
    Application,
    Party,
    State,
    actions_of,
    check_revision,
    lapses_at,
    moved,
)
from membership.bylaws import BYLAWS
from membership.errors import IllegalTransition, NotAllowed, Overtaken

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = AT + timedelta(hours=1)

APPLICANT, SECRETARIAT, BOARD, PLATFORM = Party
BEFORE_THE_END = (
    *(State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.MORE_ASKED, State.ELIGIBLE),
    *(State.NOT_ELIGIBLE, State.IN_BALLOT, State.ADMITTED, State.AWAITING_NDA),
)

# Written out again, from the bylaws and not from the code.
ALLOWED = {
    ("draft", "submit"): ("submitted", APPLICANT),
    ("draft", "lapse"): ("lapsed", PLATFORM),
    ("submitted", "take-up"): ("in-review", SECRETARIAT),
    ("in-review", "ask-more"): ("more-asked", SECRETARIAT),
    ("in-review", "find-eligible"): ("eligible", SECRETARIAT),
    ("in-review", "find-not-eligible"): ("not-eligible", SECRETARIAT),
    ("more-asked", "answer"): ("in-review", APPLICANT),
    ("more-asked", "lapse"): ("lapsed", PLATFORM),
    ("eligible", "ask-more"): ("more-asked", SECRETARIAT),
    ("eligible", "put-to-ballot"): ("in-ballot", SECRETARIAT),
    ("not-eligible", "ask-more"): ("more-asked", SECRETARIAT),
    ("not-eligible", "put-to-ballot"): ("in-ballot", SECRETARIAT),
    ("not-eligible", "decline"): ("declined", SECRETARIAT),
    ("in-ballot", "carry"): ("admitted", BOARD),
    ("in-ballot", "reject"): ("declined", BOARD),
    ("in-ballot", "return"): ("in-review", BOARD),
    ("admitted", "register"): ("awaiting-nda", PLATFORM),
    ("awaiting-nda", "bind"): ("active", PLATFORM),
    ("awaiting-nda", "lapse"): ("lapsed", PLATFORM),
    **{(state.value, "withdraw"): ("withdrawn", APPLICANT) for state in BEFORE_THE_END},
}


def application(state: State) -> Application:
    """An application in a state, at its seventh revision."""
    return Application(
        id="x",
        email="soc@example.org",
        zone="UTC",
        state=state,
        revision=7,
        opened=AT,
        confirmed=AT,
        changed=AT,
        entered=AT,
    )


@pytest.mark.parametrize("party", Party)
@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("state", State)
def test_every_state_and_action_and_party(state: State, action: Action, party: Party) -> None:
    """What the list above allows leads there; everything else is refused and says why."""
    allowed = ALLOWED.get((state.value, action.value))
    before = application(state)
    if allowed is None:
        with pytest.raises(IllegalTransition, match=f"The application is {state.text}: it cannot"):
            moved(before, action, party, LATER)
    elif allowed[1] is not party:
        with pytest.raises(NotAllowed, match=allowed[1].text):
            moved(before, action, party, LATER)
    else:
        after = moved(before, action, party, LATER)
        assert (after.state.value, after.revision, after.entered) == (allowed[0], 8, LATER)
        assert after.changed == before.changed


def test_the_table_says_no_more_than_the_list() -> None:
    """Move for move."""
    written = {
        (state.value, action.value): (rule.next.value, rule.by)
        for (state, action), rule in MOVES.items()
    }
    assert written == ALLOWED


@pytest.mark.parametrize("state", State)
def test_somebody_is_awaited_exactly_while_something_can_happen(state: State) -> None:
    """The applicant always sees what is awaited from whom, and they can do it."""
    awaited = AWAITED[state]
    assert awaited.text
    if state.is_final:
        assert awaited.party is None
    else:
        assert awaited.party is not None
        assert set(actions_of(state, awaited.party)) - {Action.WITHDRAW, Action.LAPSE} or (
            # The signature is given elsewhere: what it does here, the platform does.
            state is State.AWAITING_NDA
        )


def test_every_state_is_reached_and_every_path_ends() -> None:
    """From a draft to every state; from every state to an end."""
    nexts = {
        state: {rule.next for (at, _), rule in MOVES.items() if at is state} for state in State
    }
    reached, open_ = set(), [State.DRAFT]
    while open_:
        state = open_.pop()
        if state not in reached:
            reached.add(state)
            open_ += nexts[state]
    assert reached == set(State)
    assert {state for state in State if state.is_final} == set(State) - set(BEFORE_THE_END)


def test_what_changed_in_between_is_told_with_when() -> None:
    """How it is now, and since when; the same revision passes."""
    found = application(State.WITHDRAWN)
    check_revision(found, 7)
    for revision in (6, 8, 0):
        with pytest.raises(Overtaken, match="is withdrawn since 2026-03-01 12:00 UTC"):
            check_revision(found, revision)


def test_terms_run_from_the_last_touch_of_a_draft_and_from_entering_else() -> None:
    """The three states in which the applicant is awaited, and no other."""
    waits = {state for (state, action) in MOVES if action is Action.LAPSE}
    assert set(LAPSES) == waits
    for state in State:
        assert (lapses_at(application(state), BYLAWS) is not None) == (state in waits)
    assert lapses_at(application(State.DRAFT), BYLAWS) == AT + timedelta(days=180)
    assert lapses_at(application(State.MORE_ASKED), BYLAWS) == AT + timedelta(days=60)
    assert lapses_at(application(State.AWAITING_NDA), BYLAWS) == AT + timedelta(days=90)


def test_a_term_over_a_leap_day_is_as_many_days() -> None:
    """Sixty days from 1 January end a day of the month earlier in a leap year."""
    for year, expected in ((2027, date(2027, 3, 2)), (2028, date(2028, 3, 1))):
        asked = datetime(year, 1, 1, 12, tzinfo=UTC)
        due = lapses_at(replace(application(State.MORE_ASKED), entered=asked), BYLAWS)
        assert due is not None
        assert (due.date(), due.hour) == (expected, 12)
