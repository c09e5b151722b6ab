"""The cursor of a page (TAXII 2.1 §3.5): opaque, and good for one caller and collection."""

import base64

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feeds.errors import BadQuery
from feeds.paging import read_cursor, write_cursor

SECRET = b"s" * 32
positions = st.integers(-(2**63), 2**63 - 1)


@given(positions, st.text(st.characters(exclude_categories=["Cs"])))
@example(-1, "")
@example(0, "")
@example(-(2**63), "")
@example(2**63 - 1, "")
def test_a_cursor_holds_its_position(position: int, binding: str) -> None:
    """Read as it was written, before 1970 too; fit for a URL as it is."""
    cursor = write_cursor(SECRET, binding, position)
    assert read_cursor(SECRET, binding, cursor) == position
    assert cursor.isascii()
    assert cursor.replace("-", "").replace("_", "").isalnum()


@given(positions, st.text(max_size=3), st.text(max_size=3))
def test_a_cursor_is_good_for_its_caller_and_collection_alone(
    position: int, one: str, other: str
) -> None:
    """T-014: any other binding, or another installation's secret, refuses it."""
    cursor = write_cursor(SECRET, one, position)
    if one != other:
        with pytest.raises(BadQuery):
            read_cursor(SECRET, other, cursor)
    with pytest.raises(BadQuery):
        read_cursor(b"t" * 32, one, cursor)


@given(positions, st.integers(0, 26), st.characters())
def test_a_cursor_with_any_character_changed_is_refused(
    position: int, place: int, mark: str
) -> None:
    """Even where base64 would read the same bytes."""
    cursor = write_cursor(SECRET, "caller\ncollection", position)
    changed = cursor[:place] + mark + cursor[place + 1 :]
    if changed != cursor:
        with pytest.raises(BadQuery):
            read_cursor(SECRET, "caller\ncollection", changed)


ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@pytest.mark.parametrize("position", [0, -1, 1_772_366_400_000_000])
def test_every_other_last_character_is_refused(position: int) -> None:
    """The last one carries two bits that base64 ignores; the seal does not."""
    cursor = write_cursor(SECRET, "x", position)
    others = [mark for mark in ALPHABET + "+/=" if mark != cursor[-1]]
    for mark in others:
        with pytest.raises(BadQuery):
            read_cursor(SECRET, "x", cursor[:-1] + mark)


@given(positions, st.integers(0, 19), st.integers(1, 255))
def test_a_cursor_with_any_byte_changed_is_refused(position: int, place: int, flip: int) -> None:
    """Position and seal alike."""
    cursor = write_cursor(SECRET, "x", position)
    raw = bytearray(base64.urlsafe_b64decode(cursor + "="))
    raw[place] ^= flip
    with pytest.raises(BadQuery):
        read_cursor(SECRET, "x", base64.urlsafe_b64encode(raw).decode().rstrip("="))


@pytest.mark.parametrize("extra", ["=", "A", "AAAA", " ", "\n", "=="])
def test_a_cursor_is_neither_longer_nor_padded(extra: str) -> None:
    """Only the text that was given out is good."""
    cursor = write_cursor(SECRET, "x", 7)
    for changed in (cursor + extra, extra + cursor):
        with pytest.raises(BadQuery):
            read_cursor(SECRET, "x", changed)


@given(st.text() | st.text(ALPHABET, min_size=26, max_size=28))
def test_no_other_text_is_a_cursor(text: str) -> None:
    """Whatever a client sends: BadQuery, and nothing else."""
    with pytest.raises(BadQuery, match="not a cursor of this collection"):
        read_cursor(SECRET, "x", text)
