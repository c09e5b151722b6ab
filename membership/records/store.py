"""Loads and saves records, requests to change them, and reminders; decides nothing."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from membership import tables as register
from membership.errors import UnknownOrganisation, UnknownRequest
from membership.record import Record, from_document, to_document
from membership.records import tables as t
from membership.records.states import ChangeRequest, State


@dataclass(frozen=True, slots=True)
class Kept:
    """A record and its marks; `saved` is None where an organisation has none yet."""

    record: Record
    saved: datetime | None = None
    confirmed: datetime | None = None
    confirmed_by: str | None = None


class RecordStore:
    """The records as kept in the database."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    # records

    def record(self, organisation: str) -> Record:
        """What an organisation says of itself: nothing but its name where it has no record."""
        return self.kept(organisation).record

    def kept(self, organisation: str) -> Kept:
        """A record with its marks; UnknownOrganisation when there is no such organisation."""
        found = self._kept(register.organisation.c.id == organisation)
        if organisation not in found:
            raise UnknownOrganisation(f"No organisation has the id {organisation}.")
        return found[organisation]

    def all_kept(self) -> dict[str, Kept]:
        """Every organisation's record with its marks."""
        return self._kept(register.organisation.c.id.is_not(None))

    def records(self) -> dict[str, Record]:
        """Every organisation's record."""
        return {id_: kept.record for id_, kept in self.all_kept().items()}

    def confirmations(self) -> dict[str, datetime]:
        """When each record was confirmed last: those that ever were."""
        columns = t.record.c
        query = select(columns.organisation, columns.confirmed)
        rows = self._db.execute(query.where(columns.confirmed.is_not(None)))
        return {row.organisation: row.confirmed for row in rows}

    def _kept(self, condition: object) -> dict[str, Kept]:
        names, columns = register.organisation.c, t.record.c
        query = (
            select(
                names.id,
                names.name,
                columns.document,
                columns.saved,
                columns.confirmed,
                columns.confirmed_by,
            )
            .outerjoin(t.record, columns.organisation == names.id)
            .where(condition)  # type: ignore[arg-type]
        )
        return {row["id"]: _kept(row) for row in self._db.execute(query).mappings()}

    def save_record(self, organisation: str, record: Record, at: datetime) -> None:
        """Write a record; its name is the register's, and stays that."""
        document = json.dumps(to_document(replace(record, name="")), ensure_ascii=False)
        values = {"document": document, "saved": at}
        condition = t.record.c.organisation == organisation
        if not self._db.execute(update(t.record).where(condition).values(values)).rowcount:
            self._db.execute(insert(t.record).values(organisation=organisation, **values))

    def save_confirmation(self, organisation: str, *, person: str, at: datetime) -> None:
        """Write who confirmed a record last, and when."""
        values = {"confirmed": at, "confirmed_by": person}
        condition = t.record.c.organisation == organisation
        self._db.execute(update(t.record).where(condition).values(values))

    # requests

    def add_request(self, request: ChangeRequest) -> None:
        """Keep a new request."""
        self._db.execute(insert(t.change).values(_request_row(request)))

    def save_request(self, request: ChangeRequest) -> None:
        """Write what became of a request."""
        condition = t.change.c.id == request.id
        self._db.execute(update(t.change).where(condition).values(_request_row(request)))

    def request(self, id_: str) -> ChangeRequest:
        """One request; UnknownRequest when there is none."""
        found = self._requests(t.change.c.id == id_)
        if not found:
            raise UnknownRequest("There is no such request.")
        return found[0]

    def open_request(self, organisation: str) -> ChangeRequest | None:
        """The request of an organisation that waits."""
        is_open = t.change.c.state == State.OPEN.value
        found = self._requests((t.change.c.organisation == organisation) & is_open)
        return found[0] if found else None

    def open_requests(self) -> tuple[ChangeRequest, ...]:
        """Every request that waits, the oldest first."""
        return self._requests(t.change.c.state == State.OPEN.value)

    def requests_of(self, organisation: str) -> tuple[ChangeRequest, ...]:
        """All requests of an organisation, the oldest first."""
        return self._requests(t.change.c.organisation == organisation)

    def _requests(self, condition: object) -> tuple[ChangeRequest, ...]:
        query = select(t.change).where(condition).order_by(t.change.c.asked)  # type: ignore[arg-type]
        return tuple(_request(row) for row in self._db.execute(query).mappings())

    # reminders

    def reminded(self, organisations: Iterable[str]) -> set[tuple[str, datetime, int]]:
        """Which reminders these organisations were given: for which day, how long before."""
        columns = t.reminder.c
        query = select(t.reminder).where(columns.organisation.in_(list(organisations)))
        return {(row.organisation, row.due, row.days) for row in self._db.execute(query)}

    def add_reminder(self, organisation: str, due: datetime, days: int) -> None:
        """Keep that a reminder was given."""
        self._db.execute(insert(t.reminder).values(organisation=organisation, due=due, days=days))


def _kept(row: RowMapping) -> Kept:
    if row["document"] is None:
        return Kept(Record(name=row["name"]))
    record = replace(from_document(json.loads(row["document"])), name=row["name"])
    return Kept(record, row["saved"], row["confirmed"], row["confirmed_by"])


def _request(row: RowMapping) -> ChangeRequest:
    values: dict[str, Any] = {**row, "state": State(row["state"])}
    return ChangeRequest(
        **{**values, "before": json.loads(row["before"]), "after": json.loads(row["after"])}
    )


def _request_row(request: ChangeRequest) -> Mapping[str, object]:
    return {
        "id": request.id,
        "organisation": request.organisation,
        "asked_by": request.asked_by,
        "asked": request.asked,
        "before": json.dumps(dict(request.before), ensure_ascii=False),
        "after": json.dumps(dict(request.after), ensure_ascii=False),
        "state": request.state.value,
        "decided_by": request.decided_by,
        "decided": request.decided,
        "answer": request.answer,
    }
