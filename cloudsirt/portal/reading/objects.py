"""One object: what it says, how it is marked, what it points to and what points to it."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection
from werkzeug.exceptions import NotFound

from cloudsirt.auth import gate
from cloudsirt.auth.permissions import Permission
from cloudsirt.portal.chrome import label_class
from cloudsirt.portal.desk.asking import acts_on
from cloudsirt.portal.reading.facts import facts_of, paragraphs, references_shown
from cloudsirt.portal.reading.lines import contributor_names
from feeds import timestamps
from feeds.catalogue import Catalogue, Line
from feeds.errors import BadTimestamp
from feeds.markings import REGISTRY
from feeds.titles import type_text
from tlp import Label, strictest

pages = Blueprint("objects", __name__)


@pages.get("/objects/<stix_id>")
@gate.needs(Permission.FEED_READ)
def show(stix_id: str) -> ResponseReturnValue:
    """The page of one object; absent and not for you are the same answer."""
    with gate.house().reading() as db:
        catalogue = Catalogue(db, gate.reader())
        line = _found(catalogue, stix_id)
        thing = _thing(db, catalogue, line)
        acts = acts_on(db, gate.someone(), line)
    return render_template("object.html", thing=thing, acts=acts, raw_url=_url(line, "raw"))


@pages.get("/objects/<stix_id>/raw")
@gate.needs(Permission.FEED_READ)
def raw(stix_id: str) -> ResponseReturnValue:
    """The object as it was received."""
    with gate.house().reading() as db:
        line = _found(Catalogue(db, gate.reader()), stix_id)
    response = Response(line.content, content_type="application/stix+json;version=2.1")
    response.headers["Content-Disposition"] = f'attachment; filename="{line.stix_id}.json"'
    return response


def _found(catalogue: Catalogue, stix_id: str) -> Line:
    version = request.args.get("version")
    line = catalogue.find(stix_id, _version(version) if version else None)
    if line is None:
        raise NotFound
    return line


def _version(text: str) -> int:
    try:
        return timestamps.lenient(text)
    except BadTimestamp as error:
        raise NotFound from error


def _url(line: Line, page: str) -> str:
    return url_for(f"portal.objects.{page}", stix_id=line.stix_id, version=line.version or None)


def _thing(db: Connection, catalogue: Catalogue, line: Line) -> dict[str, object]:
    value = line.value
    return {
        "id": line.stix_id,
        "type_text": type_text(line.type),
        "title": line.title,
        "label": str(line.label),
        "label_class": label_class(line.label),
        "description": paragraphs(value.get("description")),
        "version": line.version,
        "created": _moment(value.get("created")),
        "modified": _moment(value.get("modified")),
        "revoked": line.is_revoked,
        "contributor": contributor_names(db, [line]).get(line.contributor or ""),
        "topics": [topic.text for topic in catalogue.topics(line.stix_id)],
        "added": timestamps.to_datetime(line.added),
        "facts": facts_of(value),
        "markings": _markings(value),
        "out": _outgoing(catalogue, line),
        "in_": _incoming(catalogue, line),
        "references": references_shown(value),
        "versions": _versions(catalogue, line),
        "raw": orjson.dumps(value, option=orjson.OPT_INDENT_2).decode(),
    }


def _moment(text: object) -> object:
    return timestamps.to_datetime(timestamps.parse(text)) if isinstance(text, str) else None


def _markings(value: Mapping[str, Any]) -> list[str]:
    refs = value.get("object_marking_refs", [])
    whole = [str(REGISTRY[ref]) if ref in REGISTRY else ref for ref in refs]
    parts = [
        f"{REGISTRY.get(entry['marking_ref'], entry['marking_ref'])} on "
        + ", ".join(entry["selectors"])
        for entry in value.get("granular_markings", [])
        if "marking_ref" in entry
    ]
    return [*whole, *parts]


def _outgoing(catalogue: Catalogue, line: Line) -> list[dict[str, object]]:
    """What the object itself names, and what relationships from it point to."""
    named = catalogue.named_by(line)
    return [_tie(_word(line.value, other.stix_id), other) for other in named] + _ties(
        catalogue, line, "source_ref", "target_ref"
    )


def _incoming(catalogue: Catalogue, line: Line) -> list[dict[str, object]]:
    """What relationships point to the object, and what names it otherwise."""
    direct = [
        _tie(_word(other.value, line.stix_id), other)
        for other in catalogue.naming(line.stix_id)
        if other.type != "relationship"
    ]
    return _ties(catalogue, line, "target_ref", "source_ref") + direct


def _ties(catalogue: Catalogue, line: Line, here: str, there: str) -> list[dict[str, object]]:
    """Relationships with this object at one end, shown with the object at the other."""
    found = [
        relation
        for relation in catalogue.naming(line.stix_id)
        if relation.type == "relationship" and relation.value.get(here) == line.stix_id
    ]
    others = catalogue.these(sorted({str(relation.value[there]) for relation in found}))
    return [
        _tie(
            str(relation.value["relationship_type"]),
            others[relation.value[there]],
            relation.label,
        )
        for relation in found
        if relation.value[there] in others
    ]


def _tie(relationship: str, other: Line, own: Label = Label.CLEAR) -> dict[str, object]:
    """One tie, under the stricter of the relationship's own label and the other object's."""
    label = strictest((own, other.label))
    return {
        "relationship": relationship.replace("-", " ").replace("_", " "),
        "other_title": other.title,
        "other_type_text": type_text(other.type),
        "other_url": url_for("portal.objects.show", stix_id=other.stix_id),
        "other_id": other.stix_id,
        "label": str(label),
        "label_class": label_class(label),
    }


def _word(value: Mapping[str, Any], target: str) -> str:
    """By which of its properties an object names another."""
    for name, content in value.items():
        if content == target or (isinstance(content, list) and target in content):
            return name.removesuffix("_refs").removesuffix("_ref")
    return "names"


def _versions(catalogue: Catalogue, line: Line) -> list[dict[str, object]]:
    found = catalogue.versions(line.stix_id)
    if len(found) < 2:
        return []
    return [
        {
            "version": other.version,
            "url": _url(other, "show"),
            "current": other.version_at == line.version_at,
        }
        for other in found
    ]
