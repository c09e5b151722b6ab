"""Who would like to join the demo consortium: applications at every stage that people look at.

Names are invented, all addresses are below `.example`, all networks are for documentation. Moves
nothing: that is the loader's work.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Literal

from membership.applications.application import Answer
from membership.organisation import Category
from membership.person import Role
from membership.record import Assurance, Contact, Record

Stage = Literal["draft", "submitted", "in-review", "more-asked", "in-ballot"]


@dataclass(frozen=True, slots=True)
class DemoApplicant:
    """One application as it stands; `age` is how long ago it was begun."""

    key: str
    stage: Stage
    age: timedelta
    category: Category
    record: Record
    answers: Mapping[str, Answer]

    @property
    def email(self) -> str:
        """Where the applicant reads mail."""
        return f"joining@{self.key}.example"


def _record(key: str, name: str, country: str, constituency: str, mission: str) -> Record:
    """A complete record in the applicant's words, with the same three contacts each time."""
    return Record(
        name=name,
        country=country,
        website=f"https://www.{key}.example/",
        constituency=constituency,
        profile=MappingProxyType(
            {
                "team": f"{name} response team",
                "mail": f"csirt@{key}.example",
                "mission": mission,
                "constituency": constituency,
                "authority": "May disconnect systems of the constituency during an incident.",
                "incidents": "All incidents; around the clock for those that spread.",
                "disclosure": "Follows the Traffic Light Protocol 2.0.",
            }
        ),
        contacts=(
            Contact(
                "Head of the response team",
                f"head@{key}.example",
                "+351 210 000 001",
                "weekdays 9 to 17, UTC",
                frozenset({Role.REPRESENTATIVE}),
            ),
            Contact(
                "Duty officer",
                f"duty@{key}.example",
                "+351 210 000 002",
                "24/7",
                frozenset({Role.INCIDENT_CONTACT}),
            ),
            Contact(
                "General counsel",
                f"counsel@{key}.example",
                "+351 210 000 003",
                "weekdays 9 to 17, UTC",
                frozenset({Role.SIGNATORY}),
            ),
        ),
        asns=(64509,),
        networks=("203.0.113.0/24",),
        domains=(f"{key}.example",),
        assurances=(Assurance("csa-star-1", f"registry entry of {name}"),),
    )


def _said(key: str, **texts: str) -> Mapping[str, Answer]:
    """Answers with an address each; the criterion's hyphens are underscores here."""
    return MappingProxyType(
        {
            name.replace("_", "-"): Answer(text, (f"https://www.{key}.example/about",))
            for name, text in texts.items()
        }
    )


APPLICANTS: tuple[DemoApplicant, ...] = (
    DemoApplicant(
        "altocumulus",
        "in-review",
        timedelta(days=19),
        Category.CLOUD_PROVIDER,
        _record(
            "altocumulus",
            "Altocumulus Example Cloud",
            "PT",
            "Customers of its public cloud, and its own staff.",
            "Keep the cloud of small public bodies running, and tell others what threatens it.",
        ),
        _said(
            "altocumulus",
            cloud_infrastructure="Two data centres of its own, with its own network between them.",
            cloud_iaas="Virtual machines and block storage for public bodies.",
            cloud_team="Eight people since 2019, two on duty at any time.",
            cloud_customers="Contracts are made directly with each public body.",
        ),
    ),
    DemoApplicant(
        "transit",
        "in-ballot",
        timedelta(days=17),
        Category.OTHER,
        _record(
            "transit",
            "Example Internet Exchange Association",
            "EE",
            "The networks that peer at its three exchange points.",
            "Neutral peering; sees attacks between networks before any of them does alone.",
        ),
        _said(
            "transit",
            other_why="Runs exchange points and blackholing; is neither cloud nor carrier.",
        ),
    ),
    DemoApplicant(
        "archipelago",
        "submitted",
        timedelta(days=6),
        Category.CSIRT,
        _record(
            "archipelago",
            "Archipelago Example CERT",
            "ID",
            "Public administration of the archipelago.",
            "First point of contact for incidents of public administration.",
        ),
        _said(
            "archipelago",
            csirt_designated="Designated by decree; the letter names it the regional CERT.",
        ),
    ),
    DemoApplicant(
        "longhaul",
        "more-asked",
        timedelta(days=27),
        Category.TELCO,
        _record(
            "longhaul",
            "Longhaul Example Carrier",
            "BR",
            "Customers of its transport network.",
            "Keep long-distance transport available, and answer abuse within a day.",
        ),
        _said(
            "longhaul",
            telco_backbone="Fourteen thousand kilometres of fibre, public map on its site.",
            telco_peering="Peers at two exchange points with an open policy.",
            telco_team="Five people on weekdays.",
        ),
    ),
)

QUESTION = "Who answers incidents at night and at weekends? The team must be permanent."
"""What the secretariat asked the one who was asked for more."""
