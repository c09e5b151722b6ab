"""What happened to the records: the fields by name, never what stands in them."""

from dataclasses import dataclass
from typing import ClassVar

from membership.events import MembershipEvent


@dataclass(frozen=True, slots=True)
class RecordChanged(MembershipEvent):
    """An organisation's record was changed; `fields` are those that differ."""

    tag: ClassVar[str] = "membership:record:changed"
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordConfirmed(MembershipEvent):
    """A representative confirmed that the record is still true."""

    tag: ClassVar[str] = "membership:record:confirmed"
    person: str


@dataclass(frozen=True, slots=True)
class ConfirmationReminded(MembershipEvent):
    """The representatives were reminded that the record is to be confirmed by that day."""

    tag: ClassVar[str] = "membership:record:confirmation-reminded"
    due: str
    days: int


@dataclass(frozen=True, slots=True)
class ChangeRequested(MembershipEvent):
    """A change on which eligibility rests waits for the secretariat."""

    tag: ClassVar[str] = "membership:record:change-requested"
    request: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeGranted(MembershipEvent):
    """The secretariat granted a change, and the record has it."""

    tag: ClassVar[str] = "membership:record:change-granted"
    request: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeRefused(MembershipEvent):
    """The secretariat refused a change; why, it told the representatives."""

    tag: ClassVar[str] = "membership:record:change-refused"
    request: str


@dataclass(frozen=True, slots=True)
class ChangeTakenBack(MembershipEvent):
    """A representative took a request for a change back."""

    tag: ClassVar[str] = "membership:record:change-taken-back"
    request: str
