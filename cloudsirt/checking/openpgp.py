"""Whether an OpenPGP key can be used to write to somebody (RFC 9580), read by Sequoia PGP."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from pysequoia import Cert
from pysequoia.packet import PacketPile, Tag

from membership.applications.checks import Outcome

SOON = timedelta(days=30)
_SECRET = (Tag.SecretKey, Tag.SecretSubkey)
_ARMOUR = re.compile(r"-----BEGIN PGP ([A-Z ]{1,40})-----")
_NO_KEY = "This cannot be read as an OpenPGP key."


@dataclass(frozen=True, slots=True)
class KeyFinding:
    """What was found; `fingerprint` is empty where there is no key."""

    outcome: Outcome
    detail: str
    fingerprint: str = ""


def inspect_key(armour: str, email: str, at: datetime) -> KeyFinding:
    """Whether this is one public key, in force at that instant, and whether it names an address."""
    blocks = _ARMOUR.findall(armour)
    if any("PRIVATE" in block for block in blocks):
        return KeyFinding("bad", "This is a private key. Never send it to anybody.")
    if blocks != ["PUBLIC KEY BLOCK"]:
        return KeyFinding("bad", "There is not exactly one armoured public key.")
    try:
        return _inspect(armour.encode(), email, at)
    except RuntimeError:  # whatever Sequoia refuses
        return KeyFinding("bad", _NO_KEY)


def _inspect(octets: bytes, email: str, at: datetime) -> KeyFinding:
    if any(packet.tag in _SECRET for packet in PacketPile.from_bytes(octets)):
        return KeyFinding("bad", "There is a private key in it. Never send it to anybody.")
    found = Cert.split_bytes(octets)
    if len(found) != 1:
        return KeyFinding("bad", _NO_KEY if not found else "There is more than one key in it.")
    key = found[0]
    fingerprint = key.fingerprint.upper()
    if key.is_revoked:
        return KeyFinding("bad", "This key was revoked.", fingerprint)
    ends = key.expiration
    if ends is not None and ends <= at:
        return KeyFinding("bad", f"This key expired on {ends:%Y-%m-%d}.", fingerprint)
    names = _addresses(key)
    texts = [f"Fingerprint {fingerprint}."]
    if ends is not None:
        term = "only until" if ends - at <= SOON else "until"
        texts.append(f"Valid {term} {ends:%Y-%m-%d}.")
    if email.casefold() not in names:
        texts.append("It does not name the contact's address.")
    return KeyFinding("good", " ".join(texts), fingerprint)


def _addresses(key: Cert) -> frozenset[str]:
    """The addresses that the user ids of a key name."""
    found: list[str] = []
    for user_id in map(str, key.user_ids):
        _, bracket, rest = user_id.rpartition("<")
        found.append(rest.removesuffix(">") if bracket else user_id)
    return frozenset(address.strip().casefold() for address in found)
