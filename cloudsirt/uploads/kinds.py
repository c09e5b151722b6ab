"""The kinds of file that are accepted, and the ones that are recognised only to refuse them well.

A short list on purpose: what a reviewer opens, without anything in it that runs. Sizes are octets.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from cloudsirt.errors import UploadRefused

PDF, PNG, JPEG, TEXT = "application/pdf", "image/png", "image/jpeg", "text/plain"

EVERY_KIND = frozenset({PDF, PNG, JPEG, TEXT})

LARGEST = 10 * 1024 * 1024
LARGEST_TEXT = 1024 * 1024

EXTENSIONS: Mapping[str, str] = MappingProxyType(
    {PDF: ".pdf", PNG: ".png", JPEG: ".jpg", TEXT: ".txt"}
)
"""The ending that a file of each kind is kept under."""

_NAMES = {PDF: "PDF", PNG: "PNG", JPEG: "JPEG", TEXT: "plain text"}
_SENTENCES = {
    PDF: "PDF files are not accepted here",
    PNG: "Pictures are not accepted here",
    JPEG: "Pictures are not accepted here",
    TEXT: "Plain text is not accepted here",
}

_OTHERS: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), text)
    for pattern, text in (
        (rb"PK\x03\x04.{0,4000}word/", "Word documents are not accepted"),
        (rb"PK\x03\x04.{0,4000}xl/", "Excel documents are not accepted"),
        (rb"PK\x03\x04.{0,4000}ppt/", "PowerPoint documents are not accepted"),
        (rb"PK\x03\x04.{0,100}opendocument", "OpenDocument files are not accepted"),
        (rb"PK(?:\x03\x04|\x05\x06|\x07\x08)", "ZIP archives are not accepted"),
        (rb"\xd0\xcf\x11\xe0", "Office documents are not accepted"),
        (rb"\{\\rtf", "RTF documents are not accepted"),
        (rb"\x1f\x8b|7z\xbc\xaf|Rar!\x1a|BZh[1-9]1AY", "Archives are not accepted"),
        (rb"\xfd7zXZ|\x28\xb5\x2f\xfd", "Archives are not accepted"),
        (rb"MZ.{0,1000}PE\x00\x00|MZ[\x00\x80-\xff]|\x7fELF", "Programs are not accepted"),
        (rb"\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe", "Programs are not accepted"),
        (rb"\xca\xfe\xba\xbe|\x00asm", "Programs are not accepted"),
        (rb"#!", "Scripts are not accepted"),
        (rb"%!PS", "PostScript files are not accepted"),
        (rb"GIF8[79]a", "GIF pictures are not accepted"),
        (rb"RIFF....WEBP|II\*\x00|MM\x00\*|....ftyp(?:heic|heix|mif1|avif)",
         "Pictures of this kind are not accepted"),
        (rb"(?:\xef\xbb\xbf)?\s*(?i:<\?xml.{0,1000}<svg|<svg)",
         "SVG pictures are not accepted"),
        (rb"(?:\xef\xbb\xbf)?\s*<", "Web pages and XML are not accepted"),
    )
)  # fmt: skip

_MARKUP = re.compile(rb"<(?:script|html|svg|iframe|body|!doctype)", re.IGNORECASE)
_ARCHIVE_TAIL = 22 + 65_535 + 4  # octets from the end in which readers look for a ZIP directory
_MEMBER = re.compile(rb"PK\x03\x04[\x00-\x3f]\x00..[\x00\x08\x09\x0c\x0e\x5f]\x00", re.DOTALL)


def instead(allowed: frozenset[str]) -> str:
    """What to send instead, as the end of a sentence: “a PDF, PNG or JPEG file”."""
    *most, last = [name for kind, name in _NAMES.items() if kind in allowed]
    return f"{', '.join(most)} or {last}" if most else f"a {last}"


def refuse_other(content: bytes, allowed: frozenset[str]) -> None:
    """Raise UploadRefused for a kind that is recognised and is none of ours."""
    for pattern, text in _OTHERS:
        if pattern.match(content):
            raise UploadRefused(f"{text}: send {instead(allowed)}.")


def refuse_kind(kind: str, allowed: frozenset[str]) -> None:
    """Raise UploadRefused for one of our kinds where it is not asked for."""
    if kind not in allowed:
        raise UploadRefused(f"{_SENTENCES[kind]}: send {instead(allowed)}.")


def refuse_archive(content: bytes) -> None:
    """Raise UploadRefused for a file that unpacks as a ZIP archive as well."""
    if b"PK\x05\x06" in content[-_ARCHIVE_TAIL:] or _MEMBER.search(content):
        raise UploadRefused("This file is an archive as well. Save it again without what is in it.")


def refuse_markup(content: bytes, where: str) -> None:
    """Raise UploadRefused for a file that a browser may take for a web page."""
    if _MARKUP.search(content):
        raise UploadRefused(f"There is a web page or a script in {where}. Save it again without.")
