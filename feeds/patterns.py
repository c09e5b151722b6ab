"""STIX patterns: is this one well formed, and what does it compare with what?

Source: the grammar of STIX 2.1 §9, which contains that of 2.0. Read here rather than by the
ANTLR parser that python-stix2 uses: that one exhausts the stack at a few hundred comparisons,
how many depending on who calls it, and takes seconds on the longest patterns. The tests compare
the two over generated patterns.

Not here: whether an object path exists, and what the compared values mean (see `observables`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from feeds.errors import BadPattern

# Hundreds of comparisons fit; beyond that it is a list of observables and not a pattern.
MAX_PATTERN: Final = 65_536  # characters

_SPACE: Final = (
    "[ \t\r\n\x0b\x0c\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+"
    r"|/\*.*?\*/|//[^\r\n]*"
)
_DATE: Final = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_TOKENS: Final = re.compile(
    rf"(?P<space>{_SPACE})"
    rf"|(?P<timestamp>t'{_DATE}"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?Z')"
    r"|(?P<hex>h'(?:[0-9A-Fa-f]{2})*')"
    r"|(?P<binary>b'(?:[A-Za-z0-9+/]{4})*"
    r"(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)')"
    r"|(?P<string>'(?:[^'\\]++|\\['\\])*+')"
    r"|(?P<float>[+-]?[0-9]*\.[0-9]+)"
    r"|(?P<negative>-(?:0|[1-9][0-9]*))"
    r"|(?P<integer>\+?(?:0|[1-9][0-9]*))"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_-]*)"
    r"|(?P<mark>==|!=|<>|<=|>=|.)",
    re.DOTALL,
)
_KEYWORDS: Final = frozenset(
    "AND OR NOT FOLLOWEDBY LIKE MATCHES ISSUPERSET ISSUBSET EXISTS LAST IN START STOP SECONDS "
    "WITHIN REPEATS TIMES true false".split()
)
_LITERALS: Final = frozenset(
    {"timestamp", "hex", "binary", "string", "float", "negative", "integer"}
)
_EQUALS: Final = {"=": "=", "==": "=", "!=": "!=", "<>": "!="}
_ORDERS: Final = frozenset({"<", "<=", ">", ">="})
_WITH_TEXT: Final = frozenset({"LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"})

# What nearly every pattern is: texts compared by `=`, in one observation.
_NAME: Final = rf"(?!(?:{'|'.join(sorted(_KEYWORDS))})\b)[A-Za-z_][A-Za-z0-9_]*+"
_PATH: Final = rf"{_NAME}(?:\.(?:{_NAME}|'[^'\\]++'))*+"
_EQUALITY: Final = rf"({_NAME}(?:-[A-Za-z0-9_]++)*+):({_PATH}) = '([^'\\]*+)'"
_EQUALITIES: Final = re.compile(rf"\[{_EQUALITY}(?: (?:AND|OR) {_EQUALITY})*+\]")
_ONE_EQUALITY: Final = re.compile(_EQUALITY)
_STEP: Final = re.compile("'([^']*)'|([^.']+)")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison: `ipv4-addr:value NOT IN ('192.0.2.1')`.

    Indexes in the path are kept as `[0]` and `[*]`. Values are as they are meant, without quotes
    and escapes; timestamps, hexadecimal and base64 keep neither quotes nor prefix.
    """

    object_type: str
    path: tuple[str, ...]
    operator: str
    negated: bool
    values: tuple[str, ...]


@lru_cache(maxsize=8)  # each is validated, and then searched for observables
def read_pattern(text: str) -> tuple[Comparison, ...]:
    """Read a pattern and give its comparisons in order; raises `BadPattern`."""
    if len(text) > MAX_PATTERN:
        raise BadPattern(f"it is longer than {MAX_PATTERN:,} characters")
    if _EQUALITIES.fullmatch(text) is not None:
        return tuple(_equality(*parts) for parts in _ONE_EQUALITY.findall(text))
    reader = _Reader(text)
    reader.observations()
    return tuple(reader.comparisons)


def _equality(object_type: str, path: str, value: str) -> Comparison:
    steps = tuple(quoted or name for quoted, name in _STEP.findall(path))
    return Comparison(object_type, steps, "=", negated=False, values=(value,))


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # a group of _TOKENS, "keyword", or "end"
    text: str
    at: int


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKENS.finditer(text):
        kind = str(match.lastgroup)
        if kind == "word" and match[0] in _KEYWORDS:
            kind = "literal" if match[0] in ("true", "false") else "keyword"
        if kind != "space":
            yield _Token(kind, match[0], match.start())
    yield _Token("end", "", len(text))


