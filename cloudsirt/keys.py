"""The keys of an installation: made once, kept in the home folder with mode 0600.

`sealing.key` seals cursors and form tokens; `audit.key` (Ed25519) signs the head of the audit
trail, and `audit.pub` verifies it anywhere. Nothing starts with a default: without them it does
not start at all.
"""

import hmac
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from cloudsirt import clock
from cloudsirt.errors import NotConfigured

_SEALING, _AUDIT, _AUDIT_PUBLIC = "sealing.key", "audit.key", "audit.pub"


@dataclass(frozen=True, slots=True)
class Keys:
    """The loaded keys; never shown, logged or compared."""

    sealing: bytes
    audit: Ed25519PrivateKey

    def __repr__(self) -> str:
        return "Keys(…)"

    def derived(self, purpose: str) -> bytes:
        """Key material for one purpose, from which no other can be found."""
        return hmac.digest(self.sealing, b"CloudSIRT key for " + purpose.encode(), "sha256")

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature of the installation."""
        return self.audit.sign(message)

    def public_pem(self) -> bytes:
        """The public key that verifies what the installation signs, as `audit.pub` holds it."""
        return _public_text(self.audit)

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether a signature is this installation's, over this message."""
        return _verifies(self.audit.public_key(), signature, message)


def create_keys(home: Path) -> bool:
    """Make the keys that are missing; whether any was made."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    missing = [name for name in (_SEALING, _AUDIT) if not (home / name).exists()]
    if _SEALING in missing:
        _write_secret(home / _SEALING, clock.new_key())
    if _AUDIT in missing:
        _write_secret(home / _AUDIT, clock.new_key())
    if _AUDIT in missing or not (home / _AUDIT_PUBLIC).exists():
        (home / _AUDIT_PUBLIC).write_bytes(_public_text(load_keys(home).audit))
    return bool(missing)


def load_keys(home: Path) -> Keys:
    """The keys of the home folder; NotConfigured when one is missing or open to others."""
    return Keys(
        sealing=_read_secret(home / _SEALING),
        audit=Ed25519PrivateKey.from_private_bytes(_read_secret(home / _AUDIT)),
    )


def read_private(path: Path, remedy: str) -> bytes:
    """A file that only its owner may read; NotConfigured, with the remedy when it is missing."""
    try:
        content, mode = path.read_bytes(), path.stat().st_mode
    except FileNotFoundError as error:
        raise NotConfigured(f"{path} is missing: {remedy}.") from error
    if stat.S_IMODE(mode) & 0o077:
        raise NotConfigured(f"{path} is open to others: run `chmod 600 {path}`.")
    return content


def verifies_with(public_pem: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a signature is over this message by the owner of a public key.

    NotConfigured where the key is no Ed25519 key in PEM.
    """
    try:
        key = serialization.load_pem_public_key(public_pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise NotConfigured("The key is not a public key in PEM, such as audit.pub.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise NotConfigured("The key is not an Ed25519 key, such as audit.pub.")
    return _verifies(key, signature, message)


def _public_text(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _write_secret(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _read_secret(path: Path) -> bytes:
    content = read_private(path, "run `cloudsirt init` first")
    if len(content) != 32:
        raise NotConfigured(f"{path} does not hold a key of 32 bytes.")
    return content


def _verifies(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True
