"""Standing: what somebody may read, and why, at one instant. The only door to rights.

Decides from the organisation, its signatures, the person and the time; nothing is remembered
between two requests, so whatever ends a right ends it at the very next one (bylaws: no NDA in
force, no access to the members perimeter).

  1  an account that was removed reads nothing in anybody's name
  2  an organisation that is suspended, has ended, or was never admitted, reads what anyone reads
  3  a working group of the CSA reads the research perimeter
  4  a partner reads what anyone reads, and what is addressed to it
  5  a member reads the members perimeter: its NDA in force, and this very text of it
     acknowledged by this person
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from membership.ndas.signature import Nda, in_force, latest
from membership.organisation import Category, Organisation
from membership.person import Person, Role
from tlp import Deny, Perimeter, Permit, Reader, Verdict


@dataclass(frozen=True, slots=True)
class Standing:
    """What follows for one person: whether in good standing, and as whom they read.

    `verdict` carries the reason as a sentence for the person; `nda` is the signature in force.
    """

    verdict: Verdict
    reader: Reader
    nda: Nda | None = None

    @property
    def may_contribute(self) -> bool:
        """Members in good standing contribute; nobody else does."""
        return bool(self.verdict) and self.reader.perimeter is Perimeter.MEMBERS


def standing(
    organisation: Organisation, signatures: Sequence[Nda], person: Person, at: datetime
) -> Standing:
    """The standing of a person at that instant."""
    refused = _refusal(organisation, person, at)
    if refused is not None:
        return Standing(refused, Reader())
    if organisation.category is Category.RESEARCH:
        permit = Permit("Working group of the CSA: the research perimeter.")
        return Standing(permit, _addressed(person, Perimeter.RESEARCH))
    if organisation.category is Category.PARTNER:
        permit = Permit("Partner: public information and what is addressed to you.")
        return Standing(permit, _addressed(person, Perimeter.PUBLIC))
    return _member_standing(signatures, person, at)


def _refusal(organisation: Organisation, person: Person, at: datetime) -> Deny | None:
    """Steps 1 and 2: what keeps anybody to the public perimeter."""
    if person.removed is not None and person.removed <= at:
        return Deny("This account has ended.")
    if organisation.ended is not None and organisation.ended <= at:
        became = organisation.ending.text if organisation.ending is not None else "has ended"
        return Deny(f"{organisation.name} {became} on {_day(organisation.ended)}.")
    if organisation.suspended is not None and organisation.suspended <= at:
        return Deny(f"{organisation.name} is suspended since {_day(organisation.suspended)}.")
    if organisation.admitted is None or organisation.admitted > at:
        return Deny(f"{organisation.name} has not been admitted.")
    return None


def _member_standing(signatures: Sequence[Nda], person: Person, at: datetime) -> Standing:
    """Step 5: the NDA in force, and acknowledged by this person."""
    nda = in_force(signatures, at)
    if nda is None:
        return Standing(Deny(why_not_bound(signatures, at)), Reader())
    if person.acknowledged is None or person.acknowledged > at:
        return Standing(Deny("You have not acknowledged the NDA yet."), Reader(), nda)
    if person.acknowledged_text != nda.text:
        reason = f"Your organisation has signed “{nda.text}”; you have not acknowledged it yet."
        return Standing(Deny(reason), Reader(), nda)
    permit = Permit(f"Member in good standing; the NDA is in force until {_day(nda.end)}.")
    return Standing(permit, _addressed(person, Perimeter.MEMBERS), nda)


def why_not_bound(signatures: Sequence[Nda], at: datetime) -> str:
    """Why no NDA is in force at that instant, as a sentence for the organisation's people."""
    last = latest(signatures)
    if last is None:
        return "Your organisation has not signed the NDA."
    if last.since > at:
        return f"The NDA takes effect on {_day(last.since)}."
    if last.superseded is not None and last.superseded == last.end:
        return (
            f"The text that your organisation signed ({last.text}) counted until "
            f"{_day(last.superseded)}; sign the new one."
        )
    return f"The NDA of {_day(last.since)} ended on {_day(last.end)}."


def _addressed(person: Person, perimeter: Perimeter) -> Reader:
    is_contact = Role.INCIDENT_CONTACT in person.roles
    return Reader(
        perimeter=perimeter,
        organisation=person.organisation,
        contacts=person.organisation if is_contact else None,
        person=person.id,
    )


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
