"""A name is a label: one part, no surprises on any system, the ending of what it really is."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudsirt.uploads.kinds import EXTENSIONS, JPEG, PDF, PNG, TEXT
from cloudsirt.uploads.naming import LONGEST, safe_name


@pytest.mark.parametrize(
    ("given_name", "kind", "expected"),
    [
        ("report.pdf", PDF, "report.pdf"),
        ("Über uns.PDF", PDF, "Über uns.pdf"),
        ("U\u0308ber.pdf", PDF, "Über.pdf"),
        ("photo.jpeg", JPEG, "photo.jpg"),
        ("key.asc", TEXT, "key.txt"),
        ("../../etc/passwd", TEXT, "passwd.txt"),
        ("..\\..\\windows\\system.ini", TEXT, "system.txt"),
        ("/absolute/path.png", PNG, "path.png"),
        ("C:\\fakepath\\scan.png", PNG, "scan.png"),
        ("..", PDF, "file.pdf"),
        ("", PDF, "file.pdf"),
        ("folder/", PDF, "file.pdf"),
        (".htaccess", TEXT, "htaccess.txt"),
        ("a\x00b.php", PDF, "ab.pdf"),
        ("line\r\nSet-Cookie: x.pdf", PDF, "line Set-Cookie_ x.pdf"),
        ("invoice\u202efdp.exe", PDF, "invoicefdp.pdf"),
        ("report.pdf.exe", PDF, "report.pdf.pdf"),
        ("CON", PDF, "file-CON.pdf"),
        ("nul.txt", TEXT, "file-nul.txt"),
        ("lpt1.report.pdf", PDF, "file-lpt1.report.pdf"),
        ("console.pdf", PDF, "console.pdf"),
        ("trailing. . .", PDF, "trailing.pdf"),
        ('a<b>"c|d?e*.pdf', PDF, "a_b__c_d_e_.pdf"),
    ],
)
def test_a_name_is_mended(given_name: str, kind: str, expected: str) -> None:
    """Paths, devices, control and direction characters leave nothing behind."""
    assert safe_name(given_name, kind) == expected


@given(given_name=st.text(max_size=400), kind=st.sampled_from(sorted(EXTENSIONS)))
def test_every_name_becomes_a_safe_one(given_name: str, kind: str) -> None:
    """Short enough for any file system, printable, one part, and stable when mended again."""
    name = safe_name(given_name, kind)
    assert len(name) <= LONGEST
    assert len(name.encode()) <= 255
    assert name.endswith(EXTENSIONS[kind])
    assert not set(name) & set('/\\<>:"|?*')
    assert not any(unicodedata.category(one).startswith("C") for one in name)
    assert not name.startswith(".")
    assert safe_name(name, kind) == name
