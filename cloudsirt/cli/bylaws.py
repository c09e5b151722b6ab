"""`cloudsirt bylaws`: the numbers in force, with what the Board has changed."""

import click

from cloudsirt import clock
from cloudsirt.cli.printing import house, json_option, show, table
from membership.bylaws import stated
from membership.store import MembershipStore


@click.command()
@json_option
def bylaws(as_json: bool) -> None:
    """Print the bylaws in force; the Board changes numbers by `ballot open --kind bylaws`."""
    with house().reading() as db:
        found = MembershipStore(db).bylaws(clock.now())
    rows = [{"clause": text, "value": value} for text, value in stated(found)]
    show(as_json, rows, table(rows))


COMMANDS = (bylaws,)
