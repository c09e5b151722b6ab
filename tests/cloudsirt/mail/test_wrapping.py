"""Lines of letters: they fit, and nothing is lost or broken."""

import re

from hypothesis import given
from hypothesis import strategies as st

from cloudsirt.mail.wrapping import COLUMNS, wrapped

WORDS = st.lists(
    st.lists(st.text("abcdé-,.", min_size=1, max_size=30), min_size=1, max_size=40).map(" ".join),
    min_size=1,
    max_size=6,
).map("\n\n".join)


@given(WORDS)
def test_lines_fit_and_no_word_is_lost_or_broken(text: str) -> None:
    """72 columns; the words are the same in the same order, paragraphs stay paragraphs."""
    done = wrapped(text)
    assert all(len(line) <= COLUMNS for line in done.splitlines())
    assert done.split() == text.split()
    assert len(re.split(r"\n\n", done.strip())) == len(text.split("\n\n"))
    assert wrapped(done) == done


def test_an_address_stays_in_one_piece() -> None:
    """Mail programs break links that are broken."""
    url = "https://share.example.org/welcome/" + "x" * 64
    assert url in wrapped(f"Choose a password here {url} within 14 days.").split()


def test_items_of_a_list_keep_their_lines() -> None:
    """A second line of an item stands under the first."""
    done = wrapped("* one\n* " + "word " * 20 + "\n  indented")
    assert done.splitlines()[0] == "* one"
    assert done.splitlines()[2].startswith("  word")
    assert done.splitlines()[-1] == "  indented"
