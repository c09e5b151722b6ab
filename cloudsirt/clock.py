"""The only file that reads the clock and draws random numbers; all others are given both."""

import secrets
import uuid
from datetime import UTC, datetime


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """A fresh UUIDv4."""
    return str(uuid.uuid4())


def new_secret() -> str:
    """A fresh secret of 256 bits, as URL-safe text."""
    return secrets.token_urlsafe(32)


def new_key() -> bytes:
    """Fresh key material of 256 bits."""
    return secrets.token_bytes(32)
