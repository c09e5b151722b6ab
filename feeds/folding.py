"""Text as it is shown on one line, and text as it is compared: without case or variants.

Source: Unicode normalisation form KC and case folding. A filter folds both what it searches
and what was typed. Not here: what of an object is worth showing or searching (`titles`).
"""

import unicodedata
from typing import Final

_FOLDS: Final = 5  # one step may give the next something to do; two were the most ever seen


def one_line(text: str) -> str:
    """Fold white space, and leave out control and formatting characters."""
    if not text.isprintable():
        text = "".join(
            mark if mark.isprintable() else " " if mark.isspace() else "" for mark in text
        )
    return " ".join(text.split())


def fold(text: str) -> str:
    """A text as it is compared; folding twice changes nothing."""
    if text.isascii():
        return one_line(text).lower()
    for _ in range(_FOLDS):
        folded = one_line(unicodedata.normalize("NFKC", text.casefold()))
        if folded == text:
            break
        text = folded
    return text
