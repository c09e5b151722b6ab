"""Notes of the secretariat on an application, for itself and the Board; the applicant sees none."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Note:
    """One note; `author` is a person."""

    application: str
    author: str
    text: str
    at: datetime
