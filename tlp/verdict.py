"""A decision as a value with its reason: nothing is refused, or allowed, without one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Permit:
    """Allowed; `reason` says on what ground."""

    reason: str

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Deny:
    """Not allowed; `reason` is a sentence for the person concerned."""

    reason: str

    def __bool__(self) -> bool:
        return False


Verdict = Permit | Deny
