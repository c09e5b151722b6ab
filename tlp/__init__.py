"""Who may be told what: the Traffic Light Protocol as pure policy.

Reading order: `labels` (how sensitive), `perimeters` (the three audiences), `channels` (the
streams an object can be placed in), `reach` (which channels an object may enter, and when),
`reader` (which channels somebody reads), `verdict` (a decision with its reason).

Knows no wire format, no clock, no storage: facts come in as arguments, decisions go out.
"""

from tlp.channels import Channel, ChannelKind
from tlp.errors import (
    EmptyCombination,
    NeedsRecipients,
    ReleaseNotAllowed,
    ReleaseOutOfOrder,
    TLPError,
    UnknownLabel,
)
from tlp.labels import Label, strictest
from tlp.perimeters import Perimeter, perimeters_of
from tlp.reach import Handling, Recipient, RecipientKind, reach
from tlp.reader import Reader
from tlp.verdict import Deny, Permit, Verdict

__all__ = [
    "Channel",
    "ChannelKind",
    "Deny",
    "EmptyCombination",
    "Handling",
    "Label",
    "NeedsRecipients",
    "Perimeter",
    "Permit",
    "Reader",
    "Recipient",
    "RecipientKind",
    "ReleaseNotAllowed",
    "ReleaseOutOfOrder",
    "TLPError",
    "UnknownLabel",
    "Verdict",
    "perimeters_of",
    "reach",
    "strictest",
]
