"""A mail server of this machine, over real SMTP, that keeps what it is given."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "cloudsirt", "a password of the mail server"


@dataclass
class Mailbox:
    """What arrived, and what the server answers from now on."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    greetings: list[str] = field(default_factory=list)
    answer: str = "250 OK"
    refused: frozenset[str] = frozenset()
    is_protected: bool = False

    async def handle_RCPT(  # noqa: N802  # the name that the library calls
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or refuse it."""
        if address in self.refused:
            return f"550 5.1.1 <{address}> is nobody here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: Any, session: Session, envelope: Envelope
    ) -> str:
        """Keep a letter."""
        if self.answer.startswith("250"):
            self.letters.append(
                message_from_bytes(envelope.original_content or b"", policy=default)
            )
            self.envelopes.append((envelope.mail_from or "", tuple(envelope.rcpt_tos)))
            self.greetings.append(str(session.host_name))
            self.is_protected = session.ssl is not None
        return self.answer


class _Listening(Controller):
    """Serves on a socket that is bound already, so that no port is guessed."""

    listening: socket.socket

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self.listening)


@contextmanager
def running_mail_server(context: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """A server on a free port; with a context it insists on STARTTLS and on signing in."""
    box = Mailbox()
    listening = socket.create_server(("127.0.0.1", 0))
    box.port = listening.getsockname()[1]
    controller = _Listening(
        box,
        hostname="127.0.0.1",
        port=box.port,
        tls_context=context,
        require_starttls=context is not None,
        auth_required=context is not None,
        authenticator=_authenticate,
    )
    controller.listening = listening
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def _authenticate(
    server: Any, session: Any, envelope: Any, mechanism: str, data: Any
) -> AuthResult:
    is_right = data == LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)


def certified(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's context for 127.0.0.1, and the file of the certificate that vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.org")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "mail.pem", folder / "mail.key"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, public
