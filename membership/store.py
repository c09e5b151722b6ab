"""Loads and saves the aggregates of this package; decides nothing.

Every method runs in the transaction of the connection that it was given.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from membership import tables as t
from membership.bylaws import BYLAWS, Bylaws, amended
from membership.errors import UnknownOrganisation, UnknownPerson
from membership.ndas.signature import Nda
from membership.ndas.store import NdaStore
from membership.organisation import Attribution, Category, Ending, Listing, Organisation
from membership.person import Person, Role
from tlp import Label


class MembershipStore:
    """The register as kept in the database."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self.ndas = NdaStore(connection)

    # organisations

    def organisation(self, id_: str) -> Organisation:
        """One organisation; UnknownOrganisation when there is none."""
        row = self._db.execute(select(t.organisation).where(t.organisation.c.id == id_)).mappings()
        found = row.one_or_none()
        if found is None:
            raise UnknownOrganisation(f"No organisation has the id {id_}.")
        return _organisation(found)

    def organisations(self) -> tuple[Organisation, ...]:
        """All organisations by name."""
        rows = self._db.execute(select(t.organisation).order_by(t.organisation.c.name))
        return tuple(_organisation(row) for row in rows.mappings())

    def is_name_taken(self, name: str) -> bool:
        """Whether an organisation has this name already, in any case and with any spaces."""
        key = " ".join(name.split()).casefold()
        query = select(t.organisation.c.id).where(t.organisation.c.name_key == key)
        return self._db.execute(query).first() is not None

    def organisations_by_id(self, ids: Iterable[str]) -> dict[str, Organisation]:
        """Those of these ids that are organisations."""
        query = select(t.organisation).where(t.organisation.c.id.in_(list(ids)))
        return {row["id"]: _organisation(row) for row in self._db.execute(query).mappings()}

    def add_organisation(self, organisation: Organisation) -> None:
        """Put a new organisation on the register."""
        self._db.execute(insert(t.organisation).values(_organisation_row(organisation)))

    def save_organisation(self, organisation: Organisation) -> None:
        """Write the present state of an organisation."""
        row = _organisation_row(organisation)
        self._db.execute(
            update(t.organisation).where(t.organisation.c.id == organisation.id).values(row)
        )

    # people

    def person(self, id_: str) -> Person:
        """One person; UnknownPerson when there is none."""
        found = self._people(t.person.c.id == id_)
        if not found:
            raise UnknownPerson(f"No person has the id {id_}.")
        return found[0]

    def person_by_email(self, email: str) -> Person:
        """Who has this address now, in any case; UnknownPerson when nobody has."""
        found = self._people(t.person.c.email == email.strip().casefold())
        if not found:
            raise UnknownPerson(f"No person has the address {email}.")
        return found[0]

    def people_by_id(self, ids: Iterable[str]) -> dict[str, Person]:
        """Those of these ids that are people."""
        return {person.id: person for person in self._people(t.person.c.id.in_(list(ids)))}

    def people_with(self, role: Role) -> tuple[Person, ...]:
        """Everybody who holds a role and is still there, by address."""
        held = select(t.role.c.person).where(t.role.c.role == role.value)
        return self._people(t.person.c.id.in_(held) & t.person.c.removed.is_(None))

    def people_of(self, organisation: str) -> tuple[Person, ...]:
        """The people of one organisation, by address."""
        return self._people(t.person.c.organisation == organisation)

    def _people(self, condition: object) -> tuple[Person, ...]:
        query = select(t.person).where(condition).order_by(t.person.c.email)  # type: ignore[arg-type]
        rows = list(self._db.execute(query).mappings())
        if not rows:
            return ()
        held = select(t.role).where(t.role.c.person.in_([row["id"] for row in rows]))
        roles: dict[str, set[Role]] = {}
        for entry in self._db.execute(held):
            roles.setdefault(entry.person, set()).add(Role(entry.role))
        return tuple(_person(row, frozenset(roles.get(row["id"], ()))) for row in rows)

    def add_person(self, person: Person) -> None:
        """Register a person with their roles."""
        self._db.execute(insert(t.person).values(_person_row(person)))
        self._write_roles(person)

    def save_person(self, person: Person) -> None:
        """Write the present state of a person and their roles."""
        self._db.execute(
            update(t.person).where(t.person.c.id == person.id).values(_person_row(person))
        )
        self._db.execute(delete(t.role).where(t.role.c.person == person.id))
        self._write_roles(person)

    def _write_roles(self, person: Person) -> None:
        rows = [{"person": person.id, "role": role.value} for role in person.roles]
        if rows:
            self._db.execute(insert(t.role), rows)

    # bylaws

    def bylaws(self, at: datetime) -> Bylaws:
        """The bylaws at that instant: what the consortium was founded with, as amended since."""
        columns = t.amendment.c
        query = select(columns.name, columns.value).where(columns.since <= at)
        found = BYLAWS
        for name, value in self._db.execute(query.order_by(columns.number)):
            found = amended(found, name, value)
        return found

    def add_amendment(self, name: str, value: str, *, ballot: str, at: datetime) -> None:
        """Keep a number that the Board has changed."""
        columns = t.amendment.c
        last = self._db.execute(select(func.max(columns.number))).scalar_one()
        self._db.execute(
            insert(t.amendment).values(
                number=(last or 0) + 1, name=name, value=value, since=at, ballot=ballot
            )
        )

    # signatures

    def signatures(self, organisation: str) -> tuple[Nda, ...]:
        """All signatures of one organisation, oldest first."""
        return self.ndas.signatures(organisation)

    def signatures_by_organisation(self) -> dict[str, list[Nda]]:
        """All signatures of all organisations, oldest first."""
        found: dict[str, list[Nda]] = {}
        for nda in self.ndas.all_signatures():
            found.setdefault(nda.organisation, []).append(nda)
        return found


