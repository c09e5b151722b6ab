"""Sharing: a form, an exact preview of who would get what, and what became of it.

For members in good standing. The preview takes the same steps as sharing does and undoes them;
sharing itself is `cloudsirt.posting`, as for TAXII.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cloudsirt import clock, posting, previewing
from cloudsirt.auth import gate
from cloudsirt.auth.permissions import Permission
from cloudsirt.auth.principal import Principal
from cloudsirt.errors import NotPermitted
from cloudsirt.portal.chrome import attribution_text, label_class
from cloudsirt.portal.sharing.audience import ShownLine, ShownPreview, for_a_form, shown_preview
from cloudsirt.portal.sharing.form import NotFilledIn, Problem, ShareForm, envelope_of, read_form
from feeds import timestamps
from feeds.catalogue import RELATED_LIMIT, Catalogue, Line
from feeds.errors import BadEnvelope, BadHandling
from feeds.topics import Topic
from membership.directory import Onlooker, is_shown
from membership.organisation import Attribution, Organisation
from membership.store import MembershipStore
from tlp import Label, Perimeter, perimeters_of

pages = Blueprint("posting", __name__, url_prefix="/share")

FORM_OCTETS = 3 * 1024 * 1024
"""The largest form as sent, where JSON takes more room than as text; TAXII takes more."""


@pages.url_value_preprocessor
def _let_bundles_in(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Before the gate reads the form: how long one with a pasted bundle in it may be."""
    request.max_content_length = request.max_form_memory_size = FORM_OCTETS


@pages.get("")
@gate.needs(Permission.FEED_POST)
def index() -> ResponseReturnValue:
    """The empty form."""
    attribution = _contributor().organisation.attribution.value
    return _page(_numbered(ShareForm(topic=Topic.ATTACKS.value, attribution=attribution)))


@pages.post("/preview")
@gate.needs(Permission.FEED_POST)
def preview() -> ResponseReturnValue:
    """The form with what would become of it."""
    contributor, form = _contributor(), _numbered(read_form(request.form))
    try:
        topic, body = envelope_of(form, contributor.organisation.identity)
        found = previewing.preview(gate.house(), contributor, topic, body)
    except (NotFilledIn, BadEnvelope, BadHandling) as error:
        return _page(form, problems=_problems(error)), 400
    return _page(form, preview=shown_preview(found))


@pages.post("")
@gate.needs(Permission.FEED_POST)
def share() -> ResponseReturnValue:
    """What became of it; the form again where nothing was accepted."""
    contributor, form = _contributor(), _numbered(read_form(request.form))
    try:
        topic, body = envelope_of(form, contributor.organisation.identity)
        status = orjson.loads(posting.post(gate.house(), contributor, topic, body))
    except (NotFilledIn, BadEnvelope, BadHandling) as error:
        return _page(form, problems=_problems(error)), 400
    refused = [_refusal(item) for item in status.get("failures", ())]
    if not status["success_count"]:
        return _page(form, refused=refused), 400
    return render_template(
        "shared.html",
        things=_things(status["successes"]),
        refused=refused,
        topic_text=topic.text,
        submission=status["id"],
        fields=list((form if refused else form.afresh()).pairs()),
    )


@pages.post("/again")
@gate.needs(Permission.FEED_POST)
def again() -> ResponseReturnValue:
    """The form as it was, to change something."""
    _contributor()
    return _page(_numbered(read_form(request.form)))


def _contributor() -> Principal:
    """The signed-in person, as a contributor; NotPermitted says why they are none."""
    principal = gate.someone()
    standing = principal.standing
    if not standing.verdict:
        raise NotPermitted(standing.verdict.reason)
    if not standing.may_contribute:
        raise NotPermitted("Only members in good standing contribute.")
    return principal


def _numbered(form: ShareForm) -> ShareForm:
    """The form with the id and the time of its indicator, made once and then carried along."""
    now = timestamps.show(timestamps.from_datetime(gate.house().now()))
    return replace(
        form,
        indicator_id=form.indicator_id or f"indicator--{clock.new_id()}",
        made=form.made or now,
    )


def _problems(error: Exception) -> tuple[Problem, ...]:
    if isinstance(error, NotFilledIn):
        return error.problems
    return (Problem("bundle" if isinstance(error, BadEnvelope) else "people", str(error)),)


def _refusal(item: dict[str, str]) -> ShownLine:
    return ShownLine(item["id"], for_a_form(item.get("message", "")))


def _page(
    form: ShareForm,
    *,
    problems: Sequence[Problem] = (),
    preview: ShownPreview | None = None,
    refused: Sequence[ShownLine] = (),
) -> str:
    contributor = gate.someone()
    with gate.house().reading() as db:
        everybody = MembershipStore(db).organisations()
    organisations = _others(everybody, contributor, gate.house().now())
    return render_template(
        "share.html",
        form=form,
        problems=problems,
        problem_of={problem.field: problem.text for problem in reversed(problems)},
        preview=preview,
        refused=refused,
        organisations=organisations,
        choices=_choices(contributor.organisation),
    )


def _others(
    found: Sequence[Organisation], contributor: Principal, at: datetime
) -> list[dict[str, str]]:
    """Who can be chosen as recipient: every organisation that members may see, but one's own.

    Who is not listed can still be named, by an identity that nobody can guess.
    """
    return [
        {"identity": other.identity, "name": other.name, "category": other.category.text}
        for other in found
        if is_shown(other, Onlooker.MEMBER, at) and other.id != contributor.organisation.id
    ]


def _choices(organisation: Organisation) -> dict[str, object]:
    default = organisation.default_label
    return {
        "topics": [{"value": topic.value, "text": topic.text} for topic in Topic],
        "labels": [
            {"value": "", "text": f"As marked in the objects; unmarked ones are {default}"},
            *(_label_choice(label) for label in Label),
        ],
        "attributions": [
            {"value": item.value, "text": attribution_text(item)} for item in Attribution
        ],
    }


def _label_choice(label: Label) -> dict[str, str]:
    """A label with whom it opens an object to (R2)."""
    widest = max(perimeters_of(label), key=lambda perimeter: perimeter.width, default=None)
    opens = _OPENS[widest]
    return {
        "value": label.value,
        "text": f"{label}: {opens[0].lower()}{opens[1:]}",
        "name": str(label),
        "label_class": label_class(label),
        "opens": opens,
    }


_OPENS = {
    None: "Named recipients only",
    Perimeter.MEMBERS: "Members",
    Perimeter.RESEARCH: "Members and CSA working groups",
    Perimeter.PUBLIC: "Everyone",
}


def _things(successes: Sequence[dict[str, str]]) -> list[dict[str, object]]:
    """What was taken in, with a link to each object that the person may read."""
    ids, found = sorted({item["id"] for item in successes}), dict[str, Line]()
    with gate.house().reading() as db:
        catalogue = Catalogue(db, gate.reader())
        for start in range(0, len(ids), RELATED_LIMIT):
            found |= catalogue.these(ids[start : start + RELATED_LIMIT])
    return [_thing(item, found.get(item["id"])) for item in successes]


def _thing(item: dict[str, str], line: Line | None) -> dict[str, object]:
    return {
        "id": item["id"],
        "message": item.get("message", ""),
        "title": line.title if line is not None else item["id"],
        "url": url_for("portal.objects.show", stix_id=item["id"]) if line is not None else None,
        "label": str(line.label) if line is not None else None,
        "label_class": label_class(line.label) if line is not None else None,
    }
