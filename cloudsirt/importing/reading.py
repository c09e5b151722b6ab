"""A file, or the folder of a MISP feed, to the items in it.

The kind is told from the content, unless the caller says it. Bundles and events are held in
memory as a whole, hence the limit; tables and prose are read line by line.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any, Final

import orjson

from cloudsirt.errors import SourceRefused
from cloudsirt.importing import misp, prose, table
from cloudsirt.importing.items import Item, Left, Maker, Sent
from cloudsirt.importing.observables20 import NotUpgradable
from cloudsirt.importing.stix20 import upgrade
from cloudsirt.importing.stix21 import Bundle, is_stix20
from feeds.errors import InvalidObject
from feeds.examining import claimed_id
from feeds.limits import check_limits
from feeds.validation import validate

LIMIT: Final = 256 * 1024 * 1024
"""Octets of the largest JSON file; reading it takes up to three times that in memory."""

_HEAD: Final = 65_536  # octets that tell what a file is
_FIRST_KEY: Final = re.compile(r'\s*(?:\[\s*)?\{\s*"([^"]{0,64})"')
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MANIFEST: Final = "manifest.json"


class Kind(Enum):
    """What a file is; the value is what `--format` takes."""

    STIX = "stix"
    MISP = "misp"
    CSV = "csv"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Source:
    """What one file gives; `total` where it is known, `handling` where it stands in the file."""

    kind: Kind
    items: Iterator[Item]
    total: int | None = None
    handling: object = None


def open_source(
    path: Path, kind: Kind | None, maker: Maker, convert: misp.Convert | None = None
) -> Source:
    """What a file gives; SourceRefused where it is nothing that can be imported."""
    kind = kind or kind_of(path)
    if kind is Kind.STIX:
        bundle = Bundle(_text(path))
        return Source(kind, _stix(bundle), len(bundle), bundle.handling)
    if kind is Kind.MISP:
        return Source(kind, _misp(path, convert or misp.converter()))
    read = table.items if kind is Kind.CSV else prose.items
    return Source(kind, _readable(read(partial(_lines, path), maker)))


def kind_of(path: Path) -> Kind:
    """What a file is, by its content: JSON by its first key, a table by its header."""
    if path.is_dir():
        if (path / _MANIFEST).is_file():
            return Kind.MISP
        raise SourceRefused(f"This is a folder without {_MANIFEST}, so it is no MISP feed.")
    with path.open("rb") as file:
        head = file.read(_HEAD).removeprefix(codecs.BOM_UTF8)
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError as error:
        raise SourceRefused("This is not text in UTF-8.") from error
    if "\0" in text:
        raise SourceRefused("This is not text.")
    if text.lstrip()[:1] in ("{", "["):
        return _json_kind(text)
    return Kind.CSV if _is_table(text) else Kind.TEXT


def _json_kind(text: str) -> Kind:
    match = _FIRST_KEY.match(text)
    if match is None:
        return Kind.TEXT if text.lstrip().startswith("[") else Kind.STIX
    if _UUID.fullmatch(match[1]):
        raise SourceRefused("This is the manifest of a MISP feed; give the folder that it is in.")
    return Kind.MISP if match[1] in ("Event", "response") else Kind.STIX


def _is_table(text: str) -> bool:
    lines = text.splitlines(keepends=True)
    try:
        rows = csv.reader(table.content_of(lines), delimiter=table.separator(lines))
        return len(table.header_of(next(rows, []))) > 0
    except (SourceRefused, csv.Error):
        return False


def _text(path: Path) -> str:
    if path.is_dir():
        raise SourceRefused("This is a folder; give the files in it.")
    size = path.stat().st_size
    if size > LIMIT:
        raise SourceRefused(f"This is larger than {LIMIT >> 20} MB ({size >> 20} MB). Split it.")
    try:
        return path.read_bytes().removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        raise SourceRefused(f"This is not UTF-8 (at byte {error.start}).") from error


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from file
    except UnicodeDecodeError as error:
        raise SourceRefused(f"This is not UTF-8 (at byte {error.start}).") from error


def _readable(items: Iterable[Item]) -> Iterator[Item]:
    try:
        yield from items
    except csv.Error as error:
        raise SourceRefused(f"This cannot be read as CSV: {error}.") from error


def _stix(bundle: Bundle) -> Iterator[Item]:
    for text, value in bundle.objects():
        if not is_stix20(value):
            yield Sent(text)
            continue
        try:
            check_limits(value)
            upgraded = upgrade(value)
            for new in upgraded:
                validate(new)
        except (NotUpgradable, InvalidObject) as error:
            yield Left(claimed_id(value), f"From STIX 2.0: {error}")
            continue
        yield from (Sent(orjson.dumps(new).decode()) for new in upgraded)


def _misp(path: Path, convert: misp.Convert) -> Iterator[Item]:
    if not path.is_dir():
        for event in misp.events_in(_document(path)):
            yield from misp.items(event, convert)
        return
    manifest = _document(path / _MANIFEST)
    for name in manifest if isinstance(manifest, dict) else ():
        file = path / f"{name}.json"
        if not _UUID.fullmatch(name) or not file.is_file():
            yield Left(f"event {claimed_id({'id': name})}", "The feed lists it and has no file.")
            continue
        for event in misp.events_in(_document(file)):
            yield from misp.items(event, convert)


def _document(path: Path) -> Any:
    try:
        return orjson.loads(_text(path))
    except orjson.JSONDecodeError as error:
        raise SourceRefused(f"{path.name} is not JSON: {error}.") from error
