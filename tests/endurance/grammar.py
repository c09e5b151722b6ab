"""A grammar of requests that nobody should send: method, path, query, headers and body.

Everything follows from the chance that is handed in. Most of a request is as it should be, so
that what is odd gets past the first thing that looks at it.
"""

import json
import random
from dataclasses import dataclass
from urllib.parse import quote

from tests.endurance.asking import TAXII
from tests.endurance.writer import indicator

GREEN = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
METHODS = ("GET",) * 12 + ("POST",) * 8 + ("DELETE", "DELETE", "HEAD", "OPTIONS", "PUT", "PATCH")
ODD_METHODS = ("TRACE", "get", "G\x00T", "PROPFIND", "X" * 300, "", "GET GET")
ROOTS = ("members", "research", "public", "nowhere", "%00", "..", "memb%65rs", "☂")
COLLECTIONS = ("attacks", "everything", "sources", "9" * 36, "%2e%2e", "'", "attacks%00", "é")
ODD_IDS = ("indicator--none", "%", "%zz", "%00", "a" * 3000, "☂", "--", "x--" + "0" * 36, "..", "*")
PARTS = ("objects", "manifest", "objects/{id}", "objects/{id}/versions", "", "object", "//")
TIMES = (
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.123456789012Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:60Z",
    "2026-13-45T99:99:99Z",
    "2026-01-01",
    "-1",
    "2026-01-01T00:00:00+25:00",
    "٢٠٢٦-01-01T00:00:00Z",
)
NUMBERS = ("1", "0", "-1", "1000000", "9" * 400, "1e9", "0x10", "", "٣", "1.5", " 1", "+1")
WORDS = ("all", "first", "last", "last,first", ",", "", "2.1", "2.0", "indicator", "\x00", "☂" * 20)
ODD_WORDS = ("a" * 4000, "1" * 200, "%", "' OR 1=1 --", "\ud83d", ",".join("ab" * 300), "\r\nX: y")
FIELDS = ("added_after", "limit", "next", "match[id]", "match[type]", "match[version]")
ODD_FIELDS = ("match[spec_version]", "match[]", "match[", "Limit", "", "match[id][]", "\x00")
MEDIA = (
    TAXII,
    "application/json",
    "*/*",
    "application/stix+json",
    "",
    "text/html",
    ";;;",
    "application/taxii+json;version=" + "2" * 500,
    "application/taxii+json;version=2.0",
    "application/taxii+json;q=x",
    'application/taxii+json;version="',
    "\xff\xfe",
    "a/b," * 300,
)
ODD_HEADERS = (
    ("Transfer-Encoding", "gzip"),
    ("Transfer-Encoding", "chunked, chunked"),
    ("Content-Length", "-1"),
    ("Content-Length", "9" * 30),
    ("Content-Length", "1, 2"),
    ("Content-Encoding", "gzip"),
    ("Expect", "100-continue"),
    ("Range", "bytes=0-1"),
    ("Range", "items 0-" + "9" * 50),
    ("Host", "\x00"),
    ("Host", "[::"),
    ("Connection", "upgrade"),
    ("Cookie", "session=" + "a" * 3000),
    ("X-Forwarded-For", "127.0.0.1, " * 50),
    ("If-None-Match", '"' * 99),
    ("bad header", "x"),
    ("X" * 5000, "y"),
    ("X", "z" * 9000),
)
ODD_VALUES: tuple[object, ...] = (
    None, True, -1, 2**63, 1e308, "", "\x00", "\ud800", [], {}, [[]], {"": {}}, "☂" * 999, [None],
)  # fmt: skip
ODD_BODIES = (
    b"", b"{", b"[]", b"\xff\xfe{}", b"[" * 9_999, b'{"objects":' * 2_000, b'{"objects":1}',
    b'{"objects":[1e999]}', b'{"objects":[],"objects":[]}', b"\x00" * 100, b'{"a":"\\ud800"}',
    b'{"objects":[{"type":"indicator","id":"' + b"a" * 5_000 + b'"}]}', b"9" * 20_000,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """One request as octets, whether they are HTTP or not."""

    octets: bytes


@dataclass(frozen=True, slots=True)
class Grammar:
    """Draws requests; `credentials` are the Authorization headers that are good."""

    chance: random.Random
    credentials: tuple[str, ...]
    ids: tuple[str, ...]

    def request(self) -> Request:
        """One request."""
        method = self._mostly(METHODS, ODD_METHODS, 0.03)
        body = self._body() if method in ("POST", "PUT", "PATCH") or self._seldom(0.05) else b""
        headers = [("Host", "127.0.0.1"), ("Accept", self._mostly((TAXII,), MEDIA, 0.2))]
        headers.append(("Authorization", self._authorization()))
        if body:
            headers.append(("Content-Type", self._mostly((TAXII,), MEDIA, 0.2)))
        is_chunked = bool(body) and self._seldom(0.2)
        headers.append(
            ("Transfer-Encoding", "chunked") if is_chunked else ("Content-Length", str(len(body)))
        )
        if self._seldom(0.1):
            headers.append(self.chance.choice(ODD_HEADERS))
        self.chance.shuffle(headers)
        lines = [f"{method} {self._target()} HTTP/1.1", *(f"{k}: {v}" for k, v in headers)]
        head = "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogatepass")
        return Request(head + (self._chunked(body) if is_chunked else body))

    def _seldom(self, share: float) -> bool:
        return self.chance.random() < share

    def _mostly(self, usual: tuple[str, ...], odd: tuple[str, ...], share: float) -> str:
        return self.chance.choice(odd if self._seldom(share) else usual)

    def _target(self) -> str:
        root = self._mostly(ROOTS[:3], ROOTS, 0.1)
        name = self._mostly(COLLECTIONS[:3], COLLECTIONS, 0.1)
        part = self._mostly(PARTS[:4], PARTS, 0.15)
        part = part.replace("{id}", self._mostly(self.ids, ODD_IDS, 0.2))
        path = self.chance.choices(
            (
                f"/taxii2/{root}/collections/{name}/{part}/",
                f"/taxii2/{root}/collections/{name}/",
                f"/taxii2/{root}/status/{self._mostly(('1' * 36,), ODD_IDS, 0.5)}/",
                f"/taxii2/{root}/",
                "/taxii2/",
                "/taxii2" + quote(self.chance.choice(ODD_WORDS).encode("utf-8", "replace")),
            ),
            (14, 2, 2, 1, 1, 1),
        )[0]
        return path + self._query()

    def _query(self) -> str:
        pairs = []
        for _ in range(self.chance.choice((0, 0, 1, 1, 2, 3, 12))):
            field = self._mostly(FIELDS, ODD_FIELDS, 0.1)
            pools = {"added_after": TIMES, "limit": NUMBERS, "match[id]": self.ids}
            value = self._mostly(pools.get(field, WORDS), (*WORDS, *ODD_WORDS), 0.15)
            pairs.append(f"{self._quoted(field)}={self._quoted(value)}")
        return "?" + self.chance.choice("&&&&;").join(pairs) if pairs else ""

    def _quoted(self, text: str) -> str:
        octets = text.encode("utf-8", "surrogatepass")
        return quote(octets, safe="%[]" if self._seldom(0.3) else "")

    def _authorization(self) -> str:
        odd = (
            "Basic",
            "Basic !!!",
            "Basic Og==",
            "Bearer",
            "Bearer \xff",
            "Token " + "a" * 2000,
            "☂",
        )
        return self._mostly(self.credentials, odd, 0.1)

    def _body(self) -> bytes:
        if self._seldom(0.2):
            return self.chance.choice(ODD_BODIES)
        items = [self._object() for _ in range(self.chance.choice((0, 1, 1, 2, 5)))]
        document: dict[str, object] = {"objects": items}
        if self._seldom(0.3):
            document["x_cloudsirt_handling"] = {
                self.chance.choice(("recipients", "unmarked", "release", "attribution", "x")): (
                    self.chance.choice((*ODD_VALUES, {"research": "2027-01-01T00:00:00Z"}))
                )
            }
        if self._seldom(0.1):
            document[self.chance.choice(("more", "next", "type", "id", "\x00"))] = self._odd()
        octets = json.dumps(document).encode()
        return octets[: self.chance.randrange(len(octets))] if self._seldom(0.05) else octets

    def _object(self) -> dict[str, object]:
        item: dict[str, object] = indicator(self.chance.choice(self.ids), 0, GREEN)
        item["modified"] = f"2026-02-0{self.chance.randint(1, 9)}T08:00:00.000Z"
        for _ in range(self.chance.choice((0, 0, 1, 2))):
            name = self._mostly(tuple(item), ("x_odd", "", "granular_markings", "extensions"), 0.4)
            item[name] = self._odd()
        return item

    def _odd(self) -> object:
        value: object = self.chance.choice(ODD_VALUES)
        for _ in range(self.chance.choice((0, 0, 1, 40, 400))):
            value = [value] if self._seldom(0.5) else {"x": value}
        return value

    def _chunked(self, body: bytes) -> bytes:
        if self._seldom(0.1):
            return self.chance.choice((b"zz\r\n\r\n", b"-1\r\n", b"0\r\n\r\n", b"f" * 99 + b"\r\n"))
        middle = len(body) // 2
        parts = [part for part in (body[:middle], body[middle:]) if part]
        return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
