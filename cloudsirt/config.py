"""Settings, from the environment only; every one is optional, none is a secret.

Secrets are files in the home folder, made by `cloudsirt init` with mode 0600 (`keys`).
`SETTINGS` is the documentation: docs/settings.md is compared with it in the tests.
"""

import ipaddress
import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
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
    "CLOUDSIRT_SCAN_COMMAND": "Command that looks at every uploaded file, which it gets on its "
    "standard input: exit status 0 for clean, 1 for refused. Run without a shell. "
    "Default: none, nothing is scanned.",
    "CLOUDSIRT_DNS_SERVER": "Address of the DNS resolver for checks of domains, with `:port` if it "
    "is not 53. Default: the resolver of the system.",
    "CLOUDSIRT_ALLOW_PRIVATE_HOSTS": "Names of hosts, parted by commas, that may be reached at "
    "private addresses. Default: none.",
    "CLOUDSIRT_MAIL_FROM": "Address that letters come from. Default: `cloudsirt@` and the host of "
    "the public address, else `cloudsirt@localhost`.",
    "CLOUDSIRT_SMTP_HOST": "Mail server that letters are handed to. Default: none; letters are "
    "files in the folder `mail` of the home folder.",
    "CLOUDSIRT_SMTP_PORT": "Its port. Default: 587 with `starttls`, 465 with `tls`, 25 with "
    "`none`.",
    "CLOUDSIRT_SMTP_TLS": "How the way there is protected: `starttls`, `tls` or `none`; "
    "certificates are verified. Default: `starttls`.",
    "CLOUDSIRT_SMTP_USER": "Name to sign in there, with the password in the file `smtp.password` "
    "of the home folder, mode 0600. Default: none.",
}


_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")
_SERVER = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+))(?::([0-9]{1,5}))?")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~/-]+)?")


class MailTls(Enum):
    """How the way to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"

    @property
    def port(self) -> int:
        """The usual port (RFC 6409, RFC 8314, RFC 5321)."""
        return {"starttls": 587, "tls": 465, "none": 25}[self.value]


@dataclass(frozen=True, slots=True)
class Config:
    """What the environment says, checked; `base_url` has no slash at its end."""

    home: Path
    database_url: str
    base_url: str | None = None
    max_content_length: int = 10 * 1024 * 1024  # octets
    page_size: int = 1_000  # objects
    scan_command: tuple[str, ...] = ()
    dns_server: tuple[str, int] | None = None
    allow_private_hosts: frozenset[str] = frozenset()
    mail_from: str | None = None
    smtp_host: str | None = None
    smtp_port: int | None = None
    smtp_tls: MailTls = MailTls.STARTTLS
    smtp_user: str | None = None


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
        scan_command=_command(environment, "CLOUDSIRT_SCAN_COMMAND"),
        dns_server=_server(environment, "CLOUDSIRT_DNS_SERVER"),
        allow_private_hosts=_names(environment, "CLOUDSIRT_ALLOW_PRIVATE_HOSTS"),
        mail_from=_mailbox(environment, "CLOUDSIRT_MAIL_FROM"),
        smtp_host=environment.get("CLOUDSIRT_SMTP_HOST") or None,
        smtp_port=_port(environment, "CLOUDSIRT_SMTP_PORT"),
        smtp_tls=_tls(environment, "CLOUDSIRT_SMTP_TLS"),
        smtp_user=environment.get("CLOUDSIRT_SMTP_USER") or None,
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


def _command(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(environment.get(name) or ""))
    except ValueError as error:
        raise NotConfigured(f"{name} must be a command as a shell would read it.") from error


def _server(environment: Mapping[str, str], name: str) -> tuple[str, int] | None:
    """An address with a port: `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:5353`."""
    text = environment.get(name)
    if not text:
        return None
    found = _SERVER.fullmatch(text)
    try:
        address = ipaddress.ip_address((found[1] or found[2]) if found else text)
        port = int(found[3] or 53) if found else 53
    except ValueError as error:
        raise NotConfigured(
            f"{name} must be an address like 192.0.2.53 or 192.0.2.53:53."
        ) from error
    if not 0 < port < 65_536:
        raise NotConfigured(f"{name} must have a port below 65536.")
    return str(address), port


def _names(environment: Mapping[str, str], name: str) -> frozenset[str]:
    return frozenset(
        item.strip().lower() for item in (environment.get(name) or "").split(",") if item.strip()
    )


def _mailbox(environment: Mapping[str, str], name: str) -> str | None:
    text = environment.get(name)
    if text and not _MAILBOX.fullmatch(text):
        raise NotConfigured(f"{name} must be an address like share@example.org.")
    return text or None


def _port(environment: Mapping[str, str], name: str) -> int | None:
    if not environment.get(name):
        return None
    port = _positive(environment, name, 0)
    if port >= 65_536:
        raise NotConfigured(f"{name} must be below 65536.")
    return port


def _tls(environment: Mapping[str, str], name: str) -> MailTls:
    try:
        return MailTls(environment.get(name) or "starttls")
    except ValueError as error:
        raise NotConfigured(f"{name} must be starttls, tls or none.") from error
