"""A STIX bundle, a TAXII envelope, a list of objects or one object, without parsing it at once.

The text is held, and nothing else: objects are parsed one by one, in an order in which what is
referred to comes first, and go on as they were written. Whether an object is valid is judged
where every submission is judged; STIX 2.0 objects are upgraded first (`stix20`).
"""

import json
from array import array
from collections.abc import Iterator
from typing import Any, Final

from stix2 import registry

from cloudsirt.errors import SourceRefused
from feeds.errors import quoted
from feeds.handling import KEY as HANDLING

_DECODER: Final = json.JSONDecoder()
_SPACE: Final = " \t\r\n"
_KNOWN: Final = frozenset({"type", "id", "spec_version", "objects", "more", "next", HANDLING})
_OBSERVABLES: Final = frozenset(registry.STIX2_OBJ_MAPS["2.1"]["observables"])
_FIRST: Final = ("marking-definition", "extension-definition")  # what others cannot go without
_ENDS: Final = ("relationship", "sighting", "observed-data")
_LAST: Final = ("report", "grouping", "note", "opinion", "language-content")
_RANKS: Final = {**dict.fromkeys(_FIRST, 0), **dict.fromkeys(_ENDS, 2), **dict.fromkeys(_LAST, 3)}
_OTHERS: Final = 1


class Bundle:
    """The objects of one text, in an order that can be posted; `handling` is what stands beside.

    SourceRefused for a text that is not JSON, or is JSON and nothing of the kind.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._spans: dict[int, array[int]] = {rank: array("Q") for rank in range(4)}
        self._has_list = False
        self.handling: object = None
        try:
            self._scan()
        except json.JSONDecodeError as error:
            place = f"line {error.lineno}, column {error.colno}"
            raise SourceRefused(f"This is not JSON: {error.msg} ({place}).") from error
        except RecursionError as error:
            raise SourceRefused("This is nested too deeply.") from error

    def __len__(self) -> int:
        return sum(len(spans) for spans in self._spans.values()) // 2

    def objects(self) -> Iterator[tuple[str, Any]]:
        """Each object's text and value."""
        for rank in sorted(self._spans):
            spans = self._spans[rank]
            for index in range(0, len(spans), 2):
                text = self._text[spans[index] : spans[index + 1]]
                yield text, _DECODER.decode(text)

    def _scan(self) -> None:
        at = self._skip(0)
        if self._text[at : at + 1] == "[":
            self._end(self._items(at))
            return
        inside = self._expect(at, "{")
        is_empty = self._text[inside : inside + 1] == "}"
        self._end(inside + 1 if is_empty else self._members(at))

    def _members(self, at: int) -> int:
        """The members of the outermost object; a lone STIX object is a bundle of one."""
        start, seen, at = at, set[str](), self._skip(at + 1)
        while True:
            name, at = _DECODER.raw_decode(self._text, at)
            at = self._expect(self._skip(at), ":")
            seen.add(str(name))
            if name == "objects" and self._text[at : at + 1] == "[":
                at = self._items(at)
            else:
                value, at = _DECODER.raw_decode(self._text, at)
                self.handling = value if name == HANDLING else self.handling
            at = self._skip(at)
            if self._text[at : at + 1] == "}":
                break
            at = self._expect(at, ",")
        self._judge(seen, start, at + 1)
        return at + 1

    def _judge(self, seen: set[str], start: int, end: int) -> None:
        if not self._has_list and {"type", "id"} <= seen:
            value = _DECODER.decode(self._text[start:end])
            if value["type"] != "bundle":
                self._keep(value, start, end)
                return
        unknown = sorted(seen - _KNOWN)
        if unknown:
            raise SourceRefused(f"The bundle has an unknown property “{quoted(unknown[0])}”.")

    def _items(self, at: int) -> int:
        self._has_list = True
        at = self._skip(at + 1)
        if self._text[at : at + 1] == "]":
            return at + 1
        while True:
            value, end = _DECODER.raw_decode(self._text, at)
            self._keep(value, at, end)
            at = self._skip(end)
            if self._text[at : at + 1] == "]":
                return at + 1
            at = self._expect(at, ",")

    def _keep(self, value: Any, start: int, end: int) -> None:
        self._spans[rank_of(value)].extend((start, end))

    def _skip(self, at: int) -> int:
        while self._text[at : at + 1] in _SPACE and at < len(self._text):
            at += 1
        return at

    def _expect(self, at: int, mark: str) -> int:
        if self._text[at : at + 1] != mark:
            raise json.JSONDecodeError(f"expected {mark}", self._text, at)
        return self._skip(at + 1)

    def _end(self, at: int) -> None:
        if self._skip(at) != len(self._text):
            raise json.JSONDecodeError("something follows", self._text, at)


def rank_of(value: Any) -> int:
    """When an object's turn is: after what it refers to, so that little has to be moved later."""
    stix_type = value.get("type") if isinstance(value, dict) else None
    return _RANKS.get(stix_type, _OTHERS) if isinstance(stix_type, str) else _OTHERS


def is_stix20(value: Any) -> bool:
    """Whether an object is of STIX 2.0: without `spec_version`, and no observable (2.1 §3.2)."""
    if not isinstance(value, dict) or value.get("type") in _OBSERVABLES:
        return False
    version = value.get("spec_version")
    return version == "2.0" or (version is None and "created" in value)
