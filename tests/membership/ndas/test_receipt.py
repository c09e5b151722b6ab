"""Receipts: the bytes are what the standard tool verifies, and no other bytes are."""

import subprocess
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudsirt.errors import NotConfigured
from cloudsirt.keys import create_keys, load_keys, verifies_with
from membership.ndas.receipt import Facts, is_receipt, stamp, statement
from membership.ndas.signature import Method, Nda

AT = datetime(2028, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC)
NDA = Nda(
    *("nda-1", "org-1", "multi-party NDA, 2026 edition", AT, AT + timedelta(days=730)),
    method=Method.PLATFORM,
    signatory="person-1",
    digest="ab" * 32,
)
FACTS = Facts("株式会社 Example", "Ann O'Neil", "identity--1 at https://share.example.org", AT)
RECEIPT = statement(NDA, FACTS)


def test_a_receipt_says_everything_in_a_fixed_order() -> None:
    """To the byte: this is what people keep for years."""
    assert RECEIPT.decode() == (
        "CloudSIRT NDA receipt\n"
        "signature: nda-1\n"
        "organisation: 株式会社 Example\n"
        "organisation id: org-1\n"
        "signatory: Ann O'Neil\n"
        "signatory id: person-1\n"
        "text: multi-party NDA, 2026 edition\n"
        f"text sha-256: {'ab' * 32}\n"
        "effective from: 2028-02-29T23:59:59.999999Z\n"
        "effective until: 2030-02-28T23:59:59.999999Z\n"
        "signed at: 2028-02-29T23:59:59.999999Z\n"
        "installation: identity--1 at https://share.example.org\n"
    )
    assert is_receipt(RECEIPT)
    assert not is_receipt(b"CloudSIRT audit head\n1\n")


def test_times_are_in_utc_whatever_zone_they_came_in() -> None:
    """The first of March in Seoul is the leap day in UTC."""
    seoul = datetime(2028, 3, 1, 8, 59, 59, 999_999, tzinfo=timezone(timedelta(hours=9)))
    assert stamp(seoul) == "2028-02-29T23:59:59.999999Z"


def test_a_name_cannot_add_a_line() -> None:
    """Whatever a name holds, there are twelve lines."""
    facts = Facts("Org\neffective until: 2999", "Ann\r\nx", "here\x0b", AT)
    assert statement(NDA, facts).count(b"\n") == 12
    assert len(statement(NDA, facts).decode().splitlines()) == 12


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with keys."""
    made = tmp_path_factory.mktemp("home")
    create_keys(made)
    return made


def test_only_these_bytes_verify(home: Path) -> None:
    """Any changed, added or missing octet of the receipt, or of the signature, does not."""
    keys = load_keys(home)
    signature, public = keys.sign(RECEIPT), (home / "audit.pub").read_bytes()
    assert public == keys.public_pem()
    assert verifies_with(public, signature, RECEIPT)

    @given(st.integers(0, len(RECEIPT) - 1), st.integers(1, 255))
    def changed(place: int, bits: int) -> None:
        other = bytearray(RECEIPT)
        other[place] ^= bits
        assert not verifies_with(public, signature, bytes(other))

    @given(st.integers(0, 63), st.integers(1, 255))
    def forged(place: int, bits: int) -> None:
        other = bytearray(signature)
        other[place] ^= bits
        assert not verifies_with(public, bytes(other), RECEIPT)

    changed()
    forged()
    for other in (RECEIPT[:-1], RECEIPT + b"\n", b"", RECEIPT.replace(b"\n", b"\r\n")):
        assert not verifies_with(public, signature, other)
    assert not verifies_with(public, b"", RECEIPT)


def test_another_key_does_not_verify(home: Path, tmp_path: Path) -> None:
    """Nor does what is no key of this kind."""
    create_keys(tmp_path)
    signature = load_keys(home).sign(RECEIPT)
    assert not verifies_with((tmp_path / "audit.pub").read_bytes(), signature, RECEIPT)
    for key in (b"", b"-----BEGIN PUBLIC KEY-----\nnot base64\n-----END PUBLIC KEY-----\n"):
        with pytest.raises(NotConfigured):
            verifies_with(key, signature, RECEIPT)


def test_openssl_verifies_a_receipt(home: Path, tmp_path: Path) -> None:
    """The documented command, word for word, with nothing of ours."""
    (tmp_path / "receipt.txt").write_bytes(RECEIPT)
    (tmp_path / "receipt.sig").write_bytes(load_keys(home).sign(RECEIPT))
    (tmp_path / "audit.pub").write_bytes((home / "audit.pub").read_bytes())
    command = (
        "openssl pkeyutl -verify -pubin -inkey audit.pub -rawin "
        "-in receipt.txt -sigfile receipt.sig"
    ).split()
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    (tmp_path / "receipt.txt").write_bytes(RECEIPT.replace(b"2030", b"2031"))
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode != 0
