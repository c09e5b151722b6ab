"""CSV: one observable in each row, its columns known by what their header calls them.

The separator is a comma, a semicolon, a tab or a bar. Lines that begin with # are comments; a
TLP label in one of them marks the rows that have none of their own. A column that is not known
is not taken. Pure.
"""

import csv
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from cloudsirt.errors import SourceRefused
from cloudsirt.importing.indicators import Said, made_of
from cloudsirt.importing.items import Item, Left, Maker, checked
from cloudsirt.importing.prose import label_of
from feeds import timestamps
from feeds.errors import BadTimestamp, quoted
from feeds.folding import one_line
from feeds.guessing import guess, refang
from feeds.normalise import Observable, ObservableKind, normalise
from tlp import Label, TLPError

_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "value": ("value", "indicator", "ioc", "observable", "indicator_value", "ioc_value"),
    "type": ("type", "kind", "indicator_type", "ioc_type"),
    "name": ("name", "title"),
    "description": ("description", "comment", "notes", "note", "context"),
    "valid_from": ("valid_from", "first_seen"),
    "valid_until": ("valid_until", "expires", "expiration"),
    "labels": ("labels", "tags"),
    "confidence": ("confidence",),
    "tlp": ("tlp", "marking"),
}
_NAMES: Final = {name: column for column, names in _COLUMNS.items() for name in names}
_IP: Final = (ObservableKind.ADDRESS, ObservableKind.NETWORK)
_TYPES: Final[Mapping[str, tuple[ObservableKind, ...]]] = {
    **dict.fromkeys(
        "ip ipv4 ipv6 ipv4_addr ipv6_addr ip_src ip_dst address network cidr".split(), _IP
    ),
    **dict.fromkeys("domain domain_name hostname host fqdn".split(), (ObservableKind.DOMAIN,)),
    **dict.fromkeys("url uri link".split(), (ObservableKind.URL,)),
    **dict.fromkeys(
        "hash md5 sha1 sha_1 sha224 sha256 sha_256 sha384 sha512 sha_512 file_hash tlsh".split(),
        (ObservableKind.HASH,),
    ),
    **dict.fromkeys("email email_addr email_src email_dst".split(), (ObservableKind.EMAIL,)),
    **dict.fromkeys("account user_account username login".split(), (ObservableKind.ACCOUNT,)),
    **dict.fromkeys("asn as autonomous_system".split(), (ObservableKind.ASN,)),
    **dict.fromkeys("cve vulnerability".split(), (ObservableKind.CVE,)),
}
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(r"([0-9-]{10})[ T]([0-9:]{8}(?:\.[0-9]+)?)(?:Z|\+00:00| ?UTC)?")
_SEPARATORS: Final = ",;\t|"
_GUARD: Final = re.compile(r"'(?=[=+\-@\t\r])")


class _Unfit(Exception):
    """A row that cannot be taken; the text is a sentence."""


def items(lines: Callable[[], Iterable[str]], maker: Maker) -> Iterator[Item]:
    """Each row as what it stands for; a row that says what an earlier one said, not again."""
    head = list(itertools.takewhile(_is_head, lines()))
    default = label_of(head)
    rows = csv.reader(content_of(lines()), delimiter=separator(lines()))
    columns = header_of(next(rows, []))
    seen: dict[Observable, tuple[str, Said]] = {}
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        what = f"line {len(head) + rows.line_num}"
        try:
            observable, said = _read(dict(zip(columns, row, strict=False)), default)
        except _Unfit as error:
            yield Left(what, str(error))
            continue
        first, before = seen.setdefault(observable, (what, said))
        if first == what:
            yield checked(made_of(observable, said, maker), what)
        elif said != before:
            yield Left(what, f"{first.capitalize()} says something else of the same observable.")


def separator(lines: Iterable[str]) -> str:
    """What parts the cells: the mark that stands most often in the header."""
    header = next(content_of(lines), "")
    return max(_SEPARATORS, key=header.count)


def header_of(cells: Iterable[str]) -> list[str]:
    """Which column each cell of the header names; SourceRefused where none is the value."""
    found = [_NAMES.get(_folded(cell), "") for cell in cells]
    if "value" not in found:
        known = ", ".join(_COLUMNS["value"])
        raise SourceRefused(f"No column of the CSV has one of the names {known}.")
    return [name if name not in found[:index] else "" for index, name in enumerate(found)]


def content_of(lines: Iterable[str]) -> Iterator[str]:
    """The lines from the header on."""
    return itertools.dropwhile(_is_head, lines)


def _is_head(line: str) -> bool:
    return line.startswith("#") or not line.strip()


def _folded(text: str) -> str:
    return re.sub(r"[\s-]+", "_", text.strip().strip("\ufeff").lower())


def _read(row: Mapping[str, str], default: Label | None) -> tuple[Observable, Said]:
    cells = {name: _GUARD.sub("", one_line(text), count=1) for name, text in row.items() if name}
    observable = _observable(cells.get("value", ""), cells.get("type", ""))
    labels = re.split(r"\s*[,;|]\s*", cells.get("labels", ""))
    said = Said(
        name=cells.get("name", ""),
        description=cells.get("description", ""),
        valid_from=_time(cells.get("valid_from", "")),
        valid_until=_time(cells.get("valid_until", "")),
        labels=tuple(dict.fromkeys(label for label in labels if label)),
        confidence=_confidence(cells.get("confidence", "")),
        label=_label(cells.get("tlp", "")) or default,
    )
    return observable, said


def _observable(text: str, type_: str) -> Observable:
    if not text:
        raise _Unfit("It has no value.")
    kinds = _TYPES.get(_folded(type_).partition(":")[0].removesuffix("_value"))
    if type_ and kinds is None:
        raise _Unfit(f"“{quoted(type_)}” is not a type that is known here.")
    if kinds is None:
        found = guess(text)
        if found is None:
            raise _Unfit(f"“{quoted(text)}” cannot be told what it is; a column `type` says so.")
        return found
    for spelling in (text, refang(text)):
        for kind in kinds:
            value = normalise(kind, spelling)
            if value is not None:
                return Observable(kind, value)
    raise _Unfit(f"“{quoted(text)}” is no {quoted(type_)}.")


def _time(text: str) -> str:
    """A day, or a moment in UTC, as STIX writes it."""
    if not text:
        return ""
    match = _MOMENT.fullmatch(text)
    whole = f"{match[1]}T{match[2]}Z" if match is not None else text
    whole = f"{text}T00:00:00Z" if _DAY.fullmatch(text) else whole
    try:
        return timestamps.show(timestamps.parse(whole))
    except BadTimestamp as error:
        raise _Unfit(str(error)) from error


def _confidence(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text[:4]) > 100:
        raise _Unfit(f"“{quoted(text)}” is no confidence from 0 to 100.")
    return int(text)


def _label(text: str) -> Label | None:
    """A restriction that is not understood is never ignored (R1)."""
    if not text:
        return None
    try:
        return Label.parse(text if ":" in text else f"TLP:{text}")
    except TLPError as error:
        raise _Unfit(f"“{quoted(text)}” is not a TLP label.") from error
