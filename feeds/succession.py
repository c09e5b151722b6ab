"""Whose object is it: what becomes of an id and version that the platform may know (R10).

Judged on two things only: what the contributor itself posted, and what it may read of others.
What others have hidden never changes the answer.

  1  the contributor's own exact copy is a success, and nothing new
  2  its own differing copy of the same version is refused: a version never changes (STIX §3.6)
  3  nothing follows a revoked version, and `created` never changes (STIX §3.6, §3.2)
  4  an exact copy of what it may read is a success, and goes no further than that
  5  a differing copy, or another version, of what it may read is refused: it is not the source
  6  anything else is its own object
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from feeds.errors import NotTheSource


class Outcome(Enum):
    """What a submission does with one accepted object."""

    NEW = "new"
    OWN_COPY = "own copy"
    READABLE_COPY = "readable copy"


@dataclass(frozen=True, slots=True)
class Known:
    """A stored version of an id, as far as this judgement needs it."""

    version_at: int
    created: int | None
    revoked: bool
    digest: bytes


def judge(incoming: Known, own: Sequence[Known], readable: Sequence[Known]) -> Outcome:
    """What becomes of an incoming version; NotTheSource when it is refused."""
    if own:
        return _among_own(incoming, own)
    if readable:
        return _among_readable(incoming, readable)
    return Outcome.NEW


def _among_own(incoming: Known, own: Sequence[Known]) -> Outcome:
    for version in own:
        if version.version_at == incoming.version_at:
            if version.digest == incoming.digest:
                return Outcome.OWN_COPY
            raise NotTheSource(_differs(incoming))
    if any(version.revoked and version.version_at < incoming.version_at for version in own):
        raise NotTheSource("You revoked this object; a revoked object has no later version.")
    if any(version.created != incoming.created for version in own):
        raise NotTheSource("`created` differs from the version you posted before.")
    return Outcome.NEW


def _among_readable(incoming: Known, readable: Sequence[Known]) -> Outcome:
    same = [version for version in readable if version.version_at == incoming.version_at]
    if any(version.digest == incoming.digest for version in same):
        return Outcome.READABLE_COPY
    if same:
        raise NotTheSource(
            "This id and version is shared here already with other content; "
            "only its source may change it."
        )
    raise NotTheSource("This object is shared here already; only its source may add a version.")


def _differs(incoming: Known) -> str:
    if incoming.version_at == 0:
        return (
            "You posted this object before with other content. It has no version of its own: "
            "withdraw it first, then post it again."
        )
    return "You posted this version before with other content; give the change a new `modified`."