class _Reader:
    """Takes one token after the other; counts open parentheses instead of recursing."""

    def __init__(self, text: str) -> None:
        self._rest = _tokens(text)
        self._next = next(self._rest)
        self.comparisons: list[Comparison] = []

    def observations(self) -> None:
        """Read `[…]`, `(…)`, their qualifiers, and AND, OR, FOLLOWEDBY between them."""
        depth = 0
        while True:
            while self._took("("):
                depth += 1
            self._need("[")
            self._tests()
            self._qualifiers(repeatable=False)
            while depth and self._took(")"):
                depth -= 1
                self._qualifiers(repeatable=True)
            if self._next.kind == "end" and not depth:
                return
            if not self._took("AND", "OR", "FOLLOWEDBY"):
                raise self._fault()

    def _tests(self) -> None:
        """Read what stands between square brackets, the closing one included."""
        depth = 0
        while True:
            while self._took("("):
                depth += 1
            self.comparisons.append(self._test())
            while depth and self._took(")"):
                depth -= 1
            if not depth and self._took("]"):
                return
            if not self._took("AND", "OR"):
                raise self._fault()

    def _test(self) -> Comparison:
        exists = self._took("EXISTS")
        object_type, path = self._object_path()
        if exists:
            return Comparison(object_type, path, "EXISTS", False, ())
        negated = self._took("NOT")
        operator = self._next.text
        values: tuple[str, ...]
        if operator in _EQUALS:
            self._advance()
            operator, values = _EQUALS[operator], (self._literal(),)
        elif operator in _ORDERS:
            self._advance()
            values = (self._literal(ordered=True),)
        elif self._took("IN"):
            values = self._set()
        elif self._next.kind == "keyword" and operator in _WITH_TEXT:
            self._advance()
            values = (self._text(),)
        else:
            raise self._fault()
        return Comparison(object_type, path, operator, negated, values)

    def _object_path(self) -> tuple[str, tuple[str, ...]]:
        object_type = self._name(hyphens=True)
        self._need(":")
        path = [self._step()]
        while True:
            if self._took("."):
                path.append(self._step())
            elif self._took("["):
                path.append(self._index())
            else:
                return object_type, tuple(path)

    def _step(self) -> str:
        return self._text() if self._next.kind == "string" else self._name(hyphens=False)

    def _name(self, *, hyphens: bool) -> str:
        if self._next.kind != "word" or ("-" in self._next.text and not hyphens):
            raise self._fault()
        return self._advance().text

    def _index(self) -> str:
        if self._next.kind != "integer" and self._next.text != "*":
            raise self._fault()
        index = self._advance().text
        self._need("]")
        return f"[{index}]"

    def _set(self) -> tuple[str, ...]:
        self._need("(")
        if self._took(")"):
            return ()
        values = [self._literal()]
        while self._took(","):
            values.append(self._literal())
        self._need(")")
        return tuple(values)

    def _literal(self, *, ordered: bool = False) -> str:
        if self._next.kind in _LITERALS or (self._next.kind == "literal" and not ordered):
            return _meant(self._advance())
        raise self._fault()

    def _text(self) -> str:
        if self._next.kind != "string":
            raise self._fault()
        return _meant(self._advance())

    def _qualifiers(self, *, repeatable: bool) -> None:
        """Read WITHIN, REPEATS and START … STOP; each once behind one observation (§9.5)."""
        seen: set[str] = set()
        while self._next.kind == "keyword" and self._next.text in ("WITHIN", "REPEATS", "START"):
            if self._next.text in seen and not repeatable:
                raise self._fault()
            seen.add(self._next.text)
            self._qualifier(self._advance().text)

    def _qualifier(self, name: str) -> None:
        if name == "WITHIN":
            if self._next.text.startswith("-"):
                raise self._fault()
            self._of_kind("integer", "float")
            self._need("SECONDS")
        elif name == "REPEATS":
            self._of_kind("integer")
            self._need("TIMES")
        else:
            self._of_kind("timestamp")
            self._need("STOP")
            self._of_kind("timestamp")

    def _of_kind(self, *allowed: str) -> None:
        if self._next.kind not in allowed:
            raise self._fault()
        self._advance()

    def _took(self, *texts: str) -> bool:
        if self._next.kind in ("mark", "keyword") and self._next.text in texts:
            self._advance()
            return True
        return False

    def _need(self, text: str) -> None:
        if not self._took(text):
            raise self._fault()

    def _advance(self) -> _Token:
        token = self._next
        self._next = next(self._rest, token)
        return token

    def _fault(self) -> BadPattern:
        if self._next.kind == "end":
            return BadPattern("it ends too early")
        return BadPattern(f"it goes wrong at character {self._next.at + 1}")


def _meant(token: _Token) -> str:
    """The value that a literal stands for."""
    if token.kind == "string":
        inside = token.text[1:-1]
        return re.sub(r"\\(.)", r"\1", inside, flags=re.DOTALL) if "\\" in inside else inside
    return token.text[2:-1] if token.kind in ("timestamp", "hex", "binary") else token.text
