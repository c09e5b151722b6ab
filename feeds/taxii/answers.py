"""The resources of TAXII 2.1 as JSON bytes: envelopes, manifests, versions, errors.

Stored objects are copied between the brackets as they are; nothing is parsed on the way out.
"""

import orjson

from feeds import timestamps
from feeds.shelf import Page, Record

MEDIA_TYPE_OF_OBJECTS = "application/stix+json;version=2.1"


def envelope(page: Page[bytes], cursor: str | None) -> bytes:
    """An envelope (§3.7): without `objects` when there are none."""
    head = b'{"more":true' if page.more else b'{"more":false'
    if cursor is not None:
        head += b',"next":"' + cursor.encode() + b'"'
    if not page.items:
        return head + b"}"
    return head + b',"objects":[' + b",".join(page.items) + b"]}"


def manifest(page: Page[Record], cursor: str | None) -> bytes:
    """A manifest (§5.3.1), with a `next` besides `more`."""
    document = _paged(page.more, cursor)
    if page.items:
        document["objects"] = [
            {
                "id": record.stix_id,
                "date_added": timestamps.show(record.added),
                "version": shown_version(record.version),
                "media_type": MEDIA_TYPE_OF_OBJECTS,
            }
            for record in page.items
        ]
    return orjson.dumps(document)


def versions(page: Page[Record], cursor: str | None) -> bytes:
    """A versions resource (§5.8.1), with a `next` besides `more`."""
    document = _paged(page.more, cursor)
    if page.items:
        document["versions"] = [shown_version(record.version) for record in page.items]
    return orjson.dumps(document)


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


def _paged(more: bool, cursor: str | None) -> dict[str, object]:
    return {"more": more} if cursor is None else {"more": more, "next": cursor}
