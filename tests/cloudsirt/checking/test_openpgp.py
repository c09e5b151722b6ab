"""A key is good when somebody can write with it today; what else there is to say is said."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pysequoia import Cert, Tsk

from cloudsirt.checking.openpgp import inspect_key

ANA = "ana@alder.example.org"
DAY = 86_400


def now() -> datetime:
    """When the keys of these tests are made."""
    return datetime.now(UTC)


def key(email: str = ANA, days: int | None = None) -> Tsk:
    """A key pair."""
    validity = days * DAY if days is not None else None
    return Tsk.generate(user_id=f"Ana Alder <{email}>", validity_seconds=validity)


def public(pair: Tsk) -> str:
    """The public part, in its armour."""
    return str(pair.extract_certificate())


def test_a_key_without_end_is_good() -> None:
    """With its fingerprint, to be compared over the telephone."""
    pair = key()
    found = inspect_key(public(pair), ANA, now())
    fingerprint = pair.extract_certificate().fingerprint.upper()
    assert (found.outcome, found.fingerprint) == ("good", fingerprint)
    assert found.detail == f"Fingerprint {fingerprint}."


def test_the_end_of_a_key_is_said() -> None:
    """Good until then; soon is said; bad after it."""
    armour = public(key(days=100))
    assert "Valid until" in inspect_key(armour, ANA, now()).detail
    assert "Valid only until" in inspect_key(armour, ANA, now() + timedelta(days=90)).detail
    found = inspect_key(armour, ANA, now() + timedelta(days=101))
    assert found.outcome == "bad"
    assert "expired on" in found.detail


def test_a_revoked_key_is_bad() -> None:
    """Whatever its end."""
    pair = key()
    certificate = pair.extract_certificate()
    revocation = certificate.revoke(pair.certifier())
    revoked = Cert.from_bytes(bytes(certificate) + bytes(revocation))
    found = inspect_key(str(revoked), ANA, now())
    assert (found.outcome, found.detail) == ("bad", "This key was revoked.")


def test_a_key_of_another_address_is_noted() -> None:
    """A team may have one key for all: it is good, and the reviewers are told."""
    armour = public(key("team@alder.example.org"))
    found = inspect_key(armour, ANA, now())
    assert found.outcome == "good"
    assert "does not name the contact's address" in found.detail
    assert "address" not in inspect_key(armour, "Team@Alder.example.org", now()).detail


PAIR = key()
PUBLIC = public(PAIR)
SECRET = str(PAIR).replace("PRIVATE KEY BLOCK", "PUBLIC KEY BLOCK")


@pytest.mark.parametrize(
    ("armour", "told"),
    [
        (str(PAIR), "private key. Never send it"),
        (SECRET, "private key"),
        (PUBLIC + "\n" + str(PAIR), "private key"),
        (PUBLIC + "\n" + PUBLIC, "not exactly one"),
        ("", "not exactly one"),
        ("my key", "not exactly one"),
        (PUBLIC[:200] + "\n-----END PGP PUBLIC KEY BLOCK-----", "cannot be read"),
        (PUBLIC.replace("Comment", "-----BEGIN PGP MESSAGE-----"), "not exactly one"),
    ],
)
def test_what_is_no_public_key_is_bad(armour: str, told: str) -> None:
    """Each with a sentence, and none with an error."""
    found = inspect_key(armour, ANA, now())
    assert found.outcome == "bad"
    assert told in found.detail


@given(st.text(max_size=200), st.integers(0, len(PUBLIC)))
def test_no_armour_breaks_anything(text: str, at: int) -> None:
    """Applicants paste what they like."""
    spoilt = PUBLIC[:at] + text + PUBLIC[at:]
    assert inspect_key(spoilt, ANA, datetime(2026, 3, 1, tzinfo=UTC)).outcome in ("good", "bad")
