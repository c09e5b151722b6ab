"""medallion's `Backend`, for the caller of the request at hand.

Prepared answers leave as `Answered`: medallion's views would take apart and serialise again what is
ready to be sent. (`flask.abort(response)` would run the answer through WSGI once, and a HEAD would
lose there the body that its headers are about.)
Absent and closed give the same answer everywhere (R11).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NoReturn

from flask import Response, current_app, g, request
from medallion.backends.base import Backend

from feeds.filters import OBJECT, OBJECTS, VERSIONS, Filters, Position, read_window
from feeds.paging import write_cursor
from feeds.shelf import Page, Record, Shelf
from feeds.taxii import answers
from feeds.taxii.answers import Sheet
from feeds.taxii.exchange import Caller, Exchange, Refusal
from feeds.taxii.negotiation import TAXII
from feeds.topics import Collection, collection_named, collections_of
from feeds.view import Versions, Window
from tlp import Perimeter, Reader

ROOTS: Mapping[str, Perimeter] = {perimeter.value: perimeter for perimeter in Perimeter}
STIX_MEDIA_TYPES = ["application/stix+json;version=2.1"]
_ALL = Versions(all=True)
_LIST_OF = {"objects": b"objects", "manifest": b"objects", "versions": b"versions"}
_TITLES = {
    Perimeter.MEMBERS: "CloudSIRT members",
    Perimeter.RESEARCH: "CloudSIRT research: the CSA and its working groups",
    Perimeter.PUBLIC: "CloudSIRT public",
}


class CloudSIRTBackend(Backend):  # type: ignore[misc]  # medallion has no types
    """Serves discovery, collections and objects from the shelves of the caller."""

    # discovery and roots

    def server_discovery(self) -> dict[str, object]:
        """Discovery (§4.1.1): only the roots that the caller can use, as absolute URLs."""
        base = _exchange().base_url()
        roots = [f"{base}{name}/" for name, root in ROOTS.items() if _reader_in(root) is not None]
        return {
            "title": "CloudSIRT",
            "description": "Incident and threat information sharing for the cloud.",
            "default": roots[0],
            "api_roots": roots,
        }

    def get_api_root_information(self, api_root: str) -> dict[str, object] | None:
        """An API root (§4.2.1); None, so 404, for any other name."""
        root = ROOTS.get(api_root)
        if root is None:
            return None
        return {
            "title": _TITLES[root],
            "versions": [TAXII],
            "max_content_length": _exchange().max_content_length,
        }

    def get_status(self, api_root: str, status_id: str) -> None:
        """A status (§4.3), for the account that posted; None, so 404, for everybody else."""
        status = _exchange().status(status_id) if api_root == Perimeter.MEMBERS.value else None
        if status is not None:
            _answer(status)

    # collections

    def get_collections(self, api_root: str) -> dict[str, object]:
        """The collections of a root (§5.1.1), ascending by id."""
        found = collections_of(ROOTS[api_root])
        return {"collections": [_collection_document(collection) for collection in found]}

    def get_collection(self, api_root: str, collection_id: str) -> dict[str, object] | None:
        """A collection by id or alias (§5.2.1); None, so 404, for any other name."""
        collection = collection_named(ROOTS[api_root], collection_id)
        return None if collection is None else _collection_document(collection)

    # objects

    def get_objects(
        self, api_root: str, collection_id: str, filter_args: object, allowed: object, limit: int
    ) -> NoReturn:
        """An envelope of a collection (§5.4)."""
        _answer_objects(_collection(api_root, collection_id), OBJECTS, None)

    def get_object(
        self,
        api_root: str,
        collection_id: str,
        object_id: str,
        filter_args: object,
        allowed: object,
        limit: int,
    ) -> NoReturn:
        """An envelope of one object's versions (§5.6); 404 when none is there for the caller."""
        _answer_objects(_collection(api_root, collection_id), OBJECT, object_id)

    def get_object_manifest(
        self, api_root: str, collection_id: str, filter_args: object, allowed: object, limit: int
    ) -> NoReturn:
        """A manifest (§5.3)."""
        collection = _collection(api_root, collection_id)
        window = _window(collection, OBJECTS)
        _answer_page(
            collection,
            window,
            "manifest",
            lambda shelf, wanted: answers.records(shelf.records(wanted)),
        )

    def get_object_versions(
        self,
        api_root: str,
        collection_id: str,
        object_id: str,
        filter_args: object,
        allowed: object,
        limit: int,
    ) -> NoReturn:
        """The versions of one object (§5.8); 404 when none is there for the caller."""
        collection = _collection(api_root, collection_id)
        window = _window(collection, VERSIONS)
        _answer_page(
            collection,
            _only(window, object_id),
            "versions",
            lambda shelf, wanted: answers.versions(shelf.records(wanted)),
            object_id,
        )

    def add_objects(
        self, api_root: str, collection_id: str, objs: bytes, request_time: object
    ) -> NoReturn:
        """Take a submission in (§5.5): 202 and its status."""
        topic = _collection(api_root, collection_id).topic
        if topic is None:  # not reached: the collection of everything is never writable
            raise Refusal(403, "Forbidden", "Post to the collection of a topic.")
        _answer(_exchange().submit(topic, objs), status=202)

    def delete_object(
        self,
        api_root: str,
        collection_id: str,
        object_id: str,
        filter_args: object,
        allowed: object,
    ) -> None:
        """Withdraw an object (§5.7): all its versions, so a filter must leave none of them out."""
        collection = _collection(api_root, collection_id)
        window = _window(collection, OBJECT)
        with _exchange().reading(_reader(collection)) as shelf:
            _require(shelf.holds(_scope(collection), object_id))
            if "match[version]" in request.args or window is None:
                _require_all_versions(shelf, window, object_id)
        _exchange().withdraw(object_id)


