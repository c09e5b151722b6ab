"""One spelling for each observable: what search, correlation and watchlists compare.

Decides: which texts are an address, a network, a domain, a URL, a hash, an e-mail address, an
account, an ASN or a CVE id, and how each is written (RFC 5952, RFC 5890, RFC 3986 §6.2.2).
Two texts that mean the same observable get the same value; a value normalises to itself.

Not here: where in a STIX object such texts stand (`observables`).
"""

import ipaddress
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final
from urllib.parse import quote

import idna

from feeds.folding import fold

# One entry of a B-tree index of PostgreSQL holds at most 2,704 bytes.
MAX_VALUE: Final = 2_000  # bytes of UTF-8


class ObservableKind(Enum):
    """What can be looked up; the values are stored."""

    ADDRESS = "address"
    NETWORK = "network"
    DOMAIN = "domain"
    URL = "url"
    HASH = "hash"
    EMAIL = "email"
    ACCOUNT = "account"
    ASN = "asn"
    CVE = "cve"


@dataclass(frozen=True, slots=True)
class Observable:
    """One thing that can be observed, in its one spelling; ordered by kind, then value."""

    kind: ObservableKind
    value: str

    def __lt__(self, other: "Observable") -> bool:
        return (self.kind.value, self.value) < (other.kind.value, other.value)


def normalise(kind: ObservableKind, text: str) -> str | None:
    """Write a text in the one spelling of its kind; None if it is no such thing."""
    stripped = text.strip()
    if not 0 < len(stripped) <= MAX_VALUE or not _is_text(stripped):
        return None
    value = _RULES[kind](stripped)
    return value if value and len(value.encode()) <= MAX_VALUE else None


def host_of(url: str) -> Observable | None:
    """The domain or address in a normalised URL."""
    match = _URL.fullmatch(url)
    host = match[2].rpartition("@")[2] if match is not None else ""
    name = _HOST.fullmatch(host)
    return _host(name[1]) if name is not None else None


def _host(name: str) -> Observable | None:
    """A domain or an address, which in URLs has brackets if it is of version 6."""
    address = _address(name.strip("[]"))
    if address is not None:
        return Observable(ObservableKind.ADDRESS, address)
    domain = _domain(name)
    return Observable(ObservableKind.DOMAIN, domain) if domain is not None else None


def _is_text(text: str) -> bool:
    """No half of a UTF-16 pair, and no control characters."""
    return text.isprintable() or not any(unicodedata.category(mark) in _UNFIT for mark in text)


_UNFIT: Final = frozenset({"Cc", "Cs"})

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _block(text: str) -> _Network | None:
    """An address, as the smallest network, or a network; one of version 4 in version 6 is 4."""
    address, slash, size = text.partition("/")
    try:
        block = ipaddress.ip_network(address.partition("%")[0] + slash + size, strict=False)
    except ValueError:
        return None
    if isinstance(block, ipaddress.IPv6Network) and block.prefixlen >= _MAPPED:
        mapped = block.network_address.ipv4_mapped
        if mapped is not None:
            return ipaddress.IPv4Network((mapped, block.prefixlen - _MAPPED))
    return block


_OCTET: Final = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_DOTTED: Final = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")  # spelled as it is to be
_MAPPED: Final = 96  # bits in front of a version 4 address in a version 6 one (RFC 4291)


def _address(text: str) -> str | None:
    if _DOTTED.fullmatch(text) is not None:
        return text
    block = _block(text)
    single = block is not None and block.prefixlen == block.max_prefixlen
    return str(block.network_address) if block is not None and single else None


def _network(text: str) -> str | None:
    block = _block(text)
    wide = block is not None and block.prefixlen < block.max_prefixlen
    return str(block) if wide else None


def _domain(text: str) -> str | None:
    """Lower case, A-labels, no dot at the end (RFC 5890); a last label of digits is no domain."""
    name = text
    if not name.isascii():
        try:
            name = idna.uts46_remap(name, std3_rules=False, transitional=False)
            name = ".".join(_a_label(label) for label in name.split("."))
        except UnicodeError:
            return None
    name = name.lower().removesuffix(".")
    if len(name) > _DOMAIN_LENGTH or _DOMAIN.fullmatch(name) is None:
        return None
    return name if not name.rpartition(".")[2].isdecimal() else None


