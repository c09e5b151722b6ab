"""What somebody may read now, as one file: a STIX bundle, or a table of observables.

Read page by page through the reader, as every page of the portal and of TAXII is, so memory does
not grow with the export; stored bytes are copied. What somebody may not read is not counted,
named or left out with a note.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import orjson

from cloudsirt.auth.principal import principal_of
from cloudsirt.errors import NotPermitted
from cloudsirt.house import House
from feeds import timestamps
from feeds.observables import stated_in
from feeds.topics import Topic
from feeds.view import View, Window
from membership.store import MembershipStore
from tlp import Label, Perimeter, Reader, strictest

PAGE: Final = 1_000
COLUMNS: Final = (
    "type",
    "value",
    "tlp",
    "id",
    "object_type",
    "name",
    "description",
    "valid_from",
    "valid_until",
    "labels",
    "confidence",
)
# Types that can hold an observable; others are not read for a table.
_TYPES: Final = (
    "indicator",
    "ipv4-addr",
    "ipv6-addr",
    "domain-name",
    "url",
    "email-addr",
    "file",
    "artifact",
    "x509-certificate",
    "user-account",
    "autonomous-system",
    "vulnerability",
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: a root, a topic or everything, and what entered after a time."""

    root: Perimeter
    topic: Topic | None = None
    since: datetime | None = None

    @property
    def window(self) -> Window:
        """The first page of it."""
        after = None if self.since is None else timestamps.from_datetime(self.since)
        return Window(topic=self.topic, limit=PAGE, after=after)


def reader_in(house: House, email: str, root: Perimeter) -> Reader:
    """As whom a person reads that root; NotPermitted where it is closed to them.

    Everybody reads the public root, whatever their standing.
    """
    with house.reading() as db:
        person = MembershipStore(db).person_by_email(email)
        principal = principal_of(db, person.id, house.now())
    if principal is None:
        raise NotPermitted("The account has ended.")
    if root is Perimeter.PUBLIC:
        return Reader()
    if not principal.standing.verdict:
        raise NotPermitted(principal.standing.verdict.reason)
    if principal.reader.perimeter is not root:
        own = principal.reader.perimeter.value
        raise NotPermitted(f"This person reads the {own} root, not the {root.value} root.")
    return principal.reader


def bundle(house: House, reader: Callable[[], Reader], wanted: Wanted, id_: str) -> Iterator[bytes]:
    """A STIX bundle in pieces; an empty one has no objects (STIX 2.1 §8)."""
    yield b'{"type":"bundle","id":"bundle--' + id_.encode() + b'"'
    count = 0
    for row in _rows(house, reader, wanted.window, ("content",)):
        yield (b',"objects":[\n' if count == 0 else b",\n") + row.content
        count += 1
    yield b"\n]}\n" if count else b"}\n"


def table(house: House, reader: Callable[[], Reader], wanted: Wanted) -> Iterator[bytes]:
    """A CSV of observables in pieces, with the strictest label of them all at its head.

    It ends where the search for that label ended, so that nothing stricter comes behind it.
    """
    window = replace(wanted.window, types=_TYPES)
    labels, last = set[int](), None
    for row in _rows(house, reader, window, ("label",)):
        labels.add(row.label)
        last = row.added
    banner = strictest(map(Label.of_rank, labels)) if labels else Label.CLEAR
    yield f"# {banner}\r\n".encode()
    yield _line(COLUMNS)
    if last is not None:
        bounded = replace(window, before=last + 1)
        for row in _rows(house, reader, bounded, ("label", "content")):
            if row.label <= banner.rank:
                yield from map(_line, _cells(orjson.loads(row.content), Label.of_rank(row.label)))


def _rows(
    house: House, reader: Callable[[], Reader], window: Window, stored: tuple[str, ...]
) -> Iterator[Any]:
    """Every row of a window, page by page; rights are looked up again for each page."""
    while True:
        with house.reading() as db:
            rows = View(db, reader()).rows(window, (), stored)
        yield from rows
        if len(rows) < window.limit:
            return
        window = replace(window, after=rows[-1].added)


def _cells(value: Mapping[str, Any], label: Label) -> Iterator[list[str]]:
    """A row for each observable of an object that its source has not revoked."""
    if value.get("revoked") is True:
        return
    said = [str(value.get(name, "")) for name in ("name", "description", "valid_from")]
    until, confidence = str(value.get("valid_until", "")), str(value.get("confidence", ""))
    labels = ";".join(map(str, value.get("labels", ())))
    for found in sorted(stated_in(value)):
        head = [found.kind.value, found.value, str(label), str(value["id"]), str(value["type"])]
        yield [*head, *said, until, labels, confidence]


def _line(cells: Iterable[str]) -> bytes:
    """One line; what a spreadsheet would take for a formula is kept from being one."""
    file = io.StringIO()
    csv.writer(file).writerow(f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells)
    return file.getvalue().encode()
