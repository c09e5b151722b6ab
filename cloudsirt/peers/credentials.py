"""Credentials for a peer: one line in a file of the home folder, mode 0600, kept nowhere else.

Basic NAME:PASSWORD
Bearer TOKEN
Token TOKEN
"""

import base64
from pathlib import Path

from requests import PreparedRequest
from requests.auth import AuthBase

from cloudsirt.errors import NotConfigured
from cloudsirt.keys import read_private

_SCHEMES = ("basic", "bearer", "token")


class Authorisation(AuthBase):
    """Puts one Authorization header on every request; never shown."""

    def __init__(self, header: str) -> None:
        self._header = header

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        r.headers["Authorization"] = self._header
        return r


def read_credentials(home: Path, name: str | None) -> Authorisation | None:
    """What the file with this name says; None for a peer that asks for none; NotConfigured."""
    if name is None:
        return None
    path = home / name
    remedy = "write one line, such as “Basic name:password”, and run `chmod 600`"
    scheme, _, secret = _line(path, read_private(path, remedy)).partition(" ")
    if scheme.lower() not in _SCHEMES or not secret:
        raise NotConfigured(f"{path} must hold one line: Basic, Bearer or Token, and the secret.")
    if scheme.lower() == "basic":
        secret = base64.b64encode(secret.encode()).decode()
    return Authorisation(f"{scheme} {secret}")


def _line(path: Path, content: bytes) -> str:
    try:
        line = content.decode().strip()
    except UnicodeDecodeError as error:
        raise NotConfigured(f"{path} must be text.") from error
    if not line.isprintable():
        raise NotConfigured(f"{path} must hold one line, and nothing else.")
    return line
