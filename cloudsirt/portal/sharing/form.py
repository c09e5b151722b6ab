"""The form for sharing: its values as text, and the envelope that they make.

Nothing is lost when something is wrong: the values go back to the page as they came. The id and
the time of a single indicator are made with the form and travel in it, so that the same form sent
twice is an exact copy and not a second indicator.

Pure: what an object may say is judged where every object is judged (`feeds.examining`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import orjson
from werkzeug.datastructures import MultiDict

from feeds import timestamps
from feeds.envelope import read_envelope
from feeds.errors import BadEnvelope, BadTimestamp
from feeds.handling import ATTRIBUTIONS, KEY
from feeds.markings import MARKING_OF
from feeds.topics import Topic
from tlp import Label, Perimeter

INDICATOR, BUNDLE = "indicator", "bundle"
AS_MARKED = ""
_IDENTITY = re.compile(r"identity--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LOCAL_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d(?:\.\d{1,6})?)?Z?")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field of the form, as a sentence."""

    field: str
    text: str


class NotFilledIn(Exception):
    """The form cannot become an envelope yet."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.text for problem in problems))
        self.problems = tuple(sorted(problems, key=lambda problem: _ORDER.index(problem.field)))


@dataclass(frozen=True, slots=True)
class ShareForm:
    """The values of the form as the browser sent them; `recipients` are identity ids.

    `made` is when the form was made, as a STIX timestamp; times typed in are UTC without a zone.
    """

    way: str = INDICATOR
    bundle: str = ""
    title: str = ""
    pattern: str = ""
    valid_from: str = ""
    valid_until: str = ""
    description: str = ""
    topic: str = ""
    label: str = AS_MARKED
    recipients: tuple[str, ...] = ()
    people: str = ""
    release_research: str = ""
    release_public: str = ""
    attribution: str = ""
    indicator_id: str = ""
    made: str = ""

    def afresh(self) -> "ShareForm":
        """The same values for another indicator."""
        return replace(self, indicator_id="", made="")

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every value with its name, for a page that carries the form along unseen."""
        for field in fields(self):
            value = getattr(self, field.name)
            for item in (value,) if isinstance(value, str) else value:
                yield field.name, item


_ORDER = tuple(field.name for field in fields(ShareForm))


def read_form(sent: MultiDict[str, str]) -> ShareForm:
    """The form as it was sent; what is missing is empty."""
    single = {
        field.name: sent.get(field.name, "").replace("\r\n", "\n")
        for field in fields(ShareForm)
        if field.name != "recipients"
    }
    return ShareForm(**single, recipients=tuple(dict.fromkeys(sent.getlist("recipients"))))


def envelope_of(form: ShareForm, source: str) -> tuple[Topic, bytes]:
    """The topic and the envelope that a form makes; `source` is the contributor's identity.

    Raises NotFilledIn with everything that is wrong, so that it is said once.
    """
    problems: list[Problem] = []
    topic = next((known for known in Topic if known.value == form.topic), None)
    if topic is None:
        problems.append(Problem("topic", "Choose a topic."))
    handling = _handling(form, problems)
    objects = _indicator(form, source, problems) if form.way == INDICATOR else _sent(form, problems)
    if problems or topic is None:
        raise NotFilledIn(problems)
    body = b'{"objects":[' + objects + b'],"' + KEY.encode() + b'":' + orjson.dumps(handling) + b"}"
    return topic, body


def _handling(form: ShareForm, problems: list[Problem]) -> dict[str, object]:
    handling: dict[str, object] = {}
    label = _label(form, problems)
    recipients = [*form.recipients, *_people(form, problems)]
    if recipients:
        handling["recipients"] = recipients
    elif label is Label.RED and form.way == INDICATOR:
        text = "TLP:RED reaches named recipients only. Choose an organisation or name a person."
        problems.append(Problem("recipients", text))
    if label is not None and form.way == BUNDLE:
        handling["unmarked"] = str(label)
    release = {
        perimeter.value: time
        for perimeter in (Perimeter.RESEARCH, Perimeter.PUBLIC)
        if (time := _time(form, f"release_{perimeter.value}", problems))
    }
    if release:
        handling["release"] = release
    if form.attribution not in ATTRIBUTIONS:
        problems.append(Problem("attribution", "Choose under whose name to share."))
    handling["attribution"] = form.attribution
    return handling


def _label(form: ShareForm, problems: list[Problem]) -> Label | None:
    """The label chosen, or None for what the objects themselves say."""
    if form.label == AS_MARKED:
        return None
    label = next((known for known in Label if known.value == form.label), None)
    if label is None:
        problems.append(Problem("label", "Choose a label."))
    return label


def _people(form: ShareForm, problems: list[Problem]) -> list[str]:
    """The ids of persons, parted by commas, spaces or lines."""
    ids = [item for item in re.split(r"[\s,;]+", form.people) if item]
    for item in ids:
        if not _IDENTITY.fullmatch(item):
            text = f"“{item[:80]}” is no identity id: identity-- and a UUID in lower case."
            problems.append(Problem("people", text))
    return ids


def _time(form: ShareForm, name: str, problems: list[Problem]) -> str:
    """A time that was typed in, as a STIX timestamp, or empty."""
    text = getattr(form, name).strip()
    if not text:
        return ""
    match = _LOCAL_TIME.fullmatch(text)
    try:
        whole = f"{match[1]}{match[2] or ':00'}Z" if match else text
        return timestamps.show(timestamps.parse(whole))
    except BadTimestamp:
        example = "Give day and time in UTC, like 2026-12-01T09:00."
        problems.append(Problem(name, f"“{text[:40]}” is no such time. {example}"))
        return ""


def _indicator(form: ShareForm, source: str, problems: list[Problem]) -> bytes:
    """The one indicator of the form, as STIX."""
    title, pattern = form.title.strip(), form.pattern.strip()
    if not title:
        problems.append(Problem("title", "Give the indicator a title."))
    if not pattern:
        problems.append(Problem("pattern", "Give the pattern that the indicator matches."))
    value: dict[str, object] = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": form.indicator_id,
        "created_by_ref": source,
        "created": form.made,
        "modified": form.made,
        "name": title,
        "pattern": pattern,
        "pattern_type": "stix",
        "valid_from": _time(form, "valid_from", problems) or form.made,
    }
    until = _time(form, "valid_until", problems)
    if until:
        value["valid_until"] = until
    if form.description.strip():
        value["description"] = form.description.strip()
    label = next((known for known in Label if known.value == form.label), None)
    if label is not None:
        value["object_marking_refs"] = [MARKING_OF[label]]
    return orjson.dumps(value)


def _sent(form: ShareForm, problems: list[Problem]) -> bytes:
    """The objects of a bundle or envelope, each with the text it was given in."""
    try:
        envelope = read_envelope(form.bundle.encode())
    except BadEnvelope as error:
        text = str(error) if form.bundle.strip() else "Paste a bundle or an envelope."
        problems.append(Problem("bundle", text))
        return b""
    if envelope.handling is not None:
        text = f"The text holds {KEY}. Take it out and say it in the fields below instead."
        problems.append(Problem("bundle", text))
    return ",".join(received.text for received in envelope.objects).encode()
