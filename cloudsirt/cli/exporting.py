"""`cloudsirt export`: what somebody may read now, as a file that only its owner may read."""

import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from cloudsirt import clock, exporting
from cloudsirt.cli.printing import house
from feeds import timestamps
from feeds.errors import BadTimestamp
from feeds.topics import collection_named
from tlp import Perimeter

_ROOTS = click.Choice([perimeter.value for perimeter in Perimeter])


@click.command("export")
@click.argument("file", required=False, type=click.Path(dir_okay=False, writable=True))
@click.option("--person", required=True, metavar="EMAIL", help="Who reads.")
@click.option("--root", default="members", show_default=True, type=_ROOTS)
@click.option("--collection", default="everything", show_default=True, metavar="ID|ALIAS")
@click.option("--since", metavar="TIME", help="Only what entered after it, in UTC.")
@click.option(
    "--format", "kind", default="stix", show_default=True, type=click.Choice(["stix", "csv"])
)
def export(
    file: str | None, person: str, root: str, collection: str, since: str | None, kind: str
) -> None:
    """Write what a person may read now to FILE, or to standard output.

    One STIX bundle, or with --format csv the observables in it.
    """
    found = collection_named(Perimeter(root), collection)
    if found is None:
        raise click.UsageError(f"There is no collection {collection} in the {root} root.")
    if file not in (None, "-") and Path(file).exists() and not Path(file).is_file():
        raise click.UsageError(f"{file} is not a file.")
    opened = house()
    reader = partial(exporting.reader_in, opened, person, Perimeter(root))
    reader()  # refuses before a file is touched
    wanted = exporting.Wanted(Perimeter(root), found.topic, _time(since) if since else None)
    if kind == "csv":
        pieces = exporting.table(opened, reader, wanted)
    else:
        pieces = exporting.bundle(opened, reader, wanted, clock.new_id())
    if file is None or file == "-":
        sys.stdout.buffer.writelines(pieces)
        sys.stdout.buffer.flush()
    else:
        _write(Path(file), pieces)


def _write(path: Path, pieces: Iterator[bytes]) -> None:
    """The whole file or none of it, with mode 0600 from the first byte on."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(pieces)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _time(text: str) -> datetime:
    try:
        return timestamps.to_datetime(timestamps.lenient(text))
    except BadTimestamp as error:
        raise click.UsageError(str(error)) from error


COMMANDS = (export,)
