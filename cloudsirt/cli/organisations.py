"""`cloudsirt org …`."""

import click

from cloudsirt import clock
from cloudsirt.cli import choices, records
from cloudsirt.cli.printing import house, json_option, show, table
from cloudsirt.house import OPERATOR
from membership import register
from membership.ndas.signing import record_signature
from membership.organisation import Category
from membership.store import MembershipStore

_OUTSIDE = "recorded by the operator as done outside the platform"
_CATEGORIES = click.Choice([category.value for category in Category])


@click.group()
def org() -> None:
    """Organisations: register, show, set, suspend, reinstate, leave, list; their records."""


@org.command("add")
@click.option("--name", required=True)
@click.option("--category", required=True, type=_CATEGORIES)
@click.option("--in-force", is_flag=True, help="Admission and NDA were done outside the platform.")
@json_option
def add(name: str, category: str, in_force: bool, as_json: bool) -> None:
    """Put an organisation on the register."""
    kind, id_ = Category(category), clock.new_id()
    with house().working(OPERATOR) as work:
        organisation, events = register.register_organisation(
            work.membership, id_=id_, name=name, category=kind, at=work.at
        )
        work.record(*events)
        if in_force:
            work.record(*register.admit(work.membership, id_, ground=_OUTSIDE, at=work.at))
        if in_force and kind.is_member_category:
            _, signed = record_signature(
                work.membership,
                id_,
                id_=clock.new_id(),
                since=work.at,
                until=None,
                ground=_OUTSIDE,
            )
            work.record(*signed)
    document = {"id": id_, "identity": organisation.identity}
    show(as_json, document, f"{organisation.name}: {id_}")


@org.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the organisations on the register."""
    with house().reading() as db:
        found = MembershipStore(db).organisations()
    rows = [
        {
            "id": organisation.id,
            "name": organisation.name,
            "category": organisation.category.value,
            "admitted": organisation.admitted is not None,
            "suspended": organisation.suspended is not None,
        }
        for organisation in found
    ]
    show(as_json, rows, table(rows))


@org.command("suspend")
@click.argument("id_", metavar="ID")
@click.option("--reason", required=True)
@json_option
def suspend(id_: str, reason: str, as_json: bool) -> None:
    """Suspend an organisation: from now on it reads what anyone reads."""
    with house().working(OPERATOR) as work:
        work.record(*register.suspend(work.membership, id_, reason=reason, at=work.at))
    show(as_json, {"id": id_}, "suspended")


@org.command("reinstate")
@click.argument("id_", metavar="ID")
@json_option
def reinstate(id_: str, as_json: bool) -> None:
    """End a suspension."""
    with house().working(OPERATOR) as work:
        work.record(*register.reinstate(work.membership, id_))
    show(as_json, {"id": id_}, "reinstated")


for _command in (choices.show_, choices.set_, choices.leave, records.record):
    org.add_command(_command)

COMMANDS = (org,)
