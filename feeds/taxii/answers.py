"""The resources of TAXII 2.1 as JSON bytes: envelopes, manifests, versions, errors.

Stored objects are copied between the brackets as they are; nothing is parsed on the way out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import orjson

from feeds import timestamps
from feeds.shelf import Page, Record
from feeds.taxii.profiles import STANDARD, ClientProfile

T = TypeVar("T")
MEDIA_TYPE_OF_OBJECTS = "application/stix+json;version=2.1"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The items of a page as JSON, with commas between them, and what is told beside them."""

    name: bytes
    items: bytes
    first: int | None
    last: int | None
    more: bool
    count: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A page as one caller gets it, to the last octet, and how many items are in it."""

    body: bytes
    headers: Mapping[str, str]
    count: int

    @property
    def weight(self) -> int:
        """How much room it takes, in octets."""
        return len(self.body)


def nothing(name: bytes) -> Sheet:
    """A page of which the filters excluded everything."""
    return Sheet(name, b"", None, None, more=False, count=0)


def objects(page: Page[bytes]) -> Sheet:
    """The objects of an envelope (§3.7), as they were received."""
    return _sheet(b"objects", page, b",".join(page.items))


def records(page: Page[Record]) -> Sheet:
    """The records of a manifest (§5.3.1)."""
    lines = [
        {
            "id": record.stix_id,
            "date_added": timestamps.show(record.added),
            "version": shown_version(record.version),
            "media_type": MEDIA_TYPE_OF_OBJECTS,
        }
        for record in page.items
    ]
    return _sheet(b"objects", page, orjson.dumps(lines)[1:-1])


def versions(page: Page[Record]) -> Sheet:
    """The versions of an object (§5.8.1)."""
    lines = [shown_version(record.version) for record in page.items]
    return _sheet(b"versions", page, orjson.dumps(lines)[1:-1])


def paged(sheet: Sheet, cursor: str | None, profile: ClientProfile = STANDARD) -> bytes:
    """A page of a resource: without its list when nothing is in it, with `next` when more is.

    A profile may need the list even so.
    """
    head = b'{"more":true' if sheet.more else b'{"more":false'
    if cursor is not None:
        head += b',"next":"' + cursor.encode() + b'"'
    if not sheet.items and not profile.lists_nothing:
        return head + b"}"
    return b"".join((head, b',"', sheet.name, b'":[', sheet.items, b"]}"))


def _sheet(name: bytes, page: Page[T], items: bytes) -> Sheet:
    return Sheet(name, items, page.first, page.last, page.more, len(page.items))


def error(status: int, title: str, description: str, reference: str | None = None) -> bytes:
    """An error resource (§3.6.1); `http_status` is a string there."""
    text = description.encode(errors="replace").decode()  # half a UTF-16 pair cannot be sent
    document = {"title": title, "description": text, "http_status": str(status)}
    if reference is not None:
        document["error_id"] = reference
    return orjson.dumps(document)


def date_added_headers(first: int | None, last: int | None) -> dict[str, str]:
    """The X-TAXII headers of a page (§3.2); an empty page has no times to tell."""
    if first is None or last is None:
        return {}
    return {
        "X-TAXII-Date-Added-First": timestamps.show(first),
        "X-TAXII-Date-Added-Last": timestamps.show(last),
    }


def shown_version(version: str) -> str:
    """The version as its producer wrote it; objects without one share the epoch (§5.3.1)."""
    return version or timestamps.show(0)