def _a_label(label: str) -> str:
    return label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"


_DOMAIN: Final = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_DOMAIN_LENGTH: Final = 253  # characters (RFC 1035 §2.3.4, without the last dot)


def _url(text: str) -> str | None:
    """Scheme and host in lower case, no default port, at least one slash, UTF-8 in percents."""
    match = _URL.fullmatch(text)
    if match is None:
        return None
    scheme = match[1].lower()
    scheme = _DEFANGED_SCHEMES.get(scheme, scheme)
    user, at, host_and_port = match[2].rpartition("@")
    found = _HOST.fullmatch(host_and_port)
    host = _host(found[1]) if found is not None else None
    if found is None or host is None or int(found[2] or 0) > _LAST_PORT:
        return None
    name = f"[{host.value}]" if ":" in host.value else host.value
    port = int(found[2]) if found[2] else _PORTS.get(scheme)
    shown = "" if port == _PORTS.get(scheme) else f":{port}"
    rest = match[3] if match[3].startswith("/") else f"/{match[3]}"
    return f"{scheme}://{_percents(user)}{at}{name}{shown}{_percents(rest)}"


def _percents(text: str) -> str:
    return _PERCENT.sub(lambda match: match[0].upper(), quote(text, safe=_SAFE))


_URL: Final = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]{0,30})://([^/?#\\]*)(.*)")
_HOST: Final = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]+)(?::([0-9]{0,5}))?")
_DEFANGED_SCHEMES: Final = {"hxxp": "http", "hxxps": "https", "fxp": "ftp", "fxps": "ftps"}
_PORTS: Final = {"http": 80, "https": 443, "ftp": 21, "ws": 80, "wss": 443}
_LAST_PORT: Final = 65_535
_SAFE: Final = "".join(chr(code) for code in range(0x21, 0x7F))
_PERCENT: Final = re.compile(r"%[0-9a-fA-F]{2}")


def _hash(text: str) -> str | None:
    digest = text.lower()
    return digest if len(digest) in _DIGESTS and _HEXADECIMAL.fullmatch(digest) else None


# MD5; SHA-1 and RIPEMD-160; SHA-224, -256, -384, -512 and SHA-3; TLSH without its version.
_DIGESTS: Final = frozenset({32, 40, 56, 64, 70, 96, 128})
_HEXADECIMAL: Final = re.compile(r"[0-9a-f]+")


def _email(text: str) -> str | None:
    """The domain in its one spelling; what stands before it is the receiver's business."""
    local, _, domain = text.rpartition("@")
    found = _domain(domain) if _LOCAL.fullmatch(local) is not None else None
    return f"{local}@{found}" if found is not None else None


_LOCAL: Final = re.compile(r"[^\s@<>():;,\"]{1,64}")


def _account(text: str) -> str | None:
    return fold(text) or None


def _asn(text: str) -> str | None:
    match = _ASN.fullmatch(text)
    number = int(match[1]) if match is not None else _LAST_ASN + 1
    return str(number) if number <= _LAST_ASN else None


_ASN: Final = re.compile(r"(?:asn?)?\s*([0-9]{1,10})", re.IGNORECASE | re.ASCII)
_LAST_ASN: Final = 2**32 - 1


def _cve(text: str) -> str | None:
    return text.upper() if _CVE.fullmatch(text) is not None else None


_CVE: Final = re.compile(r"cve-[0-9]{4}-[0-9]{4,19}", re.IGNORECASE | re.ASCII)

_RULES: Final[dict[ObservableKind, Callable[[str], str | None]]] = {
    ObservableKind.ADDRESS: _address,
    ObservableKind.NETWORK: _network,
    ObservableKind.DOMAIN: _domain,
    ObservableKind.URL: _url,
    ObservableKind.HASH: _hash,
    ObservableKind.EMAIL: _email,
    ObservableKind.ACCOUNT: _account,
    ObservableKind.ASN: _asn,
    ObservableKind.CVE: _cve,
}
