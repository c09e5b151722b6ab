"""`cloudsirt org show`, `set` and `leave`: what an organisation is, and what it chose."""

import click

from cloudsirt import clock
from cloudsirt.cli.printing import house, json_option, show
from cloudsirt.house import OPERATOR
from membership import choices
from membership.ndas.signature import in_force
from membership.organisation import Attribution, Listing
from membership.store import MembershipStore
from tlp import Label

_LABELS = click.Choice([label.value for label in Label])
_ATTRIBUTIONS = click.Choice([attribution.value for attribution in Attribution])
_LISTINGS = click.Choice([listing.value for listing in Listing])


@click.command("show")
@click.argument("id_", metavar="ID")
@json_option
def show_(id_: str, as_json: bool) -> None:
    """Show one organisation."""
    at = clock.now()
    with house().reading() as db:
        store = MembershipStore(db)
        found, nda = store.organisation(id_), in_force(store.signatures(id_), at)
    document = {
        "id": found.id,
        "identity": found.identity,
        "name": found.name,
        "category": found.category.value,
        "charter": found.charter,
        "admitted": found.admitted.isoformat() if found.admitted is not None else None,
        "suspended": found.suspended.isoformat() if found.suspended is not None else None,
        "ended": found.ended.isoformat() if found.ended is not None else None,
        "ending": found.ending.value if found.ending is not None else None,
        "nda_until": nda.end.isoformat() if nda is not None else None,
        "default_label": found.default_label.value,
        "attribution": found.attribution.value,
        "listing": found.listing.value,
        "public_listing": found.public_listing.value,
    }
    width = max(map(len, document))
    lines = [f"{name.ljust(width)}  {value}" for name, value in document.items()]
    show(as_json, document, "\n".join(lines))


@click.command("set")
@click.argument("id_", metavar="ID")
@click.option("--label", type=_LABELS, help="What its unmarked objects are treated as.")
@click.option("--attribution", type=_ATTRIBUTIONS, help="How it is named unless it says so.")
@click.option("--listing", type=_LISTINGS, help="What members see of it.")
@click.option("--public-listing", type=_LISTINGS, help="What everybody sees of it.")
@json_option
def set_(
    id_: str,
    label: str | None,
    attribution: str | None,
    listing: str | None,
    public_listing: str | None,
    as_json: bool,
) -> None:
    """Set defaults and listings of an organisation; what is not given stays."""
    with house().working(OPERATOR) as work:
        found = work.membership.organisation(id_)
        work.record(
            *choices.set_defaults(
                work.membership,
                id_,
                label=Label(label) if label else found.default_label,
                attribution=Attribution(attribution) if attribution else found.attribution,
            ),
            *choices.set_listing(
                work.membership,
                id_,
                listing=Listing(listing) if listing else found.listing,
                public_listing=Listing(public_listing) if public_listing else found.public_listing,
            ),
        )
    show(as_json, {"id": id_}, "set")


@click.command("leave")
@click.argument("id_", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def leave(id_: str, yes: bool, as_json: bool) -> None:
    """Record that an organisation has left; what it contributed stays as labelled."""
    if not yes:
        question = "This ends the membership and cannot be undone. Go on?"
        click.confirm(question, abort=True, err=True)
    with house().working(OPERATOR) as work:
        work.record(*choices.leave(work.membership, id_, at=work.at))
    show(as_json, {"id": id_}, "has left")
