"""How letters leave: by SMTP, or, where no server is set, as files in the home folder.

Certificates are verified; the password of the server is a file like the keys. What fails is said
by its kind alone, since a server's answer may quote an address. The name that we greet with is
the public address's, never the machine's.
"""

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from cloudsirt.config import Config, MailTls
from cloudsirt.errors import MailUnreachable, NotConfigured, NotDelivered
from cloudsirt.keys import read_private

FOLDER, PASSWORD_FILE = "mail", "smtp.password"  # the name of a file
NOWHERE = "cloudsirt.invalid"
"""Stands for the public address where there is none (RFC 2606 §2)."""

_TIMEOUT = 10.0  # seconds: the worker has other things to do


class Transport(Protocol):
    """Hands letters over."""

    def deliver(self, name: str, message: EmailMessage) -> None:
        """Hand one over; `name` is the same at each attempt. NotDelivered, MailUnreachable."""


def domain_of(config: Config) -> str:
    """The domain of Message-IDs and of the greeting: fixed, and no host's or client's (C39)."""
    host = urlsplit(config.base_url).hostname if config.base_url is not None else None
    is_name = host is not None and "." in host and not host.replace(".", "").isdigit()
    return host if host is not None and is_name and ":" not in host else NOWHERE


def sender_of(config: Config) -> str:
    """The address that letters come from."""
    if config.mail_from is not None:
        return config.mail_from
    domain = domain_of(config)
    return f"cloudsirt@{domain if domain != NOWHERE else 'localhost'}"


@contextmanager
def opened(config: Config) -> Iterator[Transport]:
    """The transport that the settings name; NotConfigured when it cannot be used safely."""
    if config.smtp_host is None:
        yield MailFolder(config.home / FOLDER)
        return
    server = MailServer(config)
    try:
        yield server
    finally:
        server.close()


class MailFolder:
    """A folder with one file for each letter, for the operator's eyes alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, name: str, message: EmailMessage) -> None:
        """Write the file whole, or not at all; a second attempt replaces the first."""
        part = self._folder / f".{name}.part"
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            part.unlink(missing_ok=True)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(message.as_bytes(policy=SMTP))
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._folder / f"{name}.eml")
        except OSError as error:
            raise MailUnreachable(type(error).__name__) from error


class MailServer:
    """An SMTP server, with one connection for as long as it lasts."""

    def __init__(self, config: Config) -> None:
        if config.smtp_user is not None and config.smtp_tls is MailTls.NONE:
            raise NotConfigured("CLOUDSIRT_SMTP_USER is not sent without TLS.")
        self._config = config
        self._password = _password(config) if config.smtp_user is not None else ""
        self._open: smtplib.SMTP | None = None

    def deliver(self, name: str, message: EmailMessage) -> None:
        """Hand a letter to the server, which answers for it from then on."""
        try:
            if self._open is None:
                self._open = self._connected()
            self._send(self._open, message)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise MailUnreachable(_kind(error)) from error

    def _send(self, connection: smtplib.SMTP, message: EmailMessage) -> None:
        try:
            connection.send_message(message, from_addr=sender_of(self._config))
        except (
            smtplib.SMTPRecipientsRefused,
            smtplib.SMTPSenderRefused,
            smtplib.SMTPDataError,
            smtplib.SMTPNotSupportedError,
        ) as error:
            raise NotDelivered(_kind(error)) from error

    def close(self) -> None:
        """Take leave; a server that is gone already is no failure."""
        connection, self._open = self._open, None
        if connection is not None:
            try:
                connection.quit()
            except (OSError, smtplib.SMTPException):
                connection.close()

    def _connected(self) -> smtplib.SMTP:
        config, context = self._config, ssl.create_default_context()
        host, port = config.smtp_host or "", config.smtp_port or config.smtp_tls.port
        greeting = domain_of(config)
        if config.smtp_tls is MailTls.TLS:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, local_hostname=greeting, timeout=_TIMEOUT, context=context
            )
        else:
            connection = smtplib.SMTP(host, port, local_hostname=greeting, timeout=_TIMEOUT)
        try:
            if config.smtp_tls is MailTls.STARTTLS:
                connection.starttls(context=context)
            if config.smtp_user is not None:
                connection.login(config.smtp_user, self._password)
        except (OSError, smtplib.SMTPException):
            connection.close()
            raise
        return connection


def _password(config: Config) -> str:
    path = config.home / PASSWORD_FILE
    return read_private(path, f"write the password of {config.smtp_host} there").decode().strip()


def _kind(error: Exception) -> str:
    """The kind of failure and the server's code, without its words."""
    code = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
    return type(error).__name__ if code is None else f"{type(error).__name__} {code}"
