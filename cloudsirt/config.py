"""Settings, from the environment only; every one is optional, none is a secret.

Secrets are files in the home folder, made by `cloudsirt init` with mode 0600 (`keys`).
`SETTINGS` is the documentation: docs/settings.md is compared with it in the tests.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cloudsirt.errors import NotConfigured

SETTINGS: Mapping[str, str] = {
    "CLOUDSIRT_HOME": "Folder of keys and of the SQLite database. "
    "Default: `~/.local/share/cloudsirt`.",
    "CLOUDSIRT_DATABASE_URL": "SQLAlchemy URL of the database, `sqlite:///…` or "
    "`postgresql+psycopg://…`. Default: SQLite in the home folder.",
    "CLOUDSIRT_BASE_URL": "The public address, such as `https://share.example.org`. With `https` "
    "cookies are sent over TLS only. Default: what each request names.",
    "CLOUDSIRT_MAX_CONTENT_LENGTH": "Octets of the largest TAXII submission. Default: 10485760.",
    "CLOUDSIRT_PAGE_SIZE": "Objects in the largest TAXII page. Default: 1000.",
}


_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~/-]+)?")


@dataclass(frozen=True, slots=True)
class Config:
    """What the environment says, checked; `base_url` has no slash at its end."""

    home: Path
    database_url: str
    base_url: str | None = None
    max_content_length: int = 10 * 1024 * 1024  # octets
    page_size: int = 1_000  # objects


def read_config(environment: Mapping[str, str] = os.environ) -> Config:
    """The configuration of this process; NotConfigured names a setting that makes no sense."""
    home = Path(
        environment.get("CLOUDSIRT_HOME") or Path.home() / ".local" / "share" / "cloudsirt"
    ).expanduser()
    return Config(
        home=home,
        database_url=environment.get("CLOUDSIRT_DATABASE_URL")
        or f"sqlite:///{home / 'cloudsirt.db'}",
        base_url=_base_url(environment.get("CLOUDSIRT_BASE_URL")),
        max_content_length=_positive(environment, "CLOUDSIRT_MAX_CONTENT_LENGTH", 10 * 1024 * 1024),
        page_size=_positive(environment, "CLOUDSIRT_PAGE_SIZE", 1_000),
    )


def _base_url(text: str | None) -> str | None:
    if not text:
        return None
    address = text.rstrip("/")
    if not _ADDRESS.fullmatch(address):
        raise NotConfigured("CLOUDSIRT_BASE_URL must be like https://share.example.org.")
    return address


def _positive(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name)
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise NotConfigured(f"{name} must be a positive integer.")
    return int(text)
