"""What an application is, which states it passes, and who moves it (bylaws, admission clause).

`MOVES` is the state machine: what is not in it does not happen. `AWAITED` tells the applicant
what is awaited, and from whom, in each state. What each move needs besides is for the commands.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from types import MappingProxyType

from membership.bylaws import Bylaws
from membership.errors import IllegalTransition, NotAllowed, Overtaken
from membership.organisation import Category
from membership.record import Record


class State(Enum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in-review"
    MORE_ASKED = "more-asked"
    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not-eligible"
    IN_BALLOT = "in-ballot"
    ADMITTED = "admitted"
    AWAITING_NDA = "awaiting-nda"
    ACTIVE = "active"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"

    @property
    def text(self) -> str:
        """As people read it: “the application is …”."""
        return _STATE_TEXTS[self]

    @property
    def title(self) -> str:
        """As a heading."""
        return self.text[0].upper() + self.text[1:]

    @property
    def is_final(self) -> bool:
        """Whether nothing follows any more."""
        return not any(state is self for state, _ in MOVES)


class Action(Enum):
    """What moves an application."""

    SUBMIT = "submit"
    TAKE_UP = "take-up"
    ASK_MORE = "ask-more"
    ANSWER = "answer"
    FIND_ELIGIBLE = "find-eligible"
    FIND_NOT_ELIGIBLE = "find-not-eligible"
    PUT_TO_BALLOT = "put-to-ballot"
    CARRY = "carry"
    REJECT = "reject"
    RETURN = "return"
    DECLINE = "decline"
    REGISTER = "register"
    BIND = "bind"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"

    @property
    def text(self) -> str:
        """As people read it: “the application cannot …”."""
        return _ACTION_TEXTS[self]


class Party(Enum):
    """Who moves an application, and from whom something is awaited."""

    APPLICANT = "applicant"
    SECRETARIAT = "secretariat"
    BOARD = "board"
    PLATFORM = "platform"

    @property
    def text(self) -> str:
        """As people read it."""
        return "the Board" if self is Party.BOARD else f"the {self.value}"


@dataclass(frozen=True, slots=True)
class Rule:
    """Where an action leads, and whose it is."""

    next: State
    by: Party


@dataclass(frozen=True, slots=True)
class Awaited:
    """What is awaited, from whom; `party` is None where nothing is."""

    party: Party | None
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What an applicant says on one criterion, with addresses where it can be seen."""

    text: str = ""
    links: tuple[str, ...] = ()


def _no_answers() -> Mapping[str, Answer]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Application:
    """One application; `id` is a UUID, times are UTC, `zone` is the applicant's IANA time zone.

    `revision` grows with each save, each file and each move. `confirmed` is when the address was,
    `changed` when the applicant last touched it, `entered` when it came into its present state.
    `question` is what the secretariat asked last, `reason` why it was found not eligible or
    declined.
    `organisation` is its place on the register once admitted, `ballot` the latest one about it.
    """

    id: str
    email: str
    zone: str
    state: State
    revision: int
    opened: datetime
    confirmed: datetime | None
    changed: datetime
    entered: datetime
    category: Category | None = None
    record: Record = field(default_factory=Record)
    answers: Mapping[str, Answer] = field(default_factory=_no_answers)
    sponsors: tuple[str, ...] = ()
    question: str = ""
    reason: str = ""
    organisation: str | None = None
    ballot: str | None = None


_APPLICANT, _SECRETARIAT, _BOARD, _PLATFORM = Party

