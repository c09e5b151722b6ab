"""`cloudsirt import`: files to submissions in somebody's name, by the rules that hold for them."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from cloudsirt.cli.printing import house, json_option, show
from cloudsirt.errors import SourceRefused
from cloudsirt.house import House
from cloudsirt.importing.bringing import (
    Errand,
    Tally,
    batches,
    bring,
    importer,
    maker_for,
)
from cloudsirt.importing.reading import Kind, Source, open_source
from cloudsirt.importing.rehearsing import BATCH, Rehearsal, rehearse
from feeds.handling import ATTRIBUTIONS, KEY
from feeds.topics import Topic
from tlp import Label, Perimeter

_TOPICS = click.Choice([topic.value for topic in Topic])
_LABELS = click.Choice([str(label) for label in Label], case_sensitive=False)
_KINDS = click.Choice([kind.value for kind in Kind])
_SHOWN: Final = 20  # refusals


@click.command("import")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(exists=True))
@click.option("--person", required=True, metavar="EMAIL", help="In whose name; a member's.")
@click.option("--topic", required=True, type=_TOPICS)
@click.option("--unmarked", type=_LABELS, help="The label of what has none of its own.")
@click.option(
    "--recipients",
    metavar="ID,…",
    help="Identity ids of those whom it is for, and nobody else; TLP:RED needs some.",
)
@click.option("--release", "releases", multiple=True, metavar="PERIMETER=TIME")
@click.option("--attribution", type=click.Choice(ATTRIBUTIONS))
@click.option("--format", "kind", type=_KINDS, help="What the files are; told from the content.")
@click.option("--dry-run", is_flag=True, help="Store nothing; say what would be stored.")
@click.option("--batch", type=click.IntRange(1, 10_000), help="Objects in one submission. [500]")
@click.option("--partial-ok", is_flag=True, help="Status 0 even if something was refused.")
@json_option
def import_(files: Sequence[str], as_json: bool, **asked: Any) -> None:
    """Share what stands in files: STIX 2.1 or 2.0, MISP, CSV, or text with indicators.

    Interrupted, the same command goes on: what is here already is a success.
    """
    opened = house()
    principal = importer(opened, asked["person"])
    errand = Errand(principal.person.id, Topic(asked["topic"]), _handling(asked))
    kind = Kind(asked["kind"]) if asked["kind"] else None
    maker = maker_for(opened, principal)
    run = Rehearsal()
    for name in files:
        try:
            source = open_source(Path(name), kind, maker)
            if asked["dry_run"]:
                size = asked["batch"] or BATCH
                _rehearse(opened, _with(errand, source), source, size, run, name)
            else:
                size = asked["batch"] or 500
                _bring(opened, _with(errand, source), source, size, run.tally, name)
        except SourceRefused as error:
            raise SourceRefused(f"{name}: {error}") from error
        except KeyboardInterrupt:
            click.echo(_progress(run.tally, name), err=True)
            click.echo("Stopped. The same command goes on from here.", err=True)
            sys.exit(1)
    document = _document(run, is_rehearsal=asked["dry_run"])
    show(as_json, document, _text(run, is_rehearsal=asked["dry_run"]))
    if run.tally.refused and not asked["partial_ok"]:
        sys.exit(1)


def _bring(
    opened: House, errand: Errand, source: Source, size: int, tally: Tally, name: str
) -> None:
    begun = tally.read
    for batch in batches(source.items, size):
        bring(opened, errand, batch, tally)
        read = tally.read - begun  # what was inside STIX 2.0 observed-data counts by itself
        of = f" of {max(source.total, read)}" if source.total is not None else ""
        click.echo(f"{_progress(tally, name)} ({read}{of})", err=True)


def _rehearse(
    opened: House, errand: Errand, source: Source, size: int, run: Rehearsal, name: str
) -> None:
    for batch in batches(source.items, size):
        rehearse(opened, errand, batch, run)
        click.echo(f"{_progress(run.tally, name)} (dry run)", err=True)


def _handling(asked: dict[str, Any]) -> dict[str, Any]:
    """The options as the property that submissions over TAXII have beside their objects."""
    found: dict[str, Any] = {}
    if asked["unmarked"]:
        found["unmarked"] = asked["unmarked"]
    if asked["recipients"]:
        found["recipients"] = [item.strip() for item in asked["recipients"].split(",")]
    release = dict(item.partition("=")[::2] for item in asked["releases"])
    if release:
        found["release"] = release
    if asked["attribution"]:
        found["attribution"] = asked["attribution"]
    return found


def _with(errand: Errand, source: Source) -> Errand:
    """The errand as the file wants it, where it says so and the command does not."""
    if source.handling is None:
        return errand
    if errand.handling:
        raise SourceRefused(
            f"It says in {KEY} how it is to be handled, and so do your options: use one of both."
        )
    return Errand(errand.person, errand.topic, source.handling)


def _progress(tally: Tally, name: str) -> str:
    counts = f"{tally.stored} stored, {tally.repeated} repeated, {tally.refused} refused"
    return f"{Path(name).name}: {counts}"


def _document(run: Rehearsal, *, is_rehearsal: bool) -> dict[str, object]:
    tally = run.tally
    found: dict[str, object] = {
        "dry_run": is_rehearsal,
        "stored": tally.stored,
        "repeated": tally.repeated,
        "refused": tally.refused,
        "refusals": [line.document() for line in tally.refusals],
    }
    if is_rehearsal:
        found["labels"] = dict(sorted(run.labels.items()))
        found["reach"] = {p.value: dict(run.reach[p]) for p in Perimeter}
        found["organisations"] = {p.value: count for p, count in run.sizes.items()}
    return found


def _text(run: Rehearsal, *, is_rehearsal: bool) -> str:
    tally = run.tally
    verb = "would be stored" if is_rehearsal else "stored"
    lines = [f"{tally.stored} {verb}, {tally.repeated} repeated, {tally.refused} refused"]
    if is_rehearsal:
        lines += _reach(run)
    lines += [f"  {line.id}: {line.message}" for line in tally.refusals[:_SHOWN]]
    if tally.refused > _SHOWN:
        lines.append(f"  … and {tally.refused - _SHOWN} more; --json tells of more of them.")
    return "\n".join(lines)


def _reach(run: Rehearsal) -> list[str]:
    """How far it would reach, for a person."""
    lines = [f"  {label}: {count}" for label, count in sorted(run.labels.items())]
    for perimeter in Perimeter:
        size = run.sizes.get(perimeter)
        now = f" ({size} organisations now)" if size is not None else ""
        lines.append(f"{perimeter.value}{now}")
        lines += [f"  {count} {way}" for way, count in run.reach[perimeter].most_common()]
    if run.batches > 1:
        lines.append(
            f"Each of {run.batches} batches was judged by itself: what an object names in another "
            "batch may bring it less far than said here. A larger --batch says more."
        )
    return lines


COMMANDS = (import_,)
