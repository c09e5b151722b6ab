"""The reader of STIX patterns (STIX 2.1 §9), against the grammar of the OASIS library."""

from collections.abc import Callable

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from stix2patterns.validator import run_validator

from feeds.errors import BadPattern
from feeds.patterns import MAX_PATTERN, Comparison, read_pattern

LITERALS = st.sampled_from(
    "'x' 'it\\'s' 'a\\\\' '' 5 -5 +5 0 01 1.5 -.5 true false t'2026-01-01T00:00:00Z' "
    "t'2026-13-01T00:00:00Z' t'now' h'00' h'0' h'' b'AAAA' b'AA==' b''".split()
)
TYPES = st.sampled_from(["a", "ipv4-addr", "x-y-", "t", "h", "b", "_z", "AND-x", "ANDY", "true-"])
STEPS = st.sampled_from(["value", "'q-r'", "a_b", "x2", "t"])
FURTHER = st.sampled_from([".k", ".'k-k'", "[*]", "[0]", "[12]", "[-1]", ". k", "[ 3 ]", "[01]"])
NOT = st.sampled_from(["", "", " NOT"])
QUALIFIERS = st.sampled_from(
    [
        " WITHIN 5 SECONDS",
        " WITHIN 5.5 SECONDS",
        " WITHIN -5 SECONDS",
        " REPEATS 3 TIMES",
        " REPEATS 3.5 TIMES",
        " START t'2026-01-01T00:00:00Z' STOP t'2026-01-02T00:00:00.5Z'",
        " START '2026-01-01T00:00:00Z' STOP '2026-01-02T00:00:00Z'",
    ]
)
NOISE = st.sampled_from([*"[]()'.,:=<>!-+*/ \n\\§", "AND", "NOT", "//", "EXISTS", "LAST", "\u2003"])


