"""STIX 2.0 objects to STIX 2.1, by what the 2.1 standard changed; nothing is guessed.

  1  `spec_version` is "2.1"                                        §3.2
  2  `labels` that held the kind become `indicator_types`, …        §4.5, 4.7, 4.11, 4.16 to 4.18
  3  a pattern names its language and version                       §4.7, §9 (`patterns20`)
  4  malware says whether it is a family: a 2.0 name is one         §4.11
  5  the observables inside observed-data stand by themselves       §4.14, §6 (`observables20`)
  6  selectors of granular markings follow what was renamed         §7.2.3

Ids, times, creator, markings and references stay: an upgrade is the same object, and the same
upgrade each time. Pure. Whether the source had the right to share it is not asked here.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from stix2 import registry

from cloudsirt.importing.observables20 import NotUpgradable, contained
from cloudsirt.importing.patterns20 import upgraded_pattern
from feeds.errors import quoted

_TYPES: Final = frozenset(registry.STIX2_OBJ_MAPS["2.0"]["objects"]) - {"bundle"}
_KINDS: Final = {
    "identity": "roles",
    "indicator": "indicator_types",
    "malware": "malware_types",
    "report": "report_types",
    "threat-actor": "threat_actor_types",
    "tool": "tool_types",
}
_SECONDS: Final = re.compile(r"[0-9T:-]+(?:\.[0-9]{1,2})?Z")


def upgrade(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The 2.1 objects that a 2.0 object becomes: itself, after the observables that it held.

    NotUpgradable says why there are none.
    """
    stix_type = value.get("type")
    if not isinstance(stix_type, str) or not isinstance(value.get("id"), str):
        raise NotUpgradable("This is no STIX object: it has no type and id.")
    if stix_type not in _TYPES and not stix_type.startswith("x-"):
        raise NotUpgradable(f"STIX 2.0 has no type “{quoted(stix_type)}”.")
    rest = {name: content for name, content in value.items() if name != "spec_version"}
    new = {"type": stix_type, "spec_version": "2.1", **rest}
    for name in ("created", "modified"):
        if name in new:
            new[name] = _with_milliseconds(new[name])
    _rename_labels(new)
    if stix_type == "indicator":
        _name_language(new)
    if stix_type == "malware":
        new.setdefault("is_family", True)
    if stix_type == "observed-data" and "objects" in new:
        return contained(new)
    return [new]


def _with_milliseconds(text: Any) -> Any:
    """The same instant as 2.1 writes it, with milliseconds (§3.2)."""
    if not isinstance(text, str) or not _SECONDS.fullmatch(text):
        return text
    whole, _, fraction = text.removesuffix("Z").partition(".")
    return f"{whole}.{fraction.ljust(3, '0')}Z"


def _rename_labels(new: dict[str, Any]) -> None:
    """In 2.0 these types said with `labels` of what kind they are."""
    name = _KINDS.get(new["type"])
    if name is None or "labels" not in new or name in new:
        return
    new[name] = new.pop("labels")
    if isinstance(new.get("granular_markings"), list):
        new["granular_markings"] = [_follows(item, name) for item in new["granular_markings"]]


def _follows(marking: Any, name: str) -> Any:
    if not isinstance(marking, dict) or not isinstance(marking.get("selectors"), list):
        return marking
    return {**marking, "selectors": [_renamed(item, name) for item in marking["selectors"]]}


def _renamed(selector: Any, name: str) -> Any:
    if isinstance(selector, str) and selector.split(".")[0] == "labels":
        return name + selector.removeprefix("labels")
    return selector


def _name_language(new: dict[str, Any]) -> None:
    language = new.setdefault("pattern_type", "stix")
    if language == "stix" and isinstance(new.get("pattern"), str):
        new["pattern"] = upgraded_pattern(new["pattern"])
        new.setdefault("pattern_version", "2.1")
