"""Mounts medallion in the house, and corrects every place where it deviates from TAXII 2.1.

medallion 3.0.0 gives the routes and the order of checks. Corrected here, before its views run:

* `/taxii2/` is discovery and the roots stand below it (§4.1), so nothing else of the site is
  taken for an API root;
* Accept and Content-Type are judged by `negotiation` and then written the one way that medallion
  understands (§3.1, §1.6.8.2);
* bodies without Content-Length are read up to the limit (§5.5); medallion insists on the header;
* the body is handed to the backend as it came; medallion would parse it;
* credentials are checked by the house, and medallion's views ask for no others; its own users
  (`user`/`pass`) never exist;
* a root that is closed to the caller is closed before anything is looked up in it (§5.1 to §5.8);
* DELETE by whoever may neither read nor write is 404 (§5.7), before any other refusal;
* HEAD is GET without its body (RFC 9110 §9.3.2), where medallion's views have a fault of their own;
* OPTIONS is a method like any other that is not there, where Flask has an answer in HTML;
* a request of TAXII 1 is told that it is one, whatever its address and credentials;
* every error is an error resource in the TAXII media type (§3.6.1); medallion answers some in HTML.
"""

import inspect
import logging
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask, Response, g, request
from medallion.exceptions import MedallionError
from medallion.views import collections, discovery, manifest, objects
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    RequestEntityTooLarge,
)

from feeds.errors import (
    BadEnvelope,
    BadHandling,
    BadQuery,
    FeedError,
    NotContributor,
    UnknownObject,
)
from feeds.taxii import answers
from feeds.taxii.asking import caller, exchange
from feeds.taxii.backend import ROOTS, CloudSIRTBackend, rights_in
from feeds.taxii.exchange import Exchange, Refusal, unauthenticated
from feeds.taxii.negotiation import TAXII, can_answer, can_take
from feeds.taxii.pages import Answered
from feeds.topics import collection_named
from tlp import Perimeter

PREFIX = "/taxii2"
_CHALLENGE = 'Basic realm="CloudSIRT", Bearer realm="CloudSIRT"'
_TAXII_1 = ("HTTP_X_TAXII_CONTENT_TYPE", "HTTP_X_TAXII_SERVICES")
"""Headers of TAXII 1.x over HTTP, which a request of 2.1 does not have, as WSGI names them."""

_STATUS_OF: dict[type[FeedError], tuple[int, str]] = {
    BadQuery: (400, "Bad request"),
    BadEnvelope: (422, "Unprocessable content"),
    BadHandling: (422, "Unprocessable content"),
    UnknownObject: (404, "Not found"),
    NotContributor: (403, "Forbidden"),
}


def mount(app: Flask, exchange: Exchange) -> None:
    """Serve TAXII 2.1 under `/taxii2/` of this application."""
    app.extensions["cloudsirt-taxii"] = exchange
    settings: Any = app  # medallion reads these attributes of the application
    settings.medallion_backend = CloudSIRTBackend()
    settings.taxii_config = {"max_page_size": exchange.page_size}
    settings.users_backend = {}
    app.add_url_rule(f"{PREFIX}/", view_func=discovery.get_server_discovery)
    for view in (collections.collections_bp, discovery.discovery_bp):
        app.register_blueprint(view, url_prefix=PREFIX)
    for view in (manifest.manifest_bp, objects.objects_bp):
        app.register_blueprint(view, url_prefix=PREFIX)
    for rule in app.url_map.iter_rules():
        if is_taxii(rule.rule) and rule.methods is not None:
            rule.methods.discard("OPTIONS")  # Flask's own answer: 200 in HTML (§3.1)
            view = app.view_functions[rule.endpoint]
            app.view_functions[rule.endpoint] = inspect.unwrap(view)  # not to ask once more
    app.before_request(_prepare)
    app.register_error_handler(Answered, lambda answered: answered.response)


