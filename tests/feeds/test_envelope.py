"""Bytes to objects: what is kept exactly as sent, and what is refused as a whole."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.envelope import read_envelope
from feeds.errors import BadEnvelope

LARGEST = 2**53 - 1
GOOD = b'{"objects": [{"id": "a"}]}'


def texts(body: str) -> list[str]:
    """The texts of the objects in a body."""
    return [received.text for received in read_envelope(body.encode()).objects]


# what is kept


@pytest.mark.parametrize(
    "text",
    [
        '{"b":1,"a":2}',
        '{ "a" :\t[ 1 ,\r\n 2 ] }',
        '{"a":1.0,"b":1.00,"c":1e0,"d":-0,"e":-0.0,"f":1E+2,"g":0.1000}',
        '{"a":"\\u00e9\\/\\n","b":"é","c":"\\ud83d\\ude00"}',
        '{"a":"] , } \\" objects"}',
        '"a text"',
        "null",
        "7",
        "[[]]",
        "{}",
    ],
)
def test_each_object_keeps_its_own_text(text: str) -> None:
    """White space, key order, escapes and the spelling of numbers stay; what is around is cut."""
    assert texts(f'{{"objects":[ \n{text}\t ,{text}]}}') == [text, text]
    received = read_envelope(f'{{"objects":[{text}]}}'.encode()).objects[0]
    assert received.value == json.loads(text)


def test_what_stands_beside_the_objects_changes_nothing() -> None:
    """Before and after, in any order: the handling is handed on, the rest of TAXII's is allowed."""
    body = '{"more":false,"x_cloudsirt_handling":{"a":[1]},"objects":[1],"next":"x"}'
    envelope = read_envelope(body.encode())
    assert [received.value for received in envelope.objects] == [1]
    assert envelope.handling == {"a": [1]}
    assert read_envelope(GOOD).handling is None


def test_a_bundle_is_taken_apart_like_an_envelope() -> None:
    """Several clients post STIX bundles (STIX 2.1 §8)."""
    assert texts('{"type":"bundle","id":"bundle--x","spec_version":"2.1","objects":[{}]}') == ["{}"]


def test_a_byte_order_mark_is_left_out() -> None:
    """One in front is tolerated (RFC 8259 §8.1); a second one is no JSON."""
    assert texts(GOOD.decode()) == texts("\N{BOM}" + GOOD.decode())
    with pytest.raises(BadEnvelope, match="not JSON"):
        read_envelope(("\N{BOM}" * 2).encode() + GOOD)


@pytest.mark.parametrize("number", [LARGEST, -LARGEST])
def test_integers_up_to_the_limit_of_i_json_are_read(number: int) -> None:
    """RFC 7493 §2.2: ±(2^53−1) is the last that every reader keeps."""
    assert read_envelope(f'{{"objects":[{number}]}}'.encode()).objects[0].value == number


def test_half_a_pair_of_utf_16_is_left_to_the_validation_of_its_object() -> None:
    """It is JSON, and only the object that holds it is wrong."""
    assert texts('{"objects":["\\ud800",1]}') == ['"\\ud800"', "1"]


# what is refused


