"""`cloudsirt person …`."""

import sys
from collections.abc import Sequence

import click

from cloudsirt import clock
from cloudsirt.cli.printing import house, json_option, show, table
from cloudsirt.enrolling import enrol
from cloudsirt.house import OPERATOR
from cloudsirt.inviting import invite, invite_again
from membership import people, register
from membership.ndas.acknowledging import acknowledge_nda
from membership.person import Role
from membership.store import MembershipStore

_ROLES = click.Choice([role.value for role in Role])


@click.group()
def person() -> None:
    """People and service accounts: register, acknowledge, remove, list."""


@person.command("add")
@click.option("--org", "organisation", required=True, metavar="ID")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", "roles", multiple=True, type=_ROLES)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--acknowledged", is_flag=True, help="The person has acknowledged the NDA.")
@json_option
def add(
    organisation: str,
    email: str,
    name: str,
    roles: Sequence[str],
    password_stdin: bool,
    acknowledged: bool,
    as_json: bool,
) -> None:
    """Register a person or a service account with an organisation."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    with house().working(OPERATOR) as work:
        added = enrol(
            work,
            id_=clock.new_id(),
            organisation=organisation,
            name=name,
            email=email,
            roles=[Role(role) for role in roles],
            acknowledged=acknowledged,
            password=password,
        )
    show(as_json, {"id": added.id, "identity": added.identity}, f"{added.name}: {added.id}")


@person.command("invite")
@click.option("--email", required=True)
@click.option("--org", "organisation", metavar="ID", help="Register them with it first.")
@click.option("--name", help="Needed with --org.")
@click.option("--role", "roles", multiple=True, type=_ROLES)
@json_option
def invite_(
    email: str, organisation: str | None, name: str | None, roles: Sequence[str], as_json: bool
) -> None:
    """Send somebody a link to choose a password; with --org, register them before."""
    if organisation is None and (name is not None or roles):
        raise click.UsageError("--name and --role belong to somebody new: give --org as well.")
    with house().working(OPERATOR) as work:
        if organisation is None:
            known = work.membership.person_by_email(email)
            found = invite_again(work, known.id, by=OPERATOR)
        else:
            found = invite(
                work,
                id_=clock.new_id(),
                organisation=organisation,
                name=name or "",
                email=email,
                roles=[Role(role) for role in roles],
                by=OPERATOR,
            )
    show(as_json, {"id": found.id}, f"{found.name} is invited: {found.id}")


@person.command("acknowledge")
@click.option("--email", required=True)
@json_option
def acknowledge(email: str, as_json: bool) -> None:
    """Record that a person has acknowledged the NDA."""
    with house().working(OPERATOR) as work:
        found = work.membership.person_by_email(email)
        work.record(*acknowledge_nda(work.membership, found.id, at=work.at))
    show(as_json, {"id": found.id}, "acknowledged")


@person.command("remove")
@click.option("--email", required=True)
@json_option
def remove(email: str, as_json: bool) -> None:
    """End an account: its sessions and tokens end with it."""
    with house().working(OPERATOR) as work:
        found = work.membership.person_by_email(email)
        work.record(*register.remove_person(work.membership, found.id, at=work.at))
    show(as_json, {"id": found.id}, "removed")


@person.command("list")
@click.option("--org", "organisation", required=True, metavar="ID")
@json_option
def list_(organisation: str, as_json: bool) -> None:
    """List the people of an organisation."""
    with house().reading() as db:
        store = MembershipStore(db)
        found = store.people_of(store.organisation(organisation).id)
    rows = [
        {
            "id": member.id,
            "email": member.email,
            "name": member.name,
            "roles": " ".join(sorted(role.value for role in member.roles)),
            "removed": member.removed is not None,
        }
        for member in found
    ]
    show(as_json, rows, table(rows))


@person.group("role")
def role() -> None:
    """Roles: give one, take one; those of the Board and the secretariat too."""


@role.command("add")
@click.option("--email", required=True)
@click.option("--role", "name", required=True, type=_ROLES)
@json_option
def add_role(email: str, name: str, as_json: bool) -> None:
    """Give somebody a role."""
    with house().working(OPERATOR) as work:
        found = work.membership.person_by_email(email)
        work.record(*people.appoint(work.membership, found.id, Role(name)))
    show(as_json, {"id": found.id, "role": name}, f"{found.name}: {Role(name).text}")


@role.command("remove")
@click.option("--email", required=True)
@click.option("--role", "name", required=True, type=_ROLES)
@json_option
def remove_role(email: str, name: str, as_json: bool) -> None:
    """Take a role from somebody."""
    with house().working(OPERATOR) as work:
        found = work.membership.person_by_email(email)
        work.record(*people.dismiss(work.membership, found.id, Role(name)))
    show(as_json, {"id": found.id, "role": name}, f"{found.name}: no longer {Role(name).text}")


COMMANDS = (person,)