MOVES: Mapping[tuple[State, Action], Rule] = MappingProxyType(
    {
        (State.DRAFT, Action.SUBMIT): Rule(State.SUBMITTED, _APPLICANT),
        (State.DRAFT, Action.WITHDRAW): Rule(State.WITHDRAWN, _APPLICANT),
        (State.DRAFT, Action.LAPSE): Rule(State.LAPSED, _PLATFORM),
        (State.SUBMITTED, Action.TAKE_UP): Rule(State.IN_REVIEW, _SECRETARIAT),
        (State.SUBMITTED, Action.WITHDRAW): Rule(State.WITHDRAWN, _APPLICANT),
        (State.IN_REVIEW, Action.ASK_MORE): Rule(State.MORE_ASKED, _SECRETARIAT),
        (State.IN_REVIEW, Action.FIND_ELIGIBLE): Rule(State.ELIGIBLE, _SECRETARIAT),
        (State.IN_REVIEW, Action.FIND_NOT_ELIGIBLE): Rule(State.NOT_ELIGIBLE, _SECRETARIAT),
        (State.IN_REVIEW, Action.WITHDRAW): Rule(State.WITHDRAWN, _APPLICANT),
        (State.MORE_ASKED, Action.ANSWER): Rule(State.IN_REVIEW, _APPLICANT),
        (State.MORE_ASKED, Action.WITHDRAW): Rule(State.WITHDRAWN, _APPLICANT),
        (State.MORE_ASKED, Action.LAPSE): Rule(State.LAPSED, _PLATFORM),
        (State.ELIGIBLE, Action.ASK_MORE): Rule(State.MORE_ASKED, _SECRETARIAT),
        (State.ELIGIBLE, Action.PUT_TO_BALLOT): Rule(State.IN_BALLOT, _SECRETARIAT),
        (State.ELIGIBLE, Action.WITHDRAW): Rule(State.WITHDRAWN, _APPLICANT),
        (State.NOT_ELIGIBLE, Action.ASK_MORE): Rule(State.MORE_ASKED, _SECRETARIAT),
        (State.NOT_ELIGIBLE, Action.PUT_TO_BALLOT): Rule(State.IN_BALLOT, _SECRETARIAT),
        (State.NOT_ELIGIBLE, Action.DECLINE): Rule(State.DECLINED, _SECRETARIAT),
        (State.NOT_ELIGIBLE, Action.WITHDRAW): Rule(State.WITHDRAWN, _APPLICANT),
        (State.IN_BALLOT, Action.CARRY): Rule(State.ADMITTED, _BOARD),
        (State.IN_BALLOT, Action.REJECT): Rule(State.DECLINED, _BOARD),
        (State.IN_BALLOT, Action.RETURN): Rule(State.IN_REVIEW, _BOARD),
        (State.IN_BALLOT, Action.WITHDRAW): Rule(State.WITHDRAWN, _APPLICANT),
        (State.ADMITTED, Action.REGISTER): Rule(State.AWAITING_NDA, _PLATFORM),
        (State.ADMITTED, Action.WITHDRAW): Rule(State.WITHDRAWN, _APPLICANT),
        (State.AWAITING_NDA, Action.BIND): Rule(State.ACTIVE, _PLATFORM),
        (State.AWAITING_NDA, Action.WITHDRAW): Rule(State.WITHDRAWN, _APPLICANT),
        (State.AWAITING_NDA, Action.LAPSE): Rule(State.LAPSED, _PLATFORM),
    }
)
"""Every move there is; all others are refused."""

AWAITED: Mapping[State, Awaited] = MappingProxyType(
    {
        State.DRAFT: Awaited(_APPLICANT, "Complete the application and submit it."),
        State.SUBMITTED: Awaited(_SECRETARIAT, "The secretariat takes the application up."),
        State.IN_REVIEW: Awaited(
            _SECRETARIAT, "The secretariat judges whether each criterion is met."
        ),
        State.MORE_ASKED: Awaited(_APPLICANT, "Answer what the secretariat asked."),
        State.ELIGIBLE: Awaited(_SECRETARIAT, "The secretariat puts the admission to the Board."),
        State.NOT_ELIGIBLE: Awaited(
            _SECRETARIAT,
            "The secretariat decides whether to ask two thirds of the Board, or to decline.",
        ),
        State.IN_BALLOT: Awaited(_BOARD, "The Board votes."),
        State.ADMITTED: Awaited(_PLATFORM, "The organisation is put on the register."),
        State.AWAITING_NDA: Awaited(
            _APPLICANT, "An authorised signatory of the organisation signs the multi-party NDA."
        ),
        State.ACTIVE: Awaited(None, "Nothing: the organisation is a member."),
        State.DECLINED: Awaited(None, "Nothing: the application was declined."),
        State.WITHDRAWN: Awaited(None, "Nothing: the application was withdrawn."),
        State.LAPSED: Awaited(None, "Nothing: the application has lapsed."),
    }
)
"""What the applicant is told, state by state."""

