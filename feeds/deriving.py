"""Builds the derivative of one stored object for one channel, or finds that there can be none.

What is left out: parts whose granular marking excludes the channel (R1), references to what is
not there (R8), the source where it is not to be named (R6). What is built is labelled with the
strictest label of what is left, and checked for personal data before it may enter an outer
perimeter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from feeds import timestamps
from feeds.derivatives import Imprint, derivative, deterministic_id
from feeds.errors import InvalidObject
from feeds.markings import MARKING_OF, REGISTRY
from feeds.paths import Path, resolve
from feeds.personal import scan
from feeds.reaching import Hidden
from feeds.references import Treatment, references_of
from feeds.validation import validate
from tlp import Channel, ChannelKind, Handling, Label, Perimeter, reach, strictest
from tlp.overlap import Homes, is_covered


@dataclass(frozen=True, slots=True)
class Workshop:
    """Who makes derivatives: CloudSIRT's own identity, and the key that their ids come from."""

    creator: str
    key: bytes


@dataclass(frozen=True, slots=True)
class Original:
    """What is needed of a stored object; `handling` is under its own label, without times."""

    stix_id: str
    organisation: str
    own_identity: str
    label: Label
    handling: Handling
    is_cleared: bool
    content: bytes


@dataclass(frozen=True, slots=True)
class Derived:
    """A derivative, ready to be stored."""

    stix_id: str
    label: Label
    value: Mapping[str, Any]
    content: bytes


def derive(
    original: Original,
    channel: Channel,
    hidden: Hidden,
    homes: Homes,
    workshop: Workshop,
    modified: str,
) -> Derived | None:
    """The derivative for a channel; None where nothing valid, or nothing allowed, is left.

    `modified` is a STIX timestamp. The id depends on the original and the channel alone, so
    later versions of the derivative keep it.
    """
    value = orjson.loads(original.content)
    parts = _parts(value, original)
    shown = [label for label, _ in parts if _is_open(label, channel, original, homes)]
    hidden_parts = [path for label, paths in parts if label not in shown for path in paths]
    if any(path is None for path in hidden_parts):
        return None
    pruned = _pruned(value, hidden, original)
    if not hidden_parts and not pruned and not hidden.source and not hidden.targets:
        return None
    label = strictest((original.handling.label, *shown))
    made = derivative(
        value,
        _imprint(value, original, channel, hidden, workshop, label, modified),
        hidden=[path for path in hidden_parts if path is not None],
        pruned=pruned,
        is_valid=_is_valid,
    )
    if made is None or (_is_outer(channel) and not original.is_cleared and scan(made)):
        return None
    return Derived(str(made["id"]), label, made, orjson.dumps(made))


def _parts(value: Mapping[str, Any], original: Original) -> list[tuple[Label, list[Path | None]]]:
    """The granularly marked parts with their labels; None for a selector that hits nothing."""
    own = original.handling.label
    known = [
        REGISTRY[entry["marking_ref"]]
        for entry in value.get("granular_markings", [])
        if entry.get("marking_ref") in REGISTRY
    ]
    other = original.label if original.label > strictest((own, *known)) else own
    return [
        (
            strictest((own, REGISTRY.get(entry["marking_ref"], other))),
            [resolve(value, selector) for selector in entry["selectors"]],
        )
        for entry in value.get("granular_markings", [])
        if "marking_ref" in entry
    ]


def _is_open(label: Label, channel: Channel, original: Original, homes: Homes) -> bool:
    """Whether a part of this label may be seen in the channel, recipients considered."""
    handling = original.handling
    if label is Label.RED and not handling.recipients:
        return False
    opened = reach(Handling(label, handling.organisation, handling.person, handling.recipients))
    return is_covered(channel, frozenset(opened), homes)


def _pruned(value: Mapping[str, Any], hidden: Hidden, original: Original) -> list[Path]:
    unseen = set(hidden.targets)
    if hidden.source:
        unseen.add(original.own_identity)
    return [
        reference.path
        for reference in references_of(value)
        if reference.treatment is Treatment.PRUNED and reference.target in unseen
    ]


def _imprint(
    value: Mapping[str, Any],
    original: Original,
    channel: Channel,
    hidden: Hidden,
    workshop: Workshop,
    label: Label,
    modified: str,
) -> Imprint:
    identity = deterministic_id(
        str(value["type"]),
        workshop.key,
        original.organisation,
        original.stix_id,
        channel.name,
    )
    created = str(value.get("created", modified))
    creator_is_hidden = value.get("created_by_ref") in hidden.targets
    return Imprint(
        id=identity,
        creator=workshop.creator,
        created=created,
        modified=_later(created, modified),
        label_marking=MARKING_OF[label],
        other_markings=tuple(
            ref for ref in value.get("object_marking_refs", []) if ref not in REGISTRY
        ),
        source_named=not hidden.source and not creator_is_hidden,
    )


def _later(created: str, modified: str) -> str:
    """A source whose clock is ahead of ours dates an object after its arrival (STIX §3.6)."""
    return max(created, modified, key=timestamps.parse)


def _is_valid(value: Mapping[str, object]) -> bool:
    try:
        validate(value)
    except InvalidObject:
        return False
    return True


def _is_outer(channel: Channel) -> bool:
    outer = (Perimeter.RESEARCH.value, Perimeter.PUBLIC.value)
    return channel.kind is ChannelKind.PERIMETER and channel.holder in outer
