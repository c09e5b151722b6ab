"""The name that an uploaded file is shown and saved under: a label, never a path.

Names are mended and not refused: somebody else's computer made them. Nothing is ever stored under
one.
"""

import re
import unicodedata

from cloudsirt.uploads.kinds import EXTENSIONS

LONGEST = 120  # characters
_LONGEST_OCTETS = 240  # most file systems take 255
_LAST_PART = re.compile(r"[^/\\]*\Z")
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
_SPACE = re.compile(r"\s+")
_EXTENSION = re.compile(r"(?<=.)\.[A-Za-z][A-Za-z0-9]{0,4}\Z")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_DEVICE = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])(?=\.|\Z)", re.I)


def safe_name(given: str, kind: str) -> str:
    """A name that is safe on every system, with the ending of its kind (a media type)."""
    extension = EXTENSIONS[kind]
    text = unicodedata.normalize("NFC", _SPACE.sub(" ", _last_part(given)))
    text = "".join(one for one in text if unicodedata.category(one) not in _HIDDEN)
    text = _NOT_IN_NAMES.sub("_", text).strip(" .")
    stem = _EXTENSION.sub("", text).strip(" .") or "file"
    if _DEVICE.match(stem):
        stem = f"file-{stem}"
    stem = stem[: LONGEST - len(extension)]
    while len(stem.encode()) > _LONGEST_OCTETS:
        stem = stem[:-1]
    return stem.rstrip(" .") + extension


def _last_part(given: str) -> str:
    found = _LAST_PART.search(given)
    return found[0] if found is not None else ""
