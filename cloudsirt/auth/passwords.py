"""Passwords: argon2id, and the same work for people who do not exist (OWASP ASVS 6.2, 11.4.2)."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from cloudsirt.errors import CloudSIRTError

SHORTEST, LONGEST = 12, 256
_HASHER = PasswordHasher()
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4"
    "$W3ieLMCXZ6hEHSqsGaFWxQ$qxiVfPmp2R8shcYYkKpuQuYV626gxilzkTbrMCE41yQ"
)
"""Of a random text that was thrown away: what the password of nobody is compared with."""


class PasswordNotAcceptable(CloudSIRTError):
    """A password that is too short or too long."""


def hash_password(password: str) -> str:
    """The argon2id hash of a new password; PasswordNotAcceptable for one that will not do."""
    check_password(password)
    return _HASHER.hash(password)


def check_password(password: str) -> None:
    """PasswordNotAcceptable for a new password that will not do."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordNotAcceptable(f"A password has {SHORTEST} to {LONGEST} characters.")


def is_password(password: str, hash_: str | None) -> bool:
    """Whether the password is the one of the hash; takes as long when there is no hash."""
    try:
        is_right = _HASHER.verify(hash_ if hash_ is not None else _NOBODY, password[:LONGEST])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return is_right and hash_ is not None and len(password) <= LONGEST
