"""Redaction: an object without the parts that a reader may not see, or nothing at all.

Sources: STIX 2.1 sections 3.2 (no empty lists), 7.2.3 (selectors) and CloudSIRT's rules R7 and R8.
What comes out is a different representation, which STIX forbids under the same id and version
(section 3.6): `feeds.derivatives` gives it its own.

Whatever is doubtful is withheld:

* What says what the object is, whether it still holds, or how it may be handled cannot be hidden
  alone: hiding it hides the object. (Dropping a marking would free what it restricts.)
* The same secret in two places: a hidden text of four characters or more that still occurs in
  what is left, be it in another case, with escapes or defanged. Places that hold only what the
  object is by type (`type`, `spec_version`, `id`, `pattern_type`, `extension_type`, the type
  within the id of another object) or how it is marked do not count. Numbers, booleans, shorter
  texts, names of properties and keys that look like them are not searched for, because they occur
  everywhere. A paraphrase cannot be found.

Not here: which parts are hidden from whom, and what a valid object is; both are arguments.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping

from feeds.folding import fold
from feeds.paths import Path, render, resolve, value_at
from feeds.references import WHOLE, is_id, rows_with_carrier

SHORTEST_SECRET = 4
"""Characters; a shorter hidden text would be found in nearly every object."""

_WITHHOLD = frozenset(
    {
        "id",
        "type",
        "spec_version",
        "created",
        "modified",
        "revoked",
        "object_marking_refs",
        "granular_markings",
    }
)
_TYPE_OR_MARKING = frozenset(
    {"id", "type", "spec_version", "pattern_type", "object_marking_refs", "granular_markings"}
)
_HASH_NAMES = frozenset({"MD5", "SHA-1", "SHA-256", "SHA-512", "SHA3-256", "SHA3-512"})
_LIKE_A_PROPERTY = re.compile(r"[a-z0-9_-]+")


def redact(
    value: Mapping[str, object],
    *,
    hidden: Iterable[Path],
    pruned: Iterable[Path],
    is_valid: Callable[[Mapping[str, object]], bool],
    secrets: Iterable[str] = (),
) -> dict[str, object] | None:
    """The object without its hidden parts and pruned references, or None to withhold it.

    `secrets` are further texts that may occur nowhere in what is left. Raises LookupError for a
    path that leads nowhere: it is a mistake of the caller, and ignoring it could show something.
    """
    paths = (*hidden, *pruned)
    unsaid = {*secrets, *(text for path in paths for text in _texts(value_at(value, path)))}
    gone = _everything_gone(value, paths)
    if any(withholds(value, path) for path in gone):
        return None
    remarked = _remarked(value, gone)
    if remarked is None:
        return None
    kept = {
        name: _without(member, (name,), gone)
        for name, member in value.items()
        if (name,) not in gone
    }
    if remarked:
        kept["granular_markings"] = remarked
    else:
        kept.pop("granular_markings", None)
    if _still_says(kept, unsaid) or not is_valid(kept):
        return None
    return kept


def withholds(value: Mapping[str, object], path: Path) -> bool:
    """Whether hiding this part hides the whole object, whatever validity says."""
    if not path or path[0] in _WITHHOLD:
        return True
    if value.get("type") == "indicator":
        return path[0] == "pattern"
    # Members of the deprecated `objects` refer to each other by key.
    return value.get("type") == "observed-data" and path[0] == "objects" and len(path) <= 2


def _everything_gone(value: Mapping[str, object], paths: tuple[Path, ...]) -> frozenset[Path]:
    """The paths asked for, and whatever cannot stand once they are gone."""
    gone = set(paths)
    _add_emptied(value, (), gone)
    for row in rows_with_carrier(str(value.get("type"))):
        filled = tuple(row.place.removesuffix(".[]").split("."))
        carrier = () if row.carrier == WHOLE else tuple(str(row.carrier).split("."))
        if filled in gone:
            gone.add(carrier)
    _add_emptied(value, (), gone)
    return frozenset(gone)


def _add_emptied(node: object, path: Path, gone: set[Path]) -> bool:
    """Add each list or dictionary that loses its last member; says whether `node` is gone."""
    if path not in gone:
        members = _members(node)
        # A list, not a generator: every member must be visited.
        lost = [_add_emptied(member, (*path, step), gone) for step, member in members]
        if lost and all(lost):
            gone.add(path)
    return path in gone


def _without(node: object, path: Path, gone: frozenset[Path]) -> object:
    """A deep copy of `node` without what is gone beneath it."""
    kept = {
        step: _without(member, (*path, step), gone)
        for step, member in _members(node)
        if (*path, step) not in gone
    }
    if isinstance(node, list):
        return list(kept.values())
    return kept if isinstance(node, Mapping) else node


def _remarked(value: Mapping[str, object], gone: frozenset[Path]) -> list[dict[str, object]] | None:
    """The granular markings, each selector at the facts it had; None if one cannot be kept."""
    entries: list[dict[str, object]] = []
    taken = _taken(gone)
    markings = value.get("granular_markings", [])
    for entry in markings if isinstance(markings, list) else [None]:
        if not isinstance(entry, Mapping) or not isinstance(entry.get("selectors"), list):
            return None
        selectors: list[str] = []
        for selector in entry["selectors"]:
            path = resolve(value, selector) if isinstance(selector, str) else None
            if path is None or (gone and path[0] == "granular_markings"):
                return None
            there = _moved(path, gone, taken)
            if there is not None:
                selectors.append(render(there))
        if selectors:
            entries.append({**entry, "selectors": selectors})
    return entries


def _moved(path: Path, gone: frozenset[Path], taken: Mapping[Path, list[int]]) -> Path | None:
    """Where the same part stands once `gone` is gone; None if it is among what is gone."""
    steps: list[str | int] = []
    for depth, step in enumerate(path):
        before = path[:depth]
        if (*before, step) in gone:
            return None
        # An index falls by the number of items taken out before it.
        steps.append(
            step - bisect_left(taken.get(before, []), step) if isinstance(step, int) else step
        )
    return tuple(steps)


def _taken(gone: frozenset[Path]) -> dict[Path, list[int]]:
    """The indices gone from each list, in order."""
    taken: dict[Path, list[int]] = {}
    for path in gone:
        if isinstance(path[-1], int):
            taken.setdefault(path[:-1], []).append(path[-1])
    return {path: sorted(indices) for path, indices in taken.items()}


def _still_says(kept: Mapping[str, object], secrets: set[str]) -> bool:
    """Whether any of the secrets can be read in what is left."""
    exact = {text for text in secrets if len(text) >= SHORTEST_SECRET}
    sought = exact | {text for text in map(_folded, exact) if len(text) >= SHORTEST_SECRET}
    if not sought:
        return False
    ids = {text for text in sought if is_id(text)}
    words = sought - ids
    return any(
        _tells(form, ids, words)
        for name, member in kept.items()
        if name not in _TYPE_OR_MARKING
        for text in _texts(member)
        for form in (text, _folded(text))
    )


def _tells(text: str, ids: set[str], words: set[str]) -> bool:
    """Whether a text has a secret in it; the type that an id begins with is none."""
    if is_id(text):
        return text in ids or any(word in text[-36:] for word in words)
    # A report may have lost thousands of references, and few of its texts can hold an id.
    names_one = "--" in text and any(each in text for each in ids)
    return names_one or any(word in text for word in words)


def _folded(text: str) -> str:
    """A text as a reader understands it: case, variants, escapes, spacing, defanging undone."""
    plain = fold(text).replace("\\", "").replace("[.]", ".").replace("hxxp", "http")
    return fold(plain)


def _texts(node: object) -> Iterator[str]:
    """Each string in a value, and each key of its dictionaries that is data rather than a name."""
    if isinstance(node, str):
        yield node
    for step, member in _members(node):
        if isinstance(step, str) and step not in _HASH_NAMES:
            if step == "extension_type":
                continue
            if not _LIKE_A_PROPERTY.fullmatch(step):
                yield step
        yield from _texts(member)


def _members(node: object) -> list[tuple[str | int, object]]:
    if isinstance(node, Mapping):
        return list(node.items())
    return list(enumerate(node)) if isinstance(node, list) else []