@pytest.mark.parametrize(
    "value",
    [
        str(LARGEST + 1),
        str(-LARGEST - 1),
        "1" + "0" * 5000,
        "-" + "9" * 40,
        "1e400",
        "-1e400",
        "NaN",
        "Infinity",
        "-Infinity",
    ],
)
def test_numbers_that_i_json_does_not_have_are_refused(value: str) -> None:
    """RFC 7493 §2.2, wherever they stand."""
    for body in ('{"objects":[%s]}', '{"objects":[{"a":[%s]}]}', '{"objects":[1],"more":%s}'):
        with pytest.raises(BadEnvelope) as refusal:
            read_envelope((body % value).encode())
        assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    "body",
    [
        '{"objects":[1],"objects":[1]}',
        '{"objects":[1],"more":true,"more":true}',
        '{"objects":[{"a":1,"a":1}]}',
        '{"objects":[{"a":{"b":1,"\\u0062":2}}]}',
        '{"objects":[1],"x_cloudsirt_handling":{"a":1,"a":1}}',
    ],
)
def test_a_name_that_stands_twice_is_refused(body: str) -> None:
    """RFC 7493 §2.3, on every level and however it is spelt."""
    with pytest.raises(BadEnvelope, match="stands twice"):
        read_envelope(body.encode())


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "not JSON"),
        (b" \n", "not JSON"),
        (b"[]", "must be a JSON object"),
        (b'"objects"', "must be a JSON object"),
        (b"{", "not JSON"),
        (b"{}", "no objects"),
        (b"{}{}", "something follows"),
        (b"{} x", "something follows"),
        (GOOD + b"\x00", "something follows"),
        (GOOD[:-1], "expected a comma"),
        (GOOD[:-2], "not JSON"),
        (b'{"objects":[]}', "no objects"),
        (b'{"more":true}', "no objects"),
        (b'{"objects":null}', "must be a list"),
        (b'{"objects":{}}', "must be a list"),
        (b'{"objects":[1,]}', "Expecting value"),
        (b'{"objects":[1 2]}', "expected a comma"),
        (b'{"objects":[1],}', "Expecting value"),
        (b'{"objects" [1]}', "expected a colon"),
        (b'{1:2,"objects":[1]}', "expected a property name"),
        (b"{'objects':[1]}", "not JSON"),
        (b'{"objects":[1]/*x*/}', "not JSON"),
        (b'{"objects":["\n"]}', "not JSON"),
        (b'{"objects":[01]}', "not JSON"),
        (b'{"objects":[1],"id":"x"}', "unknown property “id”"),
        (b'{"objects":[1],"type":"bundle","more":true}', "unknown property “more”"),
        (b'{"objects":[1],"\\ud800\\n":1}', "unknown property “\N{REPLACEMENT CHARACTER}{2}”"),
        (b'{"objects":["\xff"]}', "not UTF-8"),
        (b'{"objects":["\xed\xa0\x80"]}', "not UTF-8"),
        ('{"objects":["é"]}'.encode("utf-16"), "not UTF-8"),
    ],
)
def test_what_is_no_envelope_is_refused_with_its_reason(body: bytes, problem: str) -> None:
    """Not UTF-8, not JSON, unknown properties, no objects: a sentence that says which."""
    with pytest.raises(BadEnvelope, match=problem):
        read_envelope(body)


@pytest.mark.parametrize("opening", ['{"objects":[', '{"more":', '{"x_cloudsirt_handling":', "{"])
@pytest.mark.parametrize("level", ["[", '{"a":'])
def test_absurd_nesting_is_refused(opening: str, level: str) -> None:
    """A body that would exhaust the stack of whoever reads it, closed or not."""
    closing = "]" if level == "[" else "}"
    for body in (opening + level * 200_000, opening + level * 200_000 + "1" + closing * 200_000):
        with pytest.raises(BadEnvelope):
            read_envelope(body.encode())


# whatever comes in

values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST, LARGEST)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(values, min_size=1, max_size=4), st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_every_json_value_comes_out_as_it_went_in(
    objects: list[Any], ascii_only: bool, indent: int | str | None
) -> None:
    """Text and value of each object, however the sender writes JSON."""
    document = {"objects": objects, "x_cloudsirt_handling": objects[0]}
    body = json.dumps(document, ensure_ascii=ascii_only, indent=indent)
    envelope = read_envelope(body.encode("utf-8", "surrogatepass"))
    assert [received.value for received in envelope.objects] == objects
    assert [json.loads(received.text) for received in envelope.objects] == objects
    assert all(received.text in body for received in envelope.objects)
    assert envelope.handling == objects[0]


def read_or_refused(body: bytes) -> None:
    """Read a body; anything but an envelope or BadEnvelope with a plain sentence is a failure."""
    try:
        read_envelope(body)
    except BadEnvelope as refusal:
        sentence = str(refusal)
    else:
        return
    assert sentence.encode().decode() == sentence
    assert len(sentence) < 300


@given(st.binary() | st.text().map(str.encode))
def test_garbage_is_refused_and_nothing_else_happens(body: bytes) -> None:
    """Any bytes: an envelope or BadEnvelope."""
    read_or_refused(body)


@given(st.data(), st.lists(values, min_size=1, max_size=2))
def test_damaged_envelopes_are_refused_and_nothing_else_happens(
    data: st.DataObject, objects: list[Any]
) -> None:
    """An envelope with bytes cut out, put in or exchanged: an envelope or BadEnvelope."""
    body = bytearray(json.dumps({"objects": objects, "x_cloudsirt_handling": {"a": 1}}).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(start, min(len(body), start + 3)))
        body[start:end] = data.draw(st.binary(max_size=3) | st.sampled_from(SYNTAX))
    read_or_refused(bytes(body))


SYNTAX = [b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\", b"\\ud800", b"1e999", b"NaN", b"\xff"]
