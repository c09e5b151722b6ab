"""Answers what lies in a folder, read once: the least that a WSGI application can do."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

_TYPE = ("Content-Type", "application/taxii+json;version=2.1")
_ANSWERS = {
    f"/{file.name}": (file.read_bytes(), [_TYPE, ("Content-Length", str(file.stat().st_size))])
    for file in Path(os.environ["BARE_FOLDER"]).iterdir()
}


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with the bytes of that path."""
    body, headers = _ANSWERS[environ["PATH_INFO"]]
    start_response("200 OK", headers)
    return [body]
