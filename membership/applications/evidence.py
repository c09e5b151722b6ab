"""Files in support of an application: what is kept of them, and how much may be."""

from dataclasses import dataclass
from datetime import datetime

MOST_FILES = 20  # of one application
MOST_OCTETS = 50 * 1024 * 1024  # of one application

MEDIA_TYPES = frozenset(
    {
        "application/pdf",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "image/jpeg",
        "image/png",
        "text/plain",
    }
)
"""What a file may claim to be when it is given out again; all else is octets."""

OCTETS = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file in support of the answer on one criterion; `size` in octets, `digest` SHA-256."""

    id: str
    application: str
    criterion: str
    name: str
    media_type: str
    size: int
    digest: bytes
    at: datetime

    @property
    def safe_media_type(self) -> str:
        """The media type under which it may be given out."""
        return self.media_type if self.media_type in MEDIA_TYPES else OCTETS
