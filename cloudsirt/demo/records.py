"""What the members of the demo consortium say of themselves, and what they let others see."""

from collections.abc import Mapping
from dataclasses import dataclass

from cloudsirt.house import OPERATOR, House
from membership.choices import set_listing
from membership.organisation import Listing
from membership.person import Role
from membership.record import Contact, Record
from membership.records.changing import Books, set_record
from membership.records.store import RecordStore


@dataclass(frozen=True, slots=True)
class DemoRecord:
    """One member's record in short, and how far it is listed."""

    name: str
    country: str
    constituency: str
    asn: int
    network: str
    listing: Listing
    public_listing: Listing


RECORDS: Mapping[str, DemoRecord] = {
    "nimbus": DemoRecord(
        *("Nimbus Example Cloud", "IE", "Customers of its public cloud", 64500, "198.51.100.0/24"),
        *(Listing.CONTACTS, Listing.NAME),
    ),
    "meridian": DemoRecord(
        *("Meridian Example Telecom", "CL", "Customers of its networks", 64501, "203.0.113.0/24"),
        *(Listing.CONTACTS, Listing.NAME),
    ),
    "stratus": DemoRecord(
        *("Stratus Example Hosting", "NL", "Customers of its hosting", 64502, "192.0.2.0/25"),
        *(Listing.NAME, Listing.NOTHING),
    ),
    "national-csirt": DemoRecord(
        *("Example National CSIRT", "KR", "All networks of the country", 64503, "192.0.2.128/25"),
        *(Listing.CONTACTS, Listing.CONTACTS),
    ),
}
"""By the members' keys. One more member is listed nowhere; the others as they came."""

UNLISTED = "cirrus"


def load_records(house: House, organisations: Mapping[str, str]) -> None:
    """Write the records, and let each member be listed as it wishes."""
    with house.working(OPERATOR) as work:
        books = Books(RecordStore(work.db), work.membership)
        for key, item in RECORDS.items():
            work.record(
                *set_record(books, organisations[key], _record(key, item), at=work.at),
                *set_listing(
                    work.membership,
                    organisations[key],
                    listing=item.listing,
                    public_listing=item.public_listing,
                ),
            )
        work.record(
            *set_listing(
                work.membership,
                organisations[UNLISTED],
                listing=Listing.NOTHING,
                public_listing=Listing.NOTHING,
            )
        )


def _record(key: str, item: DemoRecord) -> Record:
    contact = Contact(
        "Incident contact",
        f"contact@{key}.example",
        "+351 210 000 000",
        "24/7",
        frozenset({Role.INCIDENT_CONTACT}),
    )
    return Record(
        name=item.name,
        country=item.country,
        website=f"https://www.{key}.example/",
        constituency=item.constituency,
        contacts=(contact,),
        asns=(item.asn,),
        networks=(item.network,),
        domains=(f"{key}.example",),
    )
