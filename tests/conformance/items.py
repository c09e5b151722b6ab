"""The items of the checklist: how a test names the ones it settles, and which have no test.

Numbers are CloudSIRT's own (README.md says what the letters mean) and are never given twice.
"""

from dataclasses import dataclass

import pytest

NUMBERS: dict[str, tuple[range, ...]] = {
    "T": (
        range(1, 17),
        range(20, 30),
        range(30, 41),
        range(50, 58),
        range(60, 67),
        range(70, 95),
        range(100, 110),
        range(120, 135),
        range(140, 144),
        range(150, 152),
    ),
    "A": (range(1, 9),),
    "I": (range(1, 17),),
    "M": (range(1, 20),),
}


_VERDICTS = {"T": "holds", "A": "decided", "I": "holds", "M": "corrected"}


def item(
    number: str, section: str, demand: str, *, chosen: str = "", lacking: str = ""
) -> pytest.MarkDecorator:
    """Mark the test that settles an item.

    `chosen` says what we do where there is a choice, `lacking` what does not hold, and why.
    """
    verdict = "in part" if lacking else _VERDICTS[number[0]]
    result = ": ".join(filter(None, (verdict, "; ".join(filter(None, (chosen, lacking))))))
    return pytest.mark.item(number, section, demand, result)


@dataclass(frozen=True, slots=True)
class Untested:
    """An item that no test settles, with what is so instead and why."""

    number: str
    section: str
    demand: str
    result: str
    reason: str


_PROXY = "TLS ends at the proxy in front (docs/operations.md); the served process speaks HTTP"

UNTESTED = (
    Untested("T-001", "§8.2.2, §1.6.6", "TAXII over HTTPS", "the proxy's part", _PROXY),
    Untested("T-002", "§8.2.2", "TLS 1.2, better 1.3", "the proxy's part", _PROXY),
    Untested("T-003", "§8.2.2", "No early data of TLS 1.3", "the proxy's part", _PROXY),
    Untested("T-004", "§8.2.2", "No weak suites of TLS 1.2", "the proxy's part", _PROXY),
    Untested(
        "T-009",
        "§8.3.1",
        "Client certificates, where offered, are validated by PKIX",
        "does not apply",
        "client certificates are not offered; API tokens are",
    ),
    Untested(
        "T-040",
        "§3.9",
        "A DNS SRV record, if published, is `_taxii2._tcp`",
        "the operator's part",
        "the server publishes no DNS records",
    ),
    Untested(
        "T-134",
        "§1.6.11",
        "How long objects are kept is left open",
        "nothing to test",
        "objects are kept until their contributor withdraws them",
    ),
)


def expected() -> list[str]:
    """Every number that must be settled, in order."""
    return [
        f"{letter}-{number:03}" if letter == "T" else f"{letter}-{number}"
        for letter, parts in NUMBERS.items()
        for part in parts
        for number in part
    ]
