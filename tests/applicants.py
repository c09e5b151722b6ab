"""What a complete application says, for tests that need one."""

from types import MappingProxyType

from membership.applications.application import Answer
from membership.eligibility.criteria import criteria_of
from membership.organisation import Category
from membership.person import Role
from membership.record import Contact, Record

LINK = "https://www.applicant.example.org/about"


def record(name: str) -> Record:
    """Everything that an application must say of its organisation."""
    return Record(
        name=name,
        country="PT",
        website="https://www.applicant.example.org",
        constituency="Whoever uses the cloud of the applicant.",
        profile=MappingProxyType(
            {
                "team": f"{name} CSIRT",
                "mission": "To help our customers when it burns.",
                "constituency": "Our customers.",
                "authority": "Our board gave it to us.",
                "mail": "csirt@applicant.example.org",
            }
        ),
        contacts=(
            Contact(
                name="Rita Representative",
                email=f"rita@{_word(name)}.example.org",
                roles=frozenset({Role.REPRESENTATIVE, Role.SIGNATORY}),
            ),
            Contact(
                name="Duty Officer",
                email=f"duty@{_word(name)}.example.org",
                phone="+351 210 000 000",
                hours="24/7",
                roles=frozenset({Role.INCIDENT_CONTACT}),
            ),
        ),
    )


def answers(category: Category) -> dict[str, Answer]:
    """An answer with a link for every criterion of a category."""
    return {item.id: Answer(f"On {item.id}.", (LINK,)) for item in criteria_of(category)}


def _word(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())
