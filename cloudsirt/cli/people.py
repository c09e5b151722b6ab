"""`cloudsirt person …`."""

import sys
from collections.abc import Sequence

import click

from cloudsirt import clock
from cloudsirt.cli.printing import house, json_option, show, table
from cloudsirt.enrolling import enrol
from cloudsirt.house import OPERATOR
from membership import register
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


@person.command("acknowledge")
@click.option("--email", required=True)
@json_option
def acknowledge(email: str, as_json: bool) -> None:
    """Record that a person has acknowledged the NDA."""
    with house().working(OPERATOR) as work:
        found = work.membership.person_by_email(email)
        work.record(*register.acknowledge_nda(work.membership, found.id, at=work.at))
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
        found = MembershipStore(db).people_of(organisation)
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


COMMANDS = (person,)
