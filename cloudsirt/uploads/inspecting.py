"""Which kind of file a content is, decided by the whole of it and never by its name.

The strict readers are ours because the maintained libraries answer another question: a magic-number
library (puremagic, filetype) says what a file begins with, not that it is nothing else, and a
full reader (pypdf, Pillow) opens the file to say so, which is what nobody should do with it yet.
"""

import re

from cloudsirt.errors import UploadRefused
from cloudsirt.uploads.images import JPEG_MAGIC, PNG_MAGIC, read_jpeg, read_png
from cloudsirt.uploads.kinds import (
    EVERY_KIND,
    JPEG,
    LARGEST,
    PDF,
    PNG,
    TEXT,
    instead,
    refuse_kind,
    refuse_other,
)
from cloudsirt.uploads.pdf import read_pdf
from cloudsirt.uploads.plain import read_text

_BEGINNINGS = {PDF: b"%PDF-", PNG: PNG_MAGIC, JPEG: JPEG_MAGIC}
_READERS = {PDF: read_pdf, PNG: read_png, JPEG: read_jpeg, TEXT: read_text}
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")


def inspect(content: bytes, allowed: frozenset[str] = EVERY_KIND) -> str:
    """The media type of a content; UploadRefused says what is wrong with it."""
    if not content:
        raise UploadRefused("There is nothing in this file.")
    if len(content) > LARGEST:
        raise UploadRefused(f"Files of more than {LARGEST // 1024 // 1024} MB are not accepted.")
    kind = _claimed(content, allowed)
    refuse_kind(kind, allowed)
    _READERS[kind](content)
    return kind


def _claimed(content: bytes, allowed: frozenset[str]) -> str:
    """What a content begins as; whether it is, and is nothing else, its reader says."""
    for kind, beginning in _BEGINNINGS.items():
        if content.startswith(beginning):
            return kind
    if b"%PDF-" in content[:1024]:
        raise UploadRefused("Something stands before the beginning of this PDF. Save it again.")
    refuse_other(content, allowed)
    if _BINARY.search(content[:4096]):
        raise UploadRefused(f"Files of this kind are not accepted: send {instead(allowed)}.")
    return TEXT
