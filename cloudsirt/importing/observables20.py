"""The observables inside a STIX 2.0 observed-data, as objects of their own (2.1 §4.14, §6).

Each gets the deterministic id of §2.9; one that has nothing to derive it from gets one that
follows from where it stood. Each is marked as the observed-data was: what was restricted inside
stays restricted outside. Pure.
"""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Final

from stix2 import registry
from stix2.base import _STIXBase

from cloudsirt.errors import SourceRefused
from cloudsirt.importing.patterns20 import RENAMED
from feeds.errors import quoted

_PLACES: Final = uuid.UUID("7d0d3b5e-6f0a-4a58-9a35-5d0f8f1f7c1b")
_SCOS: Final[Mapping[str, Any]] = registry.STIX2_OBJ_MAPS["2.1"]["observables"]
# Properties that 2.1 does not have any more: kept, as properties of nobody's.
_GONE: Final[Mapping[str, tuple[str, ...]]] = {
    "file": ("is_encrypted", "encryption_algorithm", "decryption_key"),
    "process": ("name", "arguments"),
}
_HASHES: Final = {"ssdeep": "SSDEEP"}


class NotUpgradable(SourceRefused):
    """There is no 2.1 object that says the same; the text is a sentence for who imports."""


def contained(observed: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The observables of an observed-data, and itself referring to them."""
    inside = observed["objects"]
    if not isinstance(inside, dict) or not all(isinstance(one, dict) for one in inside.values()):
        raise NotUpgradable("Its `objects` is not a set of observables.")
    if any(selector.split(".")[0] == "objects" for selector in _selectors(observed)):
        raise NotUpgradable(
            "Parts of its observables are marked, which STIX 2.1 has no selector for."
        )
    naming = _Naming(str(observed["id"]), {key: _renamed(one) for key, one in inside.items()})
    refs = {key: naming.id_of(key) for key in inside}
    marks = observed.get("object_marking_refs")
    found = {}
    for key, id_ in refs.items():
        value = _resolved(naming.values[key], refs)
        head = {"type": value.pop("type"), "spec_version": "2.1", "id": id_}
        found[id_] = {**head, **value, **({"object_marking_refs": marks} if marks else {})}
    rest = {name: content for name, content in observed.items() if name != "objects"}
    return [*found.values(), {**rest, "object_refs": list(found)}]


def _selectors(value: Mapping[str, Any]) -> Iterator[str]:
    markings = value.get("granular_markings")
    for marking in markings if isinstance(markings, list) else ():
        selectors = marking.get("selectors") if isinstance(marking, dict) else None
        yield from map(str, selectors if isinstance(selectors, list) else ())


def _renamed(value: Mapping[str, Any]) -> dict[str, Any]:
    """One observable with the names of 2.1."""
    stix_type = value.get("type")
    if not isinstance(stix_type, str):
        raise NotUpgradable("One of its observables has no type.")
    if stix_type not in _SCOS and not stix_type.startswith("x-"):
        raise NotUpgradable(f"STIX 2.1 has no observable “{quoted(stix_type)}”.")
    names = {
        **RENAMED.get(stix_type, {}),
        **{name: f"x_{name}" for name in _GONE.get(stix_type, ())},
    }
    renamed = {names.get(name, name): content for name, content in value.items()}
    if isinstance(renamed.get("hashes"), dict):
        renamed["hashes"] = {_HASHES.get(k, k): v for k, v in renamed["hashes"].items()}
    return renamed


class _Naming:
    """The ids of the observables of one observed-data, by their keys."""

    def __init__(self, owner: str, values: Mapping[str, dict[str, Any]]) -> None:
        self._owner = owner
        self.values = values
        self._ids: dict[str, str] = {}
        self._open: set[str] = set()

    def id_of(self, key: str) -> str:
        """The deterministic id (§2.9), else one that follows from the place."""
        if key not in self._ids:
            self._open.add(key)
            self._ids[key] = self._derived(key) or self._by_place(key)
            self._open.discard(key)
        return self._ids[key]

    def _by_place(self, key: str) -> str:
        return f"{self.values[key]['type']}--{uuid.uuid5(_PLACES, f'{self._owner}/{key}')}"

    def _derived(self, key: str) -> str | None:
        value = self.values[key]
        stix_class = _SCOS.get(value["type"])
        names = set(stix_class._id_contributing_properties) if stix_class is not None else set()
        if not names & set(value):
            return None
        counting = {name: content for name, content in value.items() if name in names}
        named = {ref for ref in _references(counting) if ref in self.values}
        if named & self._open:
            return None  # a circle: what each id is made of would be the other
        refs = {ref: self.id_of(ref) for ref in sorted(named)}
        others = {k: v for k, v in value.items() if not k.endswith(("_ref", "_refs"))}
        return _library_id(stix_class, {**others, **_resolved(counting, refs)})


def _library_id(stix_class: Any, value: dict[str, Any]) -> str:
    del value["type"]
    try:
        made: _STIXBase = stix_class(allow_custom=True, **value)
    except Exception as error:  # the library has many kinds, and none is ours to hide
        raise NotUpgradable(
            f"One of its observables is not valid: {quoted(str(error))}."
        ) from error
    return str(made["id"])


def _references(value: Any) -> Iterator[str]:
    """Every key that an observable names: in `…_ref` and `…_refs`, at any depth."""
    for name, content in value.items() if isinstance(value, dict) else ():
        if name.endswith("_ref") and isinstance(content, str):
            yield content
        elif name.endswith("_refs") and isinstance(content, list):
            yield from (item for item in content if isinstance(item, str))
        else:
            yield from _references(content)
    for item in value if isinstance(value, list) else ():
        yield from _references(item)


def _resolved(value: Any, refs: Mapping[str, str]) -> Any:
    """The same with ids in place of keys."""
    if isinstance(value, list):
        return [_resolved(item, refs) for item in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for name, content in value.items():
        if name.endswith("_ref") and isinstance(content, str):
            found[name] = refs.get(content, content)
        elif name.endswith("_refs") and isinstance(content, list):
            found[name] = [refs.get(item, item) for item in content]
        else:
            found[name] = _resolved(content, refs)
    return found
