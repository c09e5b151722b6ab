"""Patterns of STIX 2.0 in the grammar of 2.1: renamed properties, and times as times (§9).

Between the two, START and STOP came to take timestamps instead of texts, and properties of some
observables got other names. Everything inside quotation marks stays. Pure.
"""

import re
from collections.abc import Mapping
from typing import Final

RENAMED: Final[Mapping[str, Mapping[str, str]]] = {
    "directory": {"created": "ctime", "modified": "mtime", "accessed": "atime"},
    "file": {"created": "ctime", "modified": "mtime", "accessed": "atime"},
    "process": {"created": "created_time", "binary_ref": "image_ref"},
    "user-account": {"password_last_changed": "credential_last_changed"},
    "windows-registry-key": {"modified": "modified_time"},
}
"""Properties that have another name in 2.1, by type of observable (§6)."""

_TOKEN: Final = re.compile(
    r"(?P<window>\b(?:START|STOP)\s+)(?=')"
    r"|(?P<quoted>'(?:[^'\\]|\\.)*')"
    r"|(?P<type>[a-z][a-z0-9-]*):(?P<name>[a-z0-9_]+)"
)


def upgraded_pattern(pattern: str) -> str:
    """The same pattern in the grammar and with the names of STIX 2.1."""
    return _TOKEN.sub(_upgraded, pattern)


def _upgraded(match: re.Match[str]) -> str:
    if match["window"]:
        return f"{match['window']}t"
    if match["quoted"]:
        return match[0]
    name = RENAMED.get(match["type"], {}).get(match["name"], match["name"])
    return f"{match['type']}:{name}"
