"""Sources, vector by vector: what each gives, that it is valid, and that it is always the same."""

import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cloudsirt.errors import SourceRefused
from cloudsirt.importing import misp
from cloudsirt.importing.items import Left, Made, Maker, Sent
from cloudsirt.importing.prose import label_of
from cloudsirt.importing.reading import Kind, kind_of, open_source
from cloudsirt.importing.stix21 import Bundle
from feeds.validation import validate
from tlp import Label

VECTORS = Path(__file__).parents[2] / "vectors" / "importing"
CASES = sorted(path.name for path in VECTORS.iterdir())
MAKER = Maker(
    identity="identity--5f0c5b1e-3c0e-4d0e-9d5a-0d4d1c0f7b11",
    namespace=uuid.UUID("0f6a7c1e-9b1d-4d5e-8f00-3a2b1c0d9e8f"),
)
TIME = "2026-02-01T08:00:00.000000Z"


def recorded(folder: Path) -> misp.Convert | None:
    """What MISP's converter gave for this vector, without the converter."""
    file = folder / "converted.json"
    if not file.exists():
        return None

    def convert(event: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
        del event
        return json.loads(file.read_text()), []

    return convert


def given(name: str) -> dict[str, Any]:
    """What a vector gives, as JSON; times that are still open are those of this file."""
    folder = VECTORS / name
    (path,) = folder.glob("input.*")
    objects, left = [], []
    for item in open_source(path, None, MAKER, recorded(folder)).items:
        match item:
            case Sent(text):
                objects.append(json.loads(text))
            case Made(value, assumed):
                objects.append({**dict.fromkeys(sorted(assumed), TIME), **value})
            case Left(what, reason):
                left.append([what, reason])
    return {"objects": objects, "left": left}


@pytest.mark.parametrize("name", CASES)
def test_a_source_gives_what_its_vector_says(name: str) -> None:
    """The objects and the refusals of each vector, in their order, every time."""
    expected = json.loads((VECTORS / name / "expected.json").read_text())
    assert given(name) == expected
    assert bool(expected["left"]) is name.endswith("_fail") or name in ("csv-columns", "misp-event")


@pytest.mark.parametrize("name", CASES)
def test_whatever_a_source_gives_is_valid(name: str) -> None:
    """The law of importers: no object that is not STIX 2.1."""
    for value in given(name)["objects"]:
        validate(value)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"type":"bundle","id":"x","objects":[]}', Kind.STIX),
        ('\ufeff [ {"type": "indicator"}]', Kind.STIX),
        ('{"objects":[]}', Kind.STIX),
        ('{"Event": {}}', Kind.MISP),
        ('[{"Event": {}}]', Kind.MISP),
        ('{"response": []}', Kind.MISP),
        ("value,type\n", Kind.CSV),
        ("# a comment\nioc\tcomment\n", Kind.CSV),
        ("Indicators\nof compromise\n", Kind.TEXT),
        ("[update] evil[.]example\n", Kind.TEXT),
        ("", Kind.TEXT),
    ],
)
def test_the_kind_is_told_from_the_content(text: str, kind: Kind, tmp_path: Path) -> None:
    """JSON by its first key, a table by its header, whatever the file is called."""
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8")
    assert kind_of(path) is kind


