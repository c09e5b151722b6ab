"""What an organisation says of itself: the record that is applied with, reviewed, and kept true.

A record may be incomplete while it is being written; `problems` says what is wrong with what is
there, and never what is missing: that depends on what the record is for. The profile follows the
fields of RFC 2350 §3 ff. Whether a claim is true is for people to judge, and for `checks`.
"""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from membership.person import Role

PROFILE: Mapping[str, str] = MappingProxyType(
    {
        "document": "Document information (2): last update, where to find the current version",
        "team": "Name of the team (3.1)",
        "address": "Address (3.2)",
        "time_zone": "Time zone (3.3)",
        "telephone": "Telephone number (3.4)",
        "other_telecommunication": "Facsimile and other telecommunication (3.5, 3.6)",
        "mail": "Electronic mail address (3.7)",
        "keys": "Public keys and encryption (3.8)",
        "members": "Team members (3.9)",
        "other_information": "Other information (3.10)",
        "customer_contact": "Points of customer contact (3.11)",
        "mission": "Mission statement (4.1)",
        "constituency": "Constituency (4.2)",
        "sponsorship": "Sponsorship and affiliation (4.3)",
        "authority": "Authority (4.4)",
        "incidents": "Types of incidents and level of support (5.1)",
        "disclosure": "Co-operation, interaction and disclosure of information (5.2)",
        "communication": "Communication and authentication (5.3)",
        "response": "Incident response: triage, coordination, resolution (6.1)",
        "proactive": "Proactive activities (6.2)",
        "forms": "Incident reporting forms (7)",
        "disclaimers": "Disclaimers (8)",
    }
)
"""The fields of an RFC 2350 profile with their sections."""

SCHEMES: Mapping[str, str] = MappingProxyType(
    {
        "csa-star-1": "CSA STAR level 1 (self-assessment)",
        "csa-star-2": "CSA STAR level 2 (third-party audit)",
        "iso-27001": "ISO/IEC 27001",
        "csap": "CSAP (Republic of Korea)",
        "c5": "BSI C5 (Germany)",
        "national": "Another national scheme",
    }
)
"""Assurance that an organisation may hold."""

CONTACT_ROLES = frozenset({Role.REPRESENTATIVE, Role.INCIDENT_CONTACT, Role.SIGNATORY})
"""What a contact may be to the consortium."""

LONGEST_LINE, LONGEST_TEXT, LONGEST_KEY = 200, 8_000, 60_000  # characters
MOST = 200  # entries of any list
_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,190}")
_PHONE = re.compile(r"\+[0-9][0-9 ()/-]{5,30}")
_DOMAIN = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]+")
_SITE = re.compile(r"https?://[^\s<>\"]{4,500}")
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Contact:
    """One person who can be reached; `hours` is “24/7” or when, `key` an armoured OpenPGP key."""

    name: str = ""
    email: str = ""
    phone: str = ""
    hours: str = ""
    roles: frozenset[Role] = frozenset()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Assurance:
    """A certificate or an entry in a registry; `scheme` is a key of `SCHEMES`."""

    scheme: str = ""
    reference: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One organisation by its own account; `country` is an ISO 3166 code of two letters.

    Networks are CIDR prefixes, domains lower-case A-labels, `profile` has keys of `PROFILE`.
    """

    name: str = ""
    other_names: tuple[str, ...] = ()
    country: str = ""
    website: str = ""
    constituency: str = ""
    profile: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    contacts: tuple[Contact, ...] = ()
    asns: tuple[int, ...] = ()
    networks: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    assurances: tuple[Assurance, ...] = ()


REVIEWED = frozenset(
    {"name", "country", "constituency", "asns", "networks", "domains", "assurances"}
)
"""The fields on which eligibility rests: a member's change of one is reviewed."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong where: `path` is a field, in lists with index and part: `contacts.0.email`."""

    path: str
    text: str


def problems(record: Record) -> tuple[Problem, ...]:
    """Everything that is wrong with what is there; what is empty is not judged."""
    return tuple(_problems(record))


def changed(before: Record, after: Record) -> tuple[str, ...]:
    """The names of the fields that differ, in the order of the record."""
    return tuple(name for name in Record.__slots__ if getattr(before, name) != getattr(after, name))


