"""Signatures on the multi-party NDA, and whether one is in force (bylaws, NDA clause)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Nda:
    """One organisation's signature: it binds from `since` until `until`, exclusive, UTC.

    `until` is the end of the term, or the earlier moment at which it was ended.
    """

    id: str
    organisation: str
    text: str
    since: datetime
    until: datetime

    def in_force(self, at: datetime) -> bool:
        """Whether this signature binds at that instant."""
        return self.since <= at < self.until


def in_force(signatures: Iterable[Nda], at: datetime) -> Nda | None:
    """The signature that binds at that instant: of several, the one that binds longest."""
    binding = [nda for nda in signatures if nda.in_force(at)]
    return max(binding, key=lambda nda: nda.until, default=None)


def latest(signatures: Iterable[Nda]) -> Nda | None:
    """The signature that ended, or will end, last; None when there never was one."""
    return max(signatures, key=lambda nda: nda.until, default=None)
