"""Paths: the parts of an object, and the selectors of granular markings that spell them.

Source: STIX 2.1 section 7.2.3. A selector is components joined by dots, each one a property name,
a dictionary key, or a zero-based list index in square brackets. It must hit something that is
present, and covers everything beneath what it hits. A dictionary key that itself has a dot cannot
be expressed; a selector that tries hits nothing.

This module reads and writes selectors. It does not know what a marking means, nor which selectors
to refuse: that is `feeds.selectors`.
"""

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""The way from an object to one of its parts: keys of dictionaries, indices of lists."""

_INDEX: Final = re.compile(r"\[(0|[1-9][0-9]{0,8})\]")


def parse(selector: str) -> Path | None:
    """The path that a selector spells, or None where it is not written as a selector."""
    path: list[str | int] = []
    for component in selector.split("."):
        index = _INDEX.fullmatch(component)
        if index:
            path.append(int(index[1]))
        elif _is_key(component):
            path.append(component)
        else:
            return None
    return tuple(path)


def render(path: Path) -> str:
    """The selector that spells a path; raises ValueError where no selector can."""
    if not path or not all(isinstance(step, int) or _is_key(step) for step in path):
        raise ValueError("A key with a dot, an empty one, or one like an index has no selector.")
    return ".".join(f"[{step}]" if isinstance(step, int) else step for step in path)


def resolve(value: Mapping[str, object], selector: str) -> Path | None:
    """The path that a selector hits in this object, or None where it hits nothing."""
    path = parse(selector)
    if path is None:
        return None
    try:
        value_at(value, path)
    except LookupError:
        return None
    return path


def value_at(value: Mapping[str, object], path: Path) -> object:
    """What stands at a path; raises LookupError where nothing does."""
    node: object = value
    for step in path:
        if isinstance(step, int):
            if not isinstance(node, list) or step < 0:
                raise LookupError(path)
            node = node[step]
        else:
            if not isinstance(node, Mapping):
                raise LookupError(path)
            node = node[step]
    return node


def covers(selected: Path, path: Path) -> bool:
    """Whether `path` is the selected part or lies beneath it."""
    return path[: len(selected)] == selected


def _is_key(component: str) -> bool:
    return bool(component) and "." not in component and component[0] != "["
