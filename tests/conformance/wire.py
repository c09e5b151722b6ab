"""A TAXII client that hides nothing: headers as they are sent, and as they come back."""

import gzip
import http.client
import re
import socket
from dataclasses import dataclass
from typing import Any

import orjson

TAXII = "application/taxii+json;version=2.1"
FIRST, LAST = "X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last"
PATIENCE = 120.0  # seconds
TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it came over the wire."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The one header of this name; None where there is none."""
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(found) < 2, found
        return found[0] if found else None

    @property
    def document(self) -> dict[str, Any]:
        """The resource in the body."""
        is_coded = self.header("Content-Encoding") == "gzip"
        body = gzip.decompress(self.body) if is_coded else self.body
        found: dict[str, Any] = orjson.loads(body)
        return found

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The objects of an envelope, or the records of a manifest."""
        assert self.status == 200, self.body
        found: list[dict[str, Any]] = self.document.get("objects", [])
        return found

    @property
    def ids(self) -> list[str]:
        """Their ids, in order."""
        return [item["id"] for item in self.objects]

    def steady(self) -> tuple[int, list[tuple[str, str]], bytes]:
        """Everything in which two equal answers agree; the date of the answer is not."""
        kept = [(key, value) for key, value in self.headers if key != "Date"]
        return self.status, kept, self.body


def send(
    port: int, method: str, path: str, headers: dict[str, str], body: bytes | None, chunked: bool
) -> Answer:
    """Send these headers and no others, but for what frames the message."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        if chunked:
            connection.putheader("Transfer-Encoding", "chunked")
        elif body is not None:
            connection.putheader("Content-Length", str(len(body)))
        parts = None if body is None else iter([body[:50], body[50:]]) if chunked else body
        connection.endheaders(parts, encode_chunked=chunked)
        got = connection.getresponse()
        return Answer(got.status, tuple(got.getheaders()), got.read())
    finally:
        connection.close()


def send_raw(port: int, message: bytes) -> Answer:
    """Send these bytes and nothing after them, whether they are HTTP or not."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(message)
        connection.shutdown(socket.SHUT_WR)
        with http.client.HTTPResponse(connection) as got:
            got.begin()
            return Answer(got.status, tuple(got.getheaders()), got.read())


def assert_error(answer: Answer, *statuses: int) -> dict[str, Any]:
    """An error resource (§3.6.1) with one of these statuses, and nothing else."""
    assert answer.status in statuses, (answer.status, answer.body)
    assert answer.header("Content-Type") == TAXII
    document = answer.document
    assert document["title"]
    assert document["http_status"] == str(answer.status)
    return document
