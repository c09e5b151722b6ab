"""A client on one kept connection, of the standard library alone: what a child process asks with.

It says when no answer came, and can ask again until one does.
"""

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

TAXII = "application/taxii+json;version=2.1"
PATIENCE = 60.0  # seconds in which whatever was asked must be answered
PAUSE = 0.05  # seconds before somebody asks again


class NotAnswered(Exception):
    """The connection was refused or cut: whether it was done is not known."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; the names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Client:
    """Somebody with credentials, on one connection that is opened again where it was cut."""

    port: int
    authorization: str | None
    _open: http.client.HTTPConnection | None = field(default=None, init=False)

    def ask(self, method: str, path: str, body: bytes | None = None) -> Reply:
        """One request and its answer; NotAnswered where there is none."""
        connection = self._open or http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=PATIENCE
        )
        self._open = connection
        headers = {"Accept": TAXII}
        if self.authorization is not None:
            headers["Authorization"] = self.authorization
        if body is not None:
            headers["Content-Type"] = TAXII
        try:
            connection.request(method, path, body, headers)
            got = connection.getresponse()
            found = {name.lower(): value for name, value in got.getheaders()}
            return Reply(got.status, found, got.read())
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise NotAnswered(type(error).__name__) from error

    def insist(self, method: str, path: str, body: bytes | None = None) -> Reply:
        """Ask until it is answered, and not by a fault (5xx); TimeoutError in the end."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                reply = self.ask(method, path, body)
            except NotAnswered:
                time.sleep(PAUSE)
                continue
            if reply.status < 500:
                return reply
            time.sleep(PAUSE)
        raise TimeoutError(f"{method} {path}")

    def close(self) -> None:
        """Hang up."""
        if self._open is not None:
            self._open.close()
            self._open = None
