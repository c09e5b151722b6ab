"""Free text: the observables in it, as a person who defanged them meant them.

What is written defanged (hxxp, [.], (dot), [at]) is meant as an indicator. A domain, a URL or an
e-mail address that is written plainly is usually where one should read on; it counts only where
a line holds nothing else, as lists do. Addresses, hashes, CVE ids and ASNs count either way,
except addresses that mean something else in every network.

A TLP label anywhere in the text marks everything from it, the strictest of several. Pure.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from cloudsirt.errors import SourceRefused
from cloudsirt.importing.indicators import Said, made_of
from cloudsirt.importing.items import Item, Maker, checked
from feeds.errors import quoted
from feeds.folding import one_line
from feeds.guessing import guess, refang
from feeds.normalise import Observable, ObservableKind
from tlp import Label, strictest

_KNOWN: Final = r"CLEAR|WHITE|GREEN|AMBER\s?[+ -]\s?STRICT|AMBER|RED"
_LABEL: Final = re.compile(rf"\bTLP\s?:\s?({_KNOWN})\b|\b(TLP:[A-Z]\w*)", re.IGNORECASE)
_MARK: Final = re.compile(r"\s*([\[({]\s*(?:\.|dot|@|at)\s*[\])}])\s*", re.IGNORECASE)
_PIECES: Final = re.compile(r"[\s<>\"'`“”‘’«»]+")
_PARTS: Final = re.compile(r"[,;|=]+")
_BULLET: Final = re.compile(r"^\s*(?:[-*•‣]|[0-9]+[.)])\s+")
_ASN: Final = re.compile(r"ASN?[0-9]{1,10}")
_ENDS: Final = ".,;:!?"
_LINE: Final = 300  # characters of a line that come along as the description
_LONGEST: Final = 100_000  # characters; a longer line is no prose
_PLAIN: Final = frozenset(
    {ObservableKind.ADDRESS, ObservableKind.NETWORK, ObservableKind.HASH, ObservableKind.CVE}
)
# RFC 1918, 1122, 3927, 5771, 6598, 4193, 4291: no address of anybody's in particular.
_NOBODYS: Final = tuple(
    map(
        ipaddress.ip_network,
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 "
        "192.168.0.0/16 224.0.0.0/3 ::/127 fc00::/7 fe80::/10 ff00::/8".split(),
    )
)


def label_of(lines: Iterable[str]) -> Label | None:
    """The strictest TLP label that a text names; None where it names none.

    SourceRefused for one that is no TLP label: what restricts is never ignored.
    """
    found = {_label(match) for line in lines for match in _LABEL.finditer(line)}
    return strictest(found) if found else None


def _label(match: re.Match[str]) -> Label:
    if match[2]:
        raise SourceRefused(f"It names {quoted(match[2])}, which is not a TLP label.")
    is_strict = match[1].casefold().endswith("strict")
    return Label.AMBER_STRICT if is_strict else Label.parse(match[1])


def items(lines: Callable[[], Iterable[str]], maker: Maker) -> Iterator[Item]:
    """Each observable of the text once, with the line in which it stands first.

    The lines are read twice: what is said last may restrict what was said first.
    """
    label = label_of(lines())
    seen: set[Observable] = set()
    for number, line in enumerate(lines(), 1):
        for observable in observables_in(line):
            if observable not in seen:
                seen.add(observable)
                said = Said(description=_words(line, observable), label=label)
                yield checked(made_of(observable, said, maker), f"line {number}")


def observables_in(line: str) -> list[Observable]:
    """What one line of a text means as observables, in its order, each once."""
    if len(line) > _LONGEST:
        return []
    bare = _MARK.sub(r"\1", _BULLET.sub("", line)).strip()
    pieces = [piece for piece in _PIECES.split(bare) if piece]
    found = (
        observable
        for piece in pieces
        for observable in _in_piece(_trimmed(piece), is_alone=len(pieces) == 1)
    )
    return list(dict.fromkeys(found))


def _in_piece(piece: str, *, is_alone: bool) -> Iterator[Observable]:
    observable = _read(piece, is_alone=is_alone)
    if observable is not None:
        yield observable
        return
    parts = _PARTS.split(piece)
    for part in parts if len(parts) > 1 else ():
        inner = _read(_trimmed(part), is_alone=is_alone)
        if inner is not None:
            yield inner


def _read(text: str, *, is_alone: bool) -> Observable | None:
    observable = guess(text) if text else None
    if observable is None:
        return None
    if observable.kind is ObservableKind.ASN:
        return observable if _ASN.fullmatch(text) else None
    if observable.kind in _PLAIN:
        return None if _is_nobodys(observable) else observable
    if not is_alone and refang(text) == text:
        return None
    if observable.kind is ObservableKind.EMAIL and "." not in observable.value.partition("@")[2]:
        return None
    return observable


def _is_nobodys(observable: Observable) -> bool:
    if observable.kind not in (ObservableKind.ADDRESS, ObservableKind.NETWORK):
        return False
    block = ipaddress.ip_network(observable.value)
    return any(block.version == known.version and block.overlaps(known) for known in _NOBODYS)


def _trimmed(piece: str) -> str:
    """Without the punctuation of the sentence around it."""
    text = piece.rstrip(_ENDS)
    if text.startswith("(") and text.find(")") in (-1, len(text) - 1):
        text = text[1:].removesuffix(")")
    elif text.endswith(")") and "(" not in text:
        text = text[:-1]
    return text.rstrip(_ENDS)


def _words(line: str, observable: Observable) -> str:
    """The line, where it says more than the observable."""
    text = one_line(line)
    if guess(text) == observable or guess(_BULLET.sub("", text)) == observable:
        return ""
    return text if len(text) <= _LINE else f"{text[: _LINE - 1]}…"
