"""STIX markings to TLP labels: which definitions count, and what an object is marked (R1).

Only the registry's own TLP definitions count: the four of STIX 2.1 §7.2.1, the five of the
OASIS TLP 2.0 extension, and the widespread AMBER+STRICT id of OpenCTI, on the way in. A
definition that calls itself TLP and disagrees with the registry is refused. Statements and
IEP 2.0 policies are known; everything else is an unknown restriction, and never ignored.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from feeds.errors import ForgedMarking, UnknownMarking, quoted
from feeds.skimming import may_hold
from tlp import Label, TLPError, strictest

TLP_2_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
IEP_2_EXTENSION = "extension-definition--762e2e97-ee51-43e5-a9ea-165fbb862c4a"

TLP_1 = MappingProxyType(
    {
        "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": Label.CLEAR,
        "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": Label.GREEN,
        "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": Label.AMBER,
        "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": Label.RED,
    }
)
TLP_2 = MappingProxyType(
    {
        "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487": Label.CLEAR,
        "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb": Label.GREEN,
        "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421": Label.AMBER,
        "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003": Label.AMBER_STRICT,
        "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1": Label.RED,
    }
)
OPENCTI_AMBER_STRICT = "marking-definition--826578e1-40ad-459f-bc73-ede076f81f37"

REGISTRY: Mapping[str, Label] = MappingProxyType(
    {**TLP_1, **TLP_2, OPENCTI_AMBER_STRICT: Label.AMBER_STRICT}
)
"""Every id that means a TLP label, and the label that it means."""

MARKING_OF: Mapping[Label, str] = MappingProxyType({label: id_ for id_, label in TLP_2.items()})
"""The id that CloudSIRT itself marks with: TLP 2.0's."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What the markings of one object say.

    `own` is the strictest TLP marking of the object as a whole or None, `parts` the strictest of
    its granular ones or None, `others` the ids of markings that are no TLP.
    """

    own: Label | None
    parts: Label | None
    others: tuple[str, ...]

    def effective(self, unmarked: Label) -> Label:
        """R1: the strictest of all; an object without a TLP marking gets `unmarked`."""
        base = self.own if self.own is not None else unmarked
        return base if self.parts is None else strictest((base, self.parts))


Definitions = Callable[[str], Mapping[str, object] | None]
"""Finds a marking definition that the contributor can see, by id."""


def read_markings(value: Mapping[str, object], definition_of: Definitions) -> Marked:
    """What an object's markings say; UnknownMarking names the first that is not known.

    A TLP level inside an IEP policy counts like a TLP marking beside it (IEP 2.0).
    """
    own, others = _labels(_whole_refs(value), definition_of)
    parts, more = _labels(_part_refs(value), definition_of)
    return Marked(
        own=strictest(own) if own else None,
        parts=strictest(parts) if parts else None,
        others=tuple(dict.fromkeys((*others, *more))),
    )


def marking_ids(value: Mapping[str, object]) -> frozenset[str]:
    """Every marking definition that an object refers to."""
    return frozenset((*_whole_refs(value), *_part_refs(value)))


def _whole_refs(value: Mapping[str, object]) -> tuple[str, ...]:
    """The markings of an object as a whole.

    Some products mark what they embed in custom properties; no selector can leave that out, so it
    counts for the whole.
    """
    found = list(_strings(value.get("object_marking_refs")))
    for member in value.values():
        if isinstance(member, dict | list) and may_hold(member, b"object_marking_refs"):
            _collect_embedded(member, found)
    return tuple(dict.fromkeys(found))


def _collect_embedded(node: dict[str, object] | list[object], found: list[str]) -> None:
    if isinstance(node, dict):
        found.extend(_strings(node.get("object_marking_refs")))
    for member in node.values() if isinstance(node, dict) else node:
        if isinstance(member, dict | list):
            _collect_embedded(member, found)


def _part_refs(value: Mapping[str, object]) -> tuple[str, ...]:
    granular = value.get("granular_markings")
    entries = granular if isinstance(granular, list) else []
    return _strings([entry.get("marking_ref") for entry in entries if isinstance(entry, dict)])


def check_definition(value: Mapping[str, object]) -> None:
    """Refuse a marking definition that forges TLP (ForgedMarking) or restricts in a way that
    the platform does not know (UnknownMarking)."""
    id_ = str(value["id"])
    claimed = _claimed_labels(value)
    genuine = REGISTRY.get(id_)
    if genuine is not None:
        if any(label is not genuine for label in claimed) or not claimed:
            raise ForgedMarking(f"{id_} is {genuine}; this definition says something else.")
        return
    if claimed:
        raise ForgedMarking(
            f"{quoted(id_)} calls itself a TLP marking; only the standard's own definitions are."
        )
    if not _is_statement(value) and not _is_iep(value):
        raise UnknownMarking(
            f"The marking {quoted(id_)} is neither TLP, nor a statement, nor an IEP 2.0 policy; "
            f"CloudSIRT cannot honour it, so it does not accept it."
        )


def _labels(
    refs: Iterable[str], definition_of: Definitions
) -> tuple[tuple[Label, ...], tuple[str, ...]]:
    labels: list[Label] = []
    others: list[str] = []
    for ref in refs:
        if ref in REGISTRY:
            labels.append(REGISTRY[ref])
            continue
        definition = definition_of(ref)
        if definition is None:
            raise UnknownMarking(
                f"The marking {quoted(ref)} is not known here: "
                f"send its definition along, or before."
            )
        others.append(ref)
        labels.extend(_iep_label(definition))
    return tuple(labels), tuple(others)


def _claimed_labels(value: Mapping[str, object]) -> list[Label | None]:
    """Every TLP level that a definition claims, in each place where it can; None is nonsense."""
    texts: list[object] = []
    definition = value.get("definition")
    if value.get("definition_type") == "tlp":
        texts.append(definition.get("tlp") if isinstance(definition, dict) else None)
    elif isinstance(definition, dict) and "tlp" in definition:
        texts.append(definition["tlp"])
    extension = _extension(value, TLP_2_EXTENSION)
    if extension is not None:
        texts.append(extension.get("tlp_2_0"))
    name = value.get("name")
    if isinstance(name, str) and name.strip().casefold().startswith("tlp:"):
        texts.append(name)
    return [_label_or_none(text) for text in texts]


def _label_or_none(text: object) -> Label | None:
    try:
        return Label.parse(text) if isinstance(text, str) else None
    except TLPError:
        return None


def _is_statement(value: Mapping[str, object]) -> bool:
    definition = value.get("definition")
    return (
        value.get("definition_type") == "statement"
        and isinstance(definition, dict)
        and set(definition) == {"statement"}
        and not value.get("extensions")
    )


def _is_iep(value: Mapping[str, object]) -> bool:
    extensions = value.get("extensions")
    return (
        isinstance(extensions, dict)
        and set(extensions) == {IEP_2_EXTENSION}
        and all(label is not None for label in _iep_label(value))
    )


def _iep_label(value: Mapping[str, object]) -> tuple[Label, ...]:
    extension = _extension(value, IEP_2_EXTENSION)
    if extension is None or "tlp" not in extension:
        return ()
    label = _label_or_none(extension["tlp"])
    if label is None:
        name = quoted(str(value.get("id")))
        raise UnknownMarking(f"The IEP policy {name} names an unknown TLP level.")
    return (label,)


def _extension(value: Mapping[str, object], key: str) -> Mapping[str, object] | None:
    extensions = value.get("extensions")
    found = extensions.get(key) if isinstance(extensions, dict) else None
    return found if isinstance(found, dict) else None


def _strings(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
