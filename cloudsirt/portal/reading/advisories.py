"""Public advisories: the CLEAR reports of the public perimeter, as pages and as an Atom feed.

Read as the public reads, whoever is signed in, so the pages are the same for everybody.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection
from werkzeug.exceptions import NotFound

from cloudsirt.auth import gate
from cloudsirt.auth.permissions import Permission
from cloudsirt.portal.reading.atom import atom_feed
from cloudsirt.portal.reading.facts import paragraphs, references_shown
from cloudsirt.portal.reading.lines import snippet
from feeds import timestamps
from feeds.catalogue import Catalogue, Line, Search
from feeds.titles import type_text
from tlp import Reader

pages = Blueprint("advisories", __name__, url_prefix="/advisories")

PAGE = 20
IN_FEED = 50


@dataclass(frozen=True, slots=True)
class AdvisoryLine:
    """An advisory in a list."""

    id: str
    title: str
    url: str
    published: datetime
    modified: datetime
    summary: str
    report_types: list[str]


@pages.get("/")
@gate.needs(Permission.PUBLIC_READ)
def index() -> ResponseReturnValue:
    """The advisories, newest first."""
    before = request.args.get("before", "")
    is_number = before.isascii() and before.isdigit() and len(before) <= 18
    with gate.house().reading() as db:
        advisories, last = latest(db, limit=PAGE, before=int(before) if is_number else None)
    older = url_for("portal.advisories.index", before=last) if last is not None else None
    return render_template(
        "advisories.html",
        advisories=advisories,
        older_url=older,
        atom_url=url_for("portal.advisories.atom"),
    )


@pages.get("/<stix_id>")
@gate.needs(Permission.PUBLIC_READ)
def show(stix_id: str) -> ResponseReturnValue:
    """One advisory."""
    with gate.house().reading() as db:
        catalogue = Catalogue(db, Reader())
        line = _report(catalogue, stix_id)
        objects = [other for other in catalogue.named_by(line) if other.type != "identity"]
    return render_template("advisory.html", advisory=_advisory(line, objects))


@pages.get("/<stix_id>/raw")
@gate.needs(Permission.PUBLIC_READ)
def raw(stix_id: str) -> ResponseReturnValue:
    """The report behind an advisory, as STIX."""
    with gate.house().reading() as db:
        line = _report(Catalogue(db, Reader()), stix_id)
    response = Response(line.content, content_type="application/stix+json;version=2.1")
    response.headers["Content-Disposition"] = f'attachment; filename="{line.stix_id}.json"'
    return response


@pages.get("/feed.atom")
@gate.needs(Permission.PUBLIC_READ)
def atom() -> ResponseReturnValue:
    """The Atom feed (RFC 4287)."""
    with gate.house().reading() as db:
        advisories, _ = latest(db, limit=IN_FEED)
    site = gate.house().config.base_url or request.host_url.rstrip("/")
    body = atom_feed(advisories, site, url_for("portal.advisories.atom"))
    response = Response(body, content_type="application/atom+xml; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


def latest(
    db: Connection, *, limit: int, before: int | None = None
) -> tuple[list[AdvisoryLine], int | None]:
    """Advisories newest first, and where older ones begin or None."""
    search = Search(type="report", before=before, limit=limit)
    lines, has_older = Catalogue(db, Reader()).search(search)
    shown = [_advisory_line(line) for line in lines if not line.is_revoked]
    return shown, lines[-1].added if has_older else None


def _report(catalogue: Catalogue, stix_id: str) -> Line:
    line = catalogue.find(stix_id) if stix_id.startswith("report--") else None
    if line is None or line.is_revoked:
        raise NotFound
    return line


def _advisory_line(line: Line) -> AdvisoryLine:
    value = line.value
    texts = paragraphs(value.get("description"))
    return AdvisoryLine(
        id=line.stix_id,
        title=line.title,
        url=url_for("portal.advisories.show", stix_id=line.stix_id),
        published=timestamps.to_datetime(timestamps.parse(value["published"])),
        modified=timestamps.to_datetime(line.version_at),
        summary=texts[0] if texts and len(texts[0]) <= 400 else snippet(line),
        report_types=[_spoken(name) for name in value.get("report_types", [])],
    )


def _advisory(line: Line, objects: list[Line]) -> dict[str, object]:
    value = line.value
    shown = _advisory_line(line)
    return {
        "id": line.stix_id,
        "title": line.title,
        "published": shown.published,
        "modified": shown.modified,
        "paragraphs": paragraphs(value.get("description")),
        "report_types": shown.report_types,
        "references": references_shown(value),
        "objects": [
            {
                "title": other.title,
                "type_text": type_text(other.type),
                "url": None,
                "pattern": other.value.get("pattern"),
            }
            for other in objects
        ],
        "raw_url": url_for("portal.advisories.raw", stix_id=line.stix_id),
    }


def _spoken(name: object) -> str:
    return str(name).replace("-", " ").capitalize()
