"""Settings: from the environment, checked, and documented one and all."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from cloudsirt.check import config as config_check
from cloudsirt.config import SETTINGS, Config, MailTls, read_config
from cloudsirt.errors import NotConfigured
from tests.world import World

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `(CLOUDSIRT_[A-Z_]+)` \| (.+) \|$", re.MULTILINE)


def test_every_setting_is_documented() -> None:
    """docs/settings.md says the same as the code, in the same order."""
    page = (ROOT / "docs" / "settings.md").read_text()
    assert ROW.findall(page) == list(SETTINGS.items())


def test_no_setting_is_read_that_is_not_listed() -> None:
    """Whatever the code calls CLOUDSIRT_… is one of them."""
    sources = [path.read_text() for path in (ROOT / "cloudsirt").rglob("*.py")]
    named = {name for text in sources for name in re.findall(r"CLOUDSIRT_[A-Z_]+[A-Z]", text)}
    assert named == set(SETTINGS)


def test_without_any_setting_there_is_a_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    """Zero set-up: SQLite in the user's own folder; empty counts as not set."""
    monkeypatch.setenv("HOME", "/home/somebody")
    home = Path("/home/somebody/.local/share/cloudsirt")
    expected = Config(home=home, database_url=f"sqlite:///{home}/cloudsirt.db")
    assert read_config({}) == expected
    assert read_config(dict.fromkeys(SETTINGS, "")) == expected
    assert expected.max_content_length == 10485760
    assert expected.page_size == 1000


def test_every_setting_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them changes the one thing that it names."""
    monkeypatch.setenv("HOME", "/home/somebody")
    found = read_config(
        {
            "CLOUDSIRT_HOME": "~/there",
            "CLOUDSIRT_DATABASE_URL": "postgresql+psycopg://db.example/cloudsirt",
            "CLOUDSIRT_BASE_URL": "https://share.example.org/",
            "CLOUDSIRT_MAX_CONTENT_LENGTH": "5000",
            "CLOUDSIRT_PAGE_SIZE": "50",
            "CLOUDSIRT_SCAN_COMMAND": "/usr/bin/clamdscan --fdpass 'a folder' -",
            "CLOUDSIRT_DNS_SERVER": "[2001:db8::53]:5353",
            "CLOUDSIRT_ALLOW_PRIVATE_HOSTS": "Intern.example.org, lab.example.org",
            "CLOUDSIRT_MAIL_FROM": "share@example.org",
            "CLOUDSIRT_SMTP_HOST": "mail.example.org",
            "CLOUDSIRT_SMTP_PORT": "2525",
            "CLOUDSIRT_SMTP_TLS": "tls",
            "CLOUDSIRT_SMTP_USER": "cloudsirt",
        }
    )
    assert found == Config(
        home=Path("/home/somebody/there"),
        database_url="postgresql+psycopg://db.example/cloudsirt",
        base_url="https://share.example.org",
        max_content_length=5000,
        page_size=50,
        scan_command=("/usr/bin/clamdscan", "--fdpass", "a folder", "-"),
        dns_server=("2001:db8::53", 5353),
        allow_private_hosts=frozenset({"intern.example.org", "lab.example.org"}),
        mail_from="share@example.org",
        smtp_host="mail.example.org",
        smtp_port=2525,
        smtp_tls=MailTls.TLS,
        smtp_user="cloudsirt",
    )
    assert len(fields(Config)) == len(SETTINGS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CLOUDSIRT_BASE_URL", "share.example.org"),
        ("CLOUDSIRT_BASE_URL", "ftp://share.example.org"),
        ("CLOUDSIRT_BASE_URL", "https://"),
        ("CLOUDSIRT_BASE_URL", "https://share.example.org/?a=b"),
        ("CLOUDSIRT_BASE_URL", "https://user:pass@share.example.org"),
        ("CLOUDSIRT_BASE_URL", "https://share.example.org\r\nX: y"),
        ("CLOUDSIRT_MAX_CONTENT_LENGTH", "0"),
        ("CLOUDSIRT_MAX_CONTENT_LENGTH", "-1"),
        ("CLOUDSIRT_MAX_CONTENT_LENGTH", "10 MB"),
        ("CLOUDSIRT_PAGE_SIZE", "1.5"),
        ("CLOUDSIRT_PAGE_SIZE", "٣"),
        ("CLOUDSIRT_SCAN_COMMAND", "clamscan 'unfinished"),
        ("CLOUDSIRT_DNS_SERVER", "resolver.example.org"),
        ("CLOUDSIRT_DNS_SERVER", "192.0.2.53:0"),
        ("CLOUDSIRT_DNS_SERVER", "192.0.2.53:99999"),
        ("CLOUDSIRT_MAIL_FROM", "nobody"),
        ("CLOUDSIRT_MAIL_FROM", "a@example.org\r\nBcc: b@example.org"),
        ("CLOUDSIRT_SMTP_PORT", "70000"),
        ("CLOUDSIRT_SMTP_TLS", "ssl"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(name: str, value: str) -> None:
    """Nothing starts on a guess."""
    with pytest.raises(NotConfigured, match=name):
        read_config({name: value})


@pytest.mark.parametrize("url", ["garbage", "mysql://db.example/x", "sqlite"])
def test_a_database_that_is_none_of_ours_is_refused(url: str, tmp_path: Path) -> None:
    """The sentence names the setting and not its value, which may hold a password."""
    from cloudsirt.database import Database  # noqa: PLC0415

    with pytest.raises(NotConfigured, match="CLOUDSIRT_DATABASE_URL") as caught:
        Database(url)
    assert url not in str(caught.value)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("base_url", "is_good"),
    [
        (None, True),
        ("https://share.example.org", True),
        ("http://127.0.0.1:8000", True),
        ("http://localhost", True),
        ("http://[::1]:8000", True),
        ("http://share.example.org", False),
        ("http://localhost.example.org:80", False),
    ],
)
def test_the_check_finds_an_address_without_tls(
    world: World, database_url: str, base_url: str | None, is_good: bool
) -> None:
    """Plain HTTP is for this machine alone."""
    made = World(database_url, world.folder / "other", settings={"base_url": base_url})
    assert config_check.check(made.house).is_good is is_good
    made.close()


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_check_finds_an_open_home_folder(world: World) -> None:
    """Others could put keys of their own there."""
    assert config_check.check(world.house).is_good
    world.house.config.home.chmod(0o755)
    (problem,) = config_check.check(world.house).problems
    assert "chmod 700" in problem
