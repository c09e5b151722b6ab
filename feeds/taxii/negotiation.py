"""Media types of TAXII 2.1 (§1.6.8, §3.1): lenient in what is accepted, strict in what is sent.

Several products send lists, wildcards, plain JSON types or leave the version out; all of those
can be answered. Only a request that names nothing we have is refused.
"""

from functools import lru_cache

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header, parse_options_header

TAXII = "application/taxii+json;version=2.1"
"""The one media type of every answer (§3.1); clients look for the version in it."""

_READABLE = frozenset({"application/taxii+json", "application/json", "application/*", "*/*"})
_WRITABLE = frozenset({"application/taxii+json", "application/stix+json", "application/json"})


@lru_cache(maxsize=64)
def can_answer(accept: str | None) -> bool:
    """Whether an Accept header allows TAXII 2.1; a missing one allows everything."""
    if accept is None or not accept.strip():
        return True
    ranges = parse_accept_header(accept, MIMEAccept)
    return any(quality > 0 and _matches(range_, _READABLE) for range_, quality in ranges)


def can_take(content_type: str | None) -> bool:
    """Whether a body of this Content-Type may hold an envelope or a bundle."""
    return _matches(content_type or "", _WRITABLE)


def _matches(media_type: str, known: frozenset[str]) -> bool:
    name, options = parse_options_header(media_type)
    return name.lower() in known and options.get("version", "2.1").strip() == "2.1"
