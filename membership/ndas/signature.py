"""Signatures on the multi-party NDA, and whether one is in force (bylaws, NDA clause).

A signature binds from `since` until the first of three instants: the end of its term, the moment
at which it was ended, the moment from which signatures on its text do not count any more. Each
of the three is kept as it is, so that what was true of any past instant can still be asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Method(Enum):
    """How a signature was made."""

    PLATFORM = "platform"
    UPLOAD = "upload"
    OUTSIDE = "outside"

    @property
    def text(self) -> str:
        """As people read it."""
        return _TEXTS[self]


_TEXTS = {
    Method.PLATFORM: "signed on the platform",
    Method.UPLOAD: "signed document, checked by the secretariat",
    Method.OUTSIDE: "recorded as signed outside the platform",
}


@dataclass(frozen=True, slots=True)
class Nda:
    """One organisation's signature on the text with this title; times are UTC.

    `until` is the end of the term, exclusive; `ended` and `reason` say when and why somebody ended
    it before; `superseded` is when its text stops counting, `digest` the text's SHA-256 in hex.
    `signatory` is a person's id, where a person of the platform signed or handed the paper in.
    """

    id: str
    organisation: str
    text: str
    since: datetime
    until: datetime
    method: Method = Method.OUTSIDE
    signatory: str | None = None
    ended: datetime | None = None
    reason: str = ""
    digest: str = ""
    superseded: datetime | None = None

    @property
    def end(self) -> datetime:
        """The instant at which it stops binding, exclusive."""
        return min(
            moment for moment in (self.until, self.ended, self.superseded) if moment is not None
        )

    def in_force(self, at: datetime) -> bool:
        """Whether this signature binds at that instant."""
        return self.since <= at < self.end


def in_force(signatures: Iterable[Nda], at: datetime) -> Nda | None:
    """The signature that binds at that instant: of several, the one that binds longest."""
    binding = [nda for nda in signatures if nda.in_force(at)]
    return max(binding, key=lambda nda: (nda.end, nda.since, nda.id), default=None)


def latest(signatures: Iterable[Nda]) -> Nda | None:
    """The signature that ended, or will end, last; None when there never was one."""
    return max(signatures, key=lambda nda: (nda.end, nda.since, nda.id), default=None)