WRITABLE = frozenset({State.DRAFT, State.MORE_ASKED})
"""The states in which the applicant may change what the application says."""


def actions_of(state: State, party: Party) -> tuple[Action, ...]:
    """What somebody may do with an application in this state, in the order of the actions."""
    return tuple(
        action
        for action in Action
        if (rule := MOVES.get((state, action))) is not None and rule.by is party
    )


def moved(application: Application, action: Action, party: Party, at: datetime) -> Application:
    """The application after a move; IllegalTransition, or NotAllowed for another party's."""
    rule = MOVES.get((application.state, action))
    if rule is None:
        raise IllegalTransition(
            f"The application is {application.state.text}: it cannot {action.text}."
        )
    if rule.by is not party:
        raise NotAllowed(f"An application cannot {action.text} like that: {rule.by.text} does it.")
    return replace(application, state=rule.next, revision=application.revision + 1, entered=at)


def check_revision(application: Application, revision: int) -> None:
    """Overtaken unless this is the revision that somebody saw; it says how it is now."""
    if application.revision != revision:
        raise Overtaken(
            f"Somebody was faster: the application is {application.state.text} since "
            f"{application.entered:%Y-%m-%d %H:%M} UTC. Look at it again."
        )


LAPSES: Mapping[State, tuple[str, str]] = MappingProxyType(
    {
        State.DRAFT: ("changed", "draft_term"),
        State.MORE_ASKED: ("entered", "answer_term"),
        State.AWAITING_NDA: ("entered", "signing_term"),
    }
)
"""Where the applicant is awaited: from when on, and for which of the bylaws' terms."""


def lapses_at(application: Application, bylaws: Bylaws) -> datetime | None:
    """The instant at which an application lapses if nothing happens; None where it never does."""
    if application.state not in LAPSES:
        return None
    since, term = LAPSES[application.state]
    found: datetime = getattr(application, since) + getattr(bylaws, term)
    return found


_STATE_TEXTS = {
    State.DRAFT: "a draft",
    State.SUBMITTED: "submitted",
    State.IN_REVIEW: "in review",
    State.MORE_ASKED: "waiting for the applicant's answer",
    State.ELIGIBLE: "found eligible",
    State.NOT_ELIGIBLE: "found not eligible",
    State.IN_BALLOT: "before the Board",
    State.ADMITTED: "admitted",
    State.AWAITING_NDA: "admitted and waiting for the NDA",
    State.ACTIVE: "closed: the organisation is a member",
    State.DECLINED: "declined",
    State.WITHDRAWN: "withdrawn",
    State.LAPSED: "lapsed",
}

_ACTION_TEXTS = {
    Action.SUBMIT: "be submitted",
    Action.TAKE_UP: "be taken up",
    Action.ASK_MORE: "have more information asked for",
    Action.ANSWER: "be answered",
    Action.FIND_ELIGIBLE: "be found eligible",
    Action.FIND_NOT_ELIGIBLE: "be found not eligible",
    Action.PUT_TO_BALLOT: "be put to the Board",
    Action.CARRY: "be admitted by a ballot",
    Action.REJECT: "be rejected by a ballot",
    Action.RETURN: "come back from the Board undecided",
    Action.DECLINE: "be declined",
    Action.REGISTER: "be put on the register",
    Action.BIND: "become a membership",
    Action.WITHDRAW: "be withdrawn",
    Action.LAPSE: "lapse",
}
