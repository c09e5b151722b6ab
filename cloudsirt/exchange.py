"""What the TAXII door needs, from this house: callers by token, reading, submitting."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g, request
from werkzeug.datastructures import Authorization

from cloudsirt.auth.permissions import Scope
from cloudsirt.auth.principal import Principal
from cloudsirt.auth.tokens import Bearer, bearer_of, needs_touch
from cloudsirt.house import House
from cloudsirt.posting import post
from feeds.shelf import Shelf
from feeds.store import FeedStore
from feeds.taxii.exchange import Caller, unauthenticated
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

    def caller(self) -> Caller:
        """Who sends this request: anyone, or the holder of a token (Basic, Bearer or Token)."""
        g.bearer = None
        given = request.authorization
        if given is None:
            if "Authorization" in request.headers:
                raise unauthenticated("The Authorization header cannot be read.")
            return _ANYONE
        name, text = _credentials(given)
        at = self._house.now()
        with self._house.reading() as db:
            bearer = bearer_of(db, text, name, at) if text else None
        if bearer is None:
            raise unauthenticated("The name or the token is not good.")
        if needs_touch(bearer.token, at):
            with self._house.housekeeping() as accounts:
                accounts.touch_token(bearer.token.id, at)
        g.bearer = bearer
        return _caller(bearer)

    @contextmanager
    def reading(self, reader: Reader) -> Iterator[Shelf]:
        """The shelves as this reader sees them."""
        with self._house.reading() as db:
            yield Shelf(db, reader)

    def submit(self, topic: Topic, body: bytes) -> bytes:
        """Take a submission of the caller in."""
        return post(self._house, self._principal(), topic, body)

    def withdraw(self, stix_id: str) -> None:
        """Withdraw an object of the caller's organisation."""
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