def _problems(record: Record) -> Iterator[Problem]:
    for path, text in _lines(record):
        if len(text) > LONGEST_LINE or not text.isprintable():
            yield Problem(path, f"At most {LONGEST_LINE} printable characters on one line.")
    for path, text in (("constituency", record.constituency), *_profile(record)):
        if len(text) > LONGEST_TEXT or "\x00" in text:
            yield Problem(path, f"At most {LONGEST_TEXT:,} characters.")
    if record.country and not _COUNTRY.fullmatch(record.country):
        yield Problem("country", "Two letters of ISO 3166, such as PT.")
    if record.website and not _SITE.fullmatch(record.website):
        yield Problem("website", "An address like https://www.example.org.")
    for name in record.profile:
        if name not in PROFILE:
            yield Problem("profile", f"RFC 2350 has no field “{name}”.")
    yield from _too_many(record)
    for index, contact in enumerate(record.contacts):
        yield from _contact_problems(f"contacts.{index}", contact)
    yield from _resource_problems(record)
    for index, assurance in enumerate(record.assurances):
        yield from _assurance_problems(f"assurances.{index}", assurance)


def _lines(record: Record) -> Iterator[tuple[str, str]]:
    yield "name", record.name
    for index, name in enumerate(record.other_names):
        yield f"other_names.{index}", name
    for index, contact in enumerate(record.contacts):
        yield f"contacts.{index}.name", contact.name
        yield f"contacts.{index}.hours", contact.hours
    for index, assurance in enumerate(record.assurances):
        yield f"assurances.{index}.reference", assurance.reference


def _profile(record: Record) -> Iterator[tuple[str, str]]:
    for name, text in record.profile.items():
        yield f"profile.{name}", text


def _too_many(record: Record) -> Iterator[Problem]:
    for name in ("other_names", "contacts", "asns", "networks", "domains", "assurances"):
        if len(getattr(record, name)) > MOST:
            yield Problem(name, f"At most {MOST} entries.")


def _contact_problems(path: str, contact: Contact) -> Iterator[Problem]:
    if contact.email and not (_EMAIL.fullmatch(contact.email) and contact.email.isprintable()):
        yield Problem(f"{path}.email", "An address like soc@example.org.")
    if contact.phone and not _PHONE.fullmatch(contact.phone):
        yield Problem(f"{path}.phone", "With the country's code, such as +351 210 000 000.")
    if not contact.roles <= CONTACT_ROLES:
        yield Problem(f"{path}.roles", "Representative, incident contact or signatory.")
    if len(contact.key) > LONGEST_KEY:
        yield Problem(f"{path}.key", f"At most {LONGEST_KEY:,} characters.")
    elif contact.key and "-----BEGIN PGP PUBLIC KEY BLOCK-----" not in contact.key:
        yield Problem(f"{path}.key", "An OpenPGP public key in its armour.")


def _resource_problems(record: Record) -> Iterator[Problem]:
    for index, number in enumerate(record.asns):
        if not 0 < number < 2**32:
            yield Problem(f"asns.{index}", "A number from 1 to 4294967295 (RFC 6793).")
    for index, network in enumerate(record.networks):
        try:
            ipaddress.ip_network(network)
        except ValueError:
            yield Problem(f"networks.{index}", f"“{network}” is not a prefix like 192.0.2.0/24.")
    for index, domain in enumerate(record.domains):
        if not _DOMAIN.fullmatch(domain):
            yield Problem(f"domains.{index}", f"“{domain}” is not a domain name.")


def _assurance_problems(path: str, assurance: Assurance) -> Iterator[Problem]:
    if assurance.scheme not in SCHEMES:
        yield Problem(f"{path}.scheme", "Choose one of the list.")
    begins, ends = assurance.valid_from, assurance.valid_until
    if begins is not None and ends is not None and ends < begins:
        yield Problem(f"{path}.valid_until", "It ends before it begins.")


def to_document(record: Record) -> dict[str, Any]:
    """The record as a JSON document."""
    document = asdict(replace(record, profile=dict(record.profile)))
    for contact in document["contacts"]:
        contact["roles"] = sorted(role.value for role in contact["roles"])
    for assurance in document["assurances"]:
        for name in ("valid_from", "valid_until"):
            assurance[name] = assurance[name].isoformat() if assurance[name] is not None else None
    return document


def from_document(document: Mapping[str, Any]) -> Record:
    """The record that `to_document` wrote."""
    values = dict(document)
    values["profile"] = MappingProxyType(dict(document["profile"]))
    values["contacts"] = tuple(
        Contact(**{**item, "roles": frozenset(Role(role) for role in item["roles"])})
        for item in document["contacts"]
    )
    values["assurances"] = tuple(
        Assurance(
            **{
                **item,
                "valid_from": _day(item["valid_from"]),
                "valid_until": _day(item["valid_until"]),
            }
        )
        for item in document["assurances"]
    )
    for name in ("other_names", "asns", "networks", "domains"):
        values[name] = tuple(document[name])
    return Record(**values)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text is not None else None
