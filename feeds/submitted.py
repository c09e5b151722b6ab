"""What is asked of a stored version, as often as there are versions: a row taken apart once.

A named tuple, because a field of it costs a fifth of a field of a row.
"""

from typing import NamedTuple


class Submitted(NamedTuple):
    """One version as it was submitted: the columns of the same names, of it and its submission."""

    key: int
    stix_id: str
    type: str
    version: str
    version_at: int
    contributor: str
    label: int
    own_label: int
    is_explicit: bool
    topics: int
    by_creator: bool
    attribution: str
    source_naming: int
    release: str
    findings: str
    cleared: int | None
    withdrawn: int | None
    received: int
    submission: str
    poster: str
    recipients: str
    seen: str
