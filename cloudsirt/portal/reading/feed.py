"""The feed: what the signed-in person may read, newest first, filtered, page by page."""

from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cloudsirt.auth import gate
from cloudsirt.auth.permissions import Permission
from cloudsirt.portal import chrome
from cloudsirt.portal.reading.lines import shown_lines
from feeds.catalogue import Catalogue, Search
from feeds.titles import type_text
from feeds.topics import Topic
from tlp import Label, strictest

pages = Blueprint("feed", __name__)

PAGE = 30
TEXT_LIMIT = 200
_NUMBER_LIMIT = 18  # digits of a time of entry
TYPES = (
    "attack-pattern",
    "campaign",
    "course-of-action",
    "domain-name",
    "email-addr",
    "file",
    "grouping",
    "identity",
    "indicator",
    "infrastructure",
    "intrusion-set",
    "ipv4-addr",
    "ipv6-addr",
    "location",
    "malware",
    "malware-analysis",
    "marking-definition",
    "note",
    "observed-data",
    "opinion",
    "relationship",
    "report",
    "sighting",
    "threat-actor",
    "tool",
    "url",
    "user-account",
    "vulnerability",
)
"""What can be chosen: the standard's types, never what happens to be stored."""


@pages.get("/feed")
@gate.needs(Permission.FEED_READ)
def index() -> ResponseReturnValue:
    """One page of the feed."""
    search = _search()
    with gate.house().reading() as db:
        lines, has_older = Catalogue(db, gate.reader()).search(search)
        shown = shown_lines(db, lines)
    return render_template(
        "feed.html",
        lines=shown,
        filters=_filters(search),
        banner=chrome.banner(strictest(line.label for line in lines)) if lines else None,
        older_url=_url(before=str(lines[-1].added)) if has_older else None,
        newest_url=_url() if search.before is not None else None,
        empty_reason=_empty_reason(search),
    )


def _search() -> Search:
    topic, type_, label = (request.args.get(name, "") for name in ("topic", "type", "label"))
    before = request.args.get("before", "")
    is_number = before.isascii() and before.isdigit() and len(before) <= _NUMBER_LIMIT
    return Search(
        topic=next((known for known in Topic if known.value == topic), None),
        type=type_ if type_ in TYPES else None,
        label=next((known for known in Label if known.value == label), None),
        text=request.args.get("q", "")[:TEXT_LIMIT].replace("\x00", ""),
        before=int(before) if is_number else None,
        limit=PAGE,
    )


def _filters(search: Search) -> dict[str, object]:
    return {
        "topics": [
            {"value": topic.value, "text": topic.text, "selected": topic is search.topic}
            for topic in Topic
        ],
        "types": [
            {"value": name, "text": type_text(name), "selected": name == search.type}
            for name in TYPES
        ],
        "labels": [
            {"value": label.value, "text": str(label), "selected": label is search.label}
            for label in Label
        ],
        "text": search.text,
    }


def _url(before: str | None = None) -> str:
    """The same filters, from the newest or from a time of entry on."""
    kept = [
        (name, request.args[name])
        for name in ("q", "topic", "type", "label")
        if request.args.get(name)
    ]
    query = urlencode([*kept, ("before", before)] if before is not None else kept)
    return url_for("portal.feed.index") + (f"?{query}" if query else "")


def _empty_reason(search: Search) -> str:
    if search.text or search.topic or search.type or search.label:
        return "Nothing that you may read matches. Take a filter away, or search for less."
    return "Nothing has been shared with you yet."
