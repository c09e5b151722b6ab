"""What is accepted is decided by the whole content: nothing before it, behind it or inside it."""

import contextlib
import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudsirt.errors import UploadRefused
from cloudsirt.uploads.inspecting import inspect
from cloudsirt.uploads.kinds import EVERY_KIND, JPEG, LARGEST, LARGEST_TEXT, PDF, PNG, TEXT
from tests.cloudsirt.uploads.files import HEAD, chunk, jpeg, pdf, png, segment

ARMOUR = (
    b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEAAAA\n=AAAA\n-----END PGP PUBLIC KEY BLOCK-----\n"
)
PRIVATE = b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz\n-----END OPENSSH PRIVATE KEY-----\n"


def archive(*names: str) -> bytes:
    """A ZIP archive with empty files of these names."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as made:
        for name in names:
            made.writestr(name, "")
    return memory.getvalue()


ZIP = archive("payload.exe")

GOOD = {
    "a PDF": (pdf(), PDF),
    "a PDF with the word JavaScript in its text": (pdf(b"(JavaScript: the /Basics)"), PDF),
    "a PNG": (png(), PNG),
    "a PNG with a profile and a time": (png(2, 2, chunk(b"tIME", bytes(7))), PNG),
    "a JPEG": (jpeg(), JPEG),
    "a progressive JPEG": (jpeg(frame=0xC2), JPEG),
    "a JPEG with restarts and stuffing": (jpeg(coded=b"\x01\xff\xd0\x02\xff\x00\x03"), JPEG),
    "plain text": ("Zażółć\r\n\tgęślą jaźń\n".encode(), TEXT),
    "an OpenPGP key": (ARMOUR, TEXT),
    "a certificate": (b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", TEXT),
    "text with a byte order mark": (b"\xef\xbb\xbfnotes\n", TEXT),
    "text that speaks of a tag": (b"We saw <script> in the log.", TEXT),
}


@pytest.mark.parametrize(("content", "kind"), GOOD.values(), ids=GOOD)
def test_what_a_reviewer_can_open_is_accepted(content: bytes, kind: str) -> None:
    """PDF, PNG, JPEG and plain text, whatever the name said."""
    assert inspect(content) == kind


BAD = {
    "nothing": (b"", "nothing in this file"),
    "too large": (b"a" * (LARGEST + 1), "more than 10 MB"),
    "too much text": (b"a" * (LARGEST_TEXT + 1), "more than 1 MB"),
    # PDF
    "PDF with an archive behind it": (pdf() + ZIP, "something follows after its end"),
    "PDF with a web page behind it": (pdf() + b"<script>", "something follows after its end"),
    "PDF with nothing behind its head": (HEAD, "cut off"),
    "PDF whose table is nowhere": (HEAD + b"startxref\n99999\n%%EOF", "cut off"),
    "PDF behind something": (b"GIF89a " + pdf(), "stands before the beginning"),
    "PDF with an archive within": (pdf(b"<<>>\nstream\n" + ZIP + b"\nendstream"), "archive"),
    "PDF that begins as a web page": (pdf(b"(<script>alert(1)</script>)"), "web page or a script"),
    "PDF of version 9": (pdf().replace(b"-1.7", b"-9.0"), "no PDF of version 1 or 2"),
    "PDF with a script": (pdf(b"<< /S /JavaScript /JS (x) >>"), "a script"),
    "PDF with a hidden name": (pdf(b"<< /S /J#61va#53cript >>"), "a script"),
    "PDF with a script by reference": (pdf(b"<< /S /Other /JS 9 0 R >>"), "a script"),
    "PDF with a short hidden name": (pdf(b"<< /#4A#53 (x) >>"), "a script"),
    "PDF with a command": (pdf(b"<< /S /Launch /F (calc) >>"), "starts a program"),
    "PDF with a file in it": (pdf(b"<< /Type /EmbeddedFile >>"), "an attached file"),
    "PDF with a film": (pdf(b"<< /Subtype /RichMedia >>"), "a film"),
    "encrypted PDF": (pdf(b"<< /Encrypt 9 0 R >>"), "encrypted. Save it without a password"),
    # PNG
    "PNG with a web page behind it": (png() + b"<html>", "follows after the end"),
    "PNG with a web page in it": (
        png(2, 2, chunk(b"tEXt", b"a\0<script>")),
        "web page or a script",
    ),
    "PNG with an archive in it": (png(2, 2, chunk(b"prVt", ZIP)), "archive"),
    "PNG of 60,000 by 60,000": (png(60_000, 60_000), "60,000 × 60,000 pixels"),
    "PNG of many pixels": (png(19_000, 19_000), "50 million"),
    "PNG without any size": (png(0, 2), "no size"),
    "PNG with an unknown critical part": (png(2, 2, chunk(b"EVIL", b"")), "no reader knows"),
    "PNG with two headers": (png(2, 2, png()[8:33]), "no reader knows"),
    "PNG with no letters": (png(2, 2, chunk(b"a\x00bc", b"")), "no reader knows"),
    "PNG in disorder": (png(2, 2, chunk(b"IDAT", b"x"), chunk(b"tIME", b"")), "out of order"),
    "PNG without header": (b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""), "begin with its size"),
    "PNG without picture": (png()[:33] + chunk(b"IEND", b""), "no picture"),
    "PNG with wrong checksum": (png()[:29] + b"\0\0\0\0" + png()[33:], "checksum"),
    "PNG cut off": (png()[:-5], "cut off"),
    "PNG of depth 3": (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 3, 0, 0, 0, 0)),
        "makes no sense",
    ),
    # JPEG
    "JPEG with an archive behind it": (jpeg() + ZIP, "follows after the end"),
    "JPEG with a script in its comment": (jpeg(2, 2, segment(0xFE, b"<script>")), "script"),
    "JPEG of 60,000 by 60,000": (jpeg(60_000, 60_000), "60,000 × 60,000"),
    "JPEG without lines": (jpeg(2, 0), "no size"),
    "JPEG of a rare kind": (jpeg(frame=0xC3), "rare kind"),
    "JPEG with two pictures": (jpeg(2, 2, segment(0xC0, bytes(9))), "no size"),
    "JPEG cut off": (jpeg()[:-2], "cut off"),
    "JPEG cut off in its header": (jpeg()[:12], "cut off"),
    "JPEG without scan": (jpeg()[:33] + b"\xff\xd9", "not exactly one picture"),
    # what is not text
    "text with a NUL": (b"abc" * 2000 + b"\x00", "control characters"),
    "text with an escape": (b"abc" * 2000 + b"\x1b[2J", "control characters"),
    "text in Latin-1": (b"caf\xe9", "UTF-8"),
    "only spaces": (b" \n\t", "nothing in this file"),
    "a private key": (PRIVATE, "private key. Never send it"),
    "UTF-16": ("text".encode("utf-16"), "Files of this kind are not accepted"),
}


@pytest.mark.parametrize(("content", "text"), BAD.values(), ids=BAD)
def test_what_is_more_or_less_than_that_is_refused(content: bytes, text: str) -> None:
    """Each with a sentence that says what is wrong."""
    with pytest.raises(UploadRefused, match=text):
        inspect(content)


OTHERS = {
    "Word": (archive("[Content_Types].xml", "word/document.xml"), "Word documents"),
    "Excel": (archive("[Content_Types].xml", "xl/workbook.xml"), "Excel documents"),
    "PowerPoint": (archive("[Content_Types].xml", "ppt/presentation.xml"), "PowerPoint documents"),
    "ZIP": (ZIP, "ZIP archives"),
    "old Office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office documents"),
    "RTF": (rb"{\rtf1 x}", "RTF documents"),
    "gzip": (b"\x1f\x8b\x08\x00", "Archives"),
    "Windows program": (b"MZ\x90\x00\x03", "Programs"),
    "Linux program": (b"\x7fELF\x02", "Programs"),
    "script": (b"#!/bin/sh\nid\n", "Scripts"),
    "PostScript": (b"%!PS-Adobe", "PostScript files"),
    "GIF and JavaScript": (b"GIF89a=1;alert(1)//", "GIF pictures"),
    "WebP": (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "Pictures of this kind"),
    "SVG": (b"<svg onload=alert(1)>", "SVG pictures"),
    "SVG with a prologue": (b'<?xml version="1.0"?>\n<SVG>', "SVG pictures"),
    "HTML": (b"\xef\xbb\xbf \n<!DOCTYPE html>", "Web pages and XML"),
}


@pytest.mark.parametrize(("content", "text"), OTHERS.values(), ids=OTHERS)
def test_known_kinds_are_named_with_what_to_send_instead(content: bytes, text: str) -> None:
    """“Word documents are not accepted: send PDF, PNG, JPEG or plain text.”"""
    with pytest.raises(UploadRefused, match=f"{text} are not accepted: send PDF, PNG, JPEG or"):
        inspect(content)


def test_a_place_may_take_fewer_kinds() -> None:
    """Where a signed paper is asked for, a picture is refused like anything else."""
    with pytest.raises(UploadRefused, match="Pictures are not accepted here: send a PDF"):
        inspect(png(), frozenset({PDF}))
    with pytest.raises(UploadRefused, match="Word documents are not accepted: send a PDF"):
        inspect(archive("word/document.xml"), frozenset({PDF}))


PICTURES = [png(), jpeg(), png(2, 2, pixels=zlib.compress(b"")), jpeg(coded=b"\x00" * 9)]


@given(picture=st.sampled_from(PICTURES), behind=st.binary(min_size=1, max_size=40))
def test_nothing_stands_behind_a_picture(picture: bytes, behind: bytes) -> None:
    """Any octet after the end of a picture makes it something else."""
    with pytest.raises(UploadRefused):
        inspect(picture + behind)


@given(behind=st.binary(min_size=1, max_size=40).filter(lambda end: end.strip(b"\0 \t\r\n\f\v")))
def test_nothing_but_space_stands_behind_a_pdf(behind: bytes) -> None:
    """Lines may end differently; anything else after the end is refused."""
    with pytest.raises(UploadRefused):
        inspect(pdf() + behind)


@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.builds(
            lambda whole, at, byte: whole[: at % len(whole)] + byte + whole[at % len(whole) :],
            st.sampled_from([pdf(), *PICTURES, ZIP, ARMOUR]),
            st.integers(0, 5_000),
            st.binary(max_size=8),
        ),
    )
)
def test_every_content_is_accepted_or_refused(content: bytes) -> None:
    """No content, however broken, makes anything else of it."""
    with contextlib.suppress(UploadRefused):
        assert inspect(content) in EVERY_KIND
