"""The one way in for a file from outside: kind, size, name, scan; then it may be stored."""

import hashlib
from dataclasses import dataclass

from cloudsirt.house import House
from cloudsirt.uploads.inspecting import inspect
from cloudsirt.uploads.kinds import EVERY_KIND
from cloudsirt.uploads.naming import safe_name
from cloudsirt.uploads.scanning import scan


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that may be kept; `digest` is its SHA-256, `name` safe to save under anywhere."""

    name: str
    media_type: str
    digest: bytes
    content: bytes


def accept(
    house: House, filename: str, content: bytes, *, allowed: frozenset[str] = EVERY_KIND
) -> Accepted:
    """Look at a file outside any transaction; UploadRefused says why it is not accepted.

    `allowed` are media types of `uploads.kinds`.
    """
    media_type = inspect(content, allowed)
    scan(house.config.scan_command, content)
    return Accepted(
        name=safe_name(filename, media_type),
        media_type=media_type,
        digest=hashlib.sha256(content).digest(),
        content=content,
    )
