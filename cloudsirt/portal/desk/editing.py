"""The page on which somebody edits what goes out: an edition that was asked for, a redaction.

A text, an exact preview of it, and only then the button that releases: what has been changed since
the preview is previewed again. What can be released at all is judged as in every submission.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from cloudsirt import editing, stewarding
from cloudsirt.auth import gate
from cloudsirt.auth.duties import may_answer, may_steward
from cloudsirt.auth.permissions import Permission
from cloudsirt.auth.principal import Principal
from cloudsirt.editing import Draft, NotAccepted
from cloudsirt.errors import NotPermitted
from cloudsirt.portal.chrome import banner, label_class
from cloudsirt.portal.reading.facts import facts_of, paragraphs, references_shown
from cloudsirt.portal.sharing.audience import shown_preview
from cloudsirt.previewing import Preview
from feeds.contributions import Contribution
from feeds.editions import Edition
from feeds.errors import BadEnvelope, BadHandling, NotHeld, RequestRefused
from feeds.handling import ATTRIBUTIONS
from feeds.requests import ReleaseRequest
from feeds.waiting import held_from
from tlp import Label, Verdict

pages = Blueprint("editing", __name__)

_ATTRIBUTION_TEXTS = {
    "named": "By name everywhere",
    "members": "By name among members only",
    "none": "By name to nobody",
}


@dataclass(frozen=True, slots=True)
class Editor:
    """What the page shows: the text, what is to be known about it, and what it would become."""

    heading: str
    lead: str
    url: str
    back: str
    button: str
    text: str
    notes: Sequence[str] = ()
    left_out: Sequence[str] = ()
    findings: Sequence[tuple[str, str, str]] = ()
    fields: Sequence[tuple[str, str]] = ()
    attribution: str | None = None
    answer: str | None = None


@pages.get("/requests/<id_>/edition")
@gate.needs(Permission.REQUEST_ANSWER)
def edition(id_: str) -> ResponseReturnValue:
    """The first draft of an edition, under the label that was asked for or another one."""
    principal = _allowed(may_answer)
    wish = stewarding.open_request(gate.house(), principal, id_)
    label = _label(request.args.get("label"), wish.wanted)
    with gate.house().reading() as db:
        item = _own(editing.latest_own(db, principal, wish.origin))
        made = editing.first_edition(db, principal, item, label, gate.house().now())
    text = editing.as_text(made.value)
    page = _edition_editor(wish, item, label, made, text, item.attribution)
    return _page(page, item, labels=_labels(item, label))


@pages.post("/requests/<id_>/edition")
@gate.needs(Permission.REQUEST_ANSWER)
def release_edition(id_: str) -> ResponseReturnValue:
    """Preview the edition, or release it and answer the request."""
    principal, house = _allowed(may_answer), gate.house()
    wish = stewarding.open_request(house, principal, id_)
    label = _label(request.form.get("label"), wish.wanted)
    attribution = request.form.get("attribution", "")
    if attribution not in ATTRIBUTIONS:
        raise RequestRefused("Choose under whose name it goes out.")
    with house.reading() as db:
        item = _own(editing.latest_own(db, principal, wish.origin))
        made = editing.first_edition(db, principal, item, label, house.now())
    text, answer = _sent("text"), _sent("answer")
    page = _edition_editor(wish, item, label, made, text, attribution, answer)
    draft = editing.edition_draft(item, text, label, attribution)
    try:
        if _is_to_release(draft):
            editing.grant(house, principal, id_, draft, answer)
            return redirect(url_for("portal.requests.index"), 303)
        found = editing.foresee(house, principal, draft)
    except (BadEnvelope, BadHandling, NotAccepted, RequestRefused) as error:
        return _page(page, item, problem=str(error)), 400
    return _page(page, item, preview=found, draft=draft)


@pages.get("/held/<stix_id>/redact")
@gate.needs(Permission.HOLD_CLEAR)
def redaction(stix_id: str) -> ResponseReturnValue:
    """The object as it is, to be edited into a new version without the personal data."""
    principal = _allowed(may_steward)
    item = _held(principal, stix_id)
    with gate.house().reading() as db:
        text = editing.first_redaction(db, item, gate.house().now())
    return _page(_redaction_editor(item, text), item)


@pages.post("/held/<stix_id>/redact")
@gate.needs(Permission.HOLD_CLEAR)
def release_redaction(stix_id: str) -> ResponseReturnValue:
    """Preview the new version, or post it."""
    principal, house, text = _allowed(may_steward), gate.house(), _sent("text")
    item = _held(principal, stix_id)
    page = _redaction_editor(item, text)
    draft = editing.redaction_draft(item, text, house.now())
    try:
        if _is_to_release(draft):
            editing.redact(house, principal, item, text)
            return redirect(url_for("portal.held.index"), 303)
        found = editing.foresee(house, principal, draft)
    except (BadEnvelope, BadHandling, NotAccepted) as error:
        return _page(page, item, problem=str(error)), 400
    return _page(page, item, preview=found, draft=draft)


_NOT_WHOLE = (
    "What may not leave is needed for a valid object, or is said elsewhere in it, too. It has been "
    "taken out as a whole property: complete the text, and look for what is left of it."
)


def _needs(target: str) -> str:
    return (
        f"It names {target}, which its readers could not see, and cannot do without it: as it is, "
        f"it goes no further than what it names."
    )


def _edition_editor(
    wish: ReleaseRequest,
    item: Contribution,
    label: Label,
    made: Edition,
    text: str,
    attribution: str,
    answer: str = "",
) -> Editor:
    """The editor for an edition; `made` says what the first draft of it left out."""
    notes = [] if made.is_whole else [_NOT_WHOLE]
    return Editor(
        heading="Release an edition",
        lead=f"Instead of “{item.title}”, which stays as it is, this goes out under {label}.",
        url=url_for("portal.editing.release_edition", id_=wish.id),
        back=url_for("portal.requests.index"),
        button="Release this edition",
        text=text,
        notes=[*notes, *(_needs(target) for target in made.needed)],
        left_out=made.left_out,
        fields=[("label", label.value)],
        attribution=attribution,
        answer=answer,
    )


def _redaction_editor(item: Contribution, text: str) -> Editor:
    return Editor(
        heading="Leave the data out",
        lead=f"A new version of “{item.title}”. It takes the place of the one that is held.",
        url=url_for("portal.editing.release_redaction", stix_id=item.stix_id),
        back=url_for("portal.held.index"),
        button="Post this version",
        text=text,
        findings=item.findings,
    )


def _page(
    editor: Editor,
    item: Contribution,
    *,
    labels: Sequence[dict[str, object]] = (),
    problem: str = "",
    preview: Preview | None = None,
    draft: Draft | None = None,
) -> str:
    is_late = preview is not None and request.form.get("action") == "release"
    return render_template(
        "editing.html",
        editor=editor,
        banner=banner(item.label),
        labels=labels,
        attributions=[
            {"value": name, "text": text, "selected": name == editor.attribution}
            for name, text in _ATTRIBUTION_TEXTS.items()
        ],
        problem=problem,
        changed=is_late,
        preview=shown_preview(preview) if preview is not None else None,
        result=_result(preview) if preview is not None else None,
        seen=_fingerprint(draft) if draft is not None else "",
    )


def _result(preview: Preview) -> dict[str, object]:
    """What goes out, as its readers will see it on its page."""
    examined = preview.new[0].examined
    value = examined.value
    return {
        "title": examined.title,
        "label": str(examined.label),
        "label_class": label_class(examined.label),
        "description": paragraphs(value.get("description")),
        "facts": facts_of(value),
        "references": references_shown(value),
    }


def _is_to_release(draft: Draft) -> bool:
    """Whether the button that releases was pressed, on the preview of exactly this."""
    is_pressed = request.form.get("action") == "release"
    return is_pressed and request.form.get("seen") == _fingerprint(draft)


def _fingerprint(draft: Draft) -> str:
    parts = (draft.topic.value, draft.text, repr(sorted(draft.handling.items())))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _sent(name: str) -> str:
    return request.form.get(name, "").replace("\r\n", "\n")


def _allowed(duty: Callable[[Principal], Verdict]) -> Principal:
    principal = gate.someone()
    verdict = duty(principal)
    if not verdict:
        raise NotPermitted(verdict.reason)
    return principal


def _own(item: Contribution | None) -> Contribution:
    if item is None:
        raise NotFound
    return item


def _held(principal: Principal, stix_id: str) -> Contribution:
    """An own object that is held and can have a new version."""
    item = stewarding.own_object(gate.house(), principal, stix_id)[-1]
    if not held_from(item):
        raise NotHeld("This is not held, or not any more: look at the list of what is held again.")
    if not item.version:
        raise NotHeld("An object without versions cannot be edited: withdraw it, and post another.")
    return item


def _label(text: str | None, wanted: Label) -> Label:
    """The label that was chosen; TLP:RED has no perimeter to be released to."""
    found = next((label for label in Label if label.value == text), wanted)
    return wanted if found is Label.RED else found


def _labels(item: Contribution, chosen: Label) -> list[dict[str, object]]:
    return [
        {"value": label.value, "text": str(label), "selected": label is chosen}
        for label in Label
        if label <= max(item.label, chosen) and label is not Label.RED
    ]
