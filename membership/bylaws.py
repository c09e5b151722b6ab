"""The numbers and names of the bylaws, each with its clause; nothing here is decided twice.

`BYLAWS` is what an installation is founded with. What the Board adopts later is kept with the
ballot that adopted it; `amended` makes the new value, and refuses numbers that make no sense.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from fractions import Fraction

from membership.errors import NotAcceptable


class Majority(Enum):
    """How many votes carry a motion (Board clause)."""

    SIMPLE = "simple"
    """More votes for than against, of the votes cast."""
    TWO_THIRDS = "two-thirds"
    """Votes for from two thirds of all seats, whether they voted or not."""


class Secrecy(Enum):
    """What becomes known of a vote (Board clause)."""

    OPEN = "open"
    SECRET = "secret"  # noqa: S105 - a kind of ballot


class Benefit(Enum):
    """What Charter Members have and others have not (charter)."""

    STAND_FOR_THE_BOARD = "Their people may stand for the Board"


@dataclass(frozen=True, slots=True)
class Bylaws:
    """What the charter fixes; another consortium would run on another value of this."""

    charter_date: date = date(2027, 2, 20)
    """Organisations admitted until the end of this day (UTC) are Charter Members (charter)."""

    charter_benefits: frozenset[Benefit] = frozenset({Benefit.STAND_FOR_THE_BOARD})
    """What that status gives (charter)."""

    sponsors: int = 0
    """Members that must support an application (admission clause)."""

    reviewers: int = 2
    """People of the secretariat who must agree on each criterion (eligibility clause)."""

    draft_term: timedelta = timedelta(days=180)
    """An application that is not touched for so long lapses (admission clause)."""

    answer_term: timedelta = timedelta(days=60)
    """How long the secretariat waits for what it asked an applicant (admission clause)."""

    signing_term: timedelta = timedelta(days=90)
    """An admission lapses without a signature on the NDA within this time (NDA clause)."""

    ballot_term: timedelta = timedelta(days=14)
    """How long a ballot is open (Board clause)."""

    quorum: Fraction = Fraction(1, 2)
    """More than this part of the seats that may vote must have voted (Board clause)."""

    admission: Majority = Majority.SIMPLE
    """For an organisation of an eligible category (admission clause)."""

    admission_of_other: Majority = Majority.TWO_THIRDS
    """For an organisation that fits no category (admission clause)."""

    expulsion: Majority = Majority.TWO_THIRDS
    """For ending a membership against the member's will (membership clause)."""

    amendment: Majority = Majority.TWO_THIRDS
    """For other numbers of these bylaws (final clause)."""

    nda_adoption: Majority = Majority.SIMPLE
    """For another text of the multi-party NDA (NDA clause)."""

    secrecy_of_expulsion: Secrecy = Secrecy.SECRET
    secrecy_of_others: Secrecy = Secrecy.OPEN
    """Whether votes become known (Board clause)."""

    nda_term: timedelta = timedelta(days=730)
    """How long a signature on the multi-party NDA binds unless it says otherwise (NDA clause)."""

    nda_text: str = "multi-party NDA, 2026 edition"
    """The title of the text that the consortium was founded with (NDA clause)."""

    nda_transition: timedelta = timedelta(days=90)
    """How long signatures on the text before still count once there is a new one (NDA clause)."""

    nda_reminders: tuple[int, ...] = (90, 30, 7)
    """Days before the end of a signature at which its signatories are reminded (NDA clause)."""

    confirmation_term: timedelta = timedelta(days=365)
    """How often a representative confirms that the record is still true (membership clause)."""

    def majority_word(self, majority: Majority) -> str:
        """A majority as people read it."""
        return _MAJORITIES[majority]


_MAJORITIES = {
    Majority.SIMPLE: "more votes for than against",
    Majority.TWO_THIRDS: "two thirds of all seats",
}

BYLAWS = Bylaws()

AMENDABLE: Mapping[str, str] = {
    "charter_date": "Last day on which those admitted become Charter Members",
    "sponsors": "Sponsors that an application needs",
    "reviewers": "People of the secretariat who must agree on each criterion",
    "draft_term": "Days after which an untouched application lapses",
    "answer_term": "Days to answer a question of the secretariat",
    "signing_term": "Days to sign the NDA after admission",
    "ballot_term": "Days that a ballot is open",
    "nda_term": "Days that a signature on the NDA binds",
    "nda_transition": "Days that signatures on the NDA text before still count",
    "confirmation_term": "Days after which a record must be confirmed again",
}
"""The numbers that the Board may change by ballot, and what each is, as people read it."""

_LARGEST = {"sponsors": 10, "reviewers": 5}
_MOST_DAYS = 3_650


def amended(bylaws: Bylaws, name: str, number: str) -> Bylaws:
    """The bylaws with one number changed; NotAcceptable for what they could not run on.

    Terms are whole days from 1 to 3,650, `charter_date` is a date of ISO 8601.
    """
    if name not in AMENDABLE:
        raise NotAcceptable(f"The Board cannot change “{name}”.")
    kind = {field.name: field.type for field in fields(Bylaws)}[name]
    if kind is date:
        return replace(bylaws, charter_date=_date(number))
    count = _count(name, number)
    value = timedelta(days=count) if kind is timedelta else count
    return replace(bylaws, **{name: value})  # type: ignore[arg-type]


def as_number(bylaws: Bylaws, name: str) -> str:
    """One number of the bylaws as `amended` reads it."""
    value = getattr(bylaws, name)
    return str(value.days) if isinstance(value, timedelta) else str(value)


def stated(bylaws: Bylaws) -> tuple[tuple[str, str], ...]:
    """What the bylaws say, as people read it: each number or rule with its name."""
    numbers = tuple((text, as_number(bylaws, name)) for name, text in AMENDABLE.items())
    rules = (
        ("Admission of an eligible organisation", bylaws.admission),
        ("Admission of another organisation", bylaws.admission_of_other),
        ("Expulsion of a member", bylaws.expulsion),
        ("Change of these bylaws", bylaws.amendment),
        ("Another text of the NDA", bylaws.nda_adoption),
    )
    return (
        *((text, bylaws.majority_word(majority)) for text, majority in rules),
        *((benefit.value, "Charter Members only") for benefit in bylaws.charter_benefits),
        ("Quorum", f"more than {bylaws.quorum} of the seats that may vote"),
        ("Votes on an expulsion", bylaws.secrecy_of_expulsion.value),
        ("Other votes", bylaws.secrecy_of_others.value),
        *numbers,
        ("Days before the end of a signature with a reminder", _listed(bylaws.nda_reminders)),
    )


def is_charter_member(bylaws: Bylaws, admitted: datetime) -> bool:
    """Whether an admission at this instant makes a Charter Member (charter)."""
    return admitted.astimezone(UTC).date() <= bylaws.charter_date


def _listed(numbers: tuple[int, ...]) -> str:
    return ", ".join(str(number) for number in numbers)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotAcceptable("A date is written like 2027-02-20.") from error


def _count(name: str, text: str) -> int:
    least, most = (0, _LARGEST[name]) if name in _LARGEST else (1, _MOST_DAYS)
    least = 1 if name == "reviewers" else least
    if not text.isascii() or not text.isdigit() or len(text) > 4 or not least <= int(text) <= most:
        raise NotAcceptable(f"{AMENDABLE[name]}: a whole number from {least} to {most}.")
    return int(text)
