"""What people call an object, and the words by which they find it.

Decides: one line of text for lists and mails, and one folded text for a filter. Both are for
people who may read the whole object; neither is a search index of its own. Works on any parsed
JSON object and never raises.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from feeds.folding import fold, one_line

MAX_TITLE: Final = 200  # characters
MAX_WORDS: Final = 4_000  # characters

# What names an object, in the order in which it is tried (STIX 2.1 §4 to §7).
_NAMES: Final = ("name", "value", "path", "key", "subject", "abstract", "account_login", "user_id")
_NAMES_LAST: Final = ("display_name", "product", "command_line", "issuer", "content", "url")
_HASHES: Final = ("SHA-256", "SHA-1", "MD5", "SHA-512")
# What else is worth finding an object by, once, in this order.
_SEARCHED: Final = (
    *_NAMES,
    *_NAMES_LAST,
    "aliases",
    "x_mitre_aliases",
    "relationship_type",
    "labels",
    "pattern",
    "hashes",
    "number",
    "serial_number",
    "city",
    "region",
    "country",
    "opinion",
    "explanation",
    "result_name",
    "definition",
    "description",
)


def title_of(value: Mapping[str, object]) -> str:
    """Name an object in at most 200 characters on one line; at worst by its id."""
    for candidate in _titles(value):
        title = one_line(candidate[:_GLANCE]) if isinstance(candidate, str) else ""
        if title:
            return title if len(title) <= MAX_TITLE else title[: MAX_TITLE - 1].rstrip() + "…"
    return "Unnamed object"


def _titles(value: Mapping[str, object]) -> Iterator[object]:
    """What may name an object, the best first."""
    stix_type = value.get("type")
    special = _SPECIAL.get(stix_type) if isinstance(stix_type, str) else None
    if special is not None:
        yield special(value)
    for name in _NAMES:
        yield value.get(name)
    yield _first_hash(value.get("hashes"))
    for name in (*_NAMES_LAST, "id"):
        yield value.get(name)


def words_of(value: Mapping[str, object]) -> str:
    """Fold the searchable text of an object to one line of lower case, 4,000 characters long."""
    parts: list[str] = []
    length = 0
    for text in _searchable(value):
        folded = fold(text[:MAX_WORDS])
        if folded and folded not in parts:
            parts.append(folded)
            length += len(folded) + 1
        if length > MAX_WORDS:
            break
    return " ".join(parts)[:MAX_WORDS].rstrip()


def type_text(stix_type: str) -> str:
    """A type as people read it: `x-mitre-asset` is "Mitre asset"."""
    words = one_line(stix_type).removeprefix("x-").replace("-", " ").strip()
    return _PROPER.get(stix_type) or words[:1].upper() + words[1:]


_PROPER: Final = {
    "ipv4-addr": "IPv4 address",
    "ipv6-addr": "IPv6 address",
    "mac-addr": "MAC address",
    "email-addr": "E-mail address",
    "email-message": "E-mail message",
    "url": "URL",
    "x509-certificate": "X.509 certificate",
}
_GLANCE: Final = 2_000  # characters of a text that can matter for its title


def _relationship(value: Mapping[str, object]) -> str:
    kind = value.get("relationship_type")
    return f"relationship: {kind}" if isinstance(kind, str) and kind else "relationship"


def _sighting(value: Mapping[str, object]) -> str:
    sighted = value.get("sighting_of_ref")
    kind = sighted.partition("--")[0] if isinstance(sighted, str) else ""
    return f"sighting of {_article(type_text(kind))}" if kind else "sighting"


def _article(kind: str) -> str:
    return f"{'an' if kind[:1] in 'AEIOU' else 'a'} {kind[:1].lower()}{kind[1:]}"


def _opinion(value: Mapping[str, object]) -> str:
    opinion = value.get("opinion")
    return f"opinion: {opinion}" if isinstance(opinion, str) and opinion else "opinion"


def _system(value: Mapping[str, object]) -> str:
    number, name = _digits(value.get("number")), value.get("name")
    text = f"AS{number}" if number else ""
    return f"{text} {name}".strip() if isinstance(name, str) else text


def _observed(value: Mapping[str, object]) -> str:
    times = _digits(value.get("number_observed"))
    return f"observed {times} times" if times not in ("", "1") else "observed once"


def _marking(value: Mapping[str, object]) -> str:
    definition = value.get("definition")
    statement = definition.get("statement") if isinstance(definition, dict) else None
    tlp = definition.get("tlp") if isinstance(definition, dict) else None
    if isinstance(value.get("name"), str) and value["name"]:
        return str(value["name"])
    if isinstance(tlp, str) and tlp:
        return f"TLP:{tlp.upper()}"
    return statement if isinstance(statement, str) else ""


def _traffic(value: Mapping[str, object]) -> str:
    protocols = value.get("protocols")
    names = (
        [one for one in protocols if isinstance(one, str)] if isinstance(protocols, list) else []
    )
    port = _digits(value.get("dst_port"))
    to = f" to port {port}" if port else ""
    return f"{'/'.join(names)} traffic{to}".strip()


def _location(value: Mapping[str, object]) -> str:
    if isinstance(value.get("name"), str):
        return str(value["name"])
    places = (value.get(name) for name in ("city", "region", "country"))
    return ", ".join(place for place in places if isinstance(place, str) and place)


_SPECIAL: Final[dict[str, Callable[[Mapping[str, object]], str]]] = {
    "relationship": _relationship,
    "sighting": _sighting,
    "opinion": _opinion,
    "autonomous-system": _system,
    "observed-data": _observed,
    "marking-definition": _marking,
    "network-traffic": _traffic,
    "location": _location,
}


def _first_hash(hashes: object) -> str:
    if not isinstance(hashes, dict):
        return ""
    for algorithm in (*_HASHES, *hashes):
        digest = hashes.get(algorithm)
        if isinstance(digest, str) and digest:
            return digest
    return ""


def _searchable(value: Mapping[str, object]) -> Iterator[str]:
    """Every text that counts, the telling ones first."""
    for name in _SEARCHED[:-1]:
        if name in value:
            yield from _texts(value[name])
    references = value.get("external_references")
    for reference in references if isinstance(references, list) else ():
        if isinstance(reference, dict):
            yield from _texts(reference.get("external_id"))
            yield from _texts(reference.get("source_name"))
    yield from _texts(value.get(_SEARCHED[-1]))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item) if not isinstance(item, list | dict) else ()
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item) if not isinstance(item, list | dict) else ()
    else:
        yield _digits(value)


def _digits(value: object) -> str:
    """A whole number as text; nothing for other values, and for those too large to show."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if whole and abs(value) < _LARGE else ""  # type: ignore[arg-type]


_LARGE: Final = 2**64
