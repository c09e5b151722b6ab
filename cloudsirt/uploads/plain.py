"""Whether a content is plain text in UTF-8.

OpenPGP armour and PEM are text; a private key is refused before anybody sees it.
"""

import re

from cloudsirt.errors import UploadRefused
from cloudsirt.uploads.kinds import LARGEST_TEXT

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)")
_PRIVATE = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY")


def read_text(content: bytes) -> None:
    """Raise UploadRefused unless this is plain text."""
    if len(content) > LARGEST_TEXT:
        raise UploadRefused(f"Text of more than {LARGEST_TEXT // 1024 // 1024} MB is not accepted.")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UploadRefused(
            "This is not text in UTF-8. Save it with the encoding UTF-8."
        ) from error
    if _CONTROL.search(text):
        raise UploadRefused("There are control characters in this text.")
    if _PRIVATE.search(text):
        raise UploadRefused("This is a private key. Never send it to anybody: send the public one.")
    if not text.strip():
        raise UploadRefused("There is nothing in this file.")
