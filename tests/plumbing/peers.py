"""Peers on this machine: an installation that is served over HTTP, and a server that misbehaves."""

import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from werkzeug.serving import make_server

from feeds.topics import collection_named
from tests.world import TAXII, World
from tlp import Perimeter

HOST = "127.0.0.1"
COLLECTION = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
ADDED = "2026-02-03T08:00:00.000000Z"

Environ = dict[str, Any]


@dataclass
class Served:
    """An installation as others reach it; `asked` are the requests that came, `refuse` may say
    no to one (and then none of it is done)."""

    world: World
    address: str = ""
    asked: list[str] = field(default_factory=list)
    refuse: Callable[[str], bool] = lambda asked: False

    def url(self, root: str = "members", topic: str = "everything") -> str:
        """The address of one of its collections."""
        found = collection_named(Perimeter(root), topic)
        assert found is not None
        return f"{self.address}/taxii2/{root}/collections/{found.id}/"

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Any:
        asked = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ['QUERY_STRING']}"
        self.asked.append(asked)
        if self.refuse(asked):
            start("503 Service Unavailable", [("Content-Type", TAXII)])
            return [b"{}"]
        return self.world.app(environ, start)


@contextmanager
def served(world: World) -> Iterator[Served]:
    """Serve a world on this machine for as long as the block runs."""
    site = Served(world)
    server = make_server(HOST, 0, site, threaded=True)
    site.address = f"http://{HOST}:{server.port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Odd:
    """A server that answers what a test says: by path and query, else by path (after `POST ` for
    those); status, headers, body, or a function that writes the answer itself."""

    port: int = 0
    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    posted: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address of its collection."""
        return f"http://{HOST}:{self.port}/root/collections/{COLLECTION}/"

    def collection(self, **changes: Any) -> None:
        """Have a collection, that can be read and written."""
        document = {"id": COLLECTION, "title": "Odd", "can_read": True, "can_write": True}
        self.put(f"/root/collections/{COLLECTION}/", {**document, **changes})

    def page(self, document: object, query: str = "", added: str | None = ADDED) -> None:
        """Answer a request for objects."""
        path = f"/root/collections/{COLLECTION}/objects/{query}"
        self.put(path, document, {"X-TAXII-Date-Added-Last": added} if added else {})

    def put(
        self,
        path: str,
        document: object,
        headers: dict[str, str] | None = None,
        status: int = 200,
    ) -> None:
        """Answer requests for a path."""
        body = document if isinstance(document, bytes) else orjson.dumps(document)
        self.answers[path] = (status, {"Content-Type": TAXII, **(headers or {})}, body)


@contextmanager
def odd() -> Iterator[Odd]:
    """Such a server, for as long as the block runs."""
    site = Odd()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, dict(self.headers.items())))
            path = self.path.partition("?")[0]
            answer = site.answers.get(self.path) or site.answers.get(path)
            if callable(answer):
                answer(self)
                return
            status, headers, content = answer or (404, {}, b"{}")
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            site.posted.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.path = f"POST {self.path}"
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Quiet(http.server.ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Clients that turn away are what is tested."""

    server = Quiet((HOST, 0), Handler)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
