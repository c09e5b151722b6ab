"""Derivatives: the object that a channel gets where the original may not go as it is.

Sources: STIX 2.1 sections 2.9 and 3.4 (ids), 3.5 (creator), 3.6 (a change by somebody else is a
new object) and CloudSIRT's rule R7. A derivative has its own stable id, CloudSIRT as its creator,
the label of what is left, and is valid STIX by itself. Nothing in it leads back to the original:
its id cannot be computed from the original's without a key, and the original's id, or the source's
where the source stays unnamed, occurs nowhere in it.

Not here: what is hidden from whom and which label is left; who sees the `derived-from`
relationship (only those who see the original).
"""

import hmac
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from feeds.markings import REGISTRY
from feeds.paths import Path, parse
from feeds.redaction import redact, withholds
from feeds.references import Treatment, references_of

SHORTEST_KEY = 16
"""Bytes; with less, ids could be found by trying keys."""

_DEFINITIONS = frozenset({"marking-definition", "extension-definition", "bundle"})
_WITHOUT_RELATIONSHIPS = _DEFINITIONS | {"relationship", "sighting", "language-content"}
_REPLACED = frozenset(
    {"id", "created_by_ref", "created", "modified", "object_marking_refs", "granular_markings"}
)


@dataclass(frozen=True, slots=True)
class Imprint:
    """What CloudSIRT puts on a derivative in place of what the source had put there.

    Times are STIX timestamps in UTC. `created` stays the same in all versions of a derivative.
    `other_markings` are the original's object markings that are not TLP. Where `source_named` is
    false, the id of the original's creator may not occur anywhere in the derivative.
    """

    id: str
    creator: str
    created: str
    modified: str
    label_marking: str
    other_markings: tuple[str, ...] = ()
    source_named: bool = False


def deterministic_id(kind: str, namespace_key: bytes, *parts: str) -> str:
    """The same id for the same parts, in the form of a random UUID (version 4).

    Without the key it cannot be computed from the parts, nor told from a random one.
    """
    if len(namespace_key) < SHORTEST_KEY:
        raise ValueError(f"A namespace key has at least {SHORTEST_KEY} bytes.")
    # Each part goes in with its length, so that ("ab", "c") and ("a", "bc") differ.
    encoded = [part.encode() for part in (kind, *parts)]
    message = b"".join(len(part).to_bytes(8, "big") + part for part in encoded)
    digest = hmac.digest(namespace_key, message, "sha256")
    return f"{kind}--{uuid.UUID(bytes=digest[:16], version=4)}"


def derivative(
    value: Mapping[str, object],
    imprint: Imprint,
    *,
    hidden: Iterable[Path],
    pruned: Iterable[Path],
    is_valid: Callable[[Mapping[str, object]], bool],
) -> dict[str, object] | None:
    """The object as its own derivative without its hidden parts, or None to withhold it.

    Granular TLP markings are left out, since the imprint labels all that is left. A definition
    never has a derivative.
    """
    kind, source = str(value.get("type")), value.get("created_by_ref")
    if not imprint.id.startswith(f"{kind}--"):
        raise ValueError("A derivative has the type of its original.")
    asked = frozenset(hidden)
    paths = {path for path in asked if path[:1] != ("created_by_ref",)}
    if kind in _DEFINITIONS or any(withholds(value, path) for path in paths):
        return None
    unnamed = not imprint.source_named or len(paths) < len(asked)
    original = str(value.get("id"))
    secrets = {original, original.rpartition("--")[2]}
    loose = {path for path in pruned if path[:1] != ("created_by_ref",)}
    if unnamed and isinstance(source, str) and source != imprint.creator:
        secrets.add(source)
        loose |= _prunable(value, source)
    return redact(
        _imprinted(value, imprint),
        hidden=paths,
        pruned=loose,
        is_valid=is_valid,
        secrets=secrets,
    )


def derived_from(
    relationship_id: str,
    *,
    derivative_id: str,
    original_id: str,
    creator: str,
    at: str,
    markings: tuple[str, ...],
) -> dict[str, object] | None:
    """The relationship from a derivative to its original, as strictly marked as the original.

    None for types that STIX relates to nothing (section 5.1): relationships, sightings and meta
    objects. `at` is a STIX timestamp.
    """
    if original_id.partition("--")[0] in _WITHOUT_RELATIONSHIPS:
        return None
    return {
        "type": "relationship",
        "spec_version": "2.1",
        "id": relationship_id,
        "created_by_ref": creator,
        "created": at,
        "modified": at,
        "relationship_type": "derived-from",
        "source_ref": derivative_id,
        "target_ref": original_id,
        "object_marking_refs": list(markings),
    }


def _prunable(value: Mapping[str, object], target: str) -> set[Path]:
    """The references to `target` that can be left out."""
    return {
        reference.path
        for reference in references_of(value)
        if reference.target == target and reference.treatment is Treatment.PRUNED
    }


def _imprinted(value: Mapping[str, object], imprint: Imprint) -> dict[str, object]:
    """The original with everything replaced that a derivative has of its own."""
    made: dict[str, object] = {**value, "id": imprint.id}
    # Observables have no creator and no times (section 3.2), unless their producer gave them some.
    versioned = "created" in value
    for name in ("created_by_ref", "created", "modified"):
        if versioned or name in value:
            made[name] = imprint.creator if name == "created_by_ref" else getattr(imprint, name)
    made["object_marking_refs"] = list(
        dict.fromkeys((imprint.label_marking, *imprint.other_markings))
    )
    made.pop("granular_markings", None)
    granular = _granular_left(value.get("granular_markings"))
    if granular:
        made["granular_markings"] = granular
    return made


def _granular_left(markings: object) -> list[dict[str, object]]:
    """The granular markings that are not TLP, without selectors of what has been replaced.

    The markings are those of an object that passed validation.
    """
    left: list[dict[str, object]] = []
    for entry in markings if isinstance(markings, list) else []:
        if entry.get("marking_ref") in REGISTRY:
            continue
        paths = {selector: parse(selector) for selector in entry["selectors"]}
        selectors = [s for s, path in paths.items() if not path or path[0] not in _REPLACED]
        if selectors:
            left.append({**entry, "selectors": selectors})
    return left
