"""Paths and the selectors that spell them (STIX 2.1 section 7.2.3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.paths import Path, covers, parse, render, resolve, value_at

OBJECT = {
    "name": "a name",
    "labels": ["one", "two"],
    "external_references": [{"source_name": "s", "hashes": {"SHA-256": "ab"}}],
    "x_dotted": {"a.b": "unreachable", "c": {"[0]": "unreachable"}},
}

keys = st.text(st.characters(codec="utf-8", exclude_characters="."), min_size=1).filter(
    lambda key: not key.startswith("[")
)
paths = st.lists(keys | st.integers(0, 10**9 - 1), min_size=1).map(tuple)


@pytest.mark.parametrize(
    ("selector", "path"),
    [
        ("name", ("name",)),
        ("labels", ("labels",)),
        ("labels.[1]", ("labels", 1)),
        (
            "external_references.[0].hashes.SHA-256",
            ("external_references", 0, "hashes", "SHA-256"),
        ),
    ],
)
def test_a_selector_hits_what_is_present(selector: str, path: Path) -> None:
    """Components are keys and indices, joined by dots."""
    assert resolve(OBJECT, selector) == path


@pytest.mark.parametrize(
    "selector",
    [
        "",
        "nothing",
        ".",
        "name.",
        "name.[0]",
        "name.first",
        "labels.[2]",
        "labels.[-1]",
        "labels.[01]",
        "labels.[٣]",
        "labels.[9999999999999999999999]",
        "labels.1",
        "labels.one",
        "labels[0]",
        "[0]",
        "external_references.source_name",
        "x_dotted.a.b",
        "x_dotted.c.[0]",
    ],
)
def test_a_selector_must_hit_something(selector: str) -> None:
    """A wrong index, an index on a string, a key on a list and a dotted key hit nothing."""
    assert resolve(OBJECT, selector) is None


@given(paths)
def test_writing_a_path_and_reading_it_is_the_identity(path: Path) -> None:
    """What can be written as a selector is read back as the same path."""
    assert parse(render(path)) == path


@pytest.mark.parametrize("path", [(), ("a.b",), ("",), ("x", "[0]"), ("x", "[y")])
def test_some_paths_cannot_be_written(path: Path) -> None:
    """A key with a dot, an empty one, and one that looks like an index have no selector."""
    with pytest.raises(ValueError, match="no selector"):
        render(path)


@given(st.text())
def test_reading_never_fails_and_only_invents_what_writes_back(text: str) -> None:
    """Any text is either no selector or exactly the one that its path is written as."""
    path = parse(text)

    assert path is None or render(path) == text


def test_a_selector_covers_everything_beneath() -> None:
    """Selecting a list or dictionary selects its members, and not its neighbours."""
    assert covers(("labels",), ("labels",))
    assert covers(("external_references",), ("external_references", 0, "hashes"))
    assert not covers(("labels", 1), ("labels",))
    assert not covers(("labels", 1), ("labels", 10))


@pytest.mark.parametrize("path", [("labels", -1), ("labels", "one"), ("name", 0), ("none",)])
def test_a_path_that_leads_nowhere_is_an_error(path: Path) -> None:
    """Whoever asks for the value at a path must have a path that leads somewhere."""
    with pytest.raises(LookupError):
        value_at(OBJECT, path)
