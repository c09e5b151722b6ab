"""The guard under taxii2-client: its requests leave through `outbound`, to one place only.

taxii2-client sends what it sends through a session of requests. This one has no other way out
than the adapter below: no redirects, no proxies or passwords from the environment, no cookies, a
limit of time and size for each answer. Nothing is asked for compressed, so nothing unpacks.
"""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from requests import PreparedRequest, Response, Session
from requests.adapters import BaseAdapter
from requests.auth import AuthBase
from requests.structures import CaseInsensitiveDict

from cloudsirt.config import Config
from cloudsirt.errors import CannotReach
from cloudsirt.outbound import Answered, Asked, Limits, Place, exchange
from cloudsirt.peers.peer import place_of

SECONDS = 8.0
"""How long one request may take: a round of the worker must leave time for releases."""


class GuardedAdapter(BaseAdapter):
    """Sends to one place, through the guard; `latest` is the last whole answer."""

    def __init__(self, config: Config, place: Place) -> None:
        super().__init__()
        self._config = config
        self._place = place
        self.latest = Answered(0, {}, b"")

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """Exchange one request for its answer; what the session wishes besides is not granted."""
        url = request.url or ""
        if place_of(url) != self._place:
            raise CannotReach("The request leads to another place than the peer's.")
        body = request.body.encode() if isinstance(request.body, str) else request.body
        if body is not None and not isinstance(body, bytes):
            raise CannotReach("Only whole bodies are sent.")
        asked = Asked(request.method or "GET", request.path_url, _headers(request.headers), body)
        limits = Limits(SECONDS, self._config.max_content_length)
        self.latest = exchange(self._config, self._place, asked, limits)
        if (self.latest.header("Content-Encoding") or "identity").lower() != "identity":
            raise CannotReach("The answer is compressed, which it was not to be.")
        return _response(request, self.latest)

    def close(self) -> None:
        """Nothing stays open between two requests."""


def guarded(adapter: GuardedAdapter, authorisation: AuthBase | None) -> Session:
    """A session that has no way out but this adapter."""
    session = Session()
    session.trust_env = False
    session.max_redirects = 0
    session.auth = authorisation
    session.headers = CaseInsensitiveDict({"Accept-Encoding": "identity", "Connection": "close"})
    session.adapters.clear()
    for scheme in ("https://", "http://"):
        session.mount(scheme, adapter)
    return session


def _headers(given: Mapping[str, str | bytes]) -> dict[str, str]:
    return {
        name: value.decode() if isinstance(value, bytes) else value for name, value in given.items()
    }


def _response(request: PreparedRequest, answered: Answered) -> Response:
    response = Response()
    response.status_code = answered.status
    response.headers = CaseInsensitiveDict(answered.headers)
    response.raw = BytesIO(answered.content)
    response.url = request.url or ""
    response.request = request
    return response
