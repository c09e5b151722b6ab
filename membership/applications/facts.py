"""What can be said of a record by looking at it alone: AS numbers, networks, validity (pure).

What must be asked elsewhere (domains, keys) is looked up by the roof. A fact decides nothing.
"""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from membership.applications.checks import Outcome
from membership.record import SCHEMES, Assurance, Record
from membership.routable import special_number, special_use

SOON = timedelta(days=30)
"""An assurance that ends within this time is still good, and its fact says when it ends."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: `kind` of `checks.KINDS`, `subject` as the record has it, a sentence."""

    kind: str
    subject: str
    outcome: Outcome
    detail: str


def facts(record: Record, today: date) -> tuple[Fact, ...]:
    """Every fact of a record that needs nobody else, in the order of the record."""
    return tuple(_facts(record, today))


def _facts(record: Record, today: date) -> Iterator[Fact]:
    for number in record.asns:
        yield asn_fact(number)
    for network in record.networks:
        yield network_fact(network)
    for assurance in record.assurances:
        yield assurance_fact(assurance, today)


def asn_fact(number: int) -> Fact:
    """Whether an AS number is one of the public internet."""
    subject = f"AS{number}"
    if not 0 <= number < 2**32:
        return Fact("asn", subject, "bad", "No AS number: they end at 4294967295 (RFC 6793).")
    use = special_number(number)
    if use is not None:
        return Fact("asn", subject, "bad", f"This number is {use}.")
    return Fact("asn", subject, "good", "A public AS number.")


def network_fact(text: str) -> Fact:
    """Whether a prefix is well-formed, canonical, and of the public internet."""
    try:
        network = ipaddress.ip_network(text)
    except ValueError:
        return Fact("network", text, "bad", "No prefix like 198.51.100.0/24.")
    if str(network) != text:
        return Fact("network", text, "bad", f"Written otherwise than usual: {network}.")
    use = special_use(network)
    if use is not None:
        return Fact("network", text, "bad", f"These addresses, or some of them, are {use}.")
    return Fact("network", text, "good", "Public addresses.")


def assurance_fact(assurance: Assurance, today: date) -> Fact:
    """Whether an assurance is valid on a day, by what the applicant says of it."""
    subject = assurance_subject(assurance)
    begins, ends = assurance.valid_from, assurance.valid_until
    if begins is not None and today < begins:
        return Fact("certificate", subject, "bad", f"Not valid before {begins}.")
    if ends is None:
        return Fact("certificate", subject, "unknown", "There is no last day of validity.")
    if ends < today:
        return Fact("certificate", subject, "bad", f"Expired on {ends}.")
    if ends - today <= SOON:
        return Fact("certificate", subject, "good", f"Valid, but only until {ends}.")
    return Fact("certificate", subject, "good", f"Valid until {ends}.")


def assurance_subject(assurance: Assurance) -> str:
    """How checks name an assurance."""
    name = SCHEMES.get(assurance.scheme, assurance.scheme)
    return f"{name}, {assurance.reference}" if assurance.reference else name