class Answered(Exception):
    """An answer that is ready to be sent."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def caller() -> Caller:
    """Who sends the request at hand, as the door found out."""
    found: Caller = g.taxii_caller
    return found


def _exchange() -> Exchange:
    found: Exchange = current_app.extensions["cloudsirt-taxii"]
    return found


def _collection(api_root: str, name: str) -> Collection:
    found = collection_named(ROOTS[api_root], name)
    if found is None:  # not reached: medallion's view asked for it before
        raise Refusal(404, "Not found", "There is no such collection.")
    return found


def rights_in(collection: Collection) -> tuple[bool, bool]:
    """Whether the caller can read a collection, and write to it (§5.2.1)."""
    is_written = collection.root is Perimeter.MEMBERS and collection.topic is not None
    return bool(caller().may_read), is_written and bool(caller().may_write)


def _collection_document(collection: Collection) -> dict[str, object]:
    can_read, can_write = rights_in(collection)
    return {
        "id": collection.id,
        "title": collection.title,
        "alias": collection.alias,
        "can_read": can_read,
        "can_write": can_write,
        "media_types": STIX_MEDIA_TYPES,
    }


def _reader_in(root: Perimeter) -> Reader | None:
    return caller().reader_in(root)


def _reader(collection: Collection) -> Reader:
    reader = _reader_in(collection.root)
    if reader is None:  # not reached: the door closes a root before anything is looked up in it
        raise Refusal(403, "Forbidden", "This API root is not open to you.")
    return reader


def _scope(collection: Collection) -> Window:
    return Window(topic=collection.topic, limit=1)


def _position(collection: Collection) -> Position:
    secret, binding = _exchange().cursor_secret, f"{caller().name}\n{collection.id}"
    return Position(secret, binding, caller().profile.restarts)


def _window(collection: Collection, filters: Filters) -> Window | None:
    pairs = request.args.items(multi=True)
    maximum = _exchange().page_size
    return read_window(pairs, filters, collection.topic, maximum, _position(collection))


def _only(window: Window | None, object_id: str) -> Window | None:
    return None if window is None else replace(window, ids=(object_id,))


def _answer_objects(collection: Collection, filters: Filters, object_id: str | None) -> NoReturn:
    window = _window(collection, filters)
    _answer_page(
        collection,
        window if object_id is None else _only(window, object_id),
        "objects",
        lambda shelf, wanted: answers.objects(shelf.contents(wanted)),
        object_id,
    )


def _answer_page(
    collection: Collection,
    window: Window | None,
    kind: str,
    read: Callable[[Shelf, Window], Sheet],
    object_id: str | None = None,
) -> NoReturn:
    """A page for the caller; 404 where it is about one object that is not there for them."""

    def found() -> Sheet:
        if object_id is not None:
            _require(shelf.holds(_scope(collection), object_id))
        return read(shelf, window) if window is not None else answers.nothing(_LIST_OF[kind])

    with _exchange().reading(_reader(collection)) as shelf:
        sheet = shelf.recalled((kind, collection.topic, window, object_id), found)
    body = answers.paged(sheet, _cursor(collection, sheet), caller().profile)
    g.taxii_objects = sheet.count
    _answer(body, headers=answers.date_added_headers(sheet.first, sheet.last))


def _require_all_versions(shelf: Shelf, window: Window | None, object_id: str) -> None:
    """A filter that selects nothing finds nothing; one that leaves versions out is refused."""
    every = Window(topic=None, limit=_exchange().page_size, ids=(object_id,), versions=_ALL)
    named = _NO_RECORDS
    if window is not None:
        named = shelf.records(replace(every, versions=window.versions))
    _require(bool(named.items))
    if named != shelf.records(every):
        raise Refusal(
            403, "Forbidden", "Objects are withdrawn with all their versions, never one alone."
        )


def _require(is_there: bool) -> None:
    if not is_there:
        raise Refusal(404, "Not found", "There is no such object here.")


def _cursor(collection: Collection, sheet: Sheet) -> str | None:
    if not sheet.more or sheet.last is None:
        return None
    position = _position(collection)
    return write_cursor(position.secret, position.binding, sheet.last)


def _answer(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> NoReturn:
    raise Answered(Response(body, status=status, headers=dict(headers or {}), content_type=TAXII))


_NO_RECORDS: Page[Record] = Page((), None, None, more=False)
