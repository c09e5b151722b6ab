"""The limit: the same bytes, ready before the first request, from a bare WSGI application."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.servers.running import Server, free_port, gunicorn, running


@contextmanager
def serving(folder: Path, bodies: Sequence[bytes]) -> Iterator[Server]:
    """Serve each body at its number."""
    folder.mkdir()
    for number, body in enumerate(bodies):
        (folder / str(number)).write_bytes(body)
    port = free_port()
    command = [sys.executable, *gunicorn(port, "bare_app:app")]
    with running(command, port, {"BARE_FOLDER": str(folder)}, folder.with_suffix(".log")):
        yield Server("bare WSGI", port, read="/")
