"""Which answers are compressed, and how: gzip or zstd, as the client prefers.

Source: RFC 9110 §8.4 and §12.5.3 (content codings and their negotiation), §8.8.3.3 (ETags of coded
answers), RFC 9659 (the window of zstd); the BREACH attack (2013) for what is left alone.

Compressed are answers of the exchange, files of the portal that are the same for everybody, and
public advisories asked for without any cookie. No other page is: the length of a compressed page
with a form token, and with words from its address or from a form, tells what the token is. Answers
of the exchange hold no credentials and repeat nothing of a request that was read; what remains is
said in docs/policy/taxii.md, and only a client that names a coding gets one.

A coded answer keeps its ETag, but as a weak one: a strong one would have to differ from that of
the plain answer. Nothing else than If-None-Match is compared with it, which is a weak comparison,
so whoever holds either form gets a 304, and that before anything is compressed.
"""

import gzip
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache

from flask import Response, g, request
from werkzeug.http import parse_accept_header

from cloudsirt.remembering import State
from feeds.taxii.door import is_taxii

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LEAST = 1_024
"""Octets below which the coding costs more than it saves."""

# Of 1,000 indicators a sixth remains; gzip at level 6 takes twice as long for a tenth less.
_LEVEL_OF_GZIP, _LEVEL_OF_ZSTD = 1, 1
_SAME_FOR_ALL = frozenset({"portal.static", "portal.advisories.atom", "portal.advisories.raw"})
_PUBLIC_PAGES = frozenset({"portal.advisories.index", "portal.advisories.show"})


def compress(response: Response) -> Response:
    """Compress an answer where it may be, is worth it, and the client names a coding."""
    if not (_may_be_compressed() and _is_worth_it(response)):
        return response
    if "Accept-Encoding" not in response.headers.get("Vary", ""):
        response.vary.add("Accept-Encoding")
    coding = _coding(request.headers.get("Accept-Encoding"))
    if coding is None:
        return response
    tag, _ = response.get_etag()
    if tag is not None:
        response.set_etag(tag, weak=True)
    if response.status_code == 304:
        return response
    response.direct_passthrough = False  # a file is read, to be compressed
    response.set_data(_coded(coding, tag, response.get_data()))
    response.headers["Content-Encoding"] = coding
    return response


def _coded(coding: str, tag: str | None, body: bytes) -> bytes:
    """The body in a coding; remembered with the page that it is, for the one caller whose ETag
    this is."""
    state: State | None = g.get("state")
    if state is None or tag is None:
        return _CODINGS[coding](body)
    return state.recall((coding, tag), lambda: _CODINGS[coding](body))


def _may_be_compressed() -> bool:
    """Whether the answer holds no credentials, and no token of a form."""
    if is_taxii(request.path) or request.endpoint in _SAME_FOR_ALL:
        return True
    return request.endpoint in _PUBLIC_PAGES and not request.cookies and "visitor" not in g


def _is_worth_it(response: Response) -> bool:
    return (
        (response.content_length or 0) >= LEAST
        and response.status_code in (200, 202, 304)
        and "Content-Encoding" not in response.headers
        and _is_text(response.mimetype or "")
    )


def _is_text(kind: str) -> bool:
    return kind.startswith("text/") or kind.endswith(("json", "xml"))


@lru_cache(maxsize=64)
def _coding(accepted: str | None) -> str | None:
    """The coding that the client prefers of ours; a coding that it does not name is not used."""
    named = {name.lower(): quality for name, quality in parse_accept_header(accepted)}
    best = max(_CODINGS, key=lambda coding: named.get(coding, 0))
    quality = named.get(best, 0)
    return best if quality > 0 and quality >= named.get("identity", 0) else None


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, _LEVEL_OF_GZIP, mtime=0)  # the same octets for the same answer


def _zstd(body: bytes) -> bytes:
    return zstd.compress(body, _LEVEL_OF_ZSTD)


_CODINGS: Mapping[str, Callable[[bytes], bytes]] = {"zstd": _zstd, "gzip": _gzip}
"""The first is taken where a client likes both the same."""
