"""The opaque cursor of a page (TAXII 2.1 §3.5): a position, sealed for one reader.

It holds a time of entry and nothing else. The seal binds it to the caller and the collection;
rights and filters are evaluated anew on every page, so a cursor never widens anything.
"""

import base64
import binascii
import hashlib
import hmac

from feeds.errors import BadQuery

_SEAL_BYTES = 12


def write_cursor(secret: bytes, binding: str, position: int) -> str:
    """The cursor that continues after `position` (microseconds)."""
    payload = position.to_bytes(8, "big", signed=True)
    sealed = payload + _seal(secret, binding, payload)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def read_cursor(secret: bytes, binding: str, cursor: str) -> int:
    """The position that a cursor holds; BadQuery for any that was not given to this caller for
    this collection."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadQuery("`next` is not a cursor of this collection.") from error
    position = int.from_bytes(raw[:8], "big", signed=True)
    # Compared as text: base64 has several spellings of the same bytes, and only one was given out.
    genuine = write_cursor(secret, binding, position) if len(raw) == 8 + _SEAL_BYTES else ""
    if not genuine or not hmac.compare_digest(cursor.encode(), genuine.encode()):
        raise BadQuery("`next` is not a cursor of this collection.")
    return position


def _seal(secret: bytes, binding: str, payload: bytes) -> bytes:
    message = binding.encode() + b"\x00" + payload
    return hmac.digest(secret, message, hashlib.sha256)[:_SEAL_BYTES]
