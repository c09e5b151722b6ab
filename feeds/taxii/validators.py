"""Validators of what is read over TAXII: the ETag of each answer, and 304 for a poll that has it.

Source: RFC 9110 §8.8 (validators), §13.1.2 and §13.1.3 (conditions), §15.4.5 (what a 304 keeps);
RFC 9111 §5.2.2 (`private`, `no-cache`).

An ETag is a keyed digest of the answer as its caller would get it, so it follows from nothing
else (R11). The key is the installation's and the caller is digested with it: nobody computes the
ETag of what they guess that another reads, and two readers cannot compare theirs. It is looked
at only when the answer stands: whatever is closed or absent is refused before, never 304.

There is no Last-Modified, and If-Modified-Since has no effect. The one date that is known, of the
last item, stands in X-TAXII-Date-Added-Last; it does not move when an object is withdrawn or when
`more` turns true, so whoever asked by date would keep what is gone (R12).
"""

import hmac
from collections.abc import Mapping

from flask import Response, g, request
from werkzeug.http import quote_etag

from feeds.taxii.asking import caller, exchange

_DATES = ("X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last")
_DIGITS = 32  # hexadecimal, so 128 bits


def validate(response: Response) -> Response:
    """Give what was read its ETag, and make it a 304 for whoever holds the same.

    The body of a 304 stays where it is and is dropped on sending: what is told about a 304 is
    what would be told about the whole answer.
    """
    if (
        "taxii_caller" not in g
        or request.method not in ("GET", "HEAD")
        or response.status_code != 200
    ):
        return response
    if "ETag" not in response.headers:  # pages bring theirs along
        response.headers.update(validators(dict(response.headers), response.data))
    tag, _ = response.get_etag()
    if tag is not None and request.if_none_match.contains_weak(tag):
        response.status_code = 304
    return response


def validators(headers: Mapping[str, str], body: bytes) -> dict[str, str]:
    """By what an answer with these headers is known again, and that it may only be kept by its
    caller, who is the one at hand."""
    dates = ",".join(headers.get(name, "") for name in _DATES)
    tag = entity_tag(exchange().validator_key, caller().name, dates, body)
    return {
        "ETag": quote_etag(tag),
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization, Accept, Accept-Encoding",
    }


def entity_tag(key: bytes, caller: str, dates: str, body: bytes) -> str:
    """The opaque part of the ETag of these octets, with these dates, for this caller."""
    digest = hmac.new(key, f"{caller}\x00{dates}\x00".encode(), "sha256")
    digest.update(body)
    return digest.hexdigest()[:_DIGITS]
