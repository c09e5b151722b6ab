"""Who takes part in the demo consortium: organisations, their NDA, and their people.

Every kind of standing that the bylaws know is here once: members in good standing, a member
whose NDA has lapsed, a person who has not acknowledged it, a working group, a partner. Names are
invented, and all addresses are below `.example`. Admits nobody: that is the loader's work.
"""

from dataclasses import dataclass
from typing import Literal

Nda = Literal["in-force", "lapsed", "none"]


@dataclass(frozen=True, slots=True)
class DemoOrganisation:
    """One organisation; `category` is a value of the bylaws' categories."""

    key: str
    name: str
    category: str
    description: str
    nda: Nda = "in-force"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One person or service account; `organisation` is a key, `roles` are values of roles."""

    key: str
    name: str
    email: str
    organisation: str
    roles: tuple[str, ...]
    acknowledged: bool = True


ORGANISATIONS: tuple[DemoOrganisation, ...] = (
    DemoOrganisation(
        "nimbus",
        "Nimbus Example Cloud",
        "cloud-provider",
        "Public infrastructure and platform services from three regions; announces "
        "198.51.100.0/24 from AS64500. Charter Member with a 24/7 incident response team.",
    ),
    DemoOrganisation(
        "stratus",
        "Stratus Example Hosting",
        "cloud-provider",
        "Managed hosting, container platform and backup service for small and medium-sized "
        "businesses, reached through AS64502. Charter Member.",
    ),
    DemoOrganisation(
        "cirrus",
        "Cirrus Example Community Cloud",
        "cloud-provider",
        "Community cloud of universities and public research institutes, with a free tier for "
        "students and its own response team.",
    ),
    DemoOrganisation(
        "meridian",
        "Meridian Example Telecom",
        "telco",
        "Carrier with a long-haul backbone, mobile network and public peering at AS64501; its "
        "tooling still writes the markings of TLP 1.0.",
    ),
    DemoOrganisation(
        "national-csirt",
        "Example National CSIRT",
        "csirt",
        "National CSIRT designated by its government; runs a sinkhole and coordinates the "
        "disclosure of vulnerabilities.",
    ),
    DemoOrganisation(
        "harbour-csirt",
        "Harbour Region Example CSIRT",
        "csirt",
        "Regional CSIRT for ports and logistics. Its signature on the NDA has lapsed, so the "
        "members perimeter is closed to it until it signs again.",
        nda="lapsed",
    ),
    DemoOrganisation(
        "secretariat",
        "CloudSIRT Example Secretariat",
        "other",
        "The secretariat of the consortium, admitted by two thirds of the Board; checks "
        "applications and edits the public advisories.",
    ),
    DemoOrganisation(
        "working-group",
        "CSA Example Working Group on Cloud Incidents",
        "research",
        "Researchers who study what the members release to the research perimeter.",
        nda="none",
    ),
    DemoOrganisation(
        "ministry",
        "Example Ministry for Digital Affairs",
        "partner",
        "Government partner: reads the advisories and may be named as recipient.",
        nda="none",
    ),
)


def _person(
    organisation: str, part: str, name: str, *roles: str, acknowledged: bool = True
) -> DemoPerson:
    """Somebody known by the part they play, under their organisation's domain."""
    email = f"{part}@{organisation}.example"
    return DemoPerson(f"{organisation}-{part}", name, email, organisation, roles, acknowledged)


def _staff(organisation: str, short: str) -> tuple[DemoPerson, ...]:
    """The accounts that every admitted member has."""
    return (
        _person(organisation, "analyst", f"{short} duty analyst", "analyst"),
        _person(
            organisation, "contact", f"{short} incident contact", "analyst", "incident-contact"
        ),
        _person(organisation, "signatory", f"{short} signatory", "representative", "signatory"),
        _person(organisation, "tooling", f"{short} TAXII client", "service"),
    )


def _seat(organisation: str, short: str) -> DemoPerson:
    """One of the five seats of the Board, held by a representative of the member."""
    return _person(organisation, "board", f"{short} Board member", "representative", "board")


PERSONS: tuple[DemoPerson, ...] = (
    *_staff("nimbus", "Nimbus"),
    _seat("nimbus", "Nimbus"),
    *_staff("stratus", "Stratus"),
    _seat("stratus", "Stratus"),
    *_staff("cirrus", "Cirrus"),
    _seat("cirrus", "Cirrus"),
    _person("cirrus", "trainee", "Cirrus trainee analyst", "analyst", acknowledged=False),
    *_staff("meridian", "Meridian"),
    _seat("meridian", "Meridian"),
    *_staff("national-csirt", "National CSIRT"),
    _seat("national-csirt", "National CSIRT"),
    *_staff("harbour-csirt", "Harbour CSIRT"),
    _person(
        "secretariat",
        "office",
        "Secretariat officer",
        *("secretariat", "representative", "signatory", "incident-contact"),
    ),
    _person("secretariat", "editor", "Advisory editor", "secretariat", "analyst"),
    _person(
        "working-group",
        "chair",
        "Working group chair",
        *("representative", "researcher"),
        acknowledged=False,
    ),
    _person(
        "working-group",
        "researcher",
        "Working group researcher",
        "researcher",
        acknowledged=False,
    ),
    _person(
        "ministry",
        "contact",
        "Ministry incident contact",
        *("representative", "incident-contact"),
        acknowledged=False,
    ),
)


def organisation_of(person: str) -> str:
    """The organisation's key of the person with this key; KeyError when there is none."""
    return _ORGANISATION_OF[person]


_ORGANISATION_OF = {person.key: person.organisation for person in PERSONS}
