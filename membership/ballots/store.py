"""Loads and saves ballots with their seats; decides nothing."""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select, update

from membership.ballots import tables as t
from membership.ballots.ballot import Ballot, Choice, Motion, MotionKind, Recusal, Seat, State
from membership.ballots.papers import as_document, from_document
from membership.bylaws import Majority, Secrecy
from membership.errors import UnknownBallot

_IS_OPEN = t.ballot.c.state == State.OPEN.value


class BallotStore:
    """The ballots as kept in the database, in the transaction of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def ballot(self, id_: str) -> Ballot:
        """One ballot; UnknownBallot when there is none."""
        found = self._ballots(t.ballot.c.id == id_)
        if not found:
            raise UnknownBallot("There is no such ballot.")
        return found[0]

    def open_ballots(self) -> tuple[Ballot, ...]:
        """All that are open, newest first."""
        return self._ballots(_IS_OPEN, t.ballot.c.opened.desc(), t.ballot.c.id)

    def due(self, at: datetime) -> tuple[Ballot, ...]:
        """Those whose time is over and that nobody has counted, earliest first."""
        is_due = _IS_OPEN & (t.ballot.c.closes <= at)
        return self._ballots(is_due, t.ballot.c.closes, t.ballot.c.id)

    def closed(self, *, before: datetime | None = None, limit: int) -> tuple[Ballot, ...]:
        """Those closed before a moment, newest first."""
        condition = ~_IS_OPEN if before is None else ~_IS_OPEN & (t.ballot.c.closed < before)
        return self._ballots(condition, t.ballot.c.closed.desc(), t.ballot.c.id, limit=limit)

    def about(self, kind: MotionKind, subject: str) -> tuple[Ballot, ...]:
        """All ballots on one subject, newest first."""
        columns = t.ballot.c
        condition = (columns.kind == kind.value) & (columns.subject == subject)
        return self._ballots(condition, columns.opened.desc(), columns.id)

    def add(self, ballot: Ballot) -> None:
        """Keep a new ballot and its seats."""
        self._db.execute(insert(t.ballot).values(_ballot_row(ballot)))
        rows = [
            {"ballot": ballot.id, "place": place, **_seat_row(seat)}
            for place, seat in enumerate(ballot.seats)
        ]
        self._db.execute(insert(t.seat), rows)

    def save(self, ballot: Ballot) -> None:
        """Write the present state of a ballot and of the seats that are different from before."""
        known = {seat.person: seat for seat in self.ballot(ballot.id).seats}
        row = _ballot_row(ballot)
        self._db.execute(update(t.ballot).where(t.ballot.c.id == ballot.id).values(row))
        columns = t.seat.c
        for seat in ballot.seats:
            if seat != known[seat.person]:
                is_it = (columns.ballot == ballot.id) & (columns.person == seat.person)
                self._db.execute(update(t.seat).where(is_it).values(_seat_row(seat)))

    def _ballots(
        self, condition: ColumnElement[bool], *order: Any, limit: int | None = None
    ) -> tuple[Ballot, ...]:
        query = select(t.ballot).where(condition).order_by(*order).limit(limit)
        rows = list(self._db.execute(query).mappings())
        if not rows:
            return ()
        seats: dict[str, list[Seat]] = {row["id"]: [] for row in rows}
        taken = select(t.seat).where(t.seat.c.ballot.in_(seats)).order_by(t.seat.c.place)
        for found in self._db.execute(taken).mappings():
            seats[found["ballot"]].append(_seat(found))
        return tuple(_ballot(row, tuple(seats[row["id"]])) for row in rows)


def _ballot(row: RowMapping, seats: tuple[Seat, ...]) -> Ballot:
    return Ballot(
        id=row["id"],
        motion=Motion(MotionKind(row["kind"]), row["subject"], row["title"], row["organisation"]),
        opened=row["opened"],
        closes=row["closes"],
        seats=seats,
        majority=Majority(row["majority"]),
        quorum=Fraction(row["quorum_part"], row["quorum_of"]),
        secrecy=Secrecy(row["secrecy"]),
        state=State(row["state"]),
        closed=row["closed"],
        cancellation=row["cancellation"],
        papers=from_document(row["papers"]),
    )


def _ballot_row(ballot: Ballot) -> Mapping[str, object]:
    return {
        "id": ballot.id,
        "kind": ballot.motion.kind.value,
        "subject": ballot.motion.subject,
        "title": ballot.motion.title,
        "organisation": ballot.motion.organisation,
        "opened": ballot.opened,
        "closes": ballot.closes,
        "majority": ballot.majority.value,
        "quorum_part": ballot.quorum.numerator,
        "quorum_of": ballot.quorum.denominator,
        "secrecy": ballot.secrecy.value,
        "state": ballot.state.value,
        "closed": ballot.closed,
        "cancellation": ballot.cancellation,
        "papers": as_document(ballot.papers),
    }


def _seat(row: RowMapping) -> Seat:
    return Seat(
        person=row["person"],
        organisation=row["organisation"],
        recused=Recusal(row["recused"]) if row["recused"] is not None else None,
        has_voted=row["has_voted"],
        choice=Choice(row["choice"]) if row["choice"] is not None else None,
    )


def _seat_row(seat: Seat) -> dict[str, object]:
    return {
        "person": seat.person,
        "organisation": seat.organisation,
        "recused": seat.recused.reason if seat.recused is not None else None,
        "has_voted": seat.has_voted,
        "choice": seat.choice.value if seat.choice is not None else None,
    }
