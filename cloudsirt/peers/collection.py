"""A peer's collection over taxii2-client: a page of it, an envelope to it, in words of ours.

taxii2-client knows the protocol: addresses, media types, what a collection allows, what a status
must say. The objects themselves are taken from the bytes that came, so that each is kept as its
producer wrote it. What goes wrong is told without a word of the peer's.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urljoin

from requests import Session
from requests.exceptions import HTTPError, RequestException
from taxii2client.common import _HTTPConnection
from taxii2client.exceptions import (
    AccessError,
    InvalidJSONError,
    TAXIIServiceException,
    ValidationError,
)
from taxii2client.v21 import ApiRoot, Collection, Status

from cloudsirt.config import Config
from cloudsirt.errors import PeerRefused
from cloudsirt.peers.credentials import Authorisation, read_credentials
from cloudsirt.peers.peer import Counts, Peer, place_of
from cloudsirt.peers.session import GuardedAdapter, guarded
from feeds import timestamps
from feeds.envelope import Received, read_answer
from feeds.errors import BadEnvelope, BadTimestamp

PAGE = 500
"""Objects asked for at a time."""

LONGEST_NEXT = 2_048  # characters
POLLS, POLL = 3, 1.0  # how often a status is asked for again, and the seconds before each time
_QUOTED = re.compile("“[^”]*”|(?<=number )[^ ]+")


class Declined(PeerRefused):
    """The peer answered with an error; `status` is its number."""

    def __init__(self, status: int) -> None:
        said = _SAID.get(status, "The peer could not do it at the moment.")
        super().__init__(f"{said} (HTTP status {status})")
        self.status = status


_SAID = {
    400: "The peer did not understand the request.",
    401: "The peer does not accept our credentials.",
    403: "The peer does not let us do this.",
    404: "The peer has no such collection, or not for us.",
    406: "The peer does not speak TAXII 2.1.",
    413: "What was sent is too large for the peer.",
    415: "The peer does not take TAXII 2.1 envelopes.",
    422: "The peer cannot process what was sent.",
    429: "The peer was asked too often.",
}


@dataclass(frozen=True, slots=True)
class Page:
    """A page as the peer sent it: `next` is None on the last, `last` when its last was added."""

    objects: tuple[Received, ...]
    next: str | None
    last: int | None


class _Connection(_HTTPConnection):  # type: ignore[misc]  # taxii2-client has no types
    """What its endpoints send through; it lets nobody choose the session otherwise."""

    def __init__(self, adapter: GuardedAdapter, authorisation: Authorisation | None) -> None:
        super().__init__(user_agent="CloudSIRT", version="2.1")
        self.session: Session = guarded(adapter, authorisation)


class PeerCollection:
    """One collection of a peer, for one run."""

    def __init__(self, config: Config, peer: Peer) -> None:
        self._adapter = GuardedAdapter(config, place_of(peer.url))
        authorisation = read_credentials(config.home, peer.credentials)
        self._connection = _Connection(self._adapter, authorisation)
        self._collection = Collection(peer.url, conn=self._connection)

    def page(self, after: int | None, cursor: str | None) -> Page:
        """What was added after an instant, from a cursor on; PeerRefused, CannotReach."""
        added_after = timestamps.show(after) if after is not None else None
        with _in_words():
            try:
                self._collection.get_objects(limit=PAGE, added_after=added_after, next=cursor)
            except InvalidJSONError:
                read_answer(self._adapter.latest.content)  # says more precisely why
                raise
            answered = self._adapter.latest
            members, objects = read_answer(answered.content)
            added = answered.header("X-TAXII-Date-Added-Last")
            last = timestamps.lenient(added) if added is not None else None
        return Page(objects, _next(members.get("more", False), members.get("next")), last)

    def largest(self) -> int:
        """How many octets the peer takes in one envelope (TAXII 2.1 §4.2.1)."""
        with _in_words():
            root = ApiRoot(urljoin(self._collection.url, "../../"), conn=self._connection)
            largest = root.max_content_length
        if not isinstance(largest, int) or largest < 1:
            raise PeerRefused(_NOT_TAXII)
        return largest

    def post(self, envelope: bytes) -> Status:
        """Send an envelope; its status as it stands, to be `awaited`."""
        with _in_words():
            return self._collection.add_objects(envelope, wait_for_completion=False)


def awaited(status: Status, sent: int) -> Counts:
    """What became of what was sent; what is not decided after a while counts as neither."""
    with _in_words():
        for _ in range(POLLS):
            if status.status == "complete":
                break
            time.sleep(POLL)
            status.refresh()
    stored, refused = status.success_count, status.failure_count
    if not all(isinstance(number, int) and 0 <= number <= sent for number in (stored, refused)):
        raise PeerRefused(_NOT_TAXII)
    return Counts(stored=stored, refused=refused)


def _next(more: object, cursor: object) -> str | None:
    """The cursor of the page that follows, if one does."""
    if not isinstance(more, bool):
        raise PeerRefused("The page does not say properly whether more follows.")
    if not more:
        return None
    if not isinstance(cursor, str) or not 0 < len(cursor) <= LONGEST_NEXT:
        raise PeerRefused("The page says that more follows, and not where.")
    if not cursor.isprintable():
        raise PeerRefused("The page says that more follows, and not where.")
    return cursor


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn what the client, its session and the page's content raise into sentences of ours."""
    try:
        yield
    except HTTPError as error:
        status = error.response.status_code if error.response is not None else 0
        raise Declined(status) from error
    except AccessError as error:
        raise PeerRefused("The collection does not allow us to do this.") from error
    except ValidationError as error:
        raise PeerRefused(
            "The collection, or what the peer says of it, is not as TAXII 2.1 has it: "
            "is the address that of its id?"
        ) from error
    except BadEnvelope as error:
        said = _QUOTED.sub("…", str(error))
        raise PeerRefused(f"A page of the peer is refused. {said}") from error
    except BadTimestamp as error:
        raise PeerRefused("The peer does not say properly when a page was added.") from error
    except (TAXIIServiceException, RequestException, *_UNEXPECTED) as error:
        raise PeerRefused(_NOT_TAXII) from error


_NOT_TAXII = "The peer's answer is not one of TAXII 2.1."
_UNEXPECTED = (KeyError, TypeError, AttributeError, ValueError, RecursionError)
"""What taxii2-client runs into where an answer has another shape than it should."""
