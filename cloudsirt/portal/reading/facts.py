"""The properties of a STIX object as names and values that a person can read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_ELSEWHERE = frozenset(
    {
        "type",
        "id",
        "spec_version",
        "name",
        "description",
        "created",
        "modified",
        "revoked",
        "object_marking_refs",
        "granular_markings",
        "external_references",
    }
)
_CODE = frozenset({"pattern", "value", "hashes", "payload_bin", "command_line", "path", "key"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One property; `code` asks for a fixed-width face."""

    name: str
    value: str | list[str]
    code: bool


@dataclass(frozen=True, slots=True)
class Reference:
    """One external reference."""

    source: str
    url: str | None
    description: str
    external_id: str


def facts_of(value: Mapping[str, Any]) -> list[Fact]:
    """The properties that a page does not show elsewhere: what can be matched comes first."""
    names = [name for name in value if name not in _ELSEWHERE]
    return [
        Fact(
            _title(name),
            _shown(value[name]),
            code=name in _CODE or name.endswith(("_ref", "_refs")),
        )
        for name in sorted(names, key=lambda name: name not in _CODE)
    ]


def paragraphs(text: object) -> list[str]:
    """A text as its paragraphs."""
    if not isinstance(text, str):
        return []
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def references_shown(value: Mapping[str, Any]) -> list[Reference]:
    """The external references of an object."""
    return [
        Reference(
            source=str(item.get("source_name", "")),
            url=item.get("url"),
            description=str(item.get("description", "")),
            external_id=str(item.get("external_id", "")),
        )
        for item in value.get("external_references", [])
        if isinstance(item, dict)
    ]


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _shown(content: object) -> str | list[str]:
    lines = list(_lines(content))
    return lines[0] if len(lines) == 1 else lines


def _lines(content: object, path: str = "") -> Iterator[str]:
    """Nested values as lines, each with its path."""
    if isinstance(content, dict):
        for key, item in content.items():
            yield from _lines(item, f"{path}{'.' if path else ''}{key}")
    elif isinstance(content, list):
        for item in content:
            yield from _lines(item, path)
    else:
        text = {True: "yes", False: "no"}.get(content) if isinstance(content, bool) else None
        yield f"{path}: {text or content}" if path else f"{text or content}"
