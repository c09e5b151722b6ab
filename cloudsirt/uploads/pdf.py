"""Whether a content is one PDF file and nothing else (ISO 32000-2 §7.5), without opening it.

Only what stands there uncompressed is seen: names of actions inside a compressed object stream are
not. That is what the operator's scanner is for, and why files are only ever served to be saved.
"""

import re
from collections.abc import Iterator

from cloudsirt.errors import UploadRefused
from cloudsirt.uploads.kinds import refuse_archive, refuse_markup

_HEAD = re.compile(rb"%PDF-[12]\.[0-9]")
_TAIL = re.compile(rb"startxref\s+([0-9]{1,10})\s+%%EOF[\s\x00]*\Z")
_SNIFFED = 1_024  # octets in which browsers look for what a file is
_NAME = re.compile(rb"/([^\x00\t\n\f\r ()<>\[\]{}/%]{2,80})")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_SCRIPT_VALUE = re.compile(rb"\s*(?:\(|<|%|[0-9]+\s+[0-9]+\s+R)")

_ACTIVE = {
    b"JavaScript": "a script",
    b"Launch": "a command that starts a program",
    b"EmbeddedFile": "an attached file",
    b"EmbeddedFiles": "an attached file",
    b"RichMedia": "a film, a sound or a model",
    b"Rendition": "a film or a sound",
}


def read_pdf(content: bytes) -> None:
    """Raise UploadRefused unless this is one PDF file without anything that runs."""
    if not _HEAD.match(content):
        raise UploadRefused("This is no PDF of version 1 or 2.")
    end = _TAIL.search(content, max(0, len(content) - 2_048))
    if end is None or int(end[1]) >= len(content):
        raise UploadRefused("This PDF is cut off, or something follows after its end.")
    refuse_markup(content[:_SNIFFED], "this PDF")
    refuse_archive(content)
    for name, after in _names(content):
        if name == b"Encrypt":
            raise UploadRefused("This PDF is encrypted. Save it without a password.")
        if name in _ACTIVE:
            raise UploadRefused(f"This PDF holds {_ACTIVE[name]}. Print it to a new PDF.")
        if name == b"JS" and _SCRIPT_VALUE.match(content, after):
            raise UploadRefused("This PDF holds a script. Print it to a new PDF.")


def _names(content: bytes) -> Iterator[tuple[bytes, int]]:
    """Every name in the file with where it ends, its escapes (§7.3.5) undone."""
    for found in _NAME.finditer(content):
        name = found[1]
        if b"#" in name:
            name = _ESCAPE.sub(lambda escape: bytes([int(escape[1], 16)]), name)
        yield name, found.end()