def _organisation(row: RowMapping) -> Organisation:
    values = {name: value for name, value in row.items() if name != "name_key"}
    values["category"] = Category(row["category"])
    values["default_label"] = Label.of_rank(row["default_label"])
    values["attribution"] = Attribution(row["attribution"])
    values["ending"] = Ending(row["ending"]) if row["ending"] is not None else None
    values["listing"] = Listing(row["listing"])
    values["public_listing"] = Listing(row["public_listing"])
    return Organisation(**values)


def _organisation_row(organisation: Organisation) -> dict[str, object]:
    return {
        "id": organisation.id,
        "name": organisation.name,
        "name_key": _name_key(organisation),
        "category": organisation.category.value,
        "registered": organisation.registered,
        "admitted": organisation.admitted,
        "suspended": organisation.suspended,
        "default_label": organisation.default_label.rank,
        "attribution": organisation.attribution.value,
        "ended": organisation.ended,
        "ending": organisation.ending.value if organisation.ending is not None else None,
        "charter": organisation.charter,
        "listing": organisation.listing.value,
        "public_listing": organisation.public_listing.value,
    }


def _name_key(organisation: Organisation) -> str:
    """What no other organisation may be called; who has gone keeps no name from others."""
    key = organisation.name.casefold()
    return key if organisation.ended is None else f"{key}\n{organisation.id}"


def _person(row: RowMapping, roles: frozenset[Role]) -> Person:
    return Person(**{**row, "email": row["email"].partition("\n")[0]}, roles=roles)


def _address_key(person: Person) -> str:
    """What no other account may have; one that has ended keeps its address from nobody."""
    return person.email if person.removed is None else f"{person.email}\n{person.id}"


def _person_row(person: Person) -> dict[str, object]:
    return {
        "id": person.id,
        "organisation": person.organisation,
        "name": person.name,
        "email": _address_key(person),
        "registered": person.registered,
        "acknowledged": person.acknowledged,
        "removed": person.removed,
        "acknowledged_text": person.acknowledged_text,
        "zone": person.zone,
    }
