"""The Atom feed of advisories (RFC 4287): CLEAR only, one permanent id for each entry."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

_ATOM = "http://www.w3.org/2005/Atom"
_NOTHING_YET = datetime(2026, 1, 1, tzinfo=UTC)


class Entry(Protocol):
    """What an entry of the feed is made of."""

    @property
    def id(self) -> str:
        """The STIX id."""

    @property
    def title(self) -> str:
        """The headline."""

    @property
    def url(self) -> str:
        """The path of its page."""

    @property
    def published(self) -> datetime:
        """When it was first published."""

    @property
    def modified(self) -> datetime:
        """When it last changed in substance."""

    @property
    def summary(self) -> str:
        """Its first paragraph, as text."""


def atom_feed(entries: Sequence[Entry], site: str, path: str) -> bytes:
    """The feed as a document; `site` is the absolute address without a slash at its end."""
    register_namespace("", _ATOM)
    feed = Element(f"{{{_ATOM}}}feed")
    _text(feed, "id", f"{site}{path}")
    _text(feed, "title", "CloudSIRT advisories")
    newest = max((entry.modified for entry in entries), default=_NOTHING_YET)
    _text(feed, "updated", newest.isoformat())
    _text(_child(feed, "author"), "name", "CloudSIRT")
    _child(feed, "link", rel="self", href=f"{site}{path}", type="application/atom+xml")
    _child(feed, "link", rel="alternate", href=f"{site}/advisories/", type="text/html")
    for entry in entries:
        _entry(feed, entry, site)
    document: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _entry(feed: Element, entry: Entry, site: str) -> None:
    node = _child(feed, "entry")
    _text(node, "id", f"urn:uuid:{entry.id.partition('--')[2]}")
    _text(node, "title", entry.title)
    _text(node, "published", entry.published.isoformat())
    _text(node, "updated", entry.modified.isoformat())
    _child(node, "link", rel="alternate", href=f"{site}{entry.url}", type="text/html")
    _text(node, "summary", entry.summary or entry.title)


def _child(parent: Element, name: str, **attributes: str) -> Element:
    return SubElement(parent, f"{{{_ATOM}}}{name}", attributes)


def _text(parent: Element, name: str, text: str) -> None:
    _child(parent, name).text = "".join(mark for mark in text if mark.isprintable() or mark == "\n")
