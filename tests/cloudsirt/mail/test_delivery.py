"""How letters leave: over real SMTP, with and without TLS, or as files."""

import stat
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from cloudsirt.config import Config, MailTls
from cloudsirt.errors import MailUnreachable, NotConfigured, NotDelivered
from cloudsirt.mail.delivery import domain_of, opened, sender_of
from tests.plumbing.mailserver import PASSWORD, USER, Mailbox, certified, running_mail_server


def message(to: str = "ann@example.org") -> EmailMessage:
    """A letter."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "cloudsirt@example.org", to, "Für Ann"
    made.set_content("Grüße\n", cte="quoted-printable")
    return made


def at(home: Path, box: Mailbox, tls: MailTls = MailTls.NONE, user: str | None = None) -> Config:
    """Settings that name the mail server of this test."""
    return Config(
        home=home,
        database_url="sqlite://",
        base_url="https://share.example.org",
        smtp_host="127.0.0.1",
        smtp_port=box.port,
        smtp_tls=tls,
        smtp_user=user,
    )


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A mail server without TLS."""
    with running_mail_server() as running:
        yield running


def send(config: Config, *messages: EmailMessage) -> None:
    """Hand letters over, on one connection."""
    with opened(config) as transport:
        for number, made in enumerate(messages):
            transport.deliver(f"letter-{number}", made)


def test_letters_reach_a_mail_server(tmp_path: Path, box: Mailbox) -> None:
    """Two letters on one connection, from our address, with a greeting that names no machine."""
    send(at(tmp_path, box), message(), message("bob@example.org"))
    assert [letter["To"] for letter in box.letters] == ["ann@example.org", "bob@example.org"]
    assert box.letters[0].get_content().splitlines() == ["Grüße"]
    assert box.letters[0]["Subject"] == "Für Ann"
    assert box.envelopes[0] == ("cloudsirt@share.example.org", ("ann@example.org",))
    assert set(box.greetings) == {"share.example.org"}


def test_the_way_is_protected_and_the_server_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STARTTLS, a certificate that somebody vouches for, then the password from its file."""
    context, public = certified(tmp_path)
    with running_mail_server(context) as box:
        config = at(tmp_path, box, MailTls.STARTTLS, USER)
        password = tmp_path / "smtp.password"
        password.write_text(PASSWORD + "\n")
        password.chmod(0o600)
        with pytest.raises(MailUnreachable, match="SSLCertVerificationError"):
            send(config, message())
        monkeypatch.setenv("SSL_CERT_FILE", str(public))
        send(config, message())
        assert box.is_protected
        password.write_text("another password")
        with pytest.raises(MailUnreachable, match="SMTPAuthenticationError 535"):
            send(config, message())
    assert len(box.letters) == 1


def test_a_server_without_tls_gets_nothing_unless_told_so(tmp_path: Path, box: Mailbox) -> None:
    """STARTTLS is not a wish: a server that does not offer it is refused."""
    with pytest.raises(MailUnreachable, match="SMTPNotSupportedError"):
        send(at(tmp_path, box, MailTls.STARTTLS), message())
    with pytest.raises(MailUnreachable):
        send(at(tmp_path, box, MailTls.TLS), message())
    assert box.letters == []


def test_a_password_is_guarded_like_the_keys(tmp_path: Path, box: Mailbox) -> None:
    """A missing file, one that others read, and a way without TLS stop it before it starts."""
    config = at(tmp_path, box, MailTls.STARTTLS, USER)
    with pytest.raises(NotConfigured, match="is missing"):
        send(config, message())
    (tmp_path / "smtp.password").write_text(PASSWORD)
    (tmp_path / "smtp.password").chmod(0o644)
    with pytest.raises(NotConfigured, match="chmod 600"):
        send(config, message())
    with pytest.raises(NotConfigured, match="without TLS"):
        send(replace(config, smtp_tls=MailTls.NONE), message())


def test_a_refusal_is_told_by_its_kind(tmp_path: Path, box: Mailbox) -> None:
    """The server's own words may quote an address: they stay out; other letters go on."""
    box.refused = frozenset({"bob@example.org"})
    with opened(at(tmp_path, box)) as transport:
        with pytest.raises(NotDelivered) as caught:
            transport.deliver("b", message("bob@example.org"))
        assert str(caught.value) == "SMTPRecipientsRefused 550"
        assert not isinstance(caught.value, MailUnreachable)
        box.answer = "451 later, bob@example.org"
        with pytest.raises(NotDelivered, match=r"^SMTPDataError 451$"):
            transport.deliver("a", message())
        box.answer = "250 OK"
        transport.deliver("a", message())
    assert len(box.letters) == 1


def test_a_server_that_is_not_there_is_unreachable(tmp_path: Path, box: Mailbox) -> None:
    """Nobody listens."""
    with running_mail_server() as gone:
        pass
    with pytest.raises(MailUnreachable, match="ConnectionRefusedError"):
        send(at(tmp_path, gone), message())


def test_without_a_server_letters_are_files(tmp_path: Path) -> None:
    """For the operator's eyes alone; a second attempt replaces the first."""
    config = Config(home=tmp_path, database_url="sqlite://")
    send(config, message())
    send(config, message("bob@example.org"))
    folder = tmp_path / "mail"
    (path,) = folder.iterdir()
    assert path.name == "letter-0.eml"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"To: bob@example.org\r\n" in path.read_bytes()


def test_a_folder_that_does_not_work_is_unreachable(tmp_path: Path) -> None:
    """A file stands where the folder would."""
    (tmp_path / "mail").write_text("")
    with pytest.raises(MailUnreachable, match="FileExistsError"):
        send(Config(home=tmp_path, database_url="sqlite://"), message())


@pytest.mark.parametrize(
    ("base_url", "domain", "sender"),
    [
        (None, "cloudsirt.invalid", "cloudsirt@localhost"),
        ("https://share.example.org", "share.example.org", "cloudsirt@share.example.org"),
        ("https://share.example.org:8443/x", "share.example.org", "cloudsirt@share.example.org"),
        ("http://127.0.0.1:8000", "cloudsirt.invalid", "cloudsirt@localhost"),
        ("http://[2001:db8::1]:8000", "cloudsirt.invalid", "cloudsirt@localhost"),
        ("http://localhost:8000", "cloudsirt.invalid", "cloudsirt@localhost"),
    ],
)
def test_names_are_the_public_address_and_never_a_machine(
    tmp_path: Path, base_url: str | None, domain: str, sender: str
) -> None:
    """C39: what a Message-ID and a greeting tell is what everybody knows."""
    config = Config(home=tmp_path, database_url="sqlite://", base_url=base_url)
    assert (domain_of(config), sender_of(config)) == (domain, sender)
    assert sender_of(replace(config, mail_from="x@example.org")) == "x@example.org"
