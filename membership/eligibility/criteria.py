"""What each category asks of an organisation, as data (bylaws, eligibility clause).

A requirement is one criterion, all of several requirements, or any one of several. An
organisation of no category meets nothing here, by definition: `OTHER` asks for any one of none,
so it is never eligible as of right, and two thirds of the Board may still admit it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from membership.organisation import Category


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing to be shown; `hint` tells the applicant how, `clause` where the bylaws ask it."""

    id: str
    text: str
    hint: str
    clause: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of these; of none: nothing more is asked."""

    of: tuple["Requirement", ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of these suffices; of none: nothing can suffice."""

    of: tuple["Requirement", ...]
    text: str = ""


Requirement = Criterion | AllOf | AnyOf

_CLOUD, _TELCO, _CSIRT = "eligibility, cloud provider", "eligibility, telco", "eligibility, CSIRT"

_SERVICES = AnyOf(
    (
        Criterion(
            "cloud-iaas",
            "Offers Infrastructure as a Service in public, private or community clouds",
            "Name the service and link to where it is offered.",
            f"{_CLOUD} (b)",
        ),
        Criterion(
            "cloud-paas",
            "Offers Platform as a Service in public, private or community clouds",
            "Name the service and link to where it is offered.",
            f"{_CLOUD} (b)",
        ),
        Criterion(
            "cloud-saas",
            "Offers Software as a Service in public, private or community clouds",
            "Name the service and link to where it is offered.",
            f"{_CLOUD} (b)",
        ),
    ),
    "Offers clouds with one or more of IaaS, PaaS and SaaS",
)

_CLOUD_PROVIDER = AllOf(
    (
        Criterion(
            "cloud-infrastructure",
            "Owns and manages the infrastructure used to provide its service",
            "Data centres, networks or hardware that you own and run; reports or certificates.",
            f"{_CLOUD} (a)",
        ),
        _SERVICES,
        Criterion(
            "cloud-team",
            "Maintains a permanent, dedicated incident response team",
            "Who it is, since when, how it is staffed; its RFC 2350 profile if published.",
            f"{_CLOUD} (c)",
        ),
        Criterion(
            "cloud-customers",
            "Holds a direct relationship with its customers",
            "Terms of service or a contract form in your own name.",
            f"{_CLOUD} (d)",
        ),
    ),
    "A cloud provider",
)

_TELECOMMUNICATIONS = AllOf(
    (
        Criterion(
            "telco-backbone",
            "Has a carrier-class backbone or long-haul network connections over which public "
            "IP traffic is routed",
            "A map of the network, AS numbers, capacity.",
            f"{_TELCO} (a)",
        ),
        Criterion(
            "telco-peering",
            "Has established peering with other telecommunications providers",
            "Peers, exchange points, or an entry in a peering registry.",
            f"{_TELCO} (b)",
        ),
        Criterion(
            "telco-team",
            "Maintains a permanent, dedicated incident response team",
            "Who it is, since when, how it is staffed; its RFC 2350 profile if published.",
            f"{_TELCO} (c)",
        ),
    ),
    "A telecommunications provider",
)

_RESPONSE_TEAM = AnyOf(
    (
        Criterion(
            "csirt-statute",
            "Established by statute or regulation",
            "The law or regulation, with a link.",
            f"{_CSIRT} (a)",
        ),
        Criterion(
            "csirt-designated",
            "Designated as a national or regional CERT or CSIRT by the government with "
            "jurisdiction",
            "The act or letter of designation.",
            f"{_CSIRT} (b)",
        ),
        Criterion(
            "csirt-recognised",
            "Recognised by a national or regional CERT or CSIRT as an industry CERT or ISAC",
            "The recognition, and whom to ask there.",
            f"{_CSIRT} (c)",
        ),
    ),
    "A CERT, CSIRT, ISAC or similar",
)

WHY = Criterion(
    "other-why",
    "Why the organisation would be a good member",
    "It fits none of the categories: two thirds of the Board may admit it, and read this.",
    "admission of others",
)
"""What an organisation of no category may say; nothing hangs on it but the Board's opinion."""

REQUIREMENTS: Mapping[Category, Requirement] = MappingProxyType(
    {
        Category.CLOUD_PROVIDER: _CLOUD_PROVIDER,
        Category.TELCO: _TELECOMMUNICATIONS,
        Category.CSIRT: _RESPONSE_TEAM,
        Category.OTHER: AnyOf((), "An organisation that fits none of the categories"),
    }
)
"""What makes an organisation eligible, for each category that can be applied for."""


def criteria_in(requirement: Requirement) -> Iterator[Criterion]:
    """The criteria that a requirement rests on, in reading order."""
    if isinstance(requirement, Criterion):
        yield requirement
        return
    for part in requirement.of:
        yield from criteria_in(part)


def alternatives_in(requirement: Requirement) -> Mapping[str, str]:
    """Of criteria of which any one suffices: by their ids, what they are alternatives for."""
    if isinstance(requirement, Criterion):
        return {}
    found = {id_: text for part in requirement.of for id_, text in alternatives_in(part).items()}
    if isinstance(requirement, AnyOf):
        found |= {
            part.id: requirement.text for part in requirement.of if isinstance(part, Criterion)
        }
    return found


def criteria_of(category: Category) -> tuple[Criterion, ...]:
    """What an applicant of this category is asked, including what nothing hangs on."""
    asked = tuple(criteria_in(REQUIREMENTS[category]))
    return (*asked, WHY) if category is Category.OTHER else asked


CRITERIA: Mapping[str, Criterion] = MappingProxyType(
    {item.id: item for category in REQUIREMENTS for item in criteria_of(category)}
)
"""Every criterion by its id."""
