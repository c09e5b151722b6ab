"""Facts of an application that a machine has looked up, each with by whom and when.

A check decides nothing: it is shown to the applicant and to the reviewers, who judge.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Outcome = Literal["good", "bad", "unknown"]

KINDS = ("asn", "network", "domain", "certificate", "openpgp-key")


@dataclass(frozen=True, slots=True)
class Check:
    """One fact: `kind` of `KINDS`, `subject` as the record has it, `by` the source or person."""

    application: str
    kind: str
    subject: str
    outcome: Outcome
    detail: str
    checked: datetime
    by: str
