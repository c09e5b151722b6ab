"""What can be wrong with a marking or with the handling that a source asks for.

TLPError
├── UnknownLabel         a text that is no label of TLP 2.0 or 1.0
├── EmptyCombination     the strictest of nothing was asked for
├── NeedsRecipients      TLP:RED without a named recipient (R3)
├── ReleaseNotAllowed    a release time for a perimeter that the label excludes (R5)
└── ReleaseOutOfOrder    a wider perimeter would come before a narrower one (R5)

Each message is a sentence that a contributor can act on.
"""


class TLPError(Exception):
    """Root of everything this package refuses."""


class UnknownLabel(TLPError):
    """The text names no TLP label."""


class EmptyCombination(TLPError):
    """Nothing was combined: the answer would have to be invented, so there is none."""


class NeedsRecipients(TLPError):
    """TLP:RED reaches named recipients only, and none is named."""


class ReleaseNotAllowed(TLPError):
    """A release time names a perimeter that the label, or a list of recipients, excludes."""


class ReleaseOutOfOrder(TLPError):
    """A wider perimeter has an earlier release time than a narrower one."""
