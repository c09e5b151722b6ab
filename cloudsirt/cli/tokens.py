"""`cloudsirt token …`."""

from collections.abc import Sequence

import click

from cloudsirt import clock
from cloudsirt.accounts import AccountStore
from cloudsirt.auth.permissions import Scope
from cloudsirt.auth.tokens import issue_token, revoke_token, token_id
from cloudsirt.cli.printing import house, json_option, show, table
from cloudsirt.errors import NotPermitted
from cloudsirt.house import OPERATOR
from feeds.taxii.profiles import PROFILES, STANDARD
from membership.store import MembershipStore

_SCOPES = click.Choice([scope.value for scope in Scope])
_CLIENTS = click.Choice([profile.name for profile in PROFILES])


@click.group()
def token() -> None:
    """API tokens: issue, revoke, list."""


@token.command("issue")
@click.option("--person", required=True, metavar="EMAIL")
@click.option("--scope", "scopes", multiple=True, type=_SCOPES, help="All scopes unless given.")
@click.option("--expires", type=click.IntRange(1, 3650), metavar="DAYS")
@click.option("--label", default="")
@click.option(
    "--client", type=_CLIENTS, default=STANDARD.name, show_default=True, help="For which product."
)
@json_option
def issue(
    person: str,
    scopes: Sequence[str],
    expires: int | None,
    label: str,
    client: str,
    as_json: bool,
) -> None:
    """Issue a token; it is shown once and kept nowhere."""
    with house().working(OPERATOR) as work:
        holder = work.membership.person_by_email(person)
        id_ = clock.new_id()
        text = issue_token(
            work,
            holder.id,
            id_=id_,
            secret=clock.new_secret(),
            scopes=[Scope(scope) for scope in scopes] or list(Scope),
            days=expires,
            label=label,
            client=client,
        )
    show(as_json, {"id": id_, "token": text}, text)


@token.command("revoke")
@click.option("--id", "id_", help="The id of the token.")
@click.option("--token", "text", help="The token itself.")
@json_option
def revoke(id_: str | None, text: str | None, as_json: bool) -> None:
    """Revoke a token, by its id or by the token itself."""
    if (id_ is None) == (text is None):
        raise click.UsageError("Name the token by --id or by --token.")
    with house().working(OPERATOR) as work:
        found = id_ if id_ is not None else token_id(work.db, text or "")
        if found is None:
            raise NotPermitted("There is no such token.")
        revoke_token(work, found)
    show(as_json, {"id": found}, "revoked")


@token.command("list")
@click.option("--person", required=True, metavar="EMAIL")
@json_option
def list_(person: str, as_json: bool) -> None:
    """List the tokens of a person; never the secrets."""
    at = clock.now()
    with house().reading() as db:
        holder = MembershipStore(db).person_by_email(person)
        found = AccountStore(db).tokens_of(holder.id)
    rows = [
        {
            "id": item.id,
            "label": item.label,
            "scopes": " ".join(sorted(item.scopes)),
            "client": item.client,
            "created": item.created.isoformat(),
            "expires": item.expires.isoformat() if item.expires is not None else None,
            "good": item.is_good(at),
        }
        for item in found
    ]
    show(as_json, rows, table(rows))


COMMANDS = (token,)
