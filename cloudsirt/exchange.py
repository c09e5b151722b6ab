"""What the TAXII door needs, from this house: callers by token, reading, submitting."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from flask import Response, g, request
from werkzeug.datastructures import Authorization

from cloudsirt.auth.permissions import Scope
from cloudsirt.auth.principal import Principal
from cloudsirt.auth.tokens import Bearer, hash_of, holding_of
from cloudsirt.house import House
from cloudsirt.polling import counted, poll_of
from cloudsirt.posting import post
from cloudsirt.remembering import Memory, State, marks_of
from feeds.shelf import Shelf
from feeds.store import FeedStore
from feeds.taxii.exchange import Caller, unauthenticated
from feeds.taxii.profiles import profile_kept
from feeds.topics import Topic
from feeds.withdrawing import withdraw
from tlp import Deny, Perimeter, Permit, Reader, Verdict

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
        key = hash_of(text)
        state, register = self._state(), self._house.register
        holding = register.recall(state.marks.register, key, lambda: holding_of(state.db, key))
        g.asking = holding.token.id if holding is not None else None
        bearer = holding.bearer(name, at) if holding is not None else None
        if bearer is None:
            raise unauthenticated("The name or the token is not good.")
        g.bearer = bearer
        return _caller(bearer)

    @contextmanager
    def reading(self, reader: Reader) -> Iterator[Shelf]:
        """The shelves as this reader sees them."""
        state = self._state()
        yield Shelf(state.db, reader, state.recall)

    def _state(self) -> State:
        """What this request sees of the database: one state, from its first question on."""
        if "state" not in g:
            stack = ExitStack()
            db = stack.enter_context(self._house.reading())
            g.state, g.leaving = State(db, self._memory, marks_of(db)), stack
        found: State = g.state
        return found

    def leave(self, error: BaseException | None = None) -> None:
        """End the reading transaction of this request."""
        if "state" in g:
            del g.state
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
