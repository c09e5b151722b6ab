"""What the feeds refuse, by who is to blame, and how the refusal reads.

FeedError
├── BadTimestamp       a text that is no RFC 3339 timestamp in UTC
├── BadPattern         a text that is no STIX pattern
├── BadEnvelope        a body that is no envelope: not JSON, not I-JSON, no objects
├── BadHandling        wishes beside the objects that cannot be understood
├── BadQuery           a filter, limit or cursor that the standard does not have
├── UnknownProfile     no client profile has this name
├── UnknownObject      nothing that the reader may read has this id
├── NotContributor     only the contributor may do this to an object
├── ReleaseRefused     a release cannot be set to that time (R5)
├── NotHeld            what somebody wants to clear is not held, or is not what they saw
├── RequestRefused     a wider release cannot be asked for, or granted, like that (R10)
├── UnknownRequest     there is no such request for this person
├── AlreadyDecided     a request was granted, refused or taken back before
└── Refused            one object of a submission is not accepted
    ├── InvalidObject      it is not valid STIX 2.1, or passes one of our limits
    ├── ForgedMarking      it imitates a TLP marking definition
    ├── UnknownMarking     it carries a restriction that the platform does not know
    ├── HandlingRefused    its label and the wishes beside it do not go together
    └── NotTheSource       it is, or differs from, somebody else's object

Each message is a sentence for the person who sent it, never says more than they may know, and
never quotes more of the input than a short, printable piece.
"""

from typing import Final

_QUOTE: Final = 120  # characters of the sender's own text that a sentence may repeat


class FeedError(Exception):
    """The root of everything that `feeds` raises on purpose."""


class BadTimestamp(FeedError):
    """A text is not a timestamp of STIX or TAXII."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"`{quoted(text)}` is not a timestamp like 2026-01-31T12:00:00.000000Z (RFC 3339, UTC)."
        )


class BadPattern(FeedError):
    """A STIX pattern is not well formed; the text says where, to follow "the pattern: "."""


class BadEnvelope(FeedError):
    """The body cannot be taken apart."""


class BadHandling(FeedError):
    """The wishes beside the objects cannot be understood."""


class UnknownProfile(FeedError):
    """No client profile has this name."""


class BadQuery(FeedError):
    """A query parameter is malformed (TAXII 2.1 §3.4)."""


class UnknownObject(FeedError):
    """Nothing that the reader may read has this id."""


class NotContributor(FeedError):
    """Only the contributor of an object may do this."""


class ReleaseRefused(FeedError):
    """A release cannot be set to that time, or not for that perimeter (R5)."""


class NotHeld(FeedError):
    """What somebody wants to clear is not held, or is not what they saw."""


class RequestRefused(FeedError):
    """A wider release cannot be asked for, or granted, like that (R10)."""


class UnknownRequest(FeedError):
    """There is no such request for this person."""


class AlreadyDecided(FeedError):
    """A request was granted, refused or taken back before."""


class Refused(FeedError):
    """One object of a submission is not accepted; the others are not affected."""


class InvalidObject(Refused):
    """An object is refused: where it is wrong, and why, as one sentence.

    `reason` completes a sentence that begins with the property, without a full stop. With an
    empty `property_path` it is the whole sentence.
    """

    def __init__(self, property_path: str, reason: str) -> None:
        self.property_path = quoted(property_path)
        self.reason = reason
        subject = f"`{self.property_path}` " if property_path else ""
        super().__init__(f"{subject}{reason}.")


class ForgedMarking(Refused):
    """A definition that imitates a TLP marking."""


class UnknownMarking(Refused):
    """A restriction that the platform does not know and so cannot honour."""


class HandlingRefused(Refused):
    """The label of the object and the wishes beside it do not go together (R3, R5)."""


class NotTheSource(Refused):
    """Only the source of an object may give it a new version or other content (R10)."""


def quoted(text: str) -> str:
    """Make a piece of foreign text fit for one line of a message: short and printable."""
    short = text if len(text) <= _QUOTE else text[: _QUOTE - 1] + "…"
    return "".join(mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in short)
