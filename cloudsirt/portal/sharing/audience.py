"""A preview as people read it: who would get what, from when, how many that is, and why not.

Objects that fare alike are shown together, so that a bundle of a thousand fits on a page.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cloudsirt.addressing import Addressee
from cloudsirt.portal.chrome import label_class, perimeter_text
from cloudsirt.previewing import Foreseen, Preview
from feeds import timestamps
from feeds.forecasts import Absence, Step
from feeds.statuses import Line
from feeds.titles import type_text
from tlp import Label, Perimeter, RecipientKind


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One thing that happens: from when (None: at once), what is got, and what a person has to
    look at first, if anything."""

    since: datetime | None
    what: str
    check: str


@dataclass(frozen=True, slots=True)
class ShownAudience:
    """One audience: its steps, or why there are none, and how many organisations it is."""

    name: str
    steps: tuple[ShownStep, ...]
    why_not: str
    size: str


@dataclass(frozen=True, slots=True)
class ShownObject:
    """One object of a group."""

    id: str
    title: str
    type_text: str
    note: str


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """Objects of one label that the same audiences get in the same way."""

    label: str
    label_class: str
    objects: tuple[ShownObject, ...]
    audiences: tuple[ShownAudience, ...]


@dataclass(frozen=True, slots=True)
class ShownLine:
    """An object that is refused, or is here already, and what there is to say of it."""

    id: str
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class ShownPreview:
    """Everything that the page says before something is shared."""

    summary: str
    groups: tuple[ShownGroup, ...]
    repeated: tuple[ShownLine, ...]
    refused: tuple[ShownLine, ...]


_WHY_NOT = {
    Absence.SOURCE: "It is about your organisation, which you want unnamed there.",
    Absence.PARTS: "What is left without its more strictly marked parts cannot go there.",
    Absence.REFERENCES: "What it names does not go there.",
    Absence.SUCCESSION: "A later version, which you shared before, does not go there.",
}
_RED = "TLP:RED reaches named recipients only."


def shown_preview(preview: Preview) -> ShownPreview:
    """A preview as the page shows it."""
    groups: dict[tuple[Label, tuple[ShownAudience, ...]], list[ShownObject]] = {}
    for item in preview.new:
        audiences = tuple(_audiences(preview, item))
        groups.setdefault((item.examined.label, audiences), []).append(_object(item))
    return ShownPreview(
        summary=_summary(len(preview.new), len(preview.repeated), len(preview.refused)),
        groups=tuple(
            ShownGroup(str(label), label_class(label), tuple(objects), audiences)
            for (label, audiences), objects in groups.items()
        ),
        repeated=_lines(preview, preview.repeated),
        refused=_lines(preview, preview.refused),
    )


def for_a_form(message: str) -> str:
    """A refusal for somebody who fills in a form and writes no envelope."""
    return f"{_RED} Name at least one." if message.startswith(_RED) else message


def _lines(preview: Preview, lines: Sequence[Line]) -> tuple[ShownLine, ...]:
    return tuple(
        ShownLine(line.id, for_a_form(line.message), preview.titles.get(line.id, ""))
        for line in lines
    )


def _summary(new: int, repeated: int, refused: int) -> str:
    parts = [f"{_counted(new, 'object')} would be shared"] if new else []
    if repeated:
        parts.append(f"{_counted(repeated, 'object')} would change nothing")
    if refused:
        parts.append(f"{_counted(refused, 'object')} would be refused")
    return f"{'; '.join(parts)}. Nothing has been shared or stored yet."


def _object(item: Foreseen) -> ShownObject:
    found = item.examined
    return ShownObject(found.id, found.title, type_text(found.type), found.note)


def _audiences(preview: Preview, item: Foreseen) -> Iterator[ShownAudience]:
    yield from _own(preview, item)
    if preview.named:
        yield from _recipients(preview, item)
        text = "Nobody gets it but those whom you name."
        yield ShownAudience("Everybody else", (), text, "None")
        return
    for perimeter in Perimeter:
        yield _perimeter(preview, item, perimeter)


