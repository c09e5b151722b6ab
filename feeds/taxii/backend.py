"""medallion's `Backend`, for the caller of the request at hand.

Its answers are prepared to the last octet (`pages`); medallion would serialise documents.
Absent and closed give the same answer everywhere (R11).
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import NoReturn

from flask import request
from medallion.backends.base import Backend

from feeds.filters import OBJECT, OBJECTS, VERSIONS
from feeds.shelf import Page, Record, Shelf
from feeds.taxii import answers
from feeds.taxii.answers import Sheet
from feeds.taxii.asking import caller, exchange
from feeds.taxii.exchange import Refusal
from feeds.taxii.negotiation import TAXII
from feeds.taxii.pages import answer, answer_page, holds, reader_of, require, window_of
from feeds.topics import COLLECTIONS, Collection, collections_of
from feeds.view import Versions, Window
from tlp import Perimeter

ROOTS: Mapping[str, Perimeter] = {perimeter.value: perimeter for perimeter in Perimeter}
STIX_MEDIA_TYPES = ["application/stix+json;version=2.1"]
_COLLECTIONS: Mapping[tuple[str, str], Collection] = {
    (collection.root.value, name): collection
    for collection in COLLECTIONS
    for name in (collection.id, collection.alias)
}
_ALL = Versions(all=True)
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
        base = exchange().base_url()
        roots = [
            f"{base}{name}/" for name, root in ROOTS.items() if caller().reader_in(root) is not None
        ]
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
            "max_content_length": exchange().max_content_length,
        }

    def get_status(self, api_root: str, status_id: str) -> None:
        """A status (§4.3), for the account that posted; None, so 404, for everybody else."""
        status = exchange().status(status_id) if api_root == Perimeter.MEMBERS.value else None
        if status is not None:
            answer(status)

    # collections

    def get_collections(self, api_root: str) -> dict[str, object]:
        """The collections of a root (§5.1.1), ascending by id."""
        found = collections_of(ROOTS[api_root])
        return {"collections": [_document(one, *rights_in(one)) for one in found]}

    def get_collection(self, api_root: str, collection_id: str) -> dict[str, object] | None:
        """A collection by id or alias (§5.2.1); None, so 404, for any other name."""
        collection = _COLLECTIONS.get((api_root, collection_id))
        return None if collection is None else _document(collection, *rights_in(collection))

    # objects

    def get_objects(
        self, api_root: str, collection_id: str, filter_args: object, allowed: object, limit: int
    ) -> NoReturn:
        """An envelope of a collection (§5.4)."""
        answer_page(_collection(api_root, collection_id), "objects", OBJECTS, _objects)

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
        collection = _collection(api_root, collection_id)
        answer_page(collection, "objects", OBJECT, _objects, object_id)

    def get_object_manifest(
        self, api_root: str, collection_id: str, filter_args: object, allowed: object, limit: int
    ) -> NoReturn:
        """A manifest (§5.3)."""
        answer_page(_collection(api_root, collection_id), "manifest", OBJECTS, _records)

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
        answer_page(collection, "versions", VERSIONS, _versions, object_id)

    def add_objects(
        self, api_root: str, collection_id: str, objs: bytes, request_time: object
    ) -> NoReturn:
        """Take a submission in (§5.5): 202 and its status."""
        topic = _collection(api_root, collection_id).topic
        if topic is None:  # not reached: the collection of everything is never writable
            raise Refusal(403, "Forbidden", "Post to the collection of a topic.")
        answer(exchange().submit(topic, objs), status=202)

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
        window = window_of(collection, OBJECT, None)
        with exchange().reading(reader_of(collection)) as shelf:
            require(holds(shelf, collection, object_id))
            if "match[version]" in request.args or window is None:
                _require_all_versions(shelf, window, object_id)
        exchange().withdraw(object_id)


def _collection(api_root: str, name: str) -> Collection:
    found = _COLLECTIONS.get((api_root, name))
    if found is None:  # not reached: medallion's view asked for it before
        raise Refusal(404, "Not found", "There is no such collection.")
    return found


def rights_in(collection: Collection) -> tuple[bool, bool]:
    """Whether the caller can read a collection, and write to it (§5.2.1)."""
    asking = caller()
    is_written = collection.root is Perimeter.MEMBERS and collection.topic is not None
    return bool(asking.may_read), is_written and bool(asking.may_write)


@cache
def _document(collection: Collection, can_read: bool, can_write: bool) -> dict[str, object]:
    return {
        "id": collection.id,
        "title": collection.title,
        "alias": collection.alias,
        "can_read": can_read,
        "can_write": can_write,
        "media_types": STIX_MEDIA_TYPES,
    }


def _objects(shelf: Shelf, window: Window) -> Sheet:
    return answers.objects(shelf.contents(window))


def _records(shelf: Shelf, window: Window) -> Sheet:
    return answers.records(shelf.records(window))


def _versions(shelf: Shelf, window: Window) -> Sheet:
    return answers.versions(shelf.records(window))


def _require_all_versions(shelf: Shelf, window: Window | None, object_id: str) -> None:
    """A filter that selects nothing finds nothing; one that leaves versions out is refused."""
    every = Window(topic=None, limit=exchange().page_size, ids=(object_id,), versions=_ALL)
    named = _NO_RECORDS
    if window is not None:
        named = shelf.records(replace(every, versions=window.versions))
    require(bool(named.items))
    if named != shelf.records(every):
        raise Refusal(
            403, "Forbidden", "Objects are withdrawn with all their versions, never one alone."
        )


_NO_RECORDS: Page[Record] = Page((), None, None, more=False)
