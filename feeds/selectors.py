"""Granular markings: does each selector point at something that is there?

Source: STIX 2.1 §7.2.3. Checked here because python-stix2 refuses good selectors: it finds no
property whose value is false or zero, and no dictionary key with a capital letter (SHA-256).
A key that holds a dot cannot be named by any selector, so whatever names it hits nothing.
"""

import re
from collections.abc import Mapping
from typing import Final

from feeds.errors import InvalidObject
from feeds.strictness import is_identifier

_COMPONENT: Final = re.compile(r"[a-zA-Z0-9_-]{1,250}|\[(?:0|[1-9][0-9]{0,5})\]")
# RFC 5646: a language, then subtags; or a private one.
_LANGUAGE: Final = re.compile(r"(?:[a-zA-Z]{2,8}|[ixIX])(?:-[a-zA-Z0-9]{1,8})*")


def check_granular_markings(value: Mapping[str, object]) -> None:
    """Check every granular marking of an object; raises `InvalidObject`."""
    markings = value.get("granular_markings")
    if not isinstance(markings, list):
        return
    for index, marking in enumerate(markings):
        where = f"granular_markings.[{index}]"
        _check_subject(marking, where)
        for number, selector in enumerate(marking["selectors"]):
            if not hits(value, selector):
                place = f"{where}.selectors.[{number}]"
                raise InvalidObject(place, "points at nothing that is present in this object")


def is_language(text: object) -> bool:
    """Has this the form of a language tag (RFC 5646)?"""
    return isinstance(text, str) and len(text) <= 100 and _LANGUAGE.fullmatch(text) is not None


def hits(value: Mapping[str, object], selector: str) -> bool:
    """Does a selector lead to a property, a key or a list item that is present?"""
    here: object = value
    for component in selector.split("."):
        if _COMPONENT.fullmatch(component) is None:
            return False
        if isinstance(here, list) and component.startswith("["):
            index = int(component[1:-1])
            if index >= len(here):
                return False
            here = here[index]
        elif isinstance(here, Mapping) and component in here:
            here = here[component]
        else:
            return False
    return True


def _check_subject(marking: Mapping[str, object], where: str) -> None:
    """Exactly one of a marking and a language."""
    if ("marking_ref" in marking) == ("lang" in marking):
        raise InvalidObject(where, "must have exactly one of `marking_ref` and `lang`")
    if "lang" in marking and not is_language(marking["lang"]):
        raise InvalidObject(
            f"{where}.lang", "must be a language tag such as en or pt-BR (RFC 5646)"
        )
    if "marking_ref" in marking and not is_identifier(marking["marking_ref"], "marking-definition"):
        raise InvalidObject(f"{where}.marking_ref", "must be the id of a marking definition")
