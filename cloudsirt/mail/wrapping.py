"""Lines of plain text, none longer than 72 columns where it can be helped (pure).

Names and reasons put into a template make lines longer than its author saw. Paragraphs are
filled again; indented lines and items of lists keep their own lines; addresses stay whole, since
mail programs break links that are broken.
"""

import re
import textwrap

COLUMNS = 72
_OWN_LINE = re.compile(r"(\s+|[*\-•] |\d+\. )")


def wrapped(text: str) -> str:
    """The same text in lines that fit, with one blank line between paragraphs."""
    paragraphs = re.split(r"\n\s*\n", text.strip("\n"))
    return "\n\n".join(_paragraph(paragraph) for paragraph in paragraphs) + "\n"


def _paragraph(text: str) -> str:
    lines = text.splitlines()
    if all(len(line) <= COLUMNS for line in lines):
        return "\n".join(line.rstrip() for line in lines)
    if any(_OWN_LINE.match(line) for line in lines):
        return "\n".join(_filled(line, _hanging(line)) for line in lines)
    return _filled(" ".join(line.strip() for line in lines), "")


def _filled(text: str, hanging: str) -> str:
    return textwrap.fill(
        text,
        COLUMNS,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _hanging(line: str) -> str:
    """What the second line of an item begins with, so that it stands under the first."""
    found = re.match(r"\s*(?:[*\-•] |\d+\. )?", line)
    return " " * (found.end() if found is not None else 0)
