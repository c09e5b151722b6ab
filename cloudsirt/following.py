"""What follows from what happened: done in the same unit of work, and never forgotten by a caller.

A ballot that is carried does what it was about. The first signature on the NDA makes a member of
an applicant. A withdrawn application takes its ballot with it. Each consequence is a command of
`membership`; its events have consequences in turn.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cloudsirt import clock
from cloudsirt.events import PersonInvited
from cloudsirt.work import Work
from membership import register
from membership.admitting import admit_applicant
from membership.applications import outcomes
from membership.applications.application import State
from membership.applications.events import ApplicationWithdrawn
from membership.applications.store import ApplicationStore
from membership.ballots import balloting
from membership.ballots.ballot import Ballot, MotionKind
from membership.ballots.events import BallotCancelled, BallotClosed
from membership.ballots.motions import number_of
from membership.ballots.store import BallotStore
from membership.ballots.tally import tally
from membership.bylaws import amended
from membership.events import BylawsAmended, OrganisationEnded
from membership.ndas.adopting import adopt_text
from membership.ndas.events import NdaSigned
from membership.organisation import Ending
from membership.records.store import RecordStore

ACTOR = "board"
"""Who invites the people of an organisation that was admitted."""


def follow(work: Work) -> None:
    """Do what follows from the events of this unit of work, and from what that brings about."""
    for event in work.events:  # grows while it is read
        consequence = CONSEQUENCES.get(type(event))
        if consequence is not None:
            consequence(work, event)


def _decided(work: Work, event: BallotClosed) -> None:
    ballot = BallotStore(work.db).ballot(event.about)
    if ballot.motion.kind in (MotionKind.ADMISSION, MotionKind.ADMISSION_OF_OTHER):
        _decide_admission(work, ballot, is_carried=event.is_carried)
    elif event.is_carried:
        _DECISIONS[ballot.motion.kind](work, ballot)


def _decide_admission(work: Work, ballot: Ballot, *, is_carried: bool) -> None:
    """Admit, decline, or give it back to the secretariat where too few voted to decide."""
    store, id_ = ApplicationStore(work.db), ballot.motion.subject
    counted = tally(ballot, ballot.votes)
    if not is_carried and counted.cast < counted.quorum:
        work.record(*outcomes.returned(store, id_, ballot=ballot.id, at=work.at))
    elif not is_carried:
        work.record(*outcomes.lost(store, id_, ballot=ballot.id, at=work.at))
    else:
        work.record(*outcomes.carried(store, id_, ballot=ballot.id, at=work.at))
        _admit(work, ballot)


def _admit(work: Work, ballot: Ballot) -> None:
    """Register the organisation and its people, and invite them."""
    store = ApplicationStore(work.db)
    admission = admit_applicant(
        work.membership,
        RecordStore(work.db),
        store.application(ballot.motion.subject),
        ballot.motion.kind,
        ballot=ballot.id,
        new_id=clock.new_id,
        at=work.at,
    )
    work.record(*admission.events)
    work.record(*(PersonInvited(person, ACTOR) for person in admission.people))
    done = outcomes.registered(store, ballot.motion.subject, admission.organisation, work.at)
    work.record(*done)


def _expel(work: Work, ballot: Ballot) -> None:
    """End a membership, unless the member has left in the meantime."""
    work.record(
        *register.leave_register(
            work.membership,
            ballot.motion.subject,
            ending=Ending.EXPELLED,
            reason=f"ballot {ballot.id}",
            at=work.at,
        )
    )


def _amend(work: Work, ballot: Ballot) -> None:
    """Change a number of the bylaws, from this instant."""
    name, value = number_of(ballot.motion)
    amended(work.membership.bylaws(work.at), name, value)
    work.membership.add_amendment(name, value, ballot=ballot.id, at=work.at)
    work.record(BylawsAmended(ballot.id, name, value))


def _adopt(work: Work, ballot: Ballot) -> None:
    """Let members sign another text of the NDA."""
    adopted = adopt_text(work.membership, ballot.motion.subject, ballot=ballot.id, at=work.at)
    work.record(*adopted)


def _cancelled(work: Work, event: BallotCancelled) -> None:
    """An application whose ballot was taken back is the secretariat's again."""
    if MotionKind(event.kind) not in (MotionKind.ADMISSION, MotionKind.ADMISSION_OF_OTHER):
        return
    store = ApplicationStore(work.db)
    if store.application(event.subject).state is State.IN_BALLOT:
        work.record(*outcomes.returned(store, event.subject, ballot=event.about, at=work.at))


def _withdrawn(work: Work, event: ApplicationWithdrawn) -> None:
    """The Board does not vote on what was withdrawn."""
    ballot = ApplicationStore(work.db).application(event.about).ballot
    if ballot is not None:
        _cancel(work, ballot, "The application was withdrawn.")


def _ended(work: Work, event: OrganisationEnded) -> None:
    """The Board does not vote on the expulsion of who is gone."""
    for ballot in BallotStore(work.db).about(MotionKind.EXPULSION, event.about):
        _cancel(work, ballot.id, "The membership has ended.")


def _cancel(work: Work, ballot: str, reason: str) -> None:
    store = BallotStore(work.db)
    if store.ballot(ballot).is_open:
        work.record(*balloting.cancel(store, ballot, reason=reason, at=work.at)[1])


def _signed(work: Work, event: NdaSigned) -> None:
    """The first signature makes a member of an applicant, unless it has ended already."""
    if datetime.fromisoformat(event.until) <= work.at:
        return
    store = ApplicationStore(work.db)
    application = store.application_for(event.about)
    if application is not None and application.state is State.AWAITING_NDA:
        work.record(*outcomes.bound(store, application.id, work.at))


_DECISIONS: Mapping[MotionKind, Callable[[Work, Ballot], None]] = {
    MotionKind.EXPULSION: _expel,
    MotionKind.BYLAWS: _amend,
    MotionKind.NDA_TEXT: _adopt,
}
"""What follows when a motion is carried; admissions have consequences either way."""

CONSEQUENCES: Mapping[type[Any], Callable[[Work, Any], None]] = {
    BallotClosed: _decided,
    BallotCancelled: _cancelled,
    ApplicationWithdrawn: _withdrawn,
    OrganisationEnded: _ended,
    NdaSigned: _signed,
}