def is_taxii(path: str) -> bool:
    """Whether a path belongs to the exchange, so that its errors are error resources."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def answer_error(error: Exception) -> Response | None:
    """The error resource for what went wrong; None for what this door does not know."""
    match error:
        case Refusal():
            return _error(error.status, error.title, error.description)
        case MedallionError():
            return _error(error.status, "Not possible", str(error))
        case RequestEntityTooLarge():
            limit = exchange().max_content_length
            return _error(413, "Content too large", f"The limit is {limit} octets.")
        case InternalServerError():
            return None
        case HTTPException(code=int(code), name=name):
            return _error(code, name, error.description or name)
        case FeedError() if type(error) in _STATUS_OF:
            status, title = _STATUS_OF[type(error)]
            return _error(status, title, str(error))
    return None


def unexpected(reference: str) -> Response:
    """The answer to a fault of ours: a reference, and nothing of what happened."""
    body = answers.error(
        500, "Internal error", "Something went wrong here; nothing was stored.", reference
    )
    return Response(body, status=500, content_type=TAXII)


def _error(status: int, title: str, description: str) -> Response:
    g.taxii_problem = title
    response = Response(
        answers.error(status, title, description), status=status, content_type=TAXII
    )
    if status == 401:
        response.headers["WWW-Authenticate"] = _CHALLENGE
    return response


def _prepare() -> None:
    """Everything that is decided before one of medallion's views runs."""
    if not is_taxii(request.path):
        return
    if not request.environ.keys().isdisjoint(_TAXII_1):
        raise Refusal(406, "Not acceptable", "This is TAXII 2.1, and no TAXII 1 is spoken here.")
    g.taxii_caller = exchange().caller()
    if request.routing_exception is not None:
        return
    _refuse_impossible()
    arguments = request.view_args or {}
    if "api_root" in arguments:
        _open_root(arguments["api_root"])
    if not can_answer(request.headers.get("Accept")):
        raise Refusal(406, "Not acceptable", f"Answers are {TAXII}.")
    request.environ["HTTP_ACCEPT"] = TAXII
    if request.method == "HEAD":
        request.method = "GET"  # medallion's views know no other; the body is dropped on sending
    if request.method in ("POST", "DELETE"):
        _check_write(arguments["api_root"], arguments["collection_id"])
    if request.method == "POST":
        _take_body()


def _refuse_impossible() -> None:
    """What no address or parameter can hold: NUL, which PostgreSQL has no text for. Nor is there
    a second discovery, where medallion's own rule lands below the prefix."""
    if "\x00" in request.path or request.path.startswith(f"{PREFIX}{PREFIX}"):
        raise Refusal(404, "Not found", "There is nothing at this address.")
    if b"\x00" in unquote_to_bytes(request.query_string):
        raise Refusal(400, "Bad request", "A parameter holds a NUL character.")


def _open_root(name: str) -> None:
    root = ROOTS.get(name)
    if root is None:
        raise Refusal(404, "Not found", "There is no such API root.")
    if caller().reader_in(root) is None:
        if caller().is_anonymous:
            raise unauthenticated("Sign in with your name and an API token.")
        raise Refusal(403, "Forbidden", caller().standing.reason)


def _check_write(root_name: str, collection_name: str) -> None:
    collection = collection_named(ROOTS[root_name], collection_name)
    if collection is None:
        raise Refusal(404, "Not found", "There is no such collection.")
    can_read, can_write = rights_in(collection)
    if request.method == "DELETE" and not (can_read or can_write):  # §5.7, table of permissions
        raise Refusal(404, "Not found", "There is no such object here.")
    if collection.root is not Perimeter.MEMBERS or collection.topic is None:
        raise Refusal(
            403, "Forbidden", "This collection is read-only; post to a topic of the members root."
        )
    if not caller().may_write:
        raise Refusal(403, "Forbidden", caller().may_write.reason)


def _take_body() -> None:
    if not can_take(request.headers.get("Content-Type")):
        raise Refusal(415, "Unsupported media type", f"Send an envelope as {TAXII}.")
    body = _body()
    request.environ["CONTENT_TYPE"] = TAXII
    request.environ["CONTENT_LENGTH"] = str(len(body) or 1)
    request.json_module = _Unparsed


def _body() -> bytes:
    """The whole body; cut short or over the limit it is refused, with or without a length."""
    limit, announced = exchange().max_content_length, request.content_length
    request.max_content_length = limit + 1  # a body without a length is cut off there, silently
    try:
        body = request.get_data(cache=True)
    except RequestEntityTooLarge:
        raise
    except Exception as error:  # each server has its own names for what is cut short or no chunk
        raise Refusal(400, "Bad request", "The body could not be read to its end.") from error
    if len(body) > limit:
        raise RequestEntityTooLarge
    if announced is not None and len(body) < announced:
        raise Refusal(400, "Bad request", "The body is shorter than its Content-Length.")
    return body


class _Unparsed:
    """Stands where medallion's view expects a JSON parser: gives the bytes back as they are."""

    @staticmethod
    def loads(body: bytes, **_: object) -> bytes:
        """The body itself."""
        return body


logging.getLogger("medallion").handlers.clear()
