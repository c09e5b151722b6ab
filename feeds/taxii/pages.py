"""Pages of a collection for the caller of the request at hand, and how they leave.

Prepared answers leave as `Answered`: medallion's views would take apart and serialise again what is
ready to be sent. (`flask.abort(response)` would run the answer through WSGI once, and a HEAD would
lose there the body that its headers are about.) A page is remembered for its caller to the last
octet, with its cursor and its ETag, for as long as nothing changes.
Absent and closed give the same answer everywhere (R11).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn

from flask import Response, g, request
from werkzeug.datastructures import Headers

from feeds.filters import Filters, Position, read_window
from feeds.paging import write_cursor
from feeds.shelf import Shelf
from feeds.taxii import answers
from feeds.taxii.answers import Prepared, Sheet
from feeds.taxii.asking import caller, exchange
from feeds.taxii.exchange import Refusal
from feeds.taxii.negotiation import TAXII
from feeds.taxii.validators import validators
from feeds.topics import Collection
from feeds.view import Window
from tlp import Reader

_LIST_OF = {"objects": b"objects", "manifest": b"objects", "versions": b"versions"}


class Answered(Exception):
    """An answer that is ready to be sent."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


class _Complete(Response):
    """A page, whose headers leave nothing to be worked out when it is sent."""

    def get_wsgi_headers(self, environ: dict[str, Any]) -> Headers:
        """The headers as they are; werkzeug takes those out that a 304 does not have."""
        return self.headers if self.status_code == 200 else super().get_wsgi_headers(environ)


def answer(body: bytes, status: int = 200) -> NoReturn:
    """Send this, and do nothing else."""
    raise Answered(Response(body, status=status, content_type=TAXII))


def window_of(collection: Collection, filters: Filters, object_id: str | None) -> Window | None:
    """What the request asks for, of the collection or of one object; None where its filters
    exclude everything."""
    pairs = request.args.items(multi=True)
    position = _position_in(collection)
    found = read_window(pairs, filters, collection.topic, exchange().page_size, position)
    return found if found is None or object_id is None else replace(found, ids=(object_id,))


def answer_page(
    collection: Collection,
    kind: str,
    filters: Filters,
    read: Callable[[Shelf, Window], Sheet],
    object_id: str | None = None,
) -> NoReturn:
    """A page for the caller; 404 where it is about one object that is not there for them."""
    window, asking = window_of(collection, filters, object_id), caller()

    def prepared(shelf: Shelf) -> Prepared:
        if object_id is not None:
            require(holds(shelf, collection, object_id))
        nothing = answers.nothing(_LIST_OF[kind])
        return _prepared(collection, read(shelf, window) if window is not None else nothing)

    question = (kind, collection.id, window, object_id, asking.name, asking.profile)
    page = exchange().recalled(reader_of(collection), question, prepared)
    g.taxii_objects = page.count
    raise Answered(_Complete([page.body], headers=page.headers))


def reader_of(collection: Collection) -> Reader:
    """As whom the caller reads a collection."""
    reader = caller().reader_in(collection.root)
    if reader is None:  # not reached: the door closes a root before anything is looked up in it
        raise Refusal(403, "Forbidden", "This API root is not open to you.")
    return reader


def holds(shelf: Shelf, collection: Collection, object_id: str) -> bool:
    """Whether any version of this object is in the collection."""
    return shelf.holds(Window(topic=collection.topic, limit=1), object_id)


def require(is_there: bool) -> None:
    """404 where nothing is there."""
    if not is_there:
        raise Refusal(404, "Not found", "There is no such object here.")


def _prepared(collection: Collection, sheet: Sheet) -> Prepared:
    """A page to the last octet: with the cursor and the ETag that its caller alone gets."""
    body = answers.paged(sheet, _cursor(collection, sheet), caller().profile)
    dates = answers.date_added_headers(sheet.first, sheet.last)
    kind = {"Content-Type": TAXII, "Content-Length": str(len(body))}
    return Prepared(body, {**dates, **kind, **validators(dates, body)}, sheet.count)


def _position_in(collection: Collection) -> Position:
    asking = caller()
    binding = f"{asking.name}\n{collection.id}"
    return Position(exchange().cursor_secret, binding, asking.profile.restarts)


def _cursor(collection: Collection, sheet: Sheet) -> str | None:
    if not sheet.more or sheet.last is None:
        return None
    position = _position_in(collection)
    return write_cursor(position.secret, position.binding, sheet.last)
