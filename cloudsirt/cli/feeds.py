"""`cloudsirt collections`."""

import click

from cloudsirt.cli.printing import json_option, show, table
from cloudsirt.config import read_config
from feeds.topics import COLLECTIONS

_LOCAL = "http://127.0.0.1:8000"


@click.command()
@json_option
def collections(as_json: bool) -> None:
    """List the TAXII collections with their ids."""
    site = read_config().base_url or _LOCAL
    rows = [
        {
            "root": item.root.value,
            "id": item.id,
            "alias": item.alias,
            "title": item.title,
            "url": f"{site}/taxii2/{item.root.value}/collections/{item.id}/",
        }
        for item in sorted(COLLECTIONS, key=lambda item: (item.root.width, item.id))
    ]
    show(as_json, rows, table(rows))


COMMANDS = (collections,)
