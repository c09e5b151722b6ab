"""Loads and saves texts, signatures, receipts, uploads, acknowledgements; decides nothing."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, RowMapping, Select, func, insert, select, update

from membership import tables as t
from membership.errors import UnknownText, UnknownUpload
from membership.ndas.signature import Method, Nda
from membership.ndas.tables import (
    nda_acknowledgement,
    nda_receipt,
    nda_reminder,
    nda_text,
    nda_upload,
)
from membership.ndas.text import Text
from membership.ndas.upload import State, Upload

_TEXT = [column for column in nda_text.c if column.name != "content"]
_UPLOAD = [column for column in nda_upload.c if column.name != "content"]


class NdaStore:
    """Everything around the NDA as kept in the database."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    # texts

    def texts(self) -> tuple[Text, ...]:
        """All texts: drafts first, then the newest adopted one, and so on."""
        found = [Text(**row) for row in self._db.execute(select(*_TEXT)).mappings()]
        return tuple(
            sorted(
                found,
                key=lambda text: (text.adopted is None, text.adopted or text.proposed, text.title),
                reverse=True,
            )
        )

    def text(self, title: str) -> Text:
        """One text; UnknownText when none has this title."""
        return self._one_text(nda_text.c.title == title, f"No text is called “{title}”.")

    def text_by_digest(self, digest: str) -> Text:
        """The text with this content; UnknownText when there is none."""
        return self._one_text(nda_text.c.digest == digest, "There is no such text.")

    def _one_text(self, condition: object, otherwise: str) -> Text:
        query = select(*_TEXT).where(condition)  # type: ignore[arg-type]
        row = self._db.execute(query).mappings().one_or_none()
        if row is None:
            raise UnknownText(otherwise)
        return Text(**row)

    def newest_text(self) -> Text:
        """The text on which signatures are made; UnknownText before the first was adopted."""
        newest = nda_text.c.adopted.is_not(None) & nda_text.c.superseded.is_(None)
        return self._one_text(newest, "No text of the NDA has been adopted yet.")

    def content(self, title: str) -> bytes:
        """The bytes of a text."""
        query = select(nda_text.c.content).where(nda_text.c.title == title)
        return bytes(self._db.execute(query).scalar_one())

    def add_text(self, text: Text, content: bytes) -> None:
        """Keep a new text."""
        self._db.execute(insert(nda_text).values(**asdict(text), content=content))

    def save_text(self, text: Text) -> None:
        """Write since when a text counts, and until when."""
        values = {
            "adopted": text.adopted,
            "superseded": text.superseded,
            "ballot": text.ballot,
        }
        self._db.execute(update(nda_text).where(nda_text.c.title == text.title).values(values))

    # signatures

    def signatures(self, organisation: str) -> tuple[Nda, ...]:
        """All signatures of one organisation, oldest first."""
        return self._signatures(_signatures().where(t.nda.c.organisation == organisation))

    def all_signatures(self) -> tuple[Nda, ...]:
        """All signatures of all organisations, oldest first."""
        return self._signatures(_signatures())

    def _signatures(self, query: Select[tuple[object, ...]]) -> tuple[Nda, ...]:
        rows = self._db.execute(query.order_by(t.nda.c.since, t.nda.c.id)).mappings()
        return tuple(_nda(row) for row in rows)

    def add_signature(self, nda: Nda) -> None:
        """Record a signature."""
        self._db.execute(
            insert(t.nda).values(
                id=nda.id,
                organisation=nda.organisation,
                text=nda.text,
                since=nda.since,
                until=nda.until,
                method=nda.method.value,
                signatory=nda.signatory,
                ended=nda.ended,
                reason=nda.reason,
            )
        )

    def end_signature(self, id_: str, ended: datetime, reason: str) -> None:
        """Let a signature end at that moment; its term stays as it was signed."""
        row = t.nda.c.id == id_
        self._db.execute(update(t.nda).where(row).values(ended=ended, reason=reason))

    # receipts

    def receipt(self, nda: str) -> tuple[bytes, bytes] | None:
        """The statement and the signature over it that stand for a signature on the platform."""
        columns = nda_receipt.c
        query = select(columns.statement, columns.signature).where(columns.nda == nda)
        row = self._db.execute(query).one_or_none()
        return None if row is None else (bytes(row.statement), bytes(row.signature))

    def add_receipt(self, nda: str, statement: bytes, signature: bytes) -> None:
        """Keep the receipt of a signature."""
        self._db.execute(
            insert(nda_receipt).values(nda=nda, statement=statement, signature=signature)
        )

    # uploads

    def upload(self, id_: str) -> Upload:
        """One document; UnknownUpload when there is none."""
        found = self._uploads(nda_upload.c.id == id_)
        if not found:
            raise UnknownUpload("There is no such document.")
        return found[0]

    def uploads_of(self, organisation: str) -> tuple[Upload, ...]:
        """The documents of one organisation, newest first."""
        return self._uploads(nda_upload.c.organisation == organisation)

    def uploads_in(self, state: State) -> tuple[Upload, ...]:
        """The documents in one state, newest first."""
        return self._uploads(nda_upload.c.state == state.value)

    def _uploads(self, condition: object) -> tuple[Upload, ...]:
        query = select(*_UPLOAD).where(condition)  # type: ignore[arg-type]
        rows = self._db.execute(query.order_by(nda_upload.c.uploaded.desc(), nda_upload.c.id))
        return tuple(Upload(**{**row, "state": State(row["state"])}) for row in rows.mappings())

    def upload_content(self, id_: str) -> bytes:
        """The bytes of a document."""
        query = select(nda_upload.c.content).where(nda_upload.c.id == id_)
        return bytes(self._db.execute(query).scalar_one())

    def add_upload(self, upload: Upload, content: bytes) -> None:
        """Keep a document that was handed in."""
        row = asdict(upload) | {"state": upload.state.value}
        self._db.execute(insert(nda_upload).values(**row, content=content))

    def save_upload(self, upload: Upload) -> None:
        """Write what was decided of a document."""
        values = {
            "state": upload.state.value,
            "decided": upload.decided,
            "decided_by": upload.decided_by,
            "reason": upload.reason,
            "nda": upload.nda,
        }
        self._db.execute(update(nda_upload).where(nda_upload.c.id == upload.id).values(values))

    # acknowledgements

    def acknowledged(self, person: str, text: str) -> datetime | None:
        """When a person acknowledged a text."""
        columns = nda_acknowledgement.c
        query = select(columns.at).where(columns.person == person, columns.text == text)
        return self._db.execute(query).scalar_one_or_none()

    def acknowledgements(self, until: datetime) -> dict[str, list[tuple[str, datetime]]]:
        """Who acknowledged what by an instant, inclusive: for each title, people with the time."""
        columns = nda_acknowledgement.c
        query = select(columns.text, columns.person, columns.at).where(columns.at <= until)
        found: dict[str, list[tuple[str, datetime]]] = {}
        for row in self._db.execute(query.order_by(columns.at, columns.person)):
            found.setdefault(row.text, []).append((row.person, row.at))
        return found

    def add_acknowledgement(self, person: str, text: str, at: datetime) -> None:
        """Keep that a person acknowledged a text."""
        self._db.execute(insert(nda_acknowledgement).values(person=person, text=text, at=at))

    # reminders

    def reminders(self) -> frozenset[tuple[str, int]]:
        """The reminders that were sent: a signature's id, and days."""
        rows = self._db.execute(select(nda_reminder.c.nda, nda_reminder.c.days))
        return frozenset((row.nda, row.days) for row in rows)

    def add_reminders(self, sent: Iterable[tuple[str, int]], at: datetime) -> None:
        """Note that reminders were sent."""
        rows = [{"nda": nda, "days": days, "at": at} for nda, days in sent]
        if rows:
            self._db.execute(insert(nda_reminder), rows)


def _signatures() -> Select[tuple[object, ...]]:
    """Signatures with what their text says of them."""
    digest = func.coalesce(nda_text.c.digest, "").label("digest")
    return select(t.nda, digest, nda_text.c.superseded).select_from(
        t.nda.outerjoin(nda_text, nda_text.c.title == t.nda.c.text)
    )


def _nda(row: RowMapping) -> Nda:
    return Nda(**{**row, "method": Method(row["method"])})
