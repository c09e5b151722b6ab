"""What a contributor releases instead of an object that was asked for: a first draft (R10).

The original stays as it is. The draft is an object of its own, under the label that the
contributor chose: a new id and new times, its creator named or not (R6), without the parts that
are marked more strictly than that label and without references to what its readers cannot see.
Whoever decides goes on from there, and may change anything.

Pure. Not here: what the wider audience can see; what becomes of the edition, which is an ordinary
submission.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from feeds.errors import InvalidObject
from feeds.markings import MARKING_OF, REGISTRY
from feeds.paths import Path, resolve
from feeds.redaction import redact
from feeds.references import Treatment, references_of
from feeds.validation import validate
from tlp import Label, strictest

_REPLACED = frozenset(
    {"id", "created_by_ref", "created", "modified", "object_marking_refs", "granular_markings"}
)


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what the edition goes out. `creator` is the identity to name, or None; `at` a STIX
    timestamp; `unseen` are the ids named in the object that its readers cannot see, the source's
    own identity among them where nobody is to be named."""

    id: str
    label: Label
    creator: str | None
    at: str
    unseen: frozenset[str]


@dataclass(frozen=True, slots=True)
class Edition:
    """A draft, the places of what it leaves out, and the ids that it cannot do without though
    its readers cannot see them. `is_whole` is false where leaving out has made it invalid, or
    has left traces: then the rest has to be written anew."""

    value: Mapping[str, object]
    left_out: tuple[str, ...]
    needed: tuple[str, ...]
    is_whole: bool


def edition(value: Mapping[str, object], label: Label, effective: Label, terms: Terms) -> Edition:
    """The draft for an object; `label` is its own, `effective` the strictest of all its parts."""
    hidden = _stricter_parts(value, label, effective, terms.label)
    named = [item for item in references_of(value) if item.target in terms.unseen]
    pruned = [item.path for item in named if item.treatment is Treatment.PRUNED]
    base = _imprinted(value, terms)
    whole = redact(base, hidden=hidden, pruned=pruned, is_valid=_is_valid)
    kept = whole or redact(base, hidden=hidden, pruned=pruned, is_valid=_is_anything)
    cut = {path[0] for path in (*hidden, *pruned)}
    return Edition(
        value=kept or {name: member for name, member in base.items() if name not in cut},
        left_out=tuple(sorted({".".join(map(str, path)) for path in (*hidden, *pruned)})),
        needed=tuple(sorted({item.target for item in named if item.treatment is Treatment.BOUNDS})),
        is_whole=whole is not None,
    )


def _stricter_parts(
    value: Mapping[str, object], own: Label, effective: Label, chosen: Label
) -> list[Path]:
    """The parts that a granular marking closes to the readers of the chosen label.

    A marking that is no TLP may be a policy that says what TLP would: where the strictest label
    comes from nowhere else, it comes from there.
    """
    granular = value.get("granular_markings")
    entries = [
        entry
        for entry in (granular if isinstance(granular, list) else [])
        if isinstance(entry, Mapping) and "marking_ref" in entry
    ]
    known = [REGISTRY[ref] for entry in entries if (ref := entry["marking_ref"]) in REGISTRY]
    other = effective if effective > strictest((own, *known)) else chosen
    found = [
        resolve(value, selector)
        for entry in entries
        if REGISTRY.get(entry["marking_ref"], other) > chosen
        for selector in entry["selectors"]
    ]
    return [path for path in found if path is not None and path[0] not in _REPLACED]


def _imprinted(value: Mapping[str, object], terms: Terms) -> dict[str, object]:
    made = {name: member for name, member in value.items() if name not in _REPLACED}
    head: dict[str, object] = {
        name: made.pop(name) for name in ("type", "spec_version") if name in made
    }
    head["id"] = terms.id
    if "created" in value:
        if terms.creator is not None:
            head["created_by_ref"] = terms.creator
        head |= {"created": terms.at, "modified": terms.at}
    return {**head, "object_marking_refs": [MARKING_OF[terms.label]], **made}


def _is_valid(value: Mapping[str, object]) -> bool:
    try:
        validate(value)
    except InvalidObject:
        return False
    return True


def _is_anything(value: Mapping[str, object]) -> bool:
    """What is not valid any more can still be completed by whoever edits it."""
    return bool(value)
