"""Verifies the audit trail from its first entry to its signed head."""

from cloudsirt.audit.verify import verify_trail
from cloudsirt.check.finding import Finding
from cloudsirt.house import House


def check(house: House) -> Finding:
    """Every entry follows from the one before it, and the signed head is the last."""
    with house.reading() as db:
        entries, breaks = verify_trail(db, house.keys.verifies)
    return Finding(
        "audit", f"{entries} entries and the signed head", tuple(f"{item}." for item in breaks)
    )
