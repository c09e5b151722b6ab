"""What the TAXII door needs from the house, as an interface: who asks, reading, submitting.

The house implements it; this package never learns how callers are known or how work is committed.
"""

from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from feeds.shelf import Shelf
from feeds.taxii.profiles import STANDARD, ClientProfile
from feeds.topics import Topic
from tlp import Perimeter, Reader, Verdict

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: `name` binds cursors to them; anonymous callers have an empty one.

    `standing` says why the reader is no wider; `may_read` and `may_write` are what the
    credentials allow; `profile` is how their product needs answers to be written.
    """

    name: str
    reader: Reader
    standing: Verdict
    may_read: Verdict
    may_write: Verdict
    profile: ClientProfile = STANDARD

    @property
    def is_anonymous(self) -> bool:
        """Whether no credentials were given."""
        return not self.name

    def reader_in(self, root: Perimeter) -> Reader | None:
        """As whom this caller reads in that root; None where it is closed to them.

        What is addressed to somebody by name is read in the root of their own perimeter.
        """
        if root is self.reader.perimeter:
            return self.reader
        return Reader() if root is Perimeter.PUBLIC else None


class Exchange(Protocol):
    """What the house offers to the door, for the request at hand."""

    max_content_length: int
    page_size: int
    cursor_secret: bytes
    validator_key: bytes

    def caller(self) -> Caller:
        """Who sends this request; a Refusal with 401 for credentials that are not good."""

    def reading(self, reader: Reader) -> AbstractContextManager[Shelf]:
        """The shelves as this reader sees them, in one transaction."""

    def recalled(self, reader: Reader, question: Hashable, read: Callable[[Shelf], T]) -> T:
        """What follows from the shelves of this reader alone, as `read` finds it, or found it for
        this reader: nothing that was remembered for one is given to another."""

    def submit(self, topic: Topic, body: bytes) -> bytes:
        """Take a submission of the caller in; the status resource as JSON."""

    def withdraw(self, stix_id: str) -> None:
        """Withdraw an object of the caller's organisation."""

    def status(self, submission: str) -> bytes | None:
        """The status of a submission that the caller posted."""

    def base_url(self) -> str:
        """The absolute URL of discovery, with its slash at the end."""


class Refusal(Exception):
    """An answer other than success: the status and what the error resource says."""

    def __init__(self, status: int, title: str, description: str) -> None:
        super().__init__(description)
        self.status, self.title, self.description = status, title, description


def unauthenticated(description: str) -> Refusal:
    """The refusal for credentials that are missing or not good (§1.6.9)."""
    return Refusal(401, "Unauthorized", description)