def _own(preview: Preview, item: Foreseen) -> Iterator[ShownAudience]:
    """Whoever shares something always has it; of TLP:RED the person alone (R3)."""
    mine, ours = preview.poster_steps(item), preview.colleague_steps(item)
    if mine != ours:
        yield ShownAudience("You", _steps(item, mine, is_named=True), "", "Only you")
    yield ShownAudience(
        name="Your organisation",
        steps=_steps(item, ours, is_named=True),
        why_not="" if ours else "Of TLP:RED only those whom you name.",
        size="Yours" if ours else "None",
    )


def _perimeter(preview: Preview, item: Foreseen, perimeter: Perimeter) -> ShownAudience:
    found = preview.perimeter_steps(item, perimeter)
    why_not = ""
    if not found:
        absence = preview.why_absent(item, perimeter)
        label = item.examined.own_label
        why_not = _WHY_NOT.get(absence, f"{label} does not go there.")
    size = _size(perimeter, preview.sizes[perimeter]) if found else "None"
    steps = _steps(item, found, is_named=preview.is_source_named(perimeter))
    return ShownAudience(perimeter_text(perimeter), steps, why_not, size)


def _size(perimeter: Perimeter, count: int) -> str:
    if perimeter is Perimeter.PUBLIC:
        return "Everyone"
    what = "member organisation" if perimeter is Perimeter.MEMBERS else "working group"
    return f"{_counted(count, what)} now, and those that join later"


def _recipients(preview: Preview, item: Foreseen) -> Iterator[ShownAudience]:
    """The named recipients, those together who get the same."""
    together: dict[tuple[str, Perimeter, tuple[Step, ...]], list[Addressee]] = {}
    for addressee in preview.named:
        staff = preview.recipient_steps(item, addressee)
        contacts = preview.contact_steps(item, addressee)
        if contacts == staff:
            fares = [("", staff)]
        else:
            fares = [(" (its incident contacts)", contacts), (" (its other staff)", staff)]
        for who, found in fares:
            if found or not contacts:
                together.setdefault((who, addressee.perimeter, found), []).append(addressee)
    for (who, perimeter, found), addressees in together.items():
        yield ShownAudience(
            name="; ".join(preview.names[named.recipient.id] + who for named in addressees),
            steps=_steps(item, found, is_named=preview.is_source_named(perimeter)),
            why_not="" if found else "It names something that they may not see.",
            size=_only(addressees) if found else "None",
        )


def _only(addressees: Sequence[Addressee]) -> str:
    people = sum(who.recipient.kind is RecipientKind.PERSON for who in addressees)
    organisations = len(addressees) - people
    parts = [_counted(organisations, "organisation")] if organisations else []
    if people:
        parts.append("1 person" if people == 1 else f"{people} people")
    only = "this" if len(addressees) == 1 else "these"
    return f"Only {only}: {' and '.join(parts)}"


def _steps(item: Foreseen, found: Sequence[Step], *, is_named: bool) -> tuple[ShownStep, ...]:
    return tuple(
        ShownStep(
            since=None if step.since is None else timestamps.to_datetime(step.since),
            what=_what(step, is_named=is_named),
            check=_check(item) if step.after_check else "",
        )
        for step in found
    )


def _what(step: Step, *, is_named: bool) -> str:
    naming = "with" if is_named else "without"
    whose = f"{naming} your organisation’s name"
    if not step.shape.is_derivative:
        return f"as it is, {whose}"
    made = f"as a derivative made by CloudSIRT, marked {step.shape.label}, {whose}"
    lacks = step.shape.left_out
    return f"{made}; left out: {', '.join(lacks)}" if lacks else made


def _check(item: Foreseen) -> str:
    """What a person has to look at first (bylaws: personal and financial data)."""
    findings = item.examined.findings
    if not findings:
        return "the personal data in what it names"
    places = {
        f"{finding.kind.value} in {'.'.join(map(str, finding.path))} ({finding.excerpt})"
        for finding in findings
    }
    return f"the personal data found: {'; '.join(sorted(places))}"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
