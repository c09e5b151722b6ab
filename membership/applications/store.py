"""Loads and saves applications and what belongs to them; decides nothing.

Every method runs in the transaction of the connection that it was given.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from types import MappingProxyType
from typing import Any

import orjson
from sqlalchemy import (
    Column,
    Connection,
    RowMapping,
    Table,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from membership.applications import tables as t
from membership.applications.application import LAPSES, Answer, Application, State
from membership.applications.checks import Check
from membership.applications.evidence import EvidenceFile
from membership.applications.note import Note
from membership.applications.sponsorship import Sponsorship, Stance
from membership.bylaws import Bylaws
from membership.eligibility.judgement import Finding, Judgement
from membership.errors import NotAcceptable, UnknownApplication
from membership.organisation import Category
from membership.record import from_document, to_document
from membership.store import MembershipStore


class ApplicationStore:
    """Applications as kept in the database; `register` is the register in the same transaction."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self.register = MembershipStore(connection)

    # applications

    def application(self, id_: str) -> Application:
        """One application; UnknownApplication when there is none."""
        found = self._applications(t.application.c.id == id_)
        if not found:
            raise UnknownApplication(f"No application has the id {id_}.")
        return found[0]

    def applications(self, states: Iterable[State] = State) -> tuple[Application, ...]:
        """Those in these states, whoever has waited longest first."""
        return self._applications(t.application.c.state.in_([state.value for state in states]))

    def applications_of(self, email: str) -> tuple[Application, ...]:
        """Everything that was begun with this address, in any case."""
        return self._applications(t.application.c.email == email.strip().casefold())

    def application_for(self, organisation: str) -> Application | None:
        """The application through which an organisation came on the register."""
        found = self._applications(t.application.c.organisation == organisation)
        return found[-1] if found else None

    def overdue(self, bylaws: Bylaws, at: datetime) -> tuple[Application, ...]:
        """Those whose term is over at that instant."""
        columns = t.application.c
        terms = [
            (columns.state == state.value) & (columns[since] <= at - getattr(bylaws, term))
            for state, (since, term) in LAPSES.items()
        ]
        return self._applications(or_(*terms))

    def _applications(self, condition: Any) -> tuple[Application, ...]:
        columns = t.application.c
        query = select(t.application).where(condition).order_by(columns.entered, columns.id)
        return tuple(_application(row) for row in self._db.execute(query).mappings())

    def add(self, application: Application) -> None:
        """Keep a new application."""
        self._db.execute(insert(t.application).values(_row(application)))

    def save(self, application: Application) -> None:
        """Write the present state of an application."""
        query = update(t.application).where(t.application.c.id == application.id)
        self._db.execute(query.values(_row(application)))

    # evidence

    def files(self, application: str) -> tuple[EvidenceFile, ...]:
        """The files of an application, oldest first; without their content."""
        columns = t.evidence.c
        query = select(t.evidence).where(columns.application == application)
        rows = self._db.execute(query.order_by(columns.at, columns.id)).mappings()
        return tuple(EvidenceFile(**row) for row in rows)

    def file_content(self, file_id: str) -> bytes:
        """The content of one file; NotAcceptable when there is none."""
        columns = t.evidence_content.c
        found = self._db.execute(select(columns.content).where(columns.file == file_id)).scalar()
        if found is None:
            raise NotAcceptable("There is no such file.")
        return bytes(found)

    def add_file(self, file: EvidenceFile, content: bytes) -> None:
        """Keep a file."""
        self._db.execute(insert(t.evidence).values(asdict(file)))
        self._db.execute(insert(t.evidence_content).values(file=file.id, content=content))

    def remove_file(self, file_id: str) -> None:
        """Forget a file and its content."""
        self._db.execute(delete(t.evidence_content).where(t.evidence_content.c.file == file_id))
        self._db.execute(delete(t.evidence).where(t.evidence.c.id == file_id))

    # judgements

    def judgements(self, application: str) -> tuple[Judgement, ...]:
        """What reviewers think at present, oldest first."""
        return self._judgements(application, t.judgement.c.superseded.is_(None))

    def former_judgements(self, application: str) -> tuple[Judgement, ...]:
        """What reviewers thought before they, or the answer, changed; oldest first."""
        return self._judgements(application, t.judgement.c.superseded.is_not(None))

    def _judgements(self, application: str, condition: Any) -> tuple[Judgement, ...]:
        columns = t.judgement.c
        query = select(
            columns.criterion, columns.reviewer, columns.finding, columns.reason, columns.at
        ).where(columns.application == application, condition)
        return tuple(
            Judgement(**{**row, "finding": Finding(row["finding"])})
            for row in self._db.execute(query.order_by(columns.number)).mappings()
        )

    def add_judgement(self, application: str, judgement: Judgement) -> None:
        """Keep a reviewer's opinion instead of the one they had."""
        columns = t.judgement.c
        self._db.execute(
            update(t.judgement)
            .where(columns.application == application, columns.criterion == judgement.criterion)
            .where(columns.reviewer == judgement.reviewer, columns.superseded.is_(None))
            .values(superseded=judgement.at)
        )
        row = {**asdict(judgement), "finding": judgement.finding.value, "application": application}
        self._append(t.judgement, columns.number, row)

    def supersede_judgements(self, application: str, criteria: Iterable[str], at: datetime) -> None:
        """The answers on these criteria changed: what was thought of them counts no more."""
        columns = t.judgement.c
        self._db.execute(
            update(t.judgement)
            .where(columns.application == application, columns.criterion.in_(list(criteria)))
            .where(columns.superseded.is_(None))
            .values(superseded=at)
        )

    # checks

    def checks(self, application: str) -> tuple[Check, ...]:
        """The latest check of each fact, in the order of kind and subject."""
        columns = t.check.c
        query = select(t.check).where(columns.application == application).order_by(columns.number)
        latest = {
            (row["kind"], row["subject"]): Check(
                **{name: value for name, value in row.items() if name != "number"}
            )
            for row in self._db.execute(query).mappings()
        }
        return tuple(latest[key] for key in sorted(latest))

    def add_check(self, check: Check) -> None:
        """Keep what was looked up."""
        self._append(t.check, t.check.c.number, asdict(check))

    # sponsors

    def sponsorships(self, application: str) -> tuple[Sponsorship, ...]:
        """Everybody who was asked to support an application."""
        return self._sponsorships(t.sponsorship.c.application == application)

    def sponsorships_of(self, organisation: str) -> tuple[Sponsorship, ...]:
        """Every application that an organisation was asked to support."""
        return self._sponsorships(t.sponsorship.c.organisation == organisation)

    def _sponsorships(self, condition: Any) -> tuple[Sponsorship, ...]:
        columns = t.sponsorship.c
        query = select(t.sponsorship).where(condition)
        rows = self._db.execute(query.order_by(columns.asked, columns.organisation)).mappings()
        return tuple(Sponsorship(**{**row, "stance": Stance(row["stance"])}) for row in rows)

    def add_sponsorship(self, sponsorship: Sponsorship) -> None:
        """Keep that a member was asked."""
        row = {**asdict(sponsorship), "stance": sponsorship.stance.value}
        self._db.execute(insert(t.sponsorship).values(row))

    def save_sponsorship(self, sponsorship: Sponsorship) -> None:
        """Write what a sponsor says."""
        columns = t.sponsorship.c
        self._db.execute(
            update(t.sponsorship)
            .where(columns.application == sponsorship.application)
            .where(columns.organisation == sponsorship.organisation)
            .values({**asdict(sponsorship), "stance": sponsorship.stance.value})
        )

    # notes

    def notes(self, application: str) -> tuple[Note, ...]:
        """The notes on an application, oldest first."""
        columns = t.note.c
        query = select(columns.application, columns.author, columns.text, columns.at)
        query = query.where(columns.application == application).order_by(columns.number)
        return tuple(Note(**row) for row in self._db.execute(query).mappings())

    def add_note(self, note: Note) -> None:
        """Keep a note."""
        self._append(t.note, t.note.c.number, asdict(note))

    def _append(self, table: Table, number: Column[Any], row: Mapping[str, object]) -> None:
        """Writers are serial, so the next number is free."""
        last = self._db.execute(select(func.max(number))).scalar_one()
        self._db.execute(insert(table).values(**row, number=(last or 0) + 1))


def _application(row: RowMapping) -> Application:
    values: dict[str, Any] = dict(row)
    values["state"] = State(row["state"])
    values["category"] = Category(row["category"]) if row["category"] is not None else None
    values["record"] = from_document(orjson.loads(row["record"]))
    values["answers"] = MappingProxyType(
        {
            criterion: Answer(item["text"], tuple(item["links"]))
            for criterion, item in orjson.loads(row["answers"]).items()
        }
    )
    values["sponsors"] = tuple(orjson.loads(row["sponsors"]))
    return Application(**values)


def _row(application: Application) -> dict[str, object]:
    values = {name: getattr(application, name) for name in Application.__slots__}
    values["state"] = application.state.value
    values["category"] = application.category.value if application.category is not None else None
    values["record"] = _json(to_document(application.record))
    values["answers"] = _json(
        {
            criterion: {"text": answer.text, "links": list(answer.links)}
            for criterion, answer in application.answers.items()
        }
    )
    values["sponsors"] = _json(list(application.sponsors))
    return values


def _json(document: object) -> str:
    return orjson.dumps(document).decode()
