"""MISP events as STIX 2.1, by MISP's own converter, with what it leaves open closed.

`misp-stix` does the conversion; it comes with the extra `cloudsirt[misp]` and is imported when it
is needed. What is decided here is what a MISP event restricts:

  1  an event for its own organisation or for a sharing group alone is not taken, nor is such an
     attribute or object of another event
  2  the TLP tags of an event mark everything from it, those of an attribute everything made
     from the attribute; a TLP tag that is not known refuses the event
  3  an object that events share (a galaxy cluster, an organisation) gets the same times
     each time, so that it is the same object each time
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import orjson

from cloudsirt.errors import SourceRefused
from cloudsirt.importing.items import ASSUMED_TIME, Item, Left, Made, checked
from cloudsirt.importing.stix21 import rank_of
from feeds.errors import quoted
from feeds.markings import MARKING_OF, REGISTRY
from tlp import Label, TLPError, strictest

Convert = Callable[[Mapping[str, Any]], tuple[list[dict[str, Any]], list[str]]]
"""The STIX objects of one event, and what went wrong."""

_CLOSED: Final = {"0": "its own organisation only", "4": "a sharing group only"}
_SHARED: Final = frozenset(
    "attack-pattern campaign course-of-action identity intrusion-set location malware "
    "threat-actor tool vulnerability".split()
)
_MISSING: Final = (
    "MISP events need the package misp-stix: install `cloudsirt[misp]` (or export STIX 2.1 from "
    "MISP, and import that)."
)


def converter() -> Convert:
    """MISP's own converter; SourceRefused where it is not installed."""
    try:
        # Optional: an extra of the package, and the slowest import of all.
        from misp_stix_converter import MISPtoSTIX21Parser  # noqa: PLC0415
    except ImportError as error:
        raise SourceRefused(_MISSING) from error

    def convert(event: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
        parser = MISPtoSTIX21Parser()
        parser.parse_misp_event({"Event": event})
        found = [orjson.loads(item.serialize()) for item in parser.stix_objects]
        return found, [text for texts in parser.errors.values() for text in texts]

    return convert


def events_in(document: Any) -> list[Mapping[str, Any]]:
    """The events of one JSON document, as MISP exports, feeds and its API write them."""
    if isinstance(document, dict) and "response" in document:
        document = document["response"]
    entries = document if isinstance(document, list) else [document]
    events = [entry.get("Event") for entry in entries if isinstance(entry, dict)]
    found: list[Mapping[str, Any]] = [event for event in events if isinstance(event, dict)]
    if len(found) != len(entries):
        raise SourceRefused("This holds something else than MISP events.")
    return found


def items(event: Mapping[str, Any], convert: Convert) -> Iterator[Item]:
    """Everything of one event that may be shared."""
    name = f"event {quoted(str(event.get('uuid')))}"
    closed = _CLOSED.get(str(event.get("distribution", "")))
    if closed is not None:
        yield Left(name, f"In MISP it is for {closed}; change its distribution there first.")
        return
    lefts: list[Item] = []
    try:
        open_event = opened(event, lefts)
        labels = _Labels(open_event)
        objects, errors = convert(open_event)
    except TLPError as error:
        yield Left(name, str(error))
        return
    except Exception as error:  # a foreign library on foreign data: it must not end the import
        yield Left(name, f"It cannot be converted ({quoted(type(error).__name__)}).")
        return
    yield from lefts
    yield from (Left(name, quoted(text)) for text in errors)
    for value in sorted(objects, key=rank_of):
        if value.get("id") not in REGISTRY:
            yield _item(value, labels)


def opened(event: Mapping[str, Any], lefts: list[Item]) -> dict[str, Any]:
    """The event without what is for fewer than the event is."""
    found = dict(event)
    for kind in ("Attribute", "Object"):
        kept = []
        for part in event.get(kind) or ():
            closed = _CLOSED.get(str(part.get("distribution", "")))
            if closed is None:
                kept.append(opened(part, lefts) if kind == "Object" else part)
            else:
                reason = f"In MISP it is for {closed}."
                lefts.append(Left(f"{kind.lower()} {quoted(str(part.get('uuid')))}", reason))
        if kind in found:
            found[kind] = kept
    return found


class _Labels:
    """Which label everything made from an event gets; UnknownLabel for a tag of no TLP label."""

    def __init__(self, event: Mapping[str, Any]) -> None:
        self.event = _strictest(_tagged(event))
        self._by_uuid = {str(event.get("uuid")): self.event}
        for attribute in event.get("Attribute") or ():
            self._note(attribute, _tagged(attribute))
        for part in event.get("Object") or ():
            inner = part.get("Attribute") or ()
            whole = [label for one in inner for label in _tagged(one)]
            self._note(part, whole)
            for one in inner:
                self._note(one, whole)
        self._all = _strictest([one for one in self._by_uuid.values() if one is not None])

    def of(self, value: Mapping[str, Any]) -> Label | None:
        """The label of one STIX object; what cannot be traced gets the strictest of all."""
        if value["type"] == "relationship":
            ends = [self._traced(str(value[name])) for name in ("source_ref", "target_ref")]
            return _strictest([label for label in ends if label is not None])
        return self._traced(str(value["id"]))

    def is_shared(self, value: Mapping[str, Any]) -> bool:
        """Whether an object stands for something that other events have too."""
        return value["type"] in _SHARED and _uuid(str(value["id"])) not in self._by_uuid

    def _traced(self, id_: str) -> Label | None:
        stix_type, _, uuid = id_.partition("--")
        known = self._by_uuid.get(uuid, self._all)
        return self.event if stix_type in _SHARED and uuid not in self._by_uuid else known

    def _note(self, part: Mapping[str, Any], labels: list[Label]) -> None:
        own = [*labels, *([self.event] if self.event is not None else [])]
        self._by_uuid[str(part.get("uuid"))] = _strictest(own)


def _tagged(part: Mapping[str, Any]) -> list[Label]:
    names = [str(tag.get("name", "")) for tag in part.get("Tag") or ()]
    return [Label.parse(name) for name in names if name.casefold().startswith("tlp:")]


def _strictest(labels: list[Label]) -> Label | None:
    return strictest(labels) if labels else None


def _uuid(id_: str) -> str:
    return id_.partition("--")[2]


def _item(value: dict[str, Any], labels: _Labels) -> Item:
    label = None if value["type"] == "identity" else labels.of(value)
    if label is not None:
        others = [ref for ref in value.get("object_marking_refs", ()) if ref not in REGISTRY]
        value = {**value, "object_marking_refs": [MARKING_OF[label], *others]}
    if labels.is_shared(value):
        times: dict[str, Any] = {
            name: ASSUMED_TIME for name in ("created", "modified") if name in value
        }
        value = {**value, **times}
    assumed = {"created"} & set(value)
    return checked(Made(value, frozenset(assumed)), str(value.get("id")))
