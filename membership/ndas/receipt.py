"""The receipt for a signature on the platform: the exact bytes that the installation signs.

Lines of UTF-8, each ended by a line feed; one fact to a line, in a fixed order; the first line
says what it is, so that no other statement under the same key can be taken for one. Whoever has
the bytes, the signature and the public key of the installation verifies it anywhere.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from membership.ndas.signature import Nda

FIRST_LINE = "CloudSIRT NDA receipt"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a receipt states beside the signature itself.

    Names are as the register held them at that instant; `installation` is the identity of the
    platform, `at` the instant at which the button was pressed.
    """

    organisation: str
    signatory: str
    installation: str
    at: datetime


def statement(nda: Nda, facts: Facts) -> bytes:
    """The bytes that are signed, and that are downloaded as they are."""
    lines = (
        FIRST_LINE,
        f"signature: {nda.id}",
        f"organisation: {_line(facts.organisation)}",
        f"organisation id: {nda.organisation}",
        f"signatory: {_line(facts.signatory)}",
        f"signatory id: {nda.signatory}",
        f"text: {_line(nda.text)}",
        f"text sha-256: {nda.digest}",
        f"effective from: {stamp(nda.since)}",
        f"effective until: {stamp(nda.until)}",
        f"signed at: {stamp(facts.at)}",
        f"installation: {_line(facts.installation)}",
    )
    return "".join(f"{line}\n" for line in lines).encode()


def stamp(moment: datetime) -> str:
    """A moment in RFC 3339, UTC, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def is_receipt(content: bytes) -> bool:
    """Whether these bytes claim to be a receipt."""
    return content.startswith(f"{FIRST_LINE}\n".encode())


def _line(text: str) -> str:
    """A name cannot begin a line of its own."""
    return " ".join(text.split())