@pytest.mark.parametrize(
    ("content", "kind", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n", None, "This is not text in UTF-8."),
        (b"a\0b", None, "This is not text."),
        (b'{"objects":[{},]}', None, "This is not JSON"),
        (b'{"objects":[{}]} x', None, "something follows"),
        (b'{"objects":[], "limit": 1}', None, "unknown property “limit”"),
        (b"[" * 100_000, Kind.STIX, "nested too deeply"),
        (b'{"5f0c5b1e-3c0e-4d0e-9d5a-0d4d1c0f7b11": {}}', None, "manifest of a MISP feed"),
        (b'{"Event": 1}', None, "something else than MISP events"),
        (b"a,b\n", Kind.CSV, "No column of the CSV"),
        (b"evil[.]example\n\xff", Kind.TEXT, "This is not UTF-8"),
        (b"TLP:PURPLE\nevil[.]example\n", None, "TLP:PURPLE, which is not a TLP label"),
        (b"# TLP:EX:CHR\nvalue\nevil.example\n", None, "TLP:EX, which is not a TLP label"),
    ],
)
def test_what_cannot_be_read_is_refused(
    content: bytes, kind: Kind | None, sentence: str, tmp_path: Path
) -> None:
    """A file that is nothing of the kind gives one sentence, never a fault of ours."""
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(SourceRefused, match=sentence):
        list(open_source(path, kind, MAKER, lambda event: ([], [])).items)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("tlp: amber", Label.AMBER),
        ("TLP:AMBER+STRICT", Label.AMBER_STRICT),
        ("TLP:AMBER-STRICT", Label.AMBER_STRICT),
        ("TLP:AMBER STRICT", Label.AMBER_STRICT),
        ("TLP:WHITE or TLP:GREEN", Label.GREEN),
        ("the TLP: what it is", None),
    ],
)
def test_a_text_is_as_strict_as_the_strictest_label_in_it(text: str, label: Label | None) -> None:
    """However the label is spelt."""
    assert label_of([text]) is label


@pytest.mark.parametrize(
    ("document", "count"),
    [
        ({"type": "bundle", "id": "bundle--1"}, 0),
        ({"type": "observed-data", "id": "x", "created": "x", "objects": {"0": {}}}, 1),
        ({"type": "x-a", "id": "x-a--1"}, 1),
        ([], 0),
        ({}, 0),
    ],
)
def test_a_lone_object_is_a_bundle_of_one(document: Any, count: int) -> None:
    """And a bundle of nothing holds nothing."""
    assert len(Bundle(json.dumps(document))) == count


def test_a_file_above_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names the limit and the size, and what to do."""
    monkeypatch.setattr("cloudsirt.importing.reading.LIMIT", 1 << 20)
    path = tmp_path / "file.json"
    path.write_bytes(b'{"objects":[' + b" " * (2 << 20) + b"]}")
    with pytest.raises(SourceRefused, match=r"larger than 1 MB \(2 MB\)\. Split it"):
        open_source(path, None, MAKER)


def test_a_misp_feed_is_a_folder_with_a_manifest(tmp_path: Path) -> None:
    """Events are taken in the manifest's order; one that has no file is named."""
    there, gone = "5f0c5b1e-3c0e-4d0e-9d5a-0d4d1c0f7b11", "../../../etc/passwd"
    (tmp_path / "manifest.json").write_text(json.dumps({gone: {}, there: {}}))
    (tmp_path / f"{there}.json").write_text(json.dumps({"Event": {"uuid": there}}))
    assert kind_of(tmp_path) is Kind.MISP
    value = {"type": "campaign", "spec_version": "2.1", "id": f"campaign--{there}", "name": "C"}
    dated = {**value, "created": TIME, "modified": TIME}
    items = list(open_source(tmp_path, None, MAKER, lambda event: ([dated], [])).items)
    assert [type(item) for item in items] == [Left, Made]


def test_a_fault_of_the_foreign_converter_loses_one_event() -> None:
    """Whatever it raises is a refusal of that event."""

    def broken(event: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
        raise KeyError(event["uuid"])

    (item,) = misp.items({"uuid": "x"}, broken)
    assert item == Left("event x", "It cannot be converted (KeyError).")


def test_the_recorded_conversion_is_what_misp_stix_makes() -> None:
    """With the extra installed, the converter itself gives what the vector recorded."""
    pytest.importorskip("misp_stix_converter", reason="the extra cloudsirt[misp] is not installed")
    folder = VECTORS / "misp-event"
    event = json.loads((folder / "input.json").read_text())["Event"]
    opened = misp.opened(event, [])
    objects, errors = misp.converter()(opened)
    assert errors == []
    assert objects == json.loads((folder / "converted.json").read_text())
