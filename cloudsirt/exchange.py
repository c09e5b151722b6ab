"""What the TAXII door needs, from this house: callers by token, reading, submitting."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TypeVar

from flask import Response, g, request
from sqlalchemy import Connection
from werkzeug.datastructures import Authorization

from cloudsirt.auth.permissions import Scope
from cloudsirt.auth.principal import Principal
from cloudsirt.auth.tokens import Bearer, hash_of, holding_of
from cloudsirt.house import House
from cloudsirt.polling import counted, poll_of
from cloudsirt.posting import post
from cloudsirt.remembering import Marks, Memory, State, glancing, marks_of
from feeds.shelf import Shelf
from feeds.store import FeedStore
from feeds.taxii import asking
from feeds.taxii.exchange import Caller, Refusal, unauthenticated
from feeds.taxii.profiles import profile_kept
from feeds.topics import Topic
from feeds.withdrawing import withdraw
from tlp import Deny, Perimeter, Permit, Reader, Verdict

T = TypeVar("T")
_ANYONE = Caller(
    name="",
    reader=Reader(),
    standing=Deny("Only members and working groups read this."),
    may_read=Permit("Public information."),
    may_write=Deny("Only members contribute; sign in with your name and an API token."),
)


class HouseExchange:
    """The exchange of one house, for the request at hand."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.max_content_length = house.config.max_content_length
        self.page_size = house.config.page_size
        self.cursor_secret = house.keys.sealing
        self.validator_key = house.keys.derived("ETags")
        self._memory = Memory()
        self._glance = glancing(house.database)

    def caller(self) -> Caller:
        """Who sends this request: anyone, or the holder of a token (Basic, Bearer or Token)."""
        g.bearer, g.asking = None, None
        given = request.authorization
        if given is None:
            if "Authorization" in request.headers:
                raise unauthenticated("The Authorization header cannot be read.")
            return _ANYONE
        name, text = _credentials(given)
        at = self._house.now()
        key, register = hash_of(text), self._house.register
        holding = self._recall(register, _by_register, key, lambda db: holding_of(db, key))
        g.asking = holding.token.id if holding is not None else None
        bearer = holding.bearer(name, at) if holding is not None else None
        if bearer is None:
            raise unauthenticated("The name or the token is not good.")
        g.bearer = bearer
        return _caller(bearer)

    @contextmanager
    def reading(self, reader: Reader) -> Iterator[Shelf]:
        """The shelves as this reader sees them."""
        yield self._shelf(self._db(), reader)

    def recalled(self, reader: Reader, question: Hashable, read: Callable[[Shelf], T]) -> T:
        """What `read` finds on the shelves of this reader, or found there for the same question."""
        asked = (reader, question)
        return self._recall(self._memory, _by_head, asked, lambda db: read(self._shelf(db, reader)))

    def _shelf(self, db: Connection, reader: Reader) -> Shelf:
        return Shelf(db, reader, self._state().recall)

    def _recall(
        self,
        memory: Memory,
        mark: Callable[[Marks], bytes],
        question: Hashable,
        read: Callable[[Connection], T],
    ) -> T:
        """What is remembered of the state that this request sees; else what is read in it."""
        found = memory.find(mark(self._state().marks), question)
        if found is not None:
            value: T = found.value
            return value
        db = self._db()
        return memory.recall(mark(self._state().marks), question, lambda: read(db))

    def _state(self) -> State:
        """What this request sees of the database: one state, known by its marks."""
        found: State | None = g.get("state")
        if found is None:
            found = g.state = State(self._memory, self._glance())
        return found

    def _db(self) -> Connection:
        """A transaction for what is not remembered. What it sees counts from here on; where that
        is no longer the register in which the caller was found, they are looked up there again."""
        if "db" not in g:
            before, stack = self._state().marks, ExitStack()
            g.db, g.leaving = stack.enter_context(self._house.reading()), stack
            g.state = State(self._memory, marks_of(g.db))
            if "taxii_caller" in g and g.state.marks.register != before.register:
                self._require_same_caller()
        found: Connection = g.db
        return found

    def _require_same_caller(self) -> None:
        if self.caller() != asking.caller():
            raise Refusal(503, "Changed in between", "What you may do has just changed; ask again.")

    def leave(self, error: BaseException | None = None) -> None:
        """End the reading transaction of this request."""
        g.pop("state", None)
        if "db" in g:
            del g.db
            g.pop("leaving").close()

    def note(self, response: Response) -> Response:
        """Note how a request with a token we know was answered, good or not; its holder sees it."""
        token: str | None = g.get("asking")
        if token is not None:
            poll = poll_of(request, response.status_code, token, at=self._house.now())
            self._house.notebook.note(poll)
        return response

    def submit(self, topic: Topic, body: bytes) -> bytes:
        """Take a submission of the caller in."""
        self.leave()  # what it does sees a state of its own
        status = post(self._house, self._principal(), topic, body)
        g.taxii_objects, g.taxii_problem = counted(status)
        return status

    def withdraw(self, stix_id: str) -> None:
        """Withdraw an object of the caller's organisation."""
        self.leave()
        principal = self._principal()
        with self._house.working(principal.actor) as work:
            work.record(
                *withdraw(
                    work.feeds,
                    stix_id,
                    principal.organisation.id,
                    principal.reader,
                    at=work.at,
                    workshop=self._house.workshop,
                )
            )

    def status(self, submission: str) -> bytes | None:
        """The status of a submission that the caller posted."""
        if g.bearer is None:
            return None
        with self._house.reading() as db:
            return FeedStore(db).status(submission, g.bearer.principal.person.id)

    def base_url(self) -> str:
        """The absolute URL of discovery."""
        return f"{self._house.config.base_url or request.host_url.rstrip('/')}/taxii2/"

    def _principal(self) -> Principal:
        bearer: Bearer | None = g.bearer
        if bearer is None:  # not reached: the door lets no anonymous caller write
            raise unauthenticated("Sign in with your name and an API token.")
        return bearer.principal


def _by_head(marks: Marks) -> bytes:
    return marks.head


def _by_register(marks: Marks) -> bytes:
    return marks.register


def _credentials(given: Authorization) -> tuple[str | None, str]:
    """The name, where the scheme has one, and the token."""
    if given.type == "basic":
        return given.username or "", given.password or ""
    if given.type in ("bearer", "token"):
        return None, given.token or ""
    raise unauthenticated("Use Basic, Bearer or Token.")


def _caller(bearer: Bearer) -> Caller:
    standing = bearer.principal.standing
    return Caller(
        name=bearer.principal.person.id,
        reader=bearer.principal.reader,
        standing=standing.verdict,
        may_read=_scope(bearer, Scope.TAXII_READ),
        may_write=_may_write(bearer),
        profile=profile_kept(bearer.token.client),
    )


def _may_write(bearer: Bearer) -> Verdict:
    standing = bearer.principal.standing
    if not standing.verdict:
        return standing.verdict
    if standing.reader.perimeter is not Perimeter.MEMBERS:
        return Deny("Only members in good standing contribute.")
    return _scope(bearer, Scope.TAXII_WRITE)


def _scope(bearer: Bearer, scope: Scope) -> Verdict:
    if bearer.has(scope):
        return Permit(f"The token has the scope {scope.value}.")
    return Deny(f"The token does not have the scope {scope.value}.")
