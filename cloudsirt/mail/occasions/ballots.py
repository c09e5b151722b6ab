"""Letters about ballots: to the seats that may vote when one opens, to all of them at the end.

The secretariat hears of the close as well. They say what kind of motion it is, and name nobody.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from cloudsirt.mail.occasion import Addressee, Occasion, Occasions, secretariat
from membership.ballots.ballot import State
from membership.ballots.events import BallotCancelled, BallotClosed, BallotOpened
from membership.ballots.store import BallotStore
from membership.person import Role


def _voters(event: BallotOpened, db: Connection) -> tuple[Addressee, ...]:
    return tuple(Addressee("person", person, Role.BOARD) for person in event.voters)


def _seats_and_secretariat(event: Any, db: Connection) -> tuple[Addressee, ...]:
    seats = [seat.person for seat in BallotStore(db).ballot(event.about).seats]
    others = [item for item in secretariat(event, db) if item.id not in seats]
    return (*(Addressee("person", person, Role.BOARD) for person in seats), *others)


def _ballot(event: Mapping[str, Any], db: Connection) -> Mapping[str, object]:
    """What kind of motion it is, until when votes count, and where it stands by now."""
    ballot = BallotStore(db).ballot(event["about"])
    return {
        "what": ballot.motion.kind.text,
        "closes": ballot.closes,
        "is_open": ballot.is_open,
        "is_secret": ballot.is_secret,
        "is_carried": ballot.state is State.CARRIED,
    }


OCCASIONS: Occasions = {
    BallotOpened: Occasion("ballot-opened", _voters, _ballot),
    BallotClosed: Occasion("ballot-closed", _seats_and_secretariat, _ballot),
    BallotCancelled: Occasion("ballot-cancelled", _seats_and_secretariat, _ballot),
}
