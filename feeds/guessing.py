"""What a person pasted into the search box: which observable is it?

Undoes the ways in which people defang what they write about (hxxp, [.], (dot), [at]), takes
off quotes, brackets and ports, and tries the kinds from the most telling to the least. An
account name cannot be told from a word, so it is never guessed; nor is a number an ASN.
"""

import re
from typing import Final

from feeds.folding import one_line
from feeds.normalise import MAX_VALUE, Observable, ObservableKind, normalise

_DOT: Final = re.compile(r"\s*[\[({]\s*(?:\.|dot)\s*[\])}]\s*|\[\.|\.\]|\\\.", re.IGNORECASE)
_AT: Final = re.compile(r"\s*[\[({]\s*(?:@|at)\s*[\])}]\s*", re.IGNORECASE)
_COLON: Final = re.compile(r"\[(:|/|://|:/)\]")
_SCHEME: Final = re.compile(r"^h(?:xx|\*\*|tt)p(s?)(?=:)", re.IGNORECASE)
_MAY_BE_DEFANGED: Final = re.compile(r"[\[({\\]|\.\]|^h", re.IGNORECASE)
_WRAPPING: Final = "<>\"'`“”‘’«»,;"
_PORT: Final = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^:]+):[0-9]{1,5}")
_ALGORITHM: Final = re.compile(r"^(?:md5|sha-?(?:1|256|384|512))\s*[:=]\s*", re.IGNORECASE)
_TOP_LEVEL: Final = re.compile(r"(?:[a-z]{2,63}|xn--[a-z0-9-]+)")


def guess(text: str) -> Observable | None:
    """The observable that a text stands for, or None if it reads like anything else."""
    if len(text) > 2 * MAX_VALUE:
        return None
    pasted = refang(one_line(text).strip(_WRAPPING)).removeprefix("mailto:")
    for kind in (ObservableKind.CVE, ObservableKind.URL):
        value = normalise(kind, pasted)
        if value is not None:
            return Observable(kind, value)
    if pasted[:2].lower() == "as":
        number = normalise(ObservableKind.ASN, pasted)
        if number is not None:
            return Observable(ObservableKind.ASN, number)
    return _bare(_ALGORITHM.sub("", pasted).removesuffix("/").removesuffix("."))


def refang(text: str) -> str:
    """Undo the usual ways of making an address unclickable."""
    if _MAY_BE_DEFANGED.search(text) is None:
        return text
    text = _SCHEME.sub(r"http\1", _COLON.sub(r"\1", text))
    return _AT.sub("@", _DOT.sub(".", text))


def _bare(text: str) -> Observable | None:
    """What has neither scheme nor prefix: address, network, hash, e-mail address, domain."""
    port = _PORT.fullmatch(text)
    host = port[1] if port is not None else text
    for kind, candidate in (
        (ObservableKind.ADDRESS, text),
        (ObservableKind.ADDRESS, host.strip("[]")),
        (ObservableKind.NETWORK, text),
        (ObservableKind.HASH, text),
        (ObservableKind.EMAIL, text),
        (ObservableKind.DOMAIN, host),
    ):
        value = normalise(kind, candidate)
        if value is not None and (kind is not ObservableKind.DOMAIN or _looks_public(value)):
            return Observable(kind, value)
    return None


def _looks_public(domain: str) -> bool:
    """Has it two labels, the last of letters? A single word is a word."""
    name, dot, top = domain.rpartition(".")
    return bool(name and dot) and _TOP_LEVEL.fullmatch(top) is not None
