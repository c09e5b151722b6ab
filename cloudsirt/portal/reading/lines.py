"""Lines of lists, as templates show them, from what the catalogue found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy import Connection

from cloudsirt.portal.chrome import label_class
from feeds import timestamps
from feeds.catalogue import Line
from feeds.titles import type_text
from membership.store import MembershipStore

SNIPPET = 220


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One object in a list."""

    id: str
    type_text: str
    title: str
    label: str
    label_class: str
    topic_text: str
    added: datetime
    contributor: str | None
    url: str
    snippet: str


def shown_lines(db: Connection, lines: Sequence[Line]) -> list[ShownLine]:
    """The lines as a feed shows them."""
    names = contributor_names(db, lines)
    return [
        ShownLine(
            id=line.stix_id,
            type_text=type_text(line.type),
            title=line.title,
            label=str(line.label),
            label_class=label_class(line.label),
            topic_text=line.topic.text,
            added=timestamps.to_datetime(line.added),
            contributor=names.get(line.contributor or ""),
            url=url_for("portal.objects.show", stix_id=line.stix_id),
            snippet=snippet(line),
        )
        for line in lines
    ]


def contributor_names(db: Connection, lines: Sequence[Line]) -> Mapping[str, str]:
    """The names of the contributors that are to be named."""
    ids = {line.contributor for line in lines if line.contributor is not None}
    found = MembershipStore(db).organisations_by_id(ids) if ids else {}
    return {id_: organisation.name for id_, organisation in found.items()}


def snippet(line: Line) -> str:
    """The first words of what an object says of itself."""
    value = line.value
    for name in ("description", "abstract", "content", "pattern", "value"):
        text = value.get(name)
        if isinstance(text, str) and text.strip() and text.strip() != line.title:
            words = " ".join(text.split())
            return words if len(words) <= SNIPPET else words[: SNIPPET - 1].rstrip() + "…"
    return ""
