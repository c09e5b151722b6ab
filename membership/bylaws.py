"""The numbers and names of the bylaws, each with its clause; nothing here is decided twice."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Bylaws:
    """What the charter fixes; another consortium would run on another value of this."""

    nda_term: timedelta = timedelta(days=730)
    """How long a signature on the multi-party NDA binds unless it says otherwise (NDA clause)."""

    nda_text: str = "multi-party NDA, 2026 edition"
    """The text that a signature of today refers to (NDA clause)."""


BYLAWS = Bylaws()
