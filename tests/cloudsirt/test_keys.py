"""The keys: made once, readable by their owner alone, and nothing starts without them."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from cloudsirt.app import create_app
from cloudsirt.config import Config
from cloudsirt.errors import NotConfigured
from cloudsirt.house import open_house
from cloudsirt.keys import create_keys, load_keys

SECRETS = ("sealing.key", "audit.key")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with keys."""
    home = tmp_path / "some" / "home"
    assert create_keys(home)
    return home


def mode(path: Path) -> int:
    """Who may do what with a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_keys_are_their_owners_alone(home: Path) -> None:
    """0600 for each secret, 0700 for the folder that was made for them."""
    assert [mode(home / name) for name in SECRETS] == [0o600, 0o600]
    assert mode(home) == 0o700


def test_keys_are_fresh_and_made_once(home: Path, tmp_path: Path) -> None:
    """Two installations share nothing; a second `init` changes nothing."""
    before = {path.name: path.read_bytes() for path in home.iterdir()}
    assert not create_keys(home)
    assert {path.name: path.read_bytes() for path in home.iterdir()} == before
    other = tmp_path / "other"
    create_keys(other)
    assert not set(before.values()) & {path.read_bytes() for path in other.iterdir()}
    assert len(before["sealing.key"]) == len(before["audit.key"]) == 32


@pytest.mark.parametrize("name", SECRETS)
def test_a_missing_key_is_made_and_the_other_one_stays(home: Path, name: str) -> None:
    """As after an `init` that was cut short."""
    before = {path.name: path.read_bytes() for path in home.iterdir()}
    (home / name).unlink()
    assert create_keys(home)
    for secret in SECRETS:
        assert (before[secret] == (home / secret).read_bytes()) == (secret != name)
    load_keys(home)


def test_the_public_key_belongs_to_the_audit_key(home: Path) -> None:
    """Anybody can verify the trail with it, and it comes back when it was lost."""
    keys, public = load_keys(home), home / "audit.pub"
    for _ in range(2):
        pem = load_pem_public_key(public.read_bytes())
        assert pem == keys.audit.public_key()
        public.unlink()
        assert not create_keys(home)


@pytest.mark.parametrize("name", SECRETS)
def test_nothing_starts_without_a_key(home: Path, name: str) -> None:
    """The refusal names the file and what to do."""
    (home / name).unlink()
    config = Config(home=home, database_url="sqlite://")
    for start in (lambda: load_keys(home), lambda: open_house(config)):
        with pytest.raises(NotConfigured, match=rf"{name} is missing: run `cloudsirt init`"):
            start()


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("open_mode", [0o640, 0o604, 0o660, 0o666, 0o601])
def test_nothing_starts_with_a_key_that_is_open_to_others(
    home: Path, name: str, open_mode: int
) -> None:
    """Any right of the group or of others is one too many."""
    (home / name).chmod(open_mode)
    with pytest.raises(NotConfigured, match=rf"{name} is open to others: run `chmod 600"):
        load_keys(home)
    (home / name).chmod(0o400)
    load_keys(home)


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("content", [b"", b"x" * 31, b"x" * 33])
def test_nothing_starts_with_a_key_of_the_wrong_size(home: Path, name: str, content: bytes) -> None:
    """Short, long or empty, as a full disk leaves it."""
    (home / name).write_bytes(content)
    with pytest.raises(NotConfigured, match=rf"{name} does not hold a key of 32 bytes"):
        load_keys(home)


def test_the_application_of_an_empty_home_refuses_to_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no default secret to fall back on."""
    monkeypatch.setenv("CLOUDSIRT_HOME", str(tmp_path))
    monkeypatch.delenv("CLOUDSIRT_DATABASE_URL", raising=False)
    with pytest.raises(NotConfigured, match="run `cloudsirt init`"):
        create_app()


def test_keys_show_nothing_of_themselves(home: Path) -> None:
    """Neither in their representation nor in that of what holds them."""
    keys = load_keys(home)
    for shown in (repr(keys), str(keys), f"{keys}", repr([keys])):
        assert shown.strip("[]") == "Keys(…)"
        assert keys.sealing.hex() not in shown


def test_a_signature_is_verified_by_its_own_installation_only(home: Path, tmp_path: Path) -> None:
    """Over the very message, by the very key."""
    create_keys(tmp_path / "other")
    keys, other = load_keys(home), load_keys(tmp_path / "other")
    signature = keys.sign(b"message")
    assert keys.verifies(signature, b"message")
    assert not keys.verifies(signature, b"massage")
    assert not other.verifies(signature, b"message")
    assert not keys.verifies(b"", b"message")
