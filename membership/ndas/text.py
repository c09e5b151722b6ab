"""The texts of the multi-party NDA: proposed, adopted, superseded (bylaws, NDA clause).

A text is known by its title, and by the SHA-256 of its bytes; neither ever changes. Exactly one
adopted text has no end: the newest, on which signatures are made. Adopting another one gives the
text before it an end, so that its signatures count for a while and then do not.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from membership.errors import NotAcceptable

PLAIN, PDF = "text/plain", "application/pdf"
TITLE_LIMIT = 200  # characters
LARGEST = 10 * 1024 * 1024  # octets


@dataclass(frozen=True, slots=True)
class Text:
    """One text, whose content is kept beside it; a draft for as long as `adopted` is None.

    `superseded` is when signatures on it stop counting; `ballot` is the Board's, None for the text
    that the consortium was founded with.
    """

    title: str
    digest: str
    media_type: str
    proposed: datetime
    adopted: datetime | None = None
    superseded: datetime | None = None
    ballot: str | None = None

    @property
    def is_newest(self) -> bool:
        """Whether this is the text on which signatures are made."""
        return self.adopted is not None and self.superseded is None


def digest_of(content: bytes) -> str:
    """How the bytes of a text are known: SHA-256, in hex."""
    return hashlib.sha256(content).hexdigest()


def proper_title(title: str) -> str:
    """A title on one line; NotAcceptable for one that nobody could read or quote."""
    found = " ".join(title.split())
    if not found or len(found) > TITLE_LIMIT or not found.isprintable():
        raise NotAcceptable(f"A title has 1 to {TITLE_LIMIT} printable characters.")
    return found


def check_content(content: bytes, media_type: str) -> None:
    """NotAcceptable for what cannot be a text of the NDA: PDF, or plain text in UTF-8."""
    if media_type not in (PLAIN, PDF):
        raise NotAcceptable("The text of an NDA is a PDF or plain text.")
    if not content or len(content) > LARGEST:
        raise NotAcceptable(f"A text has 1 to {LARGEST:,} octets.")
    if media_type == PDF and not content.startswith(b"%PDF-"):
        raise NotAcceptable("This is not a PDF.")
    if media_type == PLAIN and not _is_readable(content):
        raise NotAcceptable("Plain text is UTF-8, without control characters.")


def _is_readable(content: bytes) -> bool:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    lines = text.replace("\t", " ").splitlines()
    return any(line.strip() for line in lines) and all(line.isprintable() for line in lines)