def joined(separators: str, parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """One to three parts with one of the given words between them."""
    lists = st.lists(parts, min_size=1, max_size=3)
    words = st.sampled_from(separators.split())
    return st.builds(lambda word, some: f" {word} ".join(some), words, lists)


paths = st.builds(
    lambda kind, step, more: f"{kind}:{step}{''.join(more)}",
    TYPES,
    STEPS,
    st.lists(FURTHER, max_size=3),
)
tests = st.one_of(
    st.builds("{}{} {} {}".format, paths, NOT, st.sampled_from(["=", "!=", "<>", "=="]), LITERALS),
    st.builds("{}{}>={}".format, paths, NOT, LITERALS),
    st.builds(
        lambda path, negated, some: f"{path}{negated} IN ({', '.join(some)})",
        paths,
        NOT,
        st.lists(LITERALS, max_size=3),
    ),
    st.builds("{}{} {} {}".format, paths, NOT, st.sampled_from(["LIKE", "MATCHES"]), LITERALS),
    st.builds("EXISTS {}".format, paths),
)
comparisons = st.recursive(
    tests, lambda inner: joined("AND OR", st.one_of(inner, inner.map("({})".format))), max_leaves=5
)
qualified: Callable[[str, list[str]], str] = lambda text, words: text + "".join(words)  # noqa: E731
observations = st.recursive(
    st.builds(qualified, comparisons.map("[{}]".format), st.lists(QUALIFIERS, max_size=2)),
    lambda inner: st.builds(
        qualified,
        joined("AND OR FOLLOWEDBY", inner).map("({})".format),
        st.lists(QUALIFIERS, max_size=2),
    ),
    max_leaves=4,
)
patterns = joined("AND OR FOLLOWEDBY", observations)


def ours(text: str) -> bool:
    """Is this a pattern, by this project's reader?"""
    try:
        return bool(read_pattern(text))
    except BadPattern:
        return False


def theirs(text: str) -> bool:
    """Is this a pattern, by the OASIS library? On a negative index it stumbles."""
    try:
        return not run_validator(text, "2.1")
    except AttributeError:
        return False


@given(patterns)
@settings(max_examples=150, deadline=None)
def test_generated_patterns_are_judged_like_the_library_does(text: str) -> None:
    """A text built from the grammar's pieces is a pattern for both, or for neither."""
    assert ours(text) == theirs(text)


@given(patterns, st.lists(st.tuples(st.floats(0, 1), NOISE), max_size=2), st.floats(0, 1))
@settings(max_examples=150, deadline=None)
@example("[a:b = 'x'] REPEATS 2 TIMES REPEATS 3 TIMES", [], 1.0)
@example("([a:b = 'x'] REPEATS 2 TIMES) REPEATS 3 TIMES", [], 1.0)
@example("[a:b = 'x'] // said twice", [], 1.0)
@example("[a:b = 'x'] /* unfinished", [], 1.0)
def test_damaged_patterns_are_judged_like_the_library_does(
    text: str, noise: list[tuple[float, str]], kept: float
) -> None:
    """Nor do the two differ over patterns with something put in, or with their end cut off."""
    for where, piece in noise:
        at = round(where * len(text))
        text = text[:at] + piece + text[at:]
    text = text[: round(max(kept, 0.5) * len(text))]
    # The library wants a bracket before the first comment, which the grammar does not.
    assume(text.lstrip("( \n\u2003")[:1] == "[")
    assert ours(text) == theirs(text)


NAMES = st.sampled_from(["a", "ipv4", "true", "AND", "ANDY", "_", "x2", "MD5", "h", "LIKE", "2x"])
equalities = st.builds(
    "{}:{} = '{}'".format,
    st.one_of(NAMES, st.sampled_from(["ipv4-addr", "a-", "true-x", "x-AND-y"])),
    st.lists(st.one_of(NAMES, st.sampled_from(["'SHA-256'", "'a.b'", "''"])), min_size=1).map(
        ".".join
    ),
    st.text("aX0 ./:=[]()-\n\u2003", max_size=9),
)


@given(joined("AND OR", equalities))
def test_white_space_changes_nothing(text: str) -> None:
    """The common form of a pattern is read at one glance, and means what it does word by word."""

    def read(pattern: str) -> object:
        try:
            return read_pattern(pattern)
        except BadPattern:
            return None

    assert read(f"[{text}]") == read(f"[ {text}]")


@given(st.text(max_size=200))
def test_no_text_raises_anything_else(text: str) -> None:
    """Whatever the text, it is a pattern or a BadPattern whose message can be sent."""
    try:
        read_pattern(text)
    except BadPattern as error:
        message = str(error)
    else:
        message = "it is a pattern"
    assert message.startswith("it ")
    assert message.isprintable()


def test_comparisons_come_in_order_with_their_values() -> None:
    """Types, paths, operators, negation and values are those of the pattern."""
    found = read_pattern(
        "[ipv4-addr:value = '192.0.2.17' OR file:hashes.'SHA-256' NOT IN ('aa', 'bb')] FOLLOWEDBY "
        "[EXISTS domain-name:resolves_to_refs[*].value AND process:pid <> 5]"
    )
    assert found == (
        Comparison("ipv4-addr", ("value",), "=", False, ("192.0.2.17",)),
        Comparison("file", ("hashes", "SHA-256"), "IN", True, ("aa", "bb")),
        Comparison("domain-name", ("resolves_to_refs", "[*]", "value"), "EXISTS", False, ()),
        Comparison("process", ("pid",), "!=", False, ("5",)),
    )


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        (r"'it\'s \\ here'", r"it's \ here"),
        ("h'00ff'", "00ff"),
        ("b'AAAA'", "AAAA"),
        ("t'2026-01-01T00:00:00Z'", "2026-01-01T00:00:00Z"),
        ("-1.50", "-1.50"),
        ("true", "true"),
    ],
)
def test_values_are_what_the_literals_mean(literal: str, value: str) -> None:
    """Quotes, escapes and prefixes are gone from a value."""
    assert read_pattern(f"[a:b = {literal}]")[0].values == (value,)


@pytest.mark.parametrize("operator", ["AND", "OR"])
def test_thousands_of_comparisons_are_read(operator: str) -> None:
    """The length of a pattern is limited, the depth of the caller's stack plays no part."""
    text = f"[{f' {operator} '.join(['a:b = 1'] * 4000)}]"
    assert len(read_pattern(text)) == 4000


def test_deep_parentheses_are_read() -> None:
    """Nor does nesting need a stack."""
    assert len(
        read_pattern("(" * 9000 + "[" + "(" * 9000 + "a:b=1" + ")" * 9000 + "]" + ")" * 9000)
    )


def test_a_pattern_may_not_be_longer_than_the_limit() -> None:
    """One character too many is refused before anything is read."""
    pattern = "[a:b = '']"
    longest = pattern.replace("''", f"'{'x' * (MAX_PATTERN - len(pattern))}'")
    assert len(read_pattern(longest)) == 1
    with pytest.raises(BadPattern, match="longer than"):
        read_pattern(longest + " ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it ends too early"),
        ("[a:b = 'x'", "it ends too early"),
        ("a:b = 'x'", "it goes wrong at character 1"),
        ("[a:b = 'x'] extra", "it goes wrong at character 13"),
        ("[a:b ~ 'x']", "it goes wrong at character 6"),
    ],
)
def test_the_message_says_where(text: str, message: str) -> None:
    """The sender is told at which character the pattern goes wrong, and none of its text."""
    with pytest.raises(BadPattern) as refused:
        read_pattern(text)
    assert str(refused.value) == message
