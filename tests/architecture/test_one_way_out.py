"""Requests leave through one guard, so that none goes where it should not."""

import ast
from collections.abc import Iterator

from tests.architecture.sources import PACKAGES, Source, sources

CLIENTS = {"http.client", "urllib.request", "urllib3", "requests", "httpx", "taxii2client"}
ALLOWED = {
    "cloudsirt/outbound.py",  # the guard
    "cloudsirt/peers/session.py",  # a session that has no other way out
    "cloudsirt/peers/collection.py",  # taxii2-client, over that session
    "cloudsirt/peers/credentials.py",  # puts a header on its requests
}


def clients(source: Source) -> Iterator[str]:
    """Name each HTTP client that a file imports."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        names = [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{name}" for name in names)]
        for name in names:
            if any(name == client or name.startswith(f"{client}.") for client in CLIENTS):
                yield f"{source.path}:{node.lineno} {name}"


def test_only_the_guard_and_what_leads_through_it_knows_http() -> None:
    """Any other file that imports an HTTP client would pass the guard by."""
    found = [
        found
        for source in sources(*PACKAGES)
        if source.path not in ALLOWED
        for found in clients(source)
    ]
    assert found == []


def test_an_import_is_found_however_it_is_written() -> None:
    """The measure itself."""
    planted = "import requests.auth\nfrom http import client\nfrom urllib import parse, request\n"
    found = {item.split()[1] for item in clients(Source("planted.py", planted))}
    assert found == {"requests.auth", "http.client", "urllib.request"}
