"""Whether a content is one picture and nothing else, by a walk over its parts; nothing is unpacked.

PNG: the third edition (W3C 2025) §5. JPEG: ITU-T T.81 Annex B. The size that a picture claims is
limited, because a small file may claim one that no machine can show.
"""

import struct
import zlib
from collections.abc import Iterator

from cloudsirt.errors import UploadRefused
from cloudsirt.uploads.kinds import refuse_archive, refuse_markup

PNG_MAGIC, JPEG_MAGIC = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"

LONGEST_SIDE, MOST_PIXELS = 20_000, 50_000_000
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_CRITICAL = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
_BROKEN = "This picture is broken: {}. Save it again."
_MORE = "Something follows after the end of this picture. Save it again."
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended, progressive
_OTHER_FRAMES = frozenset(range(0xC3, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN, _END = 0xDA, 0xD9


def read_png(content: bytes) -> None:
    """Raise UploadRefused unless this is one PNG picture."""
    seen: list[bytes] = []
    for kind, data in _chunks(content):
        if not seen:
            _read_header(kind, data)
        elif kind == b"IHDR" or (kind not in _CRITICAL and not kind[0] & 0x20):
            raise UploadRefused(_BROKEN.format("it has a part that no reader knows"))
        elif kind == b"IDAT" and b"IDAT" in seen and seen[-1] != b"IDAT":
            raise UploadRefused(_BROKEN.format("its parts are out of order"))
        if kind != b"IDAT":
            refuse_markup(data, "this picture")
        seen.append(kind)
    if b"IDAT" not in seen:
        raise UploadRefused(_BROKEN.format("there is no picture in it"))
    refuse_archive(content)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Every chunk up to the last, which must end the file; checksums are compared."""
    at = len(PNG_MAGIC)
    while True:
        if len(content) < at + 12:
            raise UploadRefused(_BROKEN.format("it is cut off"))
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        after = at + 12 + length
        if length >= 2**31 or after > len(content):
            raise UploadRefused(_BROKEN.format("it is cut off"))
        data = content[at + 8 : after - 4]
        if zlib.crc32(kind + data) != int.from_bytes(content[after - 4 : after]):
            raise UploadRefused(_BROKEN.format("a checksum is wrong"))
        if not kind.isalpha():
            raise UploadRefused(_BROKEN.format("it has a part that no reader knows"))
        yield kind, data
        if kind == b"IEND":
            if after != len(content) or data:
                raise UploadRefused(_MORE)
            return
        at = after


def _read_header(kind: bytes, data: bytes) -> None:
    if kind != b"IHDR" or len(data) != 13:
        raise UploadRefused(_BROKEN.format("it does not begin with its size"))
    width, height, depth, colour, compression, filtering, interlace = struct.unpack(
        ">IIBBBBB", data
    )
    if depth not in _DEPTHS.get(colour, ()) or compression or filtering or interlace > 1:
        raise UploadRefused(_BROKEN.format("its header makes no sense"))
    _check_size(width, height)


def read_jpeg(content: bytes) -> None:
    """Raise UploadRefused unless this is one JPEG picture."""
    frames = scans = 0
    for marker, data in _segments(content):
        if marker in _OTHER_FRAMES:
            raise UploadRefused("JPEG of this rare kind is not accepted: save it as baseline JPEG.")
        if marker in _FRAMES:
            frames += 1
            if len(data) < 6:
                raise UploadRefused(_BROKEN.format("its header makes no sense"))
            height, width = struct.unpack(">HH", data[1:5])
            _check_size(width, height)
        elif marker == _SCAN:
            scans += 1
        else:
            refuse_markup(data, "this picture")
    if frames != 1 or not scans:
        raise UploadRefused(_BROKEN.format("there is not exactly one picture in it"))
    refuse_archive(content)


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Every segment up to the end of the image, which must end the file; scans are skipped."""
    at = 2
    while True:
        at, marker = _marker(content, at)
        if marker == _END:
            if at != len(content):
                raise UploadRefused(_MORE)
            return
        if marker < 0xC0 or 0xD0 <= marker <= 0xD8 or len(content) < at + 2:
            raise UploadRefused(_BROKEN.format("it has a part that no reader knows"))
        length = int.from_bytes(content[at : at + 2])
        if length < 2 or at + length > len(content):
            raise UploadRefused(_BROKEN.format("it is cut off"))
        yield marker, content[at + 2 : at + length]
        at += length
        if marker == _SCAN:
            at = _end_of_scan(content, at)


def _marker(content: bytes, at: int) -> tuple[int, int]:
    """The marker at a place, and where it ends; fill octets may stand before it (§B.1.1.2)."""
    if content[at : at + 1] != b"\xff":
        raise UploadRefused(_BROKEN.format("it is cut off, or its parts do not fit"))
    while content[at : at + 1] == b"\xff":
        at += 1
    if at >= len(content):
        raise UploadRefused(_BROKEN.format("it is cut off"))
    return at + 1, content[at]


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the coded data of a scan ends: at a marker that is no restart and no stuffing."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise UploadRefused(_BROKEN.format("it is cut off"))
        following = content[at + 1]
        if following == 0xFF:
            at += 1
        elif following == 0 or 0xD0 <= following <= 0xD7:
            at += 2
        else:
            return at


def _check_size(width: int, height: int) -> None:
    if not width or not height:
        raise UploadRefused(_BROKEN.format("it claims to have no size"))
    if width > LONGEST_SIDE or height > LONGEST_SIDE or width * height > MOST_PIXELS:
        raise UploadRefused(
            f"This picture claims {width:,} × {height:,} pixels. At most {LONGEST_SIDE:,} on a "
            f"side and {MOST_PIXELS // 1_000_000} million in all are accepted."
        )
